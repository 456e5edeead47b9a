//! What the database does, as its clients see it.

mod support;
mod transactions;
