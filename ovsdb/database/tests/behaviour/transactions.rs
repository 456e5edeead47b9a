//! Operations that do not concern one column's type.

use weft_ovsdb_database::SessionContext;

use crate::support::{Fixture, locks};

const SCHEMA: &str = "database D 1.0.0
table T root
  name    string
  number  integer
  index (name)
";

#[test]
fn rows_are_inserted_read_changed_and_deleted() {
    let mut fixture = Fixture::new(SCHEMA);
    let insert = r#"{"op":"insert","table":"T","row":{"name":"a","number":1}}"#;
    assert_eq!(fixture.run(insert), r#"[{"uuid":["uuid","<0>"]}]"#);
    let select = r#"{"op":"select","table":"T","where":[],"columns":["name","number"]}"#;
    assert_eq!(fixture.run(select), r#"[{"rows":[{"name":"a","number":1}]}]"#);
    let update = r#"{"op":"update","table":"T","where":[["name","==","a"]],"row":{"number":2}}"#;
    assert_eq!(fixture.run(update), r#"[{"count":1}]"#);
    assert_eq!(fixture.run(select), r#"[{"rows":[{"name":"a","number":2}]}]"#);
    let delete = r#"{"op":"delete","table":"T","where":[["_uuid","==",["uuid","<0>"]]]}"#;
    assert_eq!(fixture.run(delete), r#"[{"count":1}]"#);
    assert_eq!(fixture.run(select), r#"[{"rows":[]}]"#);
}

#[test]
fn a_failed_operation_undoes_the_others_and_the_rest_is_not_tried() {
    let mut fixture = Fixture::new(SCHEMA);
    let insert = r#"{"op":"insert","table":"T","row":{"name":"a"}}"#;
    let reply = fixture.run(&format!(r#"{insert},{{"op":"abort"}},{insert}"#));
    let aborted = r#"{"details":"aborted by request","error":"aborted"}"#;
    assert_eq!(reply, format!(r#"[{{"uuid":["uuid","<0>"]}},{aborted},null]"#));
    assert_eq!(fixture.run(r#"{"op":"select","table":"T","where":[]}"#), r#"[{"rows":[]}]"#);
}

#[test]
fn a_lock_is_asserted_by_its_owner_only() {
    let mut fixture = Fixture::new(SCHEMA);
    let owned = locks(&["l"]);
    let context = SessionContext { locks: Some(&owned), ..SessionContext::default() };
    let assert = r#"{"op":"assert","lock":"l"}"#;
    assert_eq!(fixture.run_as(assert, &context).0, "[{}]");
    let refused = r#"[{"details":"Asserted lock l not held.","error":"not owner"}]"#;
    assert_eq!(fixture.run(assert), refused);
}
