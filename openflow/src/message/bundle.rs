//! Bundles: changes that happen together or not at all (OpenFlow 1.5.1, section 7.3.9).

use super::body::{Body, Message};
use super::decode_body::Nesting;
use super::error::ErrorCode;
use super::header::Header;
use super::property::next_property;
use super::wire::{EncodeError, MessageError, put_u16, put_u32};
use crate::decode::Reader;
use crate::version::Version;

/// All messages happen or none.
pub const BUNDLE_ATOMIC: u16 = 1;
/// The messages happen in the order of their coming.
pub const BUNDLE_ORDERED: u16 = 2;

/// What is asked of a bundle, or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BundleCommand {
    /// Opens it.
    OpenRequest,
    /// It is open.
    OpenReply,
    /// Takes no more messages.
    CloseRequest,
    /// It is closed.
    CloseReply,
    /// Makes its changes.
    CommitRequest,
    /// They are made.
    CommitReply,
    /// Forgets it.
    DiscardRequest,
    /// It is forgotten.
    DiscardReply,
}

impl BundleCommand {
    const ALL: [BundleCommand; 8] = [
        BundleCommand::OpenRequest,
        BundleCommand::OpenReply,
        BundleCommand::CloseRequest,
        BundleCommand::CloseReply,
        BundleCommand::CommitRequest,
        BundleCommand::CommitReply,
        BundleCommand::DiscardRequest,
        BundleCommand::DiscardReply,
    ];
}

/// A message about a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BundleControl {
    /// Which bundle.
    pub bundle: u32,
    /// What of it.
    pub command: BundleCommand,
    /// [`BUNDLE_ATOMIC`], [`BUNDLE_ORDERED`]; the same for all messages about a bundle.
    pub flags: u16,
}

impl BundleControl {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<BundleControl, MessageError> {
        let bundle = r.u32()?;
        let number = usize::from(r.u16()?);
        let unknown = MessageError::refused(ErrorCode::BAD_BUNDLE_TYPE, "an unknown message about a bundle");
        let command = *BundleCommand::ALL.get(number).ok_or(unknown)?;
        let flags = r.u16()?;
        skip_properties(r)?;
        Ok(BundleControl { bundle, command, flags })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u32(out, self.bundle);
        put_u16(out, self.command as u16);
        put_u16(out, self.flags);
    }
}

/// Adds a message to a bundle. The message has the number (`xid`) of the one that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleAdd {
    /// Which bundle.
    pub bundle: u32,
    /// The bundle's flags.
    pub flags: u16,
    /// The message.
    pub message: Box<Body>,
}

impl BundleAdd {
    pub(crate) fn decode(
        r: &mut Reader<'_>,
        version: Version,
        xid: u32,
        nesting: Nesting,
    ) -> Result<BundleAdd, MessageError> {
        let bundle = r.u32()?;
        r.take(2)?;
        let flags = r.u16()?;
        let message = next_message(r, version, nesting)?;
        if message.xid != xid {
            let reason = "a message in a bundle has another number than the one that it is in";
            return Err(MessageError::refused(ErrorCode::BAD_BUNDLE_XID, reason));
        }
        skip_properties(r)?;
        Ok(BundleAdd { bundle, flags, message: Box::new(message.body) })
    }

    pub(crate) fn encode(&self, version: Version, xid: u32, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put_u32(out, self.bundle);
        put_u16(out, 0);
        put_u16(out, self.flags);
        self.message.encode(version, xid, out)
    }
}

/// The message at the start of `r`, and zeros up to eight bytes after it.
pub(crate) fn next_message(
    r: &mut Reader<'_>,
    version: Version,
    nesting: Nesting,
) -> Result<Message, MessageError> {
    const LENGTH: MessageError = MessageError::refused(
        ErrorCode::BAD_BUNDLE_MESSAGE_LENGTH,
        "a message in a message has another length",
    );
    if nesting == Nesting::Inner {
        let reason = "a message in a message in a message";
        return Err(MessageError::refused(ErrorCode::BAD_BUNDLE_TYPE, reason));
    }
    let mut ahead = *r;
    let header = Header::read(&mut ahead).map_err(|_| LENGTH)?;
    let length = usize::from(header.length);
    let bytes = r.take(length).map_err(|_| LENGTH)?;
    let padding = (length.next_multiple_of(8) - length).min(r.len());
    r.take(padding)?;
    Message::decode_nested(bytes, version, Nesting::Inner)
}

fn skip_properties(r: &mut Reader<'_>) -> Result<(), MessageError> {
    while !r.is_empty() {
        next_property(r)?;
    }
    Ok(())
}
