//! Flows: a match, what to do with packets that match, and what a switch keeps beside.

mod check;
mod flows;
mod text;

pub(crate) use check::check;
pub use flows::{Flow, FlowFlags};
pub use text::FlowStatistics;
