//! Watching flows change (OpenFlow 1.5.1, section 7.3.5.16; before 1.4, ONF's extension 187).

use super::error::ErrorCode;
use super::flow_mod::ANY_GROUP;
use super::flow_parts::{match_length, put_instructions, put_match, read_instructions, read_match};
use super::wire::{
    EncodeError, MessageError, put_length_at, put_u16, put_u32, put_u64, put_zeros, read_entry, read_port,
};
use crate::decode::Reader;
use crate::flow::Flow;
use crate::flow_match::Match;
use crate::port::Port;
use crate::version::Version;

/// Bits of [`FlowMonitor::flags`].
pub mod monitor_flags {
    /// Tells the flows that there are.
    pub const INITIAL: u16 = 1;
    /// Tells flows that come.
    pub const ADD: u16 = 1 << 1;
    /// Tells flows that go.
    pub const REMOVED: u16 = 1 << 2;
    /// Tells flows whose actions change.
    pub const MODIFY: u16 = 1 << 3;
    /// Tells actions with the flows.
    pub const INSTRUCTIONS: u16 = 1 << 4;
    /// Tells this controller's own changes in full; Open vSwitch takes it before OpenFlow 1.4 only.
    pub const NO_ABBREVIATION: u16 = 1 << 5;
    /// Tells only this controller's changes; from OpenFlow 1.4 on.
    pub const ONLY_OWN: u16 = 1 << 6;
}

/// What happens to a monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MonitorCommand {
    /// It is new.
    Add,
    /// It changes.
    Modify,
    /// It ends.
    Delete,
}

/// Asks to be told when flows change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FlowMonitor {
    /// The controller's number for the monitor.
    pub id: u32,
    /// What happens to it; before OpenFlow 1.4 only adding, and ending is a message of its own.
    pub command: MonitorCommand,
    /// Bits of [`monitor_flags`].
    pub flags: u16,
    /// The table, or [`ALL_TABLES`](super::flow_mod::ALL_TABLES).
    pub table: u8,
    /// Flows must have this output port, unless it is [`Port::NONE`].
    pub out_port: Port,
    /// Flows must have this group, unless it is [`ANY_GROUP`]; from OpenFlow 1.4 on.
    pub out_group: u32,
    /// A match that covers theirs.
    pub matching: Match,
}

impl FlowMonitor {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<FlowMonitor, MessageError> {
        let id = r.u32()?;
        if version < Version::V1_4 {
            let flags = r.u16()?;
            r.take(2)?;
            let (out_port, table) = (read_port(r)?, r.u8()?);
            r.take(3)?;
            let (command, matching) = (MonitorCommand::Add, read_match(r)?);
            return Ok(FlowMonitor { id, command, flags, table, out_port, out_group: ANY_GROUP, matching });
        }
        let (out_port, out_group, flags, table) = (read_port(r)?, r.u32()?, r.u16()?, r.u8()?);
        let command = match r.u8()? {
            0 => MonitorCommand::Add,
            1 => MonitorCommand::Modify,
            2 => MonitorCommand::Delete,
            _ => {
                let reason = "an unknown command for a flow monitor";
                return Err(MessageError::refused(ErrorCode::BAD_MONITOR_COMMAND, reason));
            }
        };
        Ok(FlowMonitor { id, command, flags, table, out_port, out_group, matching: read_match(r)? })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put_u32(out, self.id);
        if version < Version::V1_4 {
            if self.command != MonitorCommand::Add || self.out_group != ANY_GROUP {
                let what = "a flow monitor that changes or looks at groups";
                return Err(EncodeError::NotInVersion { what, version });
            }
            put_u16(out, self.flags);
            put_u16(out, match_length(&self.matching, version));
            put_u32(out, self.out_port.to_u32());
            out.extend([self.table, 0, 0, 0]);
        } else {
            put_u32(out, self.out_port.to_u32());
            put_u32(out, self.out_group);
            put_u16(out, self.flags);
            out.extend([self.table, self.command as u8]);
        }
        put_match(out, &self.matching, version);
        Ok(())
    }
}

/// How a flow changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowEvent {
    /// It was there when the monitor began; before OpenFlow 1.4 that is [`FlowEvent::Added`].
    Initial,
    /// It came.
    Added,
    /// It went, for the reason `OFPRR_*`.
    Removed(u8),
    /// Its actions changed.
    Modified,
}

/// A flow that a monitor tells of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChangedFlow {
    /// How it changed.
    pub event: FlowEvent,
    /// The flow; it has actions if the monitor asked for them, and neither flags nor importance.
    pub flow: Flow,
}

/// What a monitor tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FlowUpdate {
    /// A flow changed.
    Flow(ChangedFlow),
    /// What this controller asked for in the message of this number happened.
    Own(u32),
    /// Too much changes: from here on only flows that go are told; from OpenFlow 1.4 on.
    Paused,
    /// All changes are told again; from OpenFlow 1.4 on.
    Resumed,
}

