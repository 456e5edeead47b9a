//! The replica: whatever arrives, the sum of its reports is its contents.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use weft_ovsdb::{MonitorSpec, MonitorVersion, Replica, Row, RowChange, TableSelection};
use weft_ovsdb_schema::{Uuid, Value, parse};

/// Rows as a test writes them: a number and a map.
type Contents = BTreeMap<u128, (i64, BTreeMap<String, String>)>;

fn replica() -> Replica {
    let text = "database D 1.0.0\ntable T\n  number integer\n  pairs map string string\n  unread string";
    let schema = parse(text).expect("the schema is well formed");
    let selection = [TableSelection::columns("T", ["number", "pairs"])];
    Replica::new(Arc::new(MonitorSpec::new(&schema, &selection).expect("the columns are declared")))
}

fn pairs(row: &BTreeMap<String, String>) -> Value {
    Value::map(row.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

fn rows(contents: &Contents) -> BTreeMap<Uuid, Row> {
    let row = |(number, map): &(i64, _)| Row::from(vec![Value::from(*number), pairs(map)]);
    contents.iter().map(|(uuid, contents)| (Uuid::from_u128(*uuid), row(contents))).collect()
}

/// The reply to a monitor request, with a column and a table that were not asked for.
fn reply(contents: &Contents) -> String {
    let row = |(uuid, (number, map)): (&u128, &(i64, _))| {
        let uuid = Uuid::from_u128(*uuid);
        format!(r#""{uuid}":{{"initial":{{"number":{number},"pairs":{},"unread":"x"}}}}"#, pairs(map))
    };
    let rows: Vec<String> = contents.iter().map(row).collect();
    format!(r#"{{"Unread":{{"1":[]}},"T":{{{}}}}}"#, rows.join(","))
}

/// The notification that leads from one contents to the next.
fn update(replica: &Replica, old: &Contents, new: &Contents) -> String {
    let table = &replica.spec().tables[0];
    let (old, new) = (rows(old), rows(new));
    let mut updates = Vec::new();
    for (uuid, row) in &new {
        match old.get(uuid) {
            None => {
                updates.push(format!(r#""{uuid}":{{"insert":{{"number":{},"pairs":{}}}}}"#, row[0], row[1]));
            }
            Some(before) if before != row => {
                let diff =
                    |column: usize| before[column].diff(&row[column], &table.columns[column].column_type);
                let changed = (0..2).filter(|&column| before[column] != row[column]);
                let members =
                    changed.map(|column| format!(r#""{}":{}"#, table.columns[column].name, diff(column)));
                updates
                    .push(format!(r#""{uuid}":{{"modify":{{{}}}}}"#, members.collect::<Vec<_>>().join(",")));
            }
            Some(_) => {}
        }
    }
    let gone = old.keys().filter(|uuid| !new.contains_key(uuid));
    updates.extend(gone.map(|uuid| format!(r#""{uuid}":{{"delete":null}}"#)));
    format!(r#"{{"T":{{{}}}}}"#, updates.join(","))
}

fn fold(sum: &mut BTreeMap<Uuid, Row>, changes: Vec<RowChange>) {
    for change in changes {
        assert_eq!(sum.get(&change.uuid), change.old.as_ref());
        assert_ne!(change.old, change.new);
        match change.new {
            Some(row) => sum.insert(change.uuid, row),
            None => sum.remove(&change.uuid),
        };
    }
}

fn any_contents() -> impl Strategy<Value = Contents> {
    let map = prop::collection::btree_map("[a-c]", "[x-z]", 0..3);
    prop::collection::btree_map(0u128..6, (0i64..3, map), 0..6)
}

proptest! {
    #[test]
    fn the_sum_of_all_reports_is_the_contents(steps in prop::collection::vec((any::<bool>(), any_contents()), 1..8)) {
        let (mut replica, mut sum, mut current) = (replica(), BTreeMap::new(), Contents::new());
        for (whole, next) in steps {
            let changes = if whole {
                replica.replace(&reply(&next), MonitorVersion::Since)
            } else {
                replica.apply(&update(&replica, &current, &next), MonitorVersion::Since)
            };
            fold(&mut sum, changes.unwrap());
            prop_assert_eq!(&sum, &rows(&next));
            let held: BTreeMap<Uuid, Row> =
                replica.contents().rows(0).map(|(uuid, row)| (uuid, row.clone())).collect();
            prop_assert_eq!(&held, &sum);
            current = next;
        }
    }
}

#[test]
fn a_refused_update_changes_nothing() {
    let refused = [
        r#"{"T":{"00000000-0000-0000-0000-000000000001":{"insert":{}},"x":{"insert":{}}}}"#,
        r#"{"T":{"00000000-0000-0000-0000-000000000001":{"insert":{"number":"one"}}}}"#,
        r#"{"T":{"00000000-0000-0000-0000-000000000001":{"insert":{}},"00000000-0000-0000-0000-000000000002":{"delete":null}}}"#,
        r#"{"T":{"00000000-0000-0000-0000-000000000001":{"surprise":{}}}}"#,
        r#"{"T":[]}"#,
        r#"{"T":{}"#,
    ];
    for json in refused {
        let mut replica = replica();
        assert!(replica.apply(json, MonitorVersion::Since).is_err(), "{json}");
        assert!(replica.contents().is_empty(), "{json}");
    }
}

#[test]
fn selections_that_do_not_fit_the_schema_are_refused() {
    let schema = parse("database D 1.0.0\ntable T\n  a string").unwrap();
    let refusal =
        |selections: &[TableSelection]| MonitorSpec::new(&schema, selections).unwrap_err().to_string();
    assert_eq!(refusal(&[TableSelection::all("U")]), "database D has no table U");
    assert_eq!(refusal(&[TableSelection::columns("T", ["b"])]), "table T has no column b");
    assert_eq!(refusal(&[TableSelection::columns("T", ["a", "a"])]), "T.a is selected twice");
    assert_eq!(refusal(&[TableSelection::all("T"), TableSelection::all("T")]), "T is selected twice");
}

#[test]
fn a_transient_column_is_reported_and_not_kept() {
    let schema = parse("database D 1.0.0\ntable T\n  number integer\n  text string").unwrap();
    let selection = [TableSelection::all("T").with_transient(["text"])];
    let mut replica = Replica::new(Arc::new(MonitorSpec::new(&schema, &selection).unwrap()));
    let uuid = Uuid::from_u128(1);
    let insert = format!(r#"{{"T":{{"{uuid}":{{"insert":{{"number":1,"text":"long"}}}}}}}}"#);
    let changes = replica.apply(&insert, MonitorVersion::Since).unwrap();
    assert_eq!(changes[0].new.as_ref().unwrap()[1], Value::from("long"));
    assert_eq!(replica.contents().row(0, uuid).unwrap()[1], Value::from(""));
    let modify = format!(r#"{{"T":{{"{uuid}":{{"modify":{{"number":2}}}}}}}}"#);
    let changes = replica.apply(&modify, MonitorVersion::Since).unwrap();
    let (old, new) = (changes[0].old.as_ref().unwrap(), changes[0].new.as_ref().unwrap());
    assert_eq!((old[0].clone(), new[0].clone()), (Value::from(1), Value::from(2)));
    assert_eq!((old[1].clone(), new[1].clone()), (Value::from(""), Value::from("")));
}
