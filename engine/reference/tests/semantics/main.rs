//! What LANGUAGE.md promises, one test for each promise: rule text over small snapshots, with results
//! written by hand.

#![expect(clippy::panic, reason = "helpers of tests fail like tests")]

mod aggregates;
mod entities;
mod expressions;
mod fixtures;
mod heads;
mod ids;
mod missing_values;
mod support;
mod text;
