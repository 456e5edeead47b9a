//! Actions from the wire (`ofpacts_pull_openflow_actions` in Open vSwitch).

use super::error::{DecodeError, Problem};
use super::fields::{copy_field, set_field};
use super::nicira::nicira;
use super::output::output;
use super::reader::Reader;
use crate::action::{Action, Actions, OlderSet};
use crate::order::{Outer, verify};
use crate::version::Version;
use crate::wire::{EXPERIMENTER_ACTION, NICIRA, ONF};

const ONF_COPY_FIELD: u16 = 3200;

/// How deep actions may be nested; the text of `ovs-ofctl` has the same limit.
pub(crate) const MAX_DEPTH: usize = 100;

/// What decides how an action is read: the version, and how deep it is in other actions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) version: Version,
    depth: usize,
}

/// Decodes actions that fill `bytes`, as a packet-out, a bucket or the instruction to apply actions has them.
///
/// # Errors
/// Whatever Open vSwitch rejects too: unknown actions, lengths, fields and arguments that are not possible, actions that
/// cannot be together.
pub fn decode_actions(bytes: &[u8], version: Version) -> Result<Actions, DecodeError> {
    let from = Reader::new(bytes);
    let actions = Context::new(version).actions(from)?;
    verified(from, actions, version, Outer::ActionList)
}

/// `actions`, read at `place`, if they can be together.
pub(super) fn verified(
    place: Reader<'_>,
    actions: Actions,
    version: Version,
    outer: Outer,
) -> Result<Actions, DecodeError> {
    match verify(&actions, version, outer) {
        Ok(()) => Ok(actions),
        Err(wrong) => Err(place.error(Problem::Argument(wrong))),
    }
}

impl Context {
    pub(super) fn new(version: Version) -> Context {
        Context { version, depth: 0 }
    }

    /// All actions of `from`.
    pub(super) fn actions(self, mut from: Reader<'_>) -> Result<Actions, DecodeError> {
        if self.depth > MAX_DEPTH {
            return Err(from.error(Problem::TooDeep));
        }
        let mut actions = Actions::new();
        while !from.is_empty() {
            actions.push(self.action(&mut from)?);
        }
        Ok(actions)
    }

    /// All actions of `from`, which are inside of `outer`.
    pub(super) fn nested(self, from: Reader<'_>, outer: Outer) -> Result<Actions, DecodeError> {
        let actions = Context { depth: self.depth + 1, ..self }.actions(from)?;
        verified(from, actions, self.version, outer)
    }

    fn action(self, from: &mut Reader<'_>) -> Result<Action, DecodeError> {
        let place = *from;
        let (kind, length) = (from.u16()?, usize::from(from.u16()?));
        if length < 8 || length % 8 != 0 {
            return Err(place.error(Problem::Length(length)));
        }
        let mut body = from.part(length - 4)?;
        if kind != EXPERIMENTER_ACTION {
            return self.standard(place, kind, body);
        }
        let experimenter = body.u32()?;
        let number = match experimenter {
            NICIRA | ONF => body.u16()?,
            _ => 0,
        };
        let unknown = || place.error(Problem::UnknownAction { experimenter, number });
        match (experimenter, number) {
            (NICIRA, _) => nicira(self, place, number, body),
            (ONF, ONF_COPY_FIELD) if self.version < Version::V1_5 => {
                body.take(2)?;
                copy_field(body, 2)
            }
            _ => Err(unknown()),
        }
    }

    fn standard(self, place: Reader<'_>, kind: u16, mut body: Reader<'_>) -> Result<Action, DecodeError> {
        let argument = |wrong| place.error(Problem::Argument(wrong));
        let older = |set: OlderSet, value: u64| match set.takes(value) {
            true => Ok(Action::Older(set, value)),
            false => Err(argument("the value is too large for the action")),
        };
        let action = match kind {
            0 => return output(body),
            1 => older(OlderSet::VlanId, body.u16()?.into())?,
            2 => older(OlderSet::VlanPriority, body.u8()?.into())?,
            3 | 4 => {
                let set = if kind == 3 { OlderSet::EthernetSource } else { OlderSet::EthernetDestination };
                let address = u64::from(body.u32()?) << 16 | u64::from(body.u16()?);
                body.take(6)?;
                Action::Older(set, address)
            }
            5 => older(OlderSet::Ipv4Source, body.u32()?.into())?,
            6 => older(OlderSet::Ipv4Destination, body.u32()?.into())?,
            7 => older(OlderSet::TypeOfService, body.u8()?.into())?,
            8 => older(OlderSet::CongestionNotification, body.u8()?.into())?,
            9 => older(OlderSet::TransportSource, body.u16()?.into())?,
            10 => older(OlderSet::TransportDestination, body.u16()?.into())?,
            13 => older(OlderSet::MplsLabel, body.u32()?.into())?,
            14 => older(OlderSet::MplsTrafficClass, body.u8()?.into())?,
            15 => older(OlderSet::MplsTimeToLive, body.u8()?.into())?,
            16 => Action::DecMplsTtl,
            17 => match body.u16()? {
                kind @ (0x8100 | 0x88a8) => Action::PushVlan(kind),
                _ => return Err(argument("a VLAN tag has Ethernet type 0x8100 or 0x88a8")),
            },
            18 => Action::PopVlan,
            19 => match body.u16()? {
                kind @ (0x8847 | 0x8848) => Action::PushMpls(kind),
                _ => return Err(argument("an MPLS label has Ethernet type 0x8847 or 0x8848")),
            },
            20 => Action::PopMpls(body.u16()?),
            21 => Action::SetQueue(body.u32()?),
            22 => Action::Group(body.u32()?),
            23 => older(OlderSet::TimeToLive, body.u8()?.into())?,
            24 => Action::DecTtl,
            25 => return set_field(body, self.version),
            28 if self.version >= Version::V1_5 => return copy_field(body, 2),
            29 if self.version >= Version::V1_5 => Action::Meter(body.u32()?),
            _ => return Err(place.error(Problem::UnknownAction { experimenter: 0, number: kind })),
        };
        at_end(place, body)?;
        Ok(action)
    }
}

/// An action of a fixed length, whose padding nobody looks at, is read up to less than eight bytes before its end.
pub(super) fn at_end(place: Reader<'_>, body: Reader<'_>) -> Result<(), DecodeError> {
    let length = body.offset() + body.len() - place.offset();
    if body.len() < 8 { Ok(()) } else { Err(place.error(Problem::Length(length))) }
}
