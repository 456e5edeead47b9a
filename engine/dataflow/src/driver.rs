//! What all drivers have in common.

use weft_value::Datum;

use crate::change::{HeadChange, InputChange};

/// Gives every datum that somebody keeps to its argument.
pub type Roots<'r> = dyn FnMut(&mut dyn FnMut(Datum)) + 'r;

/// Runs a plan: one transaction in, one consistent set of changes out.
pub trait Driver {
    /// Applies the changes and returns what they change in the heads' rows, consolidated, by head.
    ///
    /// The first transaction brings the rows that need no input as well. A change of a table that the
    /// plan does not have, or of a row of another width, is left out with a warning.
    fn transact(&mut self, changes: Vec<InputChange>) -> Vec<HeadChange>;

    /// What went wrong inside since the last call: defects, never conditions of the network.
    fn take_warnings(&mut self) -> Vec<String>;

    /// Counts from now on what each node does and how long it takes, which makes a transaction a little
    /// slower.
    fn time_nodes(&mut self);

    /// What each node did and keeps, by position in the plan.
    fn profile(&self) -> Vec<NodeProfile>;

    /// For each node that keeps rows, how many distinct rows are there. Looks at all of them: for tests
    /// and diagnosis.
    fn arranged_rows(&mut self) -> Vec<usize>;

    /// The ids given by each allocation, to seed a driver of changed rules.
    fn allocations(&mut self) -> AllocationMemory;

    /// Forgets interned values that nothing needs any more, when there are twice as many as after the last
    /// time; to be called between transactions. `roots` gives every datum that the caller keeps to its
    /// argument. Returns whether it swept.
    fn reclaim(&mut self, roots: &mut Roots<'_>) -> bool;

    /// Takes the last transaction's changes into the indexes, and merges what has gathered there, in
    /// proportion to it: for the moment after the transaction's result was handed over. A driver that is not
    /// asked to does it before the next transaction.
    fn maintain(&mut self);

    /// Merges all that there is to merge in the indexes: for a quiet moment after large changes.
    fn compact(&mut self);
}

/// What a node did since [`Driver::time_nodes`], and what it keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeProfile {
    /// The node's name in the plan.
    pub name: String,
    /// Times it ran.
    pub runs: u64,
    /// Changed rows that it read.
    pub rows_in: u64,
    /// Changed rows that it gave.
    pub rows_out: u64,
    /// Time spent, in nanoseconds.
    pub elapsed_ns: u64,
    /// Updates in its index, those among them that the next merge cancels.
    pub updates_kept: usize,
}

pub use crate::allocate::AllocationMemory;
