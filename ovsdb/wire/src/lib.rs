//! JSON-RPC 1.0 over a byte stream (RFC 7047 section 4), for clients and servers.
//!
//! [`Framer`] takes messages off a byte stream; [`Message`] reads their envelopes without copying; the `write_*`
//! functions append messages to a buffer.

mod framing;
mod message;

pub use framing::{Framer, FramingError};
pub use message::{Message, MessageError, write_error, write_request, write_result};
