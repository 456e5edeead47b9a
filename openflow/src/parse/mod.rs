//! Text in the form of `ovs-ofctl`.
//!
//! - [`parse_flow`]: a flow to add, such as a line of `dump-flows`.
//! - [`parse_match`]: a match alone.
//! - [`parse_actions`]: actions, as a packet-out or a bucket has them.
//! - [`parse_instructions`]: what a flow has after `actions=`.
//!
//! Groups and meters, and what changes groups, are parsed by their `FromStr`.

mod actions;
mod connection;
mod controller;
mod encapsulation;
mod error;
mod fields;
mod flow;
mod group;
mod learn;
mod matches;
mod meter;
mod number;
mod output;
mod pairs;
mod sample;
mod spread;
mod subfield;
mod value;

pub use actions::{parse_actions, parse_instructions};
pub use error::ParseError;
pub use flow::parse_flow;
pub use matches::parse_match;
