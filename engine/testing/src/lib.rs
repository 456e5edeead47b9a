//! Support for tests: random data for a program, and small rule programs for every construct.

mod compile;
mod fixture;
mod hosts;
pub mod random;
pub mod values;

pub use compile::{TestSchemas, compile};
pub use fixture::{Fixture, fixtures};
pub use hosts::test_hosts;
