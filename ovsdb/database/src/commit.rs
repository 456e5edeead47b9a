use std::sync::Arc;

use uuid::Uuid;

use crate::catalog::{Catalog, TableId};
use crate::row::Row;

/// One row that a commit changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The row.
    pub uuid: Uuid,
    /// The row before; `None` if it was inserted.
    pub old: Option<Row>,
    /// The row after; `None` if it was deleted.
    pub new: Option<Row>,
}

/// What a published transaction changed.
#[derive(Debug)]
pub struct Commit {
    /// The schema that the changes follow.
    pub catalog: Arc<Catalog>,
    /// The transaction's id, by which `monitor_cond_since` goes on.
    pub id: Uuid,
    /// The transaction's position in the history of the database, counted from 1.
    pub sequence: u64,
    /// The changes of each changed table.
    pub tables: Vec<(TableId, Vec<Change>)>,
}

impl Commit {
    /// The changes of a table.
    pub fn changes(&self, table: TableId) -> &[Change] {
        let found = self.tables.iter().find(|(candidate, _)| *candidate == table);
        found.map_or(&[], |(_, changes)| changes)
    }

    /// How many atoms the changed rows hold and held.
    pub(crate) fn atoms(&self) -> usize {
        let changes = self.tables.iter().flat_map(|(_, changes)| changes);
        let rows = changes.flat_map(|change| change.old.iter().chain(&change.new));
        rows.flat_map(Row::values).map(weft_ovsdb_schema::Value::len).sum()
    }
}
