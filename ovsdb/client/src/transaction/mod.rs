//! Transactions: operations as JSON text, and their results (RFC 7047 sections 4.1.3 and 5.2).

mod builder;
mod clause;
mod reply;

pub use builder::{RowId, Transaction, Until};
pub use clause::{Condition, Function, Mutation, Where};
pub(crate) use reply::parse_reply;
pub use reply::{OperationError, OperationResult, TransactError};
pub use weft_ovsdb_schema::Mutator;
