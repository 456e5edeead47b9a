//! Plans as bytes: Protocol Buffers, whose message types are Rust structs here and nowhere else.

mod decode;
mod encode;
mod message;
mod names;

pub use decode::DecodeError;
