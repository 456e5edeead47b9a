//! Packets for the controller, and back (`NXT_PACKET_IN2` and `NXT_RESUME` of Open vSwitch; OpenFlow 1.5.1,
//! section 7.4.1).

use super::error::ErrorCode;
use super::flow_mod::NO_BUFFER;
use super::flow_parts::{put_fields, read_metadata};
use super::property::{
    UNKNOWN_PROPERTY, next_property, property_u8, property_u32, property_value, put_property,
    put_u8_property, put_u32_property,
};
use super::wire::{EncodeError, MessageError, put_u64, put_zeros};
use crate::decode::{Reader, decode_fields_loosely};
use crate::flow_match::Match;
use crate::version::Version;

const PACKET: u16 = 0;
const FULL_LENGTH: u16 = 1;
const BUFFER: u16 = 2;
const TABLE: u16 = 3;
const COOKIE: u16 = 4;
const REASON: u16 = 5;
const METADATA: u16 = 6;
const USERDATA: u16 = 7;
const CONTINUATION: u16 = 8;

/// Formats of packets for the controller, as [`Body::SetPacketInFormat`](super::Body::SetPacketInFormat) has
/// them.
pub mod packet_in_format {
    /// The standard's.
    pub const STANDARD: u32 = 0;
    /// The one with userdata and continuations.
    pub const PACKET_IN2: u32 = 2;
}

/// A packet that a flow, a group or a meter sends to the controller; or the same, to be resumed.
///
/// It is read from the standard's form and from Open vSwitch's, and written in the latter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PacketIn {
    /// The packet, or its start. In the standard's form it may be empty, in Open vSwitch's not.
    pub packet: Vec<u8>,
    /// Bytes of the whole packet.
    pub full_length: u32,
    /// The buffer where the switch keeps it, or [`NO_BUFFER`].
    pub buffer: u32,
    /// The table of the flow.
    pub table: u8,
    /// The cookie of the flow; all bits are set if there is none.
    pub cookie: u64,
    /// Why: `OFPR_*`.
    pub reason: u8,
    /// Fields that are not in the packet: its port, registers, its tunnel.
    pub metadata: Match,
    /// The bytes that the action has for the controller.
    pub userdata: Vec<u8>,
    /// What the switch needs to go on with the packet, if it waits.
    pub continuation: Option<Vec<u8>>,
}

impl PacketIn {
    /// A packet that nothing else is known of.
    pub fn of(packet: Vec<u8>) -> PacketIn {
        PacketIn {
            full_length: packet.len() as u32,
            packet,
            buffer: NO_BUFFER,
            table: 0,
            cookie: u64::MAX,
            reason: 0,
            metadata: Match::any(),
            userdata: Vec::new(),
            continuation: None,
        }
    }

    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<PacketIn, MessageError> {
        let mut found = PacketIn::of(Vec::new());
        while !r.is_empty() {
            let (kind, mut value) = next_property(r)?;
            match kind {
                PACKET => found.packet = value.rest().to_vec(),
                FULL_LENGTH => found.full_length = property_u32(value)?,
                BUFFER => found.buffer = property_u32(value)?,
                TABLE => found.table = property_u8(value)?,
                COOKIE => {
                    found.cookie = property_value(value, |v| {
                        v.take(4)?;
                        Ok(v.u64()?)
                    })?;
                }
                REASON => found.reason = property_u8(value)?,
                METADATA => found.metadata = decode_fields_loosely(value.rest())?.0,
                USERDATA => found.userdata = value.rest().to_vec(),
                CONTINUATION => {
                    value.take(4)?;
                    found.continuation = Some(value.rest().to_vec());
                }
                _ => return Err(UNKNOWN_PROPERTY),
            }
        }
        const LENGTH: MessageError = MessageError::refused(
            ErrorCode::BAD_LENGTH,
            "a packet for the controller is missing, or is longer than itself",
        );
        let length = found.packet.len() as u32;
        if found.full_length == 0 {
            found.full_length = length;
        }
        if length == 0 || found.full_length < length { Err(LENGTH) } else { Ok(found) }
    }

    /// The standard's form.
    pub(crate) fn decode_standard(r: &mut Reader<'_>) -> Result<PacketIn, MessageError> {
        let (buffer, full_length) = (r.u32()?, u32::from(r.u16()?));
        let (reason, table, cookie) = (r.u8()?, r.u8()?, r.u64()?);
        let metadata = read_metadata(r)?;
        r.take(2)?;
        let packet = r.rest().to_vec();
        // Open vSwitch takes a length here that is less than what is there; its own form has no place for one.
        let full_length = full_length.max(packet.len() as u32);
        Ok(PacketIn { full_length, buffer, table, cookie, reason, metadata, ..PacketIn::of(packet) })
    }

    /// # Errors
    /// [`EncodeError::NoPacket`].
    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if self.packet.is_empty() {
            return Err(EncodeError::NoPacket);
        }
        put_property(out, PACKET, |b| b.extend(&self.packet));
        if self.full_length as usize != self.packet.len() {
            put_u32_property(out, FULL_LENGTH, self.full_length);
        }
        if self.buffer != NO_BUFFER {
            put_u32_property(out, BUFFER, self.buffer);
        }
        put_u8_property(out, TABLE, self.table);
        if self.cookie != u64::MAX {
            put_property(out, COOKIE, |b| {
                put_zeros(b, 4);
                put_u64(b, self.cookie);
            });
        }
        put_u8_property(out, REASON, self.reason);
        put_property(out, METADATA, |b| put_fields(b, &self.metadata, version));
        if let Some(continuation) = &self.continuation {
            put_property(out, CONTINUATION, |b| {
                put_zeros(b, 4);
                b.extend(continuation);
            });
        }
        if !self.userdata.is_empty() {
            put_property(out, USERDATA, |b| b.extend(&self.userdata));
        }
        Ok(())
    }
}
