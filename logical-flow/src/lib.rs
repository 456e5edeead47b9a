//! Logical flows as OpenFlow flows of a chassis (OVN's `controller/lflow.c`).
//!
//! A [`LogicalFlow`] is what a row of the Southbound table says.
//! [`prepare`] reads its text, once; [`translate`] gives its OpenFlow flows on one of its datapaths, in
//! [`Surroundings`] that tell what the names in it stand for.
//! A [`FlowTable`] puts the flows of many logical flows together: of those with equal matches, one is for the switch.

mod flow;
mod prepare;
mod surroundings;
mod table;
#[cfg(test)]
mod tests;
mod translate;

pub use flow::{Datapath, LogicalFlow};
pub use prepare::{PrepareError, Prepared, prepare};
pub use surroundings::Surroundings;
pub use table::{Candidate, Choice, FlowTable, Key};
pub use translate::{TranslateError, Translation, translate};
