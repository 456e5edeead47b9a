//! How long who lost a connection waits before the next attempt: the same for databases and for switches.

mod backoff;

pub use backoff::Backoff;
