//! Matches, actions and instructions as messages carry them.

use super::wire::MessageError;
use crate::action::{Action, Actions};
use crate::decode::{
    DecodeError, Reader, decode_actions, decode_fields_loosely, decode_instructions, decode_match,
};
use crate::encode::{encode_actions, encode_fields, encode_instructions, encode_match};
use crate::flow::Flow;
use crate::flow_match::Match;
use crate::version::Version;

/// Bytes of a match's head: its type and its length without padding.
const MATCH_HEAD: usize = 4;

/// `error` in bytes that begin at byte `start` of the message's body.
fn after(start: usize, error: DecodeError) -> DecodeError {
    DecodeError { offset: start + error.offset, ..error }
}

/// The match at the start of `r`, its padding included (OpenFlow 1.5.1, section 7.2.3).
pub(crate) fn read_match(r: &mut Reader<'_>) -> Result<Match, MessageError> {
    let mut ahead = *r;
    let (matching, length) = decode_match(ahead.rest()).map_err(|error| after(r.offset(), error))?;
    r.take(length)?;
    Ok(matching)
}

/// The match at the start of `r`, its padding included, where it describes a packet: fields that nobody knows
/// are left out.
pub(crate) fn read_metadata(r: &mut Reader<'_>) -> Result<Match, MessageError> {
    r.take(2)?;
    let length = usize::from(r.u16()?);
    let fields = r.take(length.saturating_sub(MATCH_HEAD))?;
    r.take(length.next_multiple_of(8) - length)?;
    Ok(decode_fields_loosely(fields)?.0)
}

/// The instructions that are left in `r`.
pub(crate) fn read_instructions(r: &mut Reader<'_>, version: Version) -> Result<Actions, MessageError> {
    let start = r.offset();
    Ok(decode_instructions(r.rest(), version).map_err(|error| after(start, error))?)
}

/// The actions that are left in `r`.
pub(crate) fn read_actions(r: &mut Reader<'_>, version: Version) -> Result<Actions, MessageError> {
    let start = r.offset();
    Ok(decode_actions(r.rest(), version).map_err(|error| after(start, error))?)
}

pub(crate) fn put_match(out: &mut Vec<u8>, matching: &Match, version: Version) {
    encode_match(matching, version, out);
}

/// The entries of a match without its head and padding.
pub(crate) fn put_fields(out: &mut Vec<u8>, matching: &Match, version: Version) {
    encode_fields(matching, version, out);
}

/// Bytes of a match with its head and without its padding.
pub(crate) fn match_length(matching: &Match, version: Version) -> u16 {
    let mut fields = Vec::new();
    encode_fields(matching, version, &mut fields);
    (fields.len() + MATCH_HEAD) as u16
}

/// The instructions of a flow.
pub(crate) fn put_instructions(out: &mut Vec<u8>, flow: &Flow, version: Version) {
    encode_instructions(&flow.actions, &flow.matches, version, out);
}

pub(crate) fn put_actions(out: &mut Vec<u8>, actions: &[Action], version: Version) {
    encode_actions(actions, version, out);
}
