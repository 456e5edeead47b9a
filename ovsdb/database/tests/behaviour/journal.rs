//! Records of the journal.

use weft_ovsdb_database::{Database, Outcome, SessionContext};

use crate::support::Fixture;

const SCHEMA: &str = "database D 1.0.0
table T root
  name     string
  passing  integer ephemeral
  flags    set integer
  options  map string string
";

/// The record of operations, and the database after it.
fn record(fixture: &mut Fixture, operations: &str) -> Option<String> {
    let request = format!(r#"["D",{operations}]"#);
    let outcome = fixture.database.transact(&request, &SessionContext::default());
    let Outcome::Commit(prepared) = outcome else {
        return Some(format!("{outcome:?}"));
    };
    let record = fixture.database.record(&prepared, 42);
    fixture.database.publish(*prepared);
    record.map(|record| fixture.named(&record))
}

#[test]
fn records_are_those_of_ovsdb_server() {
    let mut fixture = Fixture::new(SCHEMA);
    let insert = r#"{"op":"comment","comment":"why"},{"op":"insert","table":"T","row":{"name":"a","passing":1,"flags":["set",[1,2]]}}"#;
    let expected =
        r#"{"T":{"<0>":{"name":"a","flags":["set",[1,2]]}},"_comment":"why","_is_diff":true,"_date":42}"#;
    assert_eq!(record(&mut fixture, insert).as_deref(), Some(expected));
    let update = r#"{"op":"update","table":"T","where":[],"row":{"name":"b","flags":["set",[2,3]]}}"#;
    let expected = r#"{"T":{"<0>":{"name":"b","flags":["set",[1,3]]}},"_is_diff":true,"_date":42}"#;
    assert_eq!(record(&mut fixture, update).as_deref(), Some(expected));
    let passing = r#"{"op":"update","table":"T","where":[],"row":{"passing":7}}"#;
    assert_eq!(record(&mut fixture, passing), None);
    let delete = r#"{"op":"delete","table":"T","where":[]}"#;
    assert_eq!(
        record(&mut fixture, delete).as_deref(),
        Some(r#"{"T":{"<0>":null},"_is_diff":true,"_date":42}"#)
    );
}

#[test]
fn records_without_differences_are_read_too() {
    let schema = weft_ovsdb_schema::parse(SCHEMA).unwrap();
    let mut database = Database::new(schema);
    let uuid = "11111111-2222-3333-4444-555555555555";
    for (row, is_difference) in [
        (r#"{"name":"a","flags":["set",[1,2]],"options":["map",[["k","v"]]]}"#, true),
        (r#"{"flags":["set",[2,3]]}"#, false),
        (r#"{"flags":["set",[3,4]],"options":["map",[["k","w"]]]}"#, true),
    ] {
        let record = format!(r#"{{"_date":1,"T":{{"{uuid}":{row}}},"_is_diff":{is_difference}}}"#);
        assert!(database.apply_record(&record).unwrap().is_some());
    }
    let expected = r#"{"name":"a","flags":["set",[2,4]],"options":["map",[["k","w"]]]}"#;
    let snapshot = format!(r#"{{"T":{{"{uuid}":{expected}}},"_is_diff":true,"_date":0}}"#);
    assert_eq!(database.snapshot_record(None, 0), snapshot);
}

#[test]
fn a_record_that_does_not_fit_changes_nothing() {
    let mut fixture = Fixture::new(SCHEMA);
    for (record, problem) in [
        (r#"{"T":{"11111111-2222-3333-4444-555555555555":null}}"#, "that does not exist"),
        (r#"{"U":{}}"#, "No table named U."),
        (r#"{"T":{"x":{}}}"#, "is not a valid UUID"),
        (r#"{"T":{"11111111-2222-3333-4444-555555555555":{"nothing":1}}}"#, "No column nothing in table T."),
        (r#"{"T":"#, "EOF"),
    ] {
        let error = fixture.database.apply_record(record).unwrap_err();
        assert!(error.details.contains(problem), "{error}");
    }
    assert_eq!(fixture.database.sequence(), 0);
}

#[test]
fn a_record_of_an_unknown_table_is_told_in_ovsdb_servers_words() {
    let mut database = Database::new(weft_ovsdb_schema::parse(SCHEMA).unwrap());
    let error = database.apply_record(r#"{"invalid":{}}"#).unwrap_err();
    let expected = r#"syntax "{"invalid":{}}": unknown table: No table named invalid."#;
    assert_eq!(error.to_string(), expected);
}