/// Numbers of events: from OpenFlow 1.4 on, and before, where there is one.
const INITIAL: u16 = 0;
const ADDED: (u16, u16) = (1, 0);
const REMOVED: (u16, u16) = (2, 1);
const MODIFIED: (u16, u16) = (3, 2);
const ABBREVIATED: (u16, u16) = (4, 3);
const PAUSED: u16 = 5;
const RESUMED: u16 = 6;

impl FlowUpdate {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<FlowUpdate, MessageError> {
        let mut r = read_entry(r, 4)?;
        let old = version < Version::V1_4;
        let number = r.u16()?;
        let is = |event: (u16, u16)| number == if old { event.1 } else { event.0 };
        let event = if is(ADDED) {
            FlowEvent::Added
        } else if is(REMOVED) {
            FlowEvent::Removed(0)
        } else if is(MODIFIED) {
            FlowEvent::Modified
        } else if is(ABBREVIATED) {
            return Ok(FlowUpdate::Own(r.u32()?));
        } else {
            match number {
                INITIAL => FlowEvent::Initial,
                PAUSED if !old => return Ok(FlowUpdate::Paused),
                RESUMED if !old => return Ok(FlowUpdate::Resumed),
                _ => {
                    let reason = "an unknown event of a flow monitor";
                    return Err(MessageError::refused(ErrorCode::BAD_MONITOR_EVENT, reason));
                }
            }
        };
        ChangedFlow::decode(event, &mut r, version).map(FlowUpdate::Flow)
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        put_u16(out, 0);
        let old = version < Version::V1_4;
        let number = |event: (u16, u16)| if old { event.1 } else { event.0 };
        match self {
            FlowUpdate::Flow(flow) => {
                put_u16(
                    out,
                    match flow.event {
                        FlowEvent::Initial if old => number(ADDED),
                        FlowEvent::Initial => INITIAL,
                        FlowEvent::Added => number(ADDED),
                        FlowEvent::Removed(_) => number(REMOVED),
                        FlowEvent::Modified => number(MODIFIED),
                    },
                );
                flow.encode(version, out);
            }
            FlowUpdate::Own(xid) => {
                put_u16(out, number(ABBREVIATED));
                put_u32(out, *xid);
            }
            FlowUpdate::Paused | FlowUpdate::Resumed if old => {
                let what = "a pause as an event of a flow monitor";
                return Err(EncodeError::NotInVersion { what, version });
            }
            FlowUpdate::Paused | FlowUpdate::Resumed => {
                put_u16(out, if *self == FlowUpdate::Paused { PAUSED } else { RESUMED });
                put_zeros(out, 4);
            }
        }
        put_length_at(out, start, start);
        Ok(())
    }
}

impl ChangedFlow {
    fn decode(event: FlowEvent, r: &mut Reader<'_>, version: Version) -> Result<ChangedFlow, MessageError> {
        let (table, reason, priority, idle_timeout_s, hard_timeout_s);
        if version < Version::V1_4 {
            reason = r.u16()? as u8;
            priority = r.u16()?;
            (idle_timeout_s, hard_timeout_s) = (r.u16()?, r.u16()?);
            r.take(2)?;
            table = r.u8()?;
            r.take(1)?;
        } else {
            (table, reason) = (r.u8()?, r.u8()?);
            (idle_timeout_s, hard_timeout_s) = (r.u16()?, r.u16()?);
            priority = r.u16()?;
            r.take(4)?;
        }
        let event = if matches!(event, FlowEvent::Removed(_)) { FlowEvent::Removed(reason) } else { event };
        let cookie = r.u64()?;
        let matches = read_match(r)?;
        let actions = read_instructions(r, version)?;
        let told = Flow { table, priority, cookie, idle_timeout_s, hard_timeout_s, ..Flow::default() };
        Ok(ChangedFlow { event, flow: Flow { matches, actions, ..told } })
    }

    fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let ChangedFlow { event, flow } = self;
        let reason = if let FlowEvent::Removed(reason) = event { *reason } else { 0 };
        if version < Version::V1_4 {
            for number in [u16::from(reason), flow.priority, flow.idle_timeout_s, flow.hard_timeout_s] {
                put_u16(out, number);
            }
            put_u16(out, match_length(&flow.matches, version));
            out.extend([flow.table, 0]);
        } else {
            out.extend([flow.table, reason]);
            for number in [flow.idle_timeout_s, flow.hard_timeout_s, flow.priority] {
                put_u16(out, number);
            }
            put_zeros(out, 4);
        }
        put_u64(out, flow.cookie);
        put_match(out, &flow.matches, version);
        put_instructions(out, flow, version);
    }
}
