//! OpenFlow onto the wire.

mod actions;
mod buffer;
mod connection;
mod controller;
mod encapsulation;
mod entry;
mod fields;
mod instructions;
mod learn;
mod matches;
mod sample;
mod spread;

pub use actions::encode_actions;
pub use instructions::encode_instructions;
pub use matches::{encode_fields, encode_match, encode_nxm};
