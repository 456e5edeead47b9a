//! Runs a plan on differential dataflow, one transaction at a time.
//!
//! # What goes in and out
//!
//! A [`Driver`] runs a [`weft_plan::plan::Plan`]: changes of input rows go in, made by an [`Encoder`];
//! changes of heads' rows come out, whose columns [`Heads`] computes or renders. Text is built there and
//! not in the dataflow: a flow's row is its arguments, and an argument is 8 bytes. All share one
//! [`SharedInterner`].
//!
//! # The direct driver
//!
//! [`Direct`] is the daemons'. On timely, every advance of time walks every port of the graph, 1 to 4 µs
//! for an operator, work or not; with the two thousand operators of northd that is milliseconds for a
//! transaction that changes nothing. So this driver takes differential's spines, batches and cursors
//! without its operators: nodes of the plan are visited in their order, which is topological, and only
//! those that a change reached.
//!
//! - Rows stand side by side in flat vectors, in batches as between nodes: no header, no allocation and no
//!   reference count for a row.
//! - The keys of a batch have their places in a hash table, so that a look-up takes a few cache lines in an
//!   index of any size.
//! - An index gathers its last changes in a table beside the spine, and the spine gets them in batches of
//!   some hundred: a batch for each changed row would cost more than all the rest of a visit.
//!   [`Driver::maintain`] makes the batches, when the transaction's result is on its way.
//! - An arranged node's changes are staged beside its index and become part of it after the transaction.
//!   A join thus reads one side as it was and the other as it is, whatever the spine merges meanwhile, and
//!   nothing holds merges back.
//! - The spine's logical frontier advances with each batch that it gets, so that updates which cancel do so
//!   in the first merge that meets them; spines without changes are not touched at all.
//! - A spine merges in proportion to what it gets. [`Driver::compact`] merges the rest in a quiet moment.
//!
//! # The timely driver
//!
//! [`Timely`] renders the same plan as a timely dataflow over worker threads: for loads beyond one core,
//! and as a second oracle of the tests. No handle of a trace outlives the building of the dataflow: a clone that
//! nobody advances would stop compaction. Allocations and components run on the first worker. Values are
//! never reclaimed.
//!
//! # Memory
//!
//! Beside the spines, [`Driver::profile`] tells what each node keeps. Deleting all input leaves no row in
//! any of them. Interned values that nobody refers to any more are forgotten by [`Driver::reclaim`], which
//! marks from the spines, the nodes' states, the code's constants and the caller's roots.

mod aggregate;
mod allocate;
mod change;
mod components;
mod direct;
mod driver;
mod error;
mod expression;
mod heads;
mod program;
mod shared;
mod steps;
mod timely;

pub use change::{Diff, HeadChange, InputChange};
pub use direct::Direct;
pub use driver::{AllocationMemory, Driver, NodeProfile, Roots};
pub use error::LoadError;
pub use heads::{Encoder, Heads};
pub use shared::SharedInterner;
pub use timely::Timely;
