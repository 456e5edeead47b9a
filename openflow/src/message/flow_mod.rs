//! Adding, changing and deleting flows (OpenFlow 1.5.1, section 7.3.4.2).

use super::error::ErrorCode;
use super::flow_parts::{put_instructions, put_match, read_instructions, read_match};
use super::wire::{MessageError, put_u16, put_u32, put_u64, read_port};
use crate::decode::Reader;
use crate::flow::{Flow, FlowFlags};
use crate::port::Port;
use crate::version::Version;

/// No packet is buffered.
pub const NO_BUFFER: u32 = u32::MAX;
/// Any group, where a request may name one.
pub const ANY_GROUP: u32 = u32::MAX;
/// All tables, where a request may name one.
pub const ALL_TABLES: u8 = u8::MAX;

/// What happens to flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowCommand {
    /// Adds a flow, in the place of one with the same match and priority.
    Add,
    /// Changes the actions of all flows that the match covers.
    Modify,
    /// Changes the actions of the flow with this match and priority.
    ModifyStrict,
    /// Deletes all flows that the match covers.
    Delete,
    /// Deletes the flow with this match and priority.
    DeleteStrict,
}

impl FlowCommand {
    const ALL: [FlowCommand; 5] = [
        FlowCommand::Add,
        FlowCommand::Modify,
        FlowCommand::ModifyStrict,
        FlowCommand::Delete,
        FlowCommand::DeleteStrict,
    ];
}

/// Changes flows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FlowMod {
    /// What happens.
    pub command: FlowCommand,
    /// The flow that is added or meant. For deleting, the table may be [`ALL_TABLES`]; the commands that are not
    /// strict mean all flows that its match covers, whatever their priority.
    pub flow: Flow,
    /// For changing and deleting: the bits of the cookie that flows must have.
    pub cookie_mask: u64,
    /// A buffered packet that the flow is used for, or [`NO_BUFFER`].
    pub buffer: u32,
    /// For deleting: flows must have this output port, unless it is [`Port::NONE`].
    pub out_port: Port,
    /// For deleting: flows must have this group, unless it is [`ANY_GROUP`].
    pub out_group: u32,
}

impl FlowMod {
    /// `command` on `flow`, without other conditions.
    pub fn new(command: FlowCommand, flow: Flow) -> FlowMod {
        FlowMod {
            command,
            flow,
            cookie_mask: 0,
            buffer: NO_BUFFER,
            out_port: Port::NONE,
            out_group: ANY_GROUP,
        }
    }

    /// Adds `flow`, in the place of one with the same match and priority.
    pub fn add(flow: Flow) -> FlowMod {
        FlowMod::new(FlowCommand::Add, flow)
    }

    /// Deletes all flows of all tables.
    pub fn delete_all() -> FlowMod {
        FlowMod::new(FlowCommand::Delete, Flow { table: ALL_TABLES, ..Flow::default() })
    }

    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<FlowMod, MessageError> {
        let (cookie, cookie_mask) = (r.u64()?, r.u64()?);
        let table = r.u8()?;
        let unknown = MessageError::refused(ErrorCode::BAD_FLOW_COMMAND, "an unknown command for a flow");
        let command = *FlowCommand::ALL.get(usize::from(r.u8()?)).ok_or(unknown)?;
        let (idle_timeout_s, hard_timeout_s) = (r.u16()?, r.u16()?);
        let (priority, buffer) = (r.u16()?, r.u32()?);
        let (out_port, out_group) = (read_port(r)?, r.u32()?);
        let (flags, importance) = (FlowFlags::from_wire(r.u16()?), read_importance(r, version)?);
        let matches = read_match(r)?;
        let actions = read_instructions(r, version)?;
        let flow = Flow {
            table,
            priority,
            cookie,
            idle_timeout_s,
            hard_timeout_s,
            importance,
            flags,
            matches,
            actions,
        };
        Ok(FlowMod { command, flow, cookie_mask, buffer, out_port, out_group })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let flow = &self.flow;
        put_u64(out, flow.cookie);
        put_u64(out, self.cookie_mask);
        out.extend([flow.table, self.command as u8]);
        for number in [flow.idle_timeout_s, flow.hard_timeout_s, flow.priority] {
            put_u16(out, number);
        }
        for number in [self.buffer, self.out_port.to_u32(), self.out_group] {
            put_u32(out, number);
        }
        put_u16(out, flow.flags.to_wire());
        put_u16(out, importance(flow, version));
        put_match(out, &flow.matches, version);
        put_instructions(out, flow, version);
    }
}

/// How important a flow is; before OpenFlow 1.4 these bytes are padding.
pub(super) fn read_importance(r: &mut Reader<'_>, version: Version) -> Result<u16, MessageError> {
    let importance = r.u16()?;
    Ok(if version < Version::V1_4 { 0 } else { importance })
}

/// How important `flow` is, as `version` writes it.
pub(super) fn importance(flow: &Flow, version: Version) -> u16 {
    if version < Version::V1_4 { 0 } else { flow.importance }
}
