//! What goes into a driver and what comes out of it.

use weft_plan::plan::HeadId;
use weft_value::Row;

/// A difference of multiplicity: so many rows more, or fewer when negative.
pub type Diff = i64;

/// A change of an input table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputChange {
    /// Position in `Plan::tables`.
    pub table: u32,
    /// The row: its UUID, then the table's columns, as [`crate::Encoder`] makes it.
    pub row: Row,
    /// 1 for a new row, -1 for one that goes. A changed row is one of each.
    pub diff: Diff,
}

/// A change of the rows of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadChange {
    /// The head.
    pub head: HeadId,
    /// The row, whose columns [`crate::Heads`] computes.
    pub row: Row,
    /// How many derivations more, or fewer when negative; never 0.
    pub diff: Diff,
}
