use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use weft_ovsdb_schema::{Uuid, Value};

/// One row: the values of the monitored columns, in the order of [`MonitoredTable::columns`].
/// Clones share the values.
///
/// [`MonitoredTable::columns`]: crate::MonitoredTable::columns
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Row(Arc<[Value]>);

impl Row {
    /// All values.
    pub fn values(&self) -> &[Value] {
        &self.0
    }
}

impl From<Vec<Value>> for Row {
    fn from(values: Vec<Value>) -> Self {
        Self(values.into())
    }
}

/// The value of the column at this position; panics beyond the last one, as slices do.
impl Index<usize> for Row {
    type Output = Value;

    fn index(&self, column: usize) -> &Value {
        &self.0[column]
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter()).finish()
    }
}

/// A row that was inserted (`old` is `None`), deleted (`new` is `None`) or modified.
/// Old and new row always differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChange {
    /// Position of the table in [`MonitorSpec::tables`](crate::MonitorSpec::tables), which is also its position
    /// in [`SessionOptions::tables`](crate::SessionOptions::tables).
    pub table: usize,
    /// The row.
    pub uuid: Uuid,
    /// What was reported of the row before.
    pub old: Option<Row>,
    /// What it holds now.
    pub new: Option<Row>,
}

/// The changes that one message of the server made, in no particular order; no row is in it twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The changes.
    pub changes: Vec<RowChange>,
    /// The server's id of the last transaction included, if it keeps a history.
    pub transaction: Option<Uuid>,
}
