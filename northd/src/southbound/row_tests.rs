//! Rows that refer to rows, against a database that does what it is told.

use serde_json::{Value as Json, json};
use uuid::Uuid;
use weft_ovsdb::Transaction;
use weft_ovsdb_schema::{Atom, Value as Datum, southbound};
use weft_plan::plan::OutputTable;
use weft_value::Value;

use super::row_table::{RowKey, UUID_COLUMN};
use super::rows::{Rows, Writing};

const DATAPATHS: usize = 0;
const PORTS: usize = 1;
const ROUTES: usize = 2;

fn rows() -> Rows {
    let output = |table: &str, key: &[&str], write: &[&str]| OutputTable {
        database: "sb".into(),
        table: table.into(),
        key: key.iter().map(ToString::to_string).collect(),
        write: write.iter().map(ToString::to_string).collect(),
        init: Vec::new(),
        keep: Vec::new(),
        owns: None,
    };
    let outputs = [
        output("Datapath_Binding", &["tunnel_key"], &[]),
        output("Port_Binding", &["logical_port"], &["datapath"]),
        output("Advertised_Route", &["ip_prefix"], &["tracked_port"]),
    ];
    Rows::new(outputs.iter(), &southbound().unwrap(), Writing::WholeRows).unwrap()
}

fn key(value: Value) -> RowKey {
    [value].into()
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// A head emits a row `diff` times more, which refers to `target` in its written column.
fn emit(rows: &mut Rows, table: usize, value: Value, target: Option<Value>, diff: i64) {
    let row = key(value);
    let columns = target.map(|target| (0, Value::Tuple([target].into())));
    if rows.tables[table].change_row(row.clone(), columns.into_iter().collect(), diff) {
        rows.row_came_or_went(table, &row);
    }
}

fn flushed(rows: &mut Rows) -> Vec<Json> {
    rows.assign_uuids();
    let mut transaction = Transaction::default();
    rows.flush(&mut transaction);
    serde_json::from_str(&format!("[{}]", transaction.encoded())).unwrap()
}

/// The database holds what is emitted: datapath 1, port `p` of it, and the route to 10.0.0.0/8 that tracks
/// the port.
fn written() -> (Rows, [Uuid; 3]) {
    let mut rows = rows();
    emit(&mut rows, DATAPATHS, Value::Int(1), None, 1);
    emit(&mut rows, PORTS, text("p"), Some(Value::Int(1)), 1);
    emit(&mut rows, ROUTES, text("10.0.0.0/8"), Some(text("p")), 1);
    assert_eq!(flushed(&mut rows).len(), 3);
    let uuid = |table: &str, value: Value| rows.find(table, &[value]).unwrap();
    let uuids = [
        uuid("Datapath_Binding", Value::Int(1)),
        uuid("Port_Binding", text("p")),
        uuid("Advertised_Route", text("10.0.0.0/8")),
    ];
    let scalar = |atom: Atom| Datum::scalar(atom);
    let held: [Vec<Datum>; 3] = [
        vec![scalar(Atom::Integer(1))],
        vec![scalar(Atom::string("p")), scalar(Atom::Uuid(uuids[0]))],
        vec![scalar(Atom::string("10.0.0.0/8")), scalar(Atom::Uuid(uuids[1]))],
    ];
    for (table, (uuid, columns)) in uuids.iter().zip(held).enumerate() {
        rows.tables[table].row_seen(*uuid, columns.into_boxed_slice());
    }
    assert_eq!(flushed(&mut rows), Vec::<Json>::new());
    (rows, uuids)
}

fn deletion(table: &str, uuid: Uuid) -> Json {
    json!({"op": "delete", "table": table, "where": [[UUID_COLUMN, "==", ["uuid", uuid]]]})
}

#[test]
fn an_optional_reference_goes_with_the_row_that_it_names() {
    let (mut rows, [_, port, route]) = written();
    emit(&mut rows, PORTS, text("p"), Some(Value::Int(1)), -1);
    let operations = flushed(&mut rows);
    assert!(operations.contains(&deletion("Port_Binding", port)), "{operations:?}");
    let others: Vec<&Json> = operations.iter().filter(|operation| operation["op"] != "delete").collect();
    assert_eq!(others.len(), 1, "{operations:?}");
    assert_eq!(others[0]["table"], "Advertised_Route");
    assert_eq!(others[0]["where"], json!([[UUID_COLUMN, "==", ["uuid", route]]]));
}

#[test]
fn a_row_goes_with_the_row_that_it_needs_and_comes_back_with_it() {
    let (mut rows, [datapath, port, route]) = written();
    emit(&mut rows, ROUTES, text("10.0.0.0/8"), Some(text("p")), -1);
    assert_eq!(flushed(&mut rows), [deletion("Advertised_Route", route)]);
    rows.tables[ROUTES].row_gone(route);
    emit(&mut rows, DATAPATHS, Value::Int(1), None, -1);
    let operations = flushed(&mut rows);
    assert!(operations.contains(&deletion("Datapath_Binding", datapath)), "{operations:?}");
    assert!(operations.contains(&deletion("Port_Binding", port)), "{operations:?}");
    rows.tables[DATAPATHS].row_gone(datapath);
    rows.tables[PORTS].row_gone(port);
    assert_eq!(flushed(&mut rows), Vec::<Json>::new());
    emit(&mut rows, DATAPATHS, Value::Int(1), None, 1);
    let inserted: Vec<Json> = flushed(&mut rows).iter().map(|operation| operation["table"].clone()).collect();
    assert_eq!(inserted, ["Datapath_Binding", "Port_Binding"]);
}

#[test]
fn nothing_is_kept_of_references_that_are_gone() {
    let (mut rows, _) = written();
    emit(&mut rows, ROUTES, text("10.0.0.0/8"), Some(text("p")), -1);
    emit(&mut rows, PORTS, text("p"), Some(Value::Int(1)), -1);
    emit(&mut rows, DATAPATHS, Value::Int(1), None, -1);
    for target in [Value::Int(1), text("p")] {
        assert!(rows.tables.iter().all(|table| table.referrers.of(&key(target.clone())).next().is_none()));
    }
}
