//! Connections to a switch that a test plays.

#![expect(clippy::panic, reason = "helpers of tests fail like tests")]

mod answers;
mod fake_switch;
mod greeting;
mod loss;
