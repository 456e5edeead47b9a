use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use thiserror::Error;
use weft_ovsdb_schema::{ConstraintError, Uuid, Value};

use super::decode::{MonitorVersion, RowUpdate, decode_table_updates};
use super::row::{Row, RowChange};
use super::spec::{MonitorSpec, MonitoredTable};

type Rows = HashMap<Uuid, Row, FxBuildHasher>;

/// Rows of all monitored tables, by the position of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents(Vec<Rows>);

impl Contents {
    fn empty(spec: &MonitorSpec) -> Self {
        Self(spec.tables.iter().map(|_| Rows::default()).collect())
    }

    /// A row of the table at this position.
    pub fn row(&self, table: usize, uuid: Uuid) -> Option<&Row> {
        self.0.get(table)?.get(&uuid)
    }

    /// All rows of the table at this position.
    pub fn rows(&self, table: usize) -> impl Iterator<Item = (Uuid, &Row)> {
        self.0.get(table).into_iter().flatten().map(|(uuid, row)| (*uuid, row))
    }

    /// Number of rows of all tables.
    pub fn len(&self) -> usize {
        self.0.iter().map(HashMap::len).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A copy of the monitored part of a database.
///
/// Every method reports exactly the changes it makes, so that the sum of all reports is the replica.
/// A method that fails changes nothing.
#[derive(Clone, Debug)]
pub struct Replica {
    spec: Arc<MonitorSpec>,
    contents: Contents,
}

/// A message of the server that does not fit the replica.
#[derive(Debug, Error)]
pub enum UpdateError {
    /// The message is malformed.
    #[error("malformed update: {0}")]
    Json(#[from] serde_json::Error),
    /// A difference is of another kind than the column.
    #[error("update contradicts the schema: {0}")]
    Constraint(#[from] ConstraintError),
    /// A row was changed that the replica does not have.
    #[error("update of row {uuid} of {table}, which is not there")]
    NoRow {
        /// The table's name.
        table: Arc<str>,
        /// The row.
        uuid: Uuid,
    },
}

impl Replica {
    /// An empty replica.
    pub fn new(spec: Arc<MonitorSpec>) -> Self {
        let contents = Contents::empty(&spec);
        Self { spec, contents }
    }

    /// What is replicated.
    pub fn spec(&self) -> &Arc<MonitorSpec> {
        &self.spec
    }

    /// The rows.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Applies an update notification's `<table-updates>` of the given version.
    ///
    /// # Errors
    /// The update is malformed or does not fit; nothing was changed.
    pub fn apply(&mut self, json: &str, version: MonitorVersion) -> Result<Vec<RowChange>, UpdateError> {
        let mut changes = Vec::new();
        let mut failure = None;
        let mut sink = |table: usize, uuid: Uuid, update: RowUpdate| match self.change(table, uuid, update) {
            Ok(change) => changes.extend(change),
            Err(error) => failure = Some(error),
        };
        decode_table_updates(json, &self.spec, version, &mut sink)?;
        match failure {
            Some(error) => Err(error),
            None => {
                self.commit(&changes);
                Ok(changes)
            }
        }
    }

    /// Replaces everything by the `<table-updates>` of a monitor's reply, and reports the difference.
    ///
    /// # Errors
    /// The reply is malformed; nothing was changed.
    pub fn replace(&mut self, json: &str, version: MonitorVersion) -> Result<Vec<RowChange>, UpdateError> {
        let mut changes = Vec::new();
        let mut vanished = self.contents.clone();
        let mut failure = None;
        let mut sink = |table: usize, uuid: Uuid, update: RowUpdate| {
            if let Some(rows) = vanished.0.get_mut(table) {
                rows.remove(&uuid);
            }
            match self.change(table, uuid, update) {
                Ok(change) => changes.extend(change),
                Err(error) => failure = Some(error),
            }
        };
        decode_table_updates(json, &self.spec, version, &mut sink)?;
        if let Some(error) = failure {
            return Err(error);
        }
        for (table, rows) in vanished.0.into_iter().enumerate() {
            let delete = |(uuid, row)| RowChange { table, uuid, old: Some(row), new: None };
            changes.extend(rows.into_iter().map(delete));
        }
        self.commit(&changes);
        Ok(changes)
    }

    /// What an update changes in the replica as it is, or `None` if nothing.
    fn change(&self, table: usize, uuid: Uuid, update: RowUpdate) -> Result<Option<RowChange>, UpdateError> {
        let Some(monitored) = self.spec.tables.get(table) else { return Ok(None) };
        let old = self.contents.row(table, uuid);
        let existing = || old.ok_or_else(|| UpdateError::NoRow { table: Arc::clone(&monitored.name), uuid });
        let new = match update {
            RowUpdate::Insert(values) => Some(written(default_row(monitored), values)),
            RowUpdate::Replace(values) => Some(written(existing()?.values().to_vec(), values)),
            RowUpdate::Modify(diffs) => Some(modified(monitored, existing()?, diffs)?),
            RowUpdate::Delete => {
                existing()?;
                None
            }
        };
        let change = RowChange { table, uuid, old: old.cloned(), new };
        Ok(Some(change).filter(|change| change.old != change.new))
    }

    fn commit(&mut self, changes: &[RowChange]) {
        for change in changes {
            let Some(rows) = self.contents.0.get_mut(change.table) else { continue };
            let Some(table) = self.spec.tables.get(change.table) else { continue };
            match &change.new {
                Some(row) => rows.insert(change.uuid, kept(table, row)),
                None => rows.remove(&change.uuid),
            };
        }
    }
}

fn default_row(table: &MonitoredTable) -> Vec<Value> {
    table.columns.iter().map(|column| column.column_type.default_value()).collect()
}

/// A row as it is kept: without the values of transient columns.
fn kept(table: &MonitoredTable, row: &Row) -> Row {
    if table.transient.is_empty() {
        return row.clone();
    }
    let mut values = row.values().to_vec();
    for position in &table.transient {
        if let (Some(value), Some(column)) = (values.get_mut(*position), table.columns.get(*position)) {
            *value = column.column_type.default_value();
        }
    }
    Row::from(values)
}

fn written(mut row: Vec<Value>, values: Vec<(usize, Value)>) -> Row {
    for (position, value) in values {
        if let Some(slot) = row.get_mut(position) {
            *slot = value;
        }
    }
    Row::from(row)
}

fn modified(table: &MonitoredTable, old: &Row, diffs: Vec<(usize, Value)>) -> Result<Row, ConstraintError> {
    let mut row = old.values().to_vec();
    for (position, diff) in diffs {
        if let (Some(slot), Some(column)) = (row.get_mut(position), table.columns.get(position)) {
            *slot = slot.apply_diff(&diff, column)?;
        }
    }
    Ok(Row::from(row))
}
