//! Strong and weak references, and rows that nothing refers to.

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0
table Root root
  name      string
  children  set strong Child
  friends   set weak Root
  needed    set 1.. weak Child
table Child
  name      string
  next      optional strong Child
table Plain root
  children  set strong Child
  peer      optional strong Plain
  friends   map string weak Plain
";

fn rows(fixture: &mut Fixture, table: &str, column: &str) -> String {
    fixture.run(&format!(
        r#"{{"op":"select","table":"{table}","where":[],"columns":["{column}"],"sort":["{column}"]}}"#
    ))
}

#[test]
fn rows_that_are_no_roots_live_as_long_as_they_are_referred_to() {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(
        r#"{"op":"insert","table":"Plain","row":{"children":["named-uuid","c"]}},
           {"op":"insert","table":"Child","uuid-name":"c","row":{"name":"c","next":["named-uuid","d"]}},
           {"op":"insert","table":"Child","uuid-name":"d","row":{"name":"d"}},
           {"op":"insert","table":"Child","row":{"name":"alone"}}"#,
    );
    assert_eq!(rows(&mut fixture, "Child", "name"), r#"[{"rows":[{"name":"c"},{"name":"d"}]}]"#);
    fixture.run(r#"{"op":"update","table":"Plain","where":[],"row":{"children":["set",[]]}}"#);
    assert_eq!(rows(&mut fixture, "Child", "name"), r#"[{"rows":[]}]"#);
}

#[test]
fn a_row_that_is_referred_to_stays() {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(
        r#"{"op":"insert","table":"Plain","uuid-name":"a","row":{}},
           {"op":"insert","table":"Plain","row":{"peer":["named-uuid","a"]}}"#,
    );
    let reply = fixture.run(r#"{"op":"delete","table":"Plain","where":[["peer","==",["set",[]]]]}"#);
    let details = "cannot delete Plain row <0> because of 1 remaining reference(s)";
    let refused = format!(r#"{{"details":"{details}","error":"referential integrity violation"}}"#);
    assert_eq!(reply, format!(r#"[{{"count":1}},{refused}]"#));
    assert_eq!(fixture.run(r#"{"op":"delete","table":"Plain","where":[]}"#), r#"[{"count":2}]"#);
}

#[test]
fn a_strong_reference_leads_to_a_row() {
    let mut fixture = Fixture::new(SCHEMA);
    let reply = fixture.run(r#"{"op":"insert","table":"Plain","row":{"peer":["named-uuid","nobody"]}}"#);
    let details = "Table Plain column peer row <0> references nonexistent row <1> in table Plain.";
    let refused = format!(r#"{{"details":"{details}","error":"referential integrity violation"}}"#);
    assert_eq!(reply, format!(r#"[{{"uuid":["uuid","<0>"]}},{refused}]"#));
}

#[test]
fn a_row_keeps_itself_alive_by_no_reference() {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(r#"{"op":"insert","table":"Child","uuid-name":"c","row":{"next":["named-uuid","c"]}}"#);
    assert_eq!(rows(&mut fixture, "Child", "name"), r#"[{"rows":[]}]"#);
    let insert = r#"{"op":"insert","table":"Plain","uuid-name":"p","row":{"peer":["named-uuid","p"]}}"#;
    assert_eq!(fixture.run(insert), r#"[{"uuid":["uuid","<1>"]}]"#);
    assert_eq!(fixture.run(r#"{"op":"delete","table":"Plain","where":[]}"#), r#"[{"count":1}]"#);
}

#[test]
fn weak_references_go_with_the_row() {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(
        r#"{"op":"insert","table":"Plain","uuid-name":"a","row":{"friends":["map",[["self",["named-uuid","a"]],["b",["named-uuid","b"]],["none",["named-uuid","n"]]]]}},
           {"op":"insert","table":"Plain","uuid-name":"b","row":{}}"#,
    );
    let friends =
        |others: &str| format!(r#"[{{"rows":[{{"friends":["map",[{others}["self",["uuid","<0>"]]]]}}]}}]"#);
    let select =
        r#"{"op":"select","table":"Plain","where":[["_uuid","==",["uuid","<0>"]]],"columns":["friends"]}"#;
    assert_eq!(fixture.run(select), friends(r#"["b",["uuid","<1>"]],"#));
    fixture.run(r#"{"op":"delete","table":"Plain","where":[["_uuid","==",["uuid","<1>"]]]}"#);
    assert_eq!(fixture.run(select), friends(""));
}

#[test]
fn a_column_that_needs_a_weak_reference_keeps_the_row() {
    let mut fixture = Fixture::new(SCHEMA);
    let reply = fixture.run(r#"{"op":"insert","table":"Root","row":{"needed":["named-uuid","n"]}}"#);
    let details = concat!(
        "Deletion of 1 weak reference(s) to deleted (or never-existing) rows from column \\\"needed\\\" in \\\"Root\\\" ",
        "row <0> (inserted within this transaction) caused this column to become empty, but constraints on this ",
        "column disallow an empty column."
    );
    let refused = format!(r#"{{"details":"{details}","error":"constraint violation"}}"#);
    assert_eq!(reply, format!(r#"[{{"uuid":["uuid","<0>"]}},{refused}]"#));
}
