//! The eight bytes that every message starts with (OpenFlow 1.5.1, section 7.1.1).

use super::wire::{MessageError, put_u16, put_u32};
use crate::decode::Reader;

/// Bytes of a header.
pub const HEADER_LENGTH: usize = 8;

/// A message's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header {
    /// The version's number on the wire.
    pub version: u8,
    /// The message's type.
    pub kind: u8,
    /// Bytes of the message, the header's among them.
    pub length: u16,
    /// The number that a reply repeats.
    pub xid: u32,
}

impl Header {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// When there are less than eight bytes.
    pub fn decode(bytes: &[u8]) -> Result<Header, MessageError> {
        Header::read(&mut Reader::new(bytes))
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Header, MessageError> {
        Ok(Header { version: r.u8()?, kind: r.u8()?, length: r.u16()?, xid: r.u32()? })
    }

    pub(crate) fn encode(self, out: &mut Vec<u8>) {
        out.extend([self.version, self.kind]);
        put_u16(out, self.length);
        put_u32(out, self.xid);
    }
}
