//! Access control as OVN's Southbound database uses it.

use weft_ovsdb_database::SessionContext;

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0
table RBAC_Role root
  name         string
  permissions  map string weak RBAC_Permission
table RBAC_Permission root
  table          string
  authorization  set string
  insert_delete  boolean
  update         set string
table Chassis root
  name     string
  number   integer
  ids      map string string
";

fn fixture() -> Fixture {
    let mut fixture = Fixture::new(SCHEMA);
    fixture.run(
        r#"{"op":"insert","table":"RBAC_Permission","uuid-name":"p","row":{"table":"Chassis","authorization":["set",["name","ids:id"]],"insert_delete":true,"update":["set",["number"]]}},
           {"op":"insert","table":"RBAC_Role","row":{"name":"ovn-controller","permissions":["map",[["Chassis",["named-uuid","p"]]]]}}"#,
    );
    fixture
}

fn run(fixture: &mut Fixture, id: &str, operations: &str) -> String {
    let context = SessionContext { role: Some("ovn-controller"), id: Some(id), ..SessionContext::default() };
    let (reply, _) = fixture.run_as(operations, &context);
    fixture.named(&reply)
}

fn prohibited(what: &str) -> String {
    let details = format!(
        r#"RBAC rules for client \"hv2\" role \"ovn-controller\" prohibit {what} table \"Chassis\"."#
    );
    format!(r#"[{{"details":"{details}","error":"permission error"}}]"#)
}

#[test]
fn a_client_changes_its_own_rows_where_it_may() {
    let mut fixture = fixture();
    let insert = r#"{"op":"insert","table":"Chassis","row":{"name":"hv1","ids":["map",[["id","hv3"]]]}}"#;
    assert_eq!(run(&mut fixture, "hv2", insert), prohibited("row insertion into"));
    assert!(run(&mut fixture, "hv1", insert).starts_with(r#"[{"uuid":"#));
    let update = r#"{"op":"update","table":"Chassis","where":[],"row":{"number":1}}"#;
    assert_eq!(run(&mut fixture, "hv2", update), prohibited("modification of"));
    assert_eq!(run(&mut fixture, "hv1", update), r#"[{"count":1}]"#);
    assert_eq!(run(&mut fixture, "hv3", update), r#"[{"count":1}]"#);
    let rename = r#"{"op":"update","table":"Chassis","where":[],"row":{"name":"x"}}"#;
    assert!(run(&mut fixture, "hv1", rename).contains("prohibit modification"));
    let mutate = r#"{"op":"mutate","table":"Chassis","where":[],"mutations":[["number","+=",1]]}"#;
    assert_eq!(run(&mut fixture, "hv2", mutate), prohibited("mutate operation on"));
    let delete = r#"{"op":"delete","table":"Chassis","where":[]}"#;
    assert_eq!(run(&mut fixture, "hv2", delete), prohibited("row deletion from"));
    assert_eq!(run(&mut fixture, "hv1", delete), r#"[{"count":1}]"#);
}

#[test]
fn a_role_without_a_permission_for_the_table_changes_nothing() {
    let mut fixture = fixture();
    let insert = r#"{"op":"insert","table":"RBAC_Role","row":{}}"#;
    assert!(run(&mut fixture, "hv2", insert).contains(r#"prohibit row insertion into table \"RBAC_Role\"."#));
    assert!(fixture.run(insert).starts_with(r#"[{"uuid":"#), "without a role all is allowed");
}
