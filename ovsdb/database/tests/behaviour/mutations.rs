//! Every mutator on the types that have it.

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0
table T root
  i        integer ..100
  r        real
  numbers  set 0..3 integer
  options  map string string
";

fn after(mutations: &str, columns: &str) -> String {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(
        r#"{"op":"insert","table":"T","row":{"i":7,"r":1.5,"numbers":["set",[1,2]],"options":["map",[["a","1"],["b","2"]]]}}"#,
    );
    let reply = fixture.run(&format!(
        r#"{{"op":"mutate","table":"T","where":[],"mutations":[{mutations}]}},{{"op":"select","table":"T","where":[],"columns":[{columns}]}}"#
    ));
    let rows = r#"[{"count":1},{"rows":["#;
    match reply.strip_prefix(rows) {
        Some(rest) => rest.trim_end_matches("]}]").to_owned(),
        None => reply,
    }
}

#[test]
fn numbers_are_calculated_with() {
    let results = [("+=", "10"), ("-=", "4"), ("*=", "21"), ("/=", "2"), ("%=", "1")];
    for (mutator, expected) in results {
        assert_eq!(after(&format!(r#"["i","{mutator}",3]"#), r#""i""#), format!(r#"{{"i":{expected}}}"#));
    }
    assert_eq!(after(r#"["r","*=",3],["r","-=",0.25]"#, r#""r""#), r#"{"r":4.25}"#);
    assert_eq!(after(r#"["numbers","*=",-2]"#, r#""numbers""#), r#"{"numbers":["set",[-4,-2]]}"#);
}

#[test]
fn what_cannot_be_calculated_is_refused() {
    let error = |tag: &str, details: &str| format!(r#"[{{"details":"{details}","error":"{tag}"}},null]"#);
    assert_eq!(after(r#"["i","/=",0]"#, ""), error("domain error", "Division by zero."));
    let large = r#"["i","*=",9223372036854775807]"#;
    assert_eq!(after(large, ""), error("range error", r#"Result of \"*=\" operation is out of range."#));
    let most = "107 is greater than maximum allowed value 100";
    assert_eq!(after(r#"["i","+=",100]"#, ""), error("constraint violation", most));
    let equal = r#"Result of \"/=\" operation contains duplicates."#;
    assert_eq!(after(r#"["numbers","/=",3]"#, ""), error("constraint violation", equal));
    let types = r#"Type mismatch: \"%=\" operator may not be applied to column r of type real."#;
    let syntax = r#"[{"details":"DETAILS","error":"syntax error","syntax":"[\"r\",\"%=\",2]"},null]"#;
    assert_eq!(after(r#"["r","%=",2]"#, ""), syntax.replace("DETAILS", types));
}

#[test]
fn elements_are_inserted_and_deleted() {
    assert_eq!(
        after(r#"["numbers","insert",["set",[2,3]]]"#, r#""numbers""#),
        r#"{"numbers":["set",[1,2,3]]}"#
    );
    assert_eq!(after(r#"["numbers","delete",["set",[2,3]]]"#, r#""numbers""#), r#"{"numbers":1}"#);
    let full = "Attempted to store 4 elements in set of up to 3 integers.";
    assert_eq!(
        after(r#"["numbers","insert",["set",[3,4]]]"#, ""),
        format!(r#"[{{"details":"{full}","error":"constraint violation"}},null]"#)
    );
    let options = |pairs: &str| format!(r#"{{"options":["map",[{pairs}]]}}"#);
    let insert = r#"["options","insert",["map",[["a","x"],["c","3"]]]]"#;
    assert_eq!(after(insert, r#""options""#), options(r#"["a","1"],["b","2"],["c","3"]"#));
    let delete = r#"["options","delete",["map",[["a","x"],["b","2"]]]]"#;
    assert_eq!(after(delete, r#""options""#), options(r#"["a","1"]"#));
    assert_eq!(after(r#"["options","delete",["set",["a"]]]"#, r#""options""#), options(r#"["b","2"]"#));
}
