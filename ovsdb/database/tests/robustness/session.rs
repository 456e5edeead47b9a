//! A session of transactions and what always holds after it.

use weft_ovsdb_database::{Database, MonitorVersion, Outcome, SessionContext, SessionMonitors};
use weft_ovsdb_schema::Json;

const SCHEMA: &str = "database D 1.0.0
table T root max_rows 9
  name     string
  number   integer 0..100
  real     optional real
  flags    set boolean
  kind     string {a, b}
  options  map string string
  child    optional strong C
  friends  set weak T
  fixed    string immutable
  index (name)
table C
  value    set integer
  next     optional strong C
";

/// Runs each line as the parameters of a transaction; returns how many changed the database.
pub(crate) fn run(text: &str) -> usize {
    let schema = weft_ovsdb_schema::parse(SCHEMA).expect("the schema is well formed");
    let mut database = Database::new(schema.clone());
    let mut replica = Database::new(schema);
    let mut monitors = SessionMonitors::new();
    let requests = r#"["D",1,{"T":{},"C":{"columns":["value"]}}]"#;
    monitors.monitor(&database, MonitorVersion::Plain, requests).expect("the monitor begins");
    for line in text.lines() {
        match database.transact(line, &SessionContext::default()) {
            Outcome::Done(reply) => assert_json(&reply),
            Outcome::Wait { .. } => {}
            Outcome::Commit(prepared) => {
                assert_json(prepared.reply());
                let record = database.record(&prepared, 0);
                monitors.note(&database.publish(*prepared));
                let applied = record.map_or(Ok(None), |record| replica.apply_record(&record));
                applied.expect("a record can be applied");
            }
        }
        monitors.take_updates(&database).iter().for_each(|update| assert_json(&update.to_string()));
    }
    assert_eq!(snapshot(&replica), snapshot(&database));
    database.sequence() as usize
}

fn snapshot(database: &Database) -> String {
    let record = database.snapshot_record(None, 0);
    Json::parse(&record).expect("a record is JSON").to_string()
}

fn assert_json(text: &str) {
    assert!(Json::parse(text).is_ok(), "{text}");
}
