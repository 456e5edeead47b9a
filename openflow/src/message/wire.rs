//! Reading and writing what all messages have: lengths, padding, texts, lists of entries.

use super::error::ErrorCode;
use crate::decode::{DecodeError, Problem, Reader};
use crate::port::Port;
use crate::version::Version;

pub(crate) use crate::encode::{pad as pad_to_8, put_u16, put_zeros};

/// Bytes that are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// They end too early, or a match or an action in them is none.
    #[error("after the header, {0}")]
    Malformed(#[from] DecodeError),
    /// A number in them means nothing here.
    #[error("{reason} ({code})")]
    Refused {
        /// What a switch answers, in the numbers of OpenFlow 1.5.
        code: ErrorCode,
        /// What is wrong.
        reason: &'static str,
    },
}

impl MessageError {
    pub(crate) const fn refused(code: ErrorCode, reason: &'static str) -> MessageError {
        MessageError::Refused { code, reason }
    }

    /// The error that a switch answers such bytes with, in the numbers of OpenFlow 1.5.
    pub fn code(&self) -> ErrorCode {
        let problem = match self {
            MessageError::Refused { code, .. } => return *code,
            MessageError::Malformed(error) => &error.problem,
        };
        match problem {
            Problem::Short { .. } | Problem::Length(_) => ErrorCode::BAD_LENGTH,
            Problem::NotZero => ErrorCode::MUST_BE_ZERO,
            Problem::MatchType(_) => ErrorCode::BAD_MATCH_TYPE,
            Problem::UnknownField(_) => ErrorCode::BAD_FIELD,
            Problem::Repeated(_) => ErrorCode::DUPLICATE_FIELD,
            Problem::Mask(_) => ErrorCode::BAD_MASK,
            Problem::OutsideMask(_) => ErrorCode::BAD_WILDCARDS,
            Problem::Value(_) => ErrorCode::BAD_VALUE,
            Problem::Prerequisite(_) => ErrorCode::BAD_PREREQUISITE,
            Problem::ReadOnly(_) => ErrorCode::BAD_SET_ARGUMENT,
            Problem::Bits { .. } => ErrorCode::BAD_SET_LENGTH,
            Problem::UnknownAction { experimenter: 0, .. } => ErrorCode::BAD_ACTION,
            Problem::UnknownAction { .. } => ErrorCode::BAD_EXPERIMENTER_ACTION,
            Problem::UnknownInstruction(_) => ErrorCode::BAD_INSTRUCTION,
            Problem::RepeatedInstruction(_) => ErrorCode::DUPLICATE_INSTRUCTION,
            Problem::Argument(_) | Problem::TooDeep => ErrorCode::BAD_ARGUMENT,
        }
    }
}

/// A message that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Lengths have 16 bits.
    #[error("a message of {bytes} bytes is too long: 65535 is the most, so part it")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The version has no such message, or not with this content.
    #[error("{what} is not in OpenFlow {version}, which was agreed upon")]
    NotInVersion {
        /// What it is.
        what: &'static str,
        /// The version.
        version: Version,
    },
    /// The standard lets a switch send a packet-in without a byte of the packet, Open vSwitch's form does not.
    #[error("a packet for the controller has no byte of the packet, which Open vSwitch's form must have")]
    NoPacket,
}

/// Writes the length of what follows byte `start` at byte `at`. A length over 65535 is found when the message
/// is complete.
pub(crate) fn put_length_at(out: &mut [u8], at: usize, start: usize) {
    let length = (out.len() - start) as u16;
    out[at..at + 2].copy_from_slice(&length.to_be_bytes());
}

pub(crate) fn put_u32(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_be_bytes());
}

pub(crate) fn put_u64(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_be_bytes());
}

/// `text` in `size` bytes, the last of them zero.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str, size: usize) {
    let start = out.len();
    let mut end = text.len().min(size - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.extend(&text.as_bytes()[..end]);
    out.resize(start + size, 0);
}

/// Text in `size` bytes, up to the first that is zero, or without the last. If it is no UTF-8, bytes that are
/// not ASCII become `?`.
pub(crate) fn read_text(r: &mut Reader<'_>, size: usize) -> Result<String, MessageError> {
    let bytes = r.take(size)?;
    let text = bytes[..size.saturating_sub(1)].split(|&byte| byte == 0).next().unwrap_or_default();
    let ascii = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
    Ok(str::from_utf8(text).map_or_else(|_| text.iter().map(ascii).collect(), str::to_string))
}

/// An entry that starts with its own length of 16 bits, which counts itself and at least `head` bytes in all;
/// what is read from the entry starts after the length.
pub(crate) fn read_entry<'a>(r: &mut Reader<'a>, head: usize) -> Result<Reader<'a>, MessageError> {
    let length = usize::from(r.u16()?);
    if length < head {
        let reason = "an entry is shorter than its head";
        return Err(MessageError::refused(ErrorCode::BAD_LENGTH, reason));
    }
    Ok(r.part(length - 2)?)
}

/// All that `read` finds until nothing is left.
pub(crate) fn read_all<'a, T>(
    r: &mut Reader<'a>,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<T, MessageError>,
) -> Result<Vec<T>, MessageError> {
    let mut found = Vec::new();
    while !r.is_empty() {
        found.push(read(r)?);
    }
    Ok(found)
}

/// A port number of 32 bits.
pub(crate) fn read_port(r: &mut Reader<'_>) -> Result<Port, MessageError> {
    let unknown = MessageError::refused(ErrorCode::BAD_PORT, "no port has that number");
    Port::from_u32(r.u32()?).ok_or(unknown)
}
