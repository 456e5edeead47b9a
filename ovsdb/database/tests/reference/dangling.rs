//! Weak references that ovsdb-server left behind.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use weft_ovsdb_database::Catalog;

use crate::server::Server;

/// Whether the server holds a weak reference to a row that is not there, against RFC 7047 section 3.2. It does not
/// always find the rows that refer to a deleted one, and answers differently from then on.
pub(crate) fn is_inconsistent(server: &mut Server, catalog: &Catalog) -> bool {
    let rows: Vec<Vec<Json>> =
        catalog.tables.iter().map(|table| rows(server, catalog, table.name())).collect();
    let uuids = |row: &Json| row["_uuid"][1].as_str().map(str::to_owned);
    let known: Vec<BTreeSet<String>> =
        rows.iter().map(|rows| rows.iter().filter_map(uuids).collect()).collect();
    catalog.tables.iter().zip(&rows).any(|(table, rows)| {
        table.weak.iter().any(|at| {
            let name = &*table.columns[at.column].name;
            let referred = rows.iter().flat_map(|row| references(&row[name], at.in_values));
            referred.into_iter().any(|uuid| !known[at.table].contains(&uuid))
        })
    })
}

fn rows(server: &mut Server, catalog: &Catalog, table: &str) -> Vec<Json> {
    let select = json!([&*catalog.schema.name, {"op": "select", "table": table, "where": []}]);
    let reply = server.request("transact", &select).reply;
    reply[0]["rows"].as_array().cloned().unwrap_or_default()
}

/// The uuids among the keys or the values of a value.
fn references(value: &Json, in_values: bool) -> Vec<String> {
    let uuid = |atom: &Json| if atom[0] == "uuid" { atom[1].as_str().map(str::to_owned) } else { None };
    let elements = value[1].as_array();
    match (value[0].as_str(), elements) {
        (Some("set"), Some(atoms)) => atoms.iter().filter_map(uuid).collect(),
        (Some("map"), Some(pairs)) => {
            pairs.iter().filter_map(|pair| uuid(&pair[usize::from(in_values)])).collect()
        }
        _ => uuid(value).into_iter().collect(),
    }
}
