//! From a transaction's changes to what is published: what the operations cannot check one by one.

mod changes;
mod garbage;
mod prepared;
mod strong;
mod unique;
mod weak;

pub(crate) use changes::{Changes, prepare};
pub use prepared::Prepared;
