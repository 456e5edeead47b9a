//! Changes of the schema.

use weft_ovsdb_database::SessionContext;
use weft_ovsdb_schema::{parse, to_json};

use crate::support::Fixture;

const OLD: &str = "database D 1.0.0\ntable T root\n  name string\n  number integer\n  gone string\ntable Gone root\n  a string";

fn convert(fixture: &Fixture, schema: &str) -> Result<String, String> {
    let schema = to_json(&parse(schema).expect("the schema is well formed"));
    let converted =
        fixture.database.convert_as_requested(&format!(r#"["D",{schema}]"#), &SessionContext::default());
    converted.map(|database| database.snapshot_record(None, 0)).map_err(|error| error.to_json())
}

#[test]
fn rows_keep_what_the_new_schema_has() {
    let mut fixture = Fixture::new(OLD);
    fixture.run(r#"{"op":"insert","table":"T","row":{"name":"a","number":3,"gone":"x"}},{"op":"insert","table":"Gone","row":{}}"#);
    let record = convert(
        &fixture,
        "database D 2.0.0\ntable T root\n  name optional string\n  number set integer\n  new integer 0..5",
    );
    let record = fixture.named(&record.unwrap());
    assert_eq!(record, r#"{"T":{"<0>":{"name":"a","number":3}},"_is_diff":true,"_date":0}"#);
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let mut fixture = Fixture::new(OLD);
    fixture.run(r#"{"op":"insert","table":"T","row":{"name":"a","number":3}}"#);
    let refused = convert(&fixture, "database D 2.0.0\ntable T root\n  number integer 4..5").unwrap_err();
    assert_eq!(
        refused,
        r#"{"details":"3 is not in the valid range 4 to 5 (inclusive)","error":"constraint violation"}"#
    );
    let other = convert(&fixture, "database E 2.0.0\ntable T root\n  name string").unwrap_err();
    assert_eq!(
        other,
        r#"{"details":"new schema name (E) does not match database name (D)","error":"invalid parameters"}"#
    );
}
