//! Which tables and columns northd has to be told of.

use std::collections::BTreeMap;

use weft_ovsdb::TableSelection;
use weft_plan::plan::Plan;

use crate::sequence::select_columns;
use crate::side::Side;
use crate::southbound::row_table::UUID_COLUMN;

/// The columns of Logical_Flow that make up a flow.
const FLOW_COLUMNS: [&str; 11] = [
    "pipeline",
    "table_id",
    "priority",
    "match",
    "actions",
    "controller_meter",
    "logical_datapath",
    "logical_dp_group",
    "external_ids",
    "flow_desc",
    "tags",
];

/// The large ones among them. The sink holds a digest of a flow and not its text; a row that somebody
/// else changes in place no longer has the digest of any flow, and is written anew.
const FLOW_TEXTS: [&str; 2] = ["match", "actions"];

/// What to monitor of a database: the columns that rules read, those that they write, and those of
/// sequence numbers.
#[must_use]
pub fn selections(plan: &Plan, side: Side) -> Vec<TableSelection> {
    let database = side.name();
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut tables_without_columns: Vec<&str> = Vec::new();
    let mut add = |table, column: &str| {
        let columns: &mut Vec<String> = tables.entry(table).or_default();
        if !columns.iter().any(|held| held == column) {
            columns.push(column.to_owned());
        }
    };
    for table in plan.tables.iter().filter(|table| table.database == database) {
        table.columns.iter().for_each(|column| add(&table.table, column));
        if table.columns.is_empty() {
            tables_without_columns.push(&table.table);
        }
    }
    for output in plan.outputs.iter().filter(|output| output.database == database) {
        let columns = output.key.iter().chain(&output.write).filter(|column| *column != UUID_COLUMN);
        columns.for_each(|column| add(&output.table, column));
    }
    if side == Side::Southbound {
        FLOW_COLUMNS.iter().for_each(|column| add("Logical_Flow", column));
        add("Logical_DP_Group", "datapaths");
    }
    for table in tables_without_columns {
        tables.entry(table).or_default();
    }
    let selection = |(table, columns)| {
        let transient: &[&str] = if table == "Logical_Flow" { &FLOW_TEXTS } else { &[] };
        TableSelection::columns(table, columns).with_transient(transient.iter().copied())
    };
    let tables = tables.into_iter().map(selection);
    let mut selections = tables.collect();
    select_columns(&mut selections, side);
    selections
}
