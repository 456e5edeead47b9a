//! Connections to a switch that a test plays.

mod answers;
mod fake_switch;
mod greeting;
mod loss;
