//! Transactions that wait for rows.

use weft_ovsdb_database::SessionContext;

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0\ntable T root\n  name string\n  number integer";

fn wait(timeout: &str) -> String {
    format!(
        r#"{{"op":"wait","table":"T",{timeout}"where":[],"columns":["name"],"until":"==","rows":[{{"name":"a"}}]}}"#
    )
}

#[test]
fn a_wait_lasts_until_the_rows_are_so() {
    let mut fixture = Fixture::new(SCHEMA);
    assert_eq!(fixture.run(&wait("")), "waits None");
    assert_eq!(fixture.run(&format!("{},{}", wait(""), wait(r#""timeout":20,"#))), "waits None");
    assert_eq!(fixture.run(&wait(r#""timeout":20,"#)), "waits Some(20)");
    fixture.run(r#"{"op":"insert","table":"T","row":{"name":"a"}},{"op":"insert","table":"T","row":{"name":"a","number":1}}"#);
    // Rows that are equal in the columns compared count once.
    assert_eq!(fixture.run(&wait("")), "[{}]");
}

#[test]
fn a_wait_fails_when_its_time_is_over() {
    let mut fixture = Fixture::new(SCHEMA);
    let context = SessionContext { elapsed_ms: 20, ..SessionContext::default() };
    let (reply, _) = fixture.run_as(&wait(r#""timeout":20,"#), &context);
    assert_eq!(reply, r#"[{"details":"\"wait\" timed out after 20 ms","error":"timed out"}]"#);
    let at_once = r#"[{"details":"\"where\" clause test failed","error":"timed out"}]"#;
    assert_eq!(fixture.run(&wait(r#""timeout":0,"#)), at_once);
}
