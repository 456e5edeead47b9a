//! What the database does, as its clients see it.

mod access;
mod constraints;
mod conversion;
mod journal;
mod monitors;
mod mutations;
mod references;
mod server_database;
mod support;
mod transactions;
mod waits;
