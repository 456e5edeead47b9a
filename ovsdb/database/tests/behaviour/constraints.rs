//! What the schema does not allow, in ovsdb-server's words.

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0
table T root max_rows 2
  name    string length 1..3
  number  integer 0..8
  kind    string {a, b}
  fixed   string immutable
  few     set 0..2 integer
  index (name)
";

fn refused(fixture: &mut Fixture, operation: &str) -> String {
    fixture.run(operation).trim_start_matches('[').trim_end_matches(']').to_owned()
}

fn violation(details: &str) -> String {
    format!(r#"{{"details":"{details}","error":"constraint violation"}}"#)
}

#[test]
fn values_outside_their_type_are_refused() {
    let mut fixture = Fixture::new(SCHEMA);
    let mut insert =
        |row: &str| refused(&mut fixture, &format!(r#"{{"op":"insert","table":"T","row":{row}}}"#));
    let range = violation("9 is not in the valid range 0 to 8 (inclusive)");
    assert_eq!(insert(r#"{"name":"a","kind":"a","number":9}"#), range);
    let allowed = violation("c is not one of the allowed values ([a, b])");
    assert_eq!(insert(r#"{"name":"a","kind":"c"}"#), allowed);
    let long = violation(r#"\"abcd\" length 4 is greater than maximum allowed length 3"#);
    assert_eq!(insert(r#"{"name":"abcd","kind":"a"}"#), long);
    assert_eq!(
        insert(r#"{"name":"a","kind":"a","few":["set",[1,2,3]]}"#),
        r#"{"details":"set must have 0 to 2 members but 3 are present","error":"syntax error","syntax":"[\"set\",[1,2,3]]"}"#
    );
    assert_eq!(
        insert(r#"{"name":"a","kind":"a","few":["set",[1,1]]}"#),
        r#"{"details":"set contains duplicate","error":"ovsdb error"}"#
    );
    assert_eq!(
        insert(r#"{"other":1}"#),
        r#"{"details":"No column other in table T.","error":"unknown column","syntax":"{\"other\":1}"}"#
    );
}

#[test]
fn a_default_that_is_not_allowed_must_be_replaced() {
    let mut fixture = Fixture::new(SCHEMA);
    let insert = r#"{"op":"insert","table":"T","row":{"name":"a"}}"#;
    assert_eq!(refused(&mut fixture, insert), violation(r#"\"\" is not one of the allowed values ([a, b])"#));
}

#[test]
fn immutable_columns_are_written_once() {
    let mut fixture = Fixture::new(SCHEMA);
    let update = r#"{"op":"update","row":{"fixed":"x"},"table":"T","where":[]}"#;
    let expected = format!(
        r#"{{"details":"Cannot update immutable column fixed in table T.","error":"constraint violation","syntax":"{}"}}"#,
        update.replace('"', "\\\"")
    );
    assert_eq!(fixture.run(update), format!("[{expected}]"));
    let mutate = r#"{"op":"mutate","table":"T","where":[],"mutations":[["fixed","insert","x"]]}"#;
    let expected = r#"[{"details":"Cannot mutate immutable column fixed in table T.","error":"constraint violation","syntax":"[\"fixed\",\"insert\",\"x\"]"}]"#;
    assert_eq!(fixture.run(mutate), expected);
}

#[test]
fn equal_values_in_an_index_are_refused() {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(r#"{"op":"insert","table":"T","row":{"name":"a","kind":"a"}}"#);
    let reply = fixture.run(r#"{"op":"insert","table":"T","row":{"name":"a","kind":"b"}}"#);
    let details = concat!(
        r#"Transaction causes multiple rows in \"T\" table to have identical values (a) for index on column \"name\".  "#,
        "First row, with UUID <1>, was inserted by this transaction.  ",
        "Second row, with UUID <0>, existed in the database before this transaction and was not modified by the transaction."
    );
    assert_eq!(reply, format!(r#"[{{"uuid":["uuid","<1>"]}},{}]"#, violation(details)));
    // Two rows may exchange their values.
    fixture.run(r#"{"op":"insert","table":"T","row":{"name":"b","kind":"a"}}"#);
    let exchange = [
        "a\"]],\"row\":{\"name\":\"x\"}",
        "b\"]],\"row\":{\"name\":\"a\"}",
        "x\"]],\"row\":{\"name\":\"b\"}",
    ]
    .map(|change| format!(r#"{{"op":"update","table":"T","where":[["name","==","{change}}}"#));
    assert_eq!(fixture.run(&exchange.join(",")), r#"[{"count":1},{"count":1},{"count":1}]"#);
}

#[test]
fn a_table_has_no_more_rows_than_it_may() {
    let mut fixture = Fixture::new(SCHEMA);
    let insert =
        |name: &str| format!(r#"{{"op":"insert","table":"T","row":{{"name":"{name}","kind":"a"}}}}"#);
    let reply = fixture.run(&["a", "b", "c"].map(insert).join(","));
    let details = r#"transaction causes \"T\" table to contain 3 rows, greater than the schema-defined limit of 2 row(s)"#;
    assert!(reply.ends_with(&format!(",{}]", violation(details))), "{reply}");
}
