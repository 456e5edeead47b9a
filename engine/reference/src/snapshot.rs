//! Snapshots: all rows of all input tables at one moment.

use std::collections::BTreeMap;
use std::fmt;

use weft_value::Value;

/// A table by name, as rules write it: `nb.Logical_Switch`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// The database's name in the rules.
    pub database: String,
    /// The table's name.
    pub table: String,
}

impl TableName {
    /// The table of that name in that database.
    #[must_use]
    pub fn new(database: &str, table: &str) -> Self {
        Self { database: database.to_owned(), table: table.to_owned() }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.table)
    }
}

/// Values of a row by column, `_uuid` not among them. A column that is left out has the default of its
/// type.
pub type Row = BTreeMap<String, Value>;

/// A row inserted or replaced (`row` is all of it), or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowEdit {
    /// The table.
    pub table: TableName,
    /// The row's UUID.
    pub uuid: u128,
    /// The row as it is from now on; None when it is deleted.
    pub row: Option<Row>,
}

/// Rows by table and UUID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The tables that have rows.
    pub tables: BTreeMap<TableName, BTreeMap<u128, Row>>,
}

impl Snapshot {
    /// Makes one edit. Deleting a row that is not there changes nothing.
    pub fn apply(&mut self, edit: &RowEdit) {
        let rows = self.tables.entry(edit.table.clone()).or_default();
        match &edit.row {
            Some(row) => {
                rows.insert(edit.uuid, row.clone());
            }
            None => {
                rows.remove(&edit.uuid);
            }
        }
        if rows.is_empty() {
            self.tables.remove(&edit.table);
        }
    }

    /// Inserts or replaces a row.
    pub fn insert<'c>(
        &mut self,
        table: TableName,
        uuid: u128,
        columns: impl IntoIterator<Item = (&'c str, Value)>,
    ) {
        let row = columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.apply(&RowEdit { table, uuid, row: Some(row) });
    }

    /// The row of that UUID.
    #[must_use]
    pub fn row(&self, table: &TableName, uuid: u128) -> Option<&Row> {
        self.tables.get(table)?.get(&uuid)
    }
}
