//! Support for tests: random data for a program, and small rule programs for every construct.

mod compile;
mod facts;
mod fixture;
mod hosts;
mod incremental;
pub mod random;
pub mod values;

pub use compile::{TestSchemas, compile};
pub use facts::Facts;
pub use fixture::{Fixture, fixtures};
pub use hosts::test_hosts;
pub use incremental::Incremental;
