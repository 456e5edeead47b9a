//! A database and the file it is kept in.

mod compaction;
mod contents;
mod hosted;
mod store;

pub use hosted::{Committed, DatabaseFile, Hosted, Requester};
pub(crate) use store::now_ms;
pub use store::{Store, StoreError};
