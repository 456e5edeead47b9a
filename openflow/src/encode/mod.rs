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
pub(crate) use buffer::{pad, put_u16, put_zeros};
pub(crate) use entry::put_entry;
pub use instructions::encode_instructions;
pub use matches::{encode_fields, encode_match, encode_nxm};
