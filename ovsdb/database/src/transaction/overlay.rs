use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb_schema::Value;

use crate::catalog::{TableId, TableInfo};
use crate::condition::Condition;
use crate::database::Database;
use crate::row::{Row, UUID_COLUMN, VERSION_COLUMN};

/// What a transaction made of a row.
#[derive(Clone, Debug)]
pub(crate) struct RowChange {
    /// The published row; `None` if the transaction inserted it.
    pub(crate) old: Option<Row>,
    /// The row now; `None` if the transaction deleted it.
    pub(crate) new: Option<Row>,
}

/// The changes of a transaction, over the rows of a database that it does not touch.
#[derive(Debug)]
pub(crate) struct Overlay<'d> {
    pub(crate) database: &'d Database,
    /// One for each table.
    pub(crate) tables: Vec<IndexMap<Uuid, RowChange, FxBuildHasher>>,
}

impl<'d> Overlay<'d> {
    pub(crate) fn new(database: &'d Database) -> Self {
        let tables = database.catalog().tables.iter().map(|_| IndexMap::default()).collect();
        Self { database, tables }
    }

    pub(crate) fn info(&self, table: TableId) -> &'d TableInfo {
        &self.database.catalog().tables[table]
    }

    /// The row as the transaction sees it.
    pub(crate) fn get(&self, table: TableId, uuid: Uuid) -> Option<&Row> {
        match self.tables[table].get(&uuid) {
            Some(change) => change.new.as_ref(),
            None => self.database.table(table).get(uuid),
        }
    }

    /// Whether the row is there, or was before the transaction deleted it.
    pub(crate) fn knows(&self, table: TableId, uuid: Uuid) -> bool {
        self.tables[table].contains_key(&uuid) || self.database.table(table).get(uuid).is_some()
    }

    /// How many rows the transaction sees.
    pub(crate) fn count(&self, table: TableId) -> usize {
        let changes = self.tables[table].values();
        let (mut inserted, mut deleted) = (0, 0);
        for change in changes {
            inserted += usize::from(change.old.is_none() && change.new.is_some());
            deleted += usize::from(change.old.is_some() && change.new.is_none());
        }
        self.database.table(table).len() + inserted - deleted
    }

    /// The rows that the transaction sees and that satisfy every clause.
    pub(crate) fn find(&self, table: TableId, condition: &Condition) -> Vec<Row> {
        if let Some(uuid) = condition.uuid() {
            let row = self.get(table, uuid).filter(|row| condition.matches_all(row));
            return row.cloned().into_iter().collect();
        }
        let changes = &self.tables[table];
        let changed = changes.values().filter_map(|change| change.new.as_ref());
        let mut found: Vec<Row> = changed.filter(|row| condition.matches_all(row)).cloned().collect();
        condition.for_each_candidate(self.database.table(table), |row| {
            if condition.matches_all(row) && !changes.contains_key(&row.uuid()) {
                found.push(row.clone());
            }
        });
        found
    }

    /// Inserts a row of values, whose uuid is new.
    pub(crate) fn insert(&mut self, table: TableId, mut values: Vec<Value>) -> Uuid {
        values[VERSION_COLUMN] = Uuid::new_v4().into();
        let uuid = values[UUID_COLUMN].as_uuid().unwrap_or_default();
        self.tables[table].insert(uuid, RowChange { old: None, new: Some(Row::new(values)) });
        uuid
    }

    /// Replaces a row that the transaction sees.
    pub(crate) fn modify(&mut self, table: TableId, row: &Row, values: Vec<Value>) {
        let change = self.change(table, row);
        change.new = Some(Row::new(values));
    }

    /// Deletes a row that the transaction sees.
    pub(crate) fn delete(&mut self, table: TableId, row: &Row) {
        let change = self.change(table, row);
        change.new = None;
        if change.old.is_none() {
            self.tables[table].swap_remove(&row.uuid());
        }
    }

    fn change(&mut self, table: TableId, row: &Row) -> &mut RowChange {
        let unchanged = || RowChange { old: Some(row.clone()), new: None };
        self.tables[table].entry(row.uuid()).or_insert_with(unchanged)
    }
}
