//! OpenFlow from the wire.
//!
//! Each function takes bytes and gives the same types that [`encode_match`](crate::encode_match),
//! [`encode_actions`](crate::encode_actions) and [`encode_instructions`](crate::encode_instructions) put on the wire,
//! or the place of the first byte that is wrong:
//!
//! - [`decode_match`]: an `ofp_match` at the start of bytes, as in a flow-mod; says how many bytes it took.
//! - [`decode_fields`]: OXM or NXM entries alone.
//! - [`decode_fields_loosely`]: entries that describe a packet, as in a packet-in.
//! - [`decode_actions`]: actions that fill the bytes, as in a packet-out or a bucket.
//! - [`decode_instructions`]: instructions that fill the bytes, as at the end of a flow-mod; they become one list of
//!   actions, like in text.
//!
//! What Open vSwitch rejects is rejected.

mod actions;
mod connection;
mod controller;
mod encapsulation;
mod entry;
mod error;
mod fields;
mod instructions;
mod learn;
mod matches;
mod nicira;
mod output;
mod reader;
mod sample;
mod spread;

pub use actions::decode_actions;
pub(crate) use entry::entry;
pub use error::{DecodeError, Problem, UnknownField};
pub use instructions::decode_instructions;
pub use matches::{decode_fields, decode_fields_loosely, decode_match};
pub(crate) use reader::Reader;
