//! Transactions while they run: operations (RFC 7047 section 5.2) on changes that lie over the published rows.

mod context;
mod delete;
mod execute;
mod insert;
mod mutate;
mod operation;
mod overlay;
mod select;
mod update;
mod wait;

pub use context::SessionContext;
pub use execute::Outcome;
pub(crate) use operation::Execution;
pub(crate) use overlay::{Overlay, RowChange};
