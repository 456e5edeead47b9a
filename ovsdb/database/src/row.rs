use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::Value;

/// The position of `_uuid` in every row.
pub const UUID_COLUMN: usize = 0;
/// The position of `_version` in every row.
pub const VERSION_COLUMN: usize = 1;

/// One version of a row: a value for each column, `_uuid` and `_version` first. Clones share the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Arc<[Value]>);

impl Row {
    /// A row of values in the order of the table's columns.
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values.into())
    }

    /// The row's identity.
    pub fn uuid(&self) -> Uuid {
        self.0.get(UUID_COLUMN).and_then(Value::as_uuid).unwrap_or_default()
    }

    /// The content of a column, by its position in the table.
    pub fn get(&self, column: usize) -> &Value {
        &self.0[column]
    }

    /// All columns' contents.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// Whether both are the same version of the same row, without a look at its values.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
