//! Packets from the controller (OpenFlow 1.5.1, section 7.3.6).

use super::flow_parts::{put_actions, put_match, read_actions, read_metadata};
use super::wire::{EncodeError, MessageError, put_length_at, put_u16, put_u32, put_zeros, read_port};
use crate::action::Actions;
use crate::decode::Reader;
use crate::field::Field;
use crate::flow_match::Match;
use crate::port::Port;
use crate::version::Version;

/// A packet that the switch runs actions on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PacketOut {
    /// The buffer that has the packet, or [`NO_BUFFER`](super::flow_mod::NO_BUFFER).
    pub buffer: u32,
    /// The port that it comes from, as the actions see it.
    pub in_port: Port,
    /// Other fields that are not in the packet; from OpenFlow 1.5 on.
    pub metadata: Match,
    /// What happens to it.
    pub actions: Actions,
    /// The packet, if it is not in a buffer.
    pub packet: Vec<u8>,
}

impl PacketOut {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<PacketOut, MessageError> {
        let buffer = r.u32()?;
        let (in_port, metadata, actions_length);
        if version >= Version::V1_5 {
            actions_length = r.u16()?;
            r.take(2)?;
            let mut fields = read_metadata(r)?;
            in_port = fields.get(Field::IN_PORT).map_or(Port::NONE, |(port, _)| Port(port as u16));
            fields.remove(Field::IN_PORT);
            metadata = fields;
        } else {
            in_port = read_port(r)?;
            actions_length = r.u16()?;
            r.take(6)?;
            metadata = Match::any();
        }
        let actions = read_actions(&mut r.part(usize::from(actions_length))?, version)?;
        Ok(PacketOut { buffer, in_port, metadata, actions, packet: r.rest().to_vec() })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put_u32(out, self.buffer);
        let length_at;
        if version >= Version::V1_5 {
            length_at = out.len();
            put_u16(out, 0);
            put_zeros(out, 2);
            let mut fields = self.metadata.clone();
            fields.set_exact(Field::IN_PORT, self.in_port.0.into());
            put_match(out, &fields, version);
        } else {
            if self.metadata != Match::any() {
                return Err(EncodeError::NotInVersion { what: "metadata of a packet out", version });
            }
            put_u32(out, self.in_port.to_u32());
            length_at = out.len();
            put_u16(out, 0);
            put_zeros(out, 6);
        }
        let start = out.len();
        put_actions(out, &self.actions, version);
        put_length_at(out, length_at, start);
        out.extend(&self.packet);
        Ok(())
    }
}
