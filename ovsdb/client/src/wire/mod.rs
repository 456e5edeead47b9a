//! JSON-RPC 1.0 over a byte stream (RFC 7047 section 4).

mod framing;
mod message;

pub use framing::{Framer, FramingError};
pub use message::{Message, MessageError};
pub(crate) use message::{write_error, write_request, write_result};
