//! Rows: the only record type of the dataflow.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::datum::Datum;

/// A row at the seams of the engine: up to four columns without an allocation.
///
/// Inside the direct driver rows stand side by side in flat vectors, without a header each (8 bytes a
/// column, where `SmallVec` takes 40 and `Arc<[u64]>` 32 and a cache miss); this type is for rows that
/// travel alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Row(SmallVec<[Datum; 4]>);

impl Row {
    /// A row of these columns.
    #[must_use]
    pub fn new(columns: &[Datum]) -> Row {
        Row(SmallVec::from_slice(columns))
    }
}

impl Deref for Row {
    type Target = [Datum];

    fn deref(&self) -> &[Datum] {
        &self.0
    }
}

impl FromIterator<Datum> for Row {
    fn from_iter<I: IntoIterator<Item = Datum>>(columns: I) -> Row {
        Row(columns.into_iter().collect())
    }
}
