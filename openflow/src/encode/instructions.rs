//! Instructions (`ofpacts_put_openflow_instructions` in Open vSwitch).

use super::actions::Encoder;
use super::buffer::{put_zeros, standard};
use crate::action::Action;
use crate::flow_match::Match;
use crate::order::Instruction;
use crate::version::Version;
use crate::wire::instruction_number;

/// Appends `actions` of a flow with the match `of` to `out`, as instructions that a switch reads that speaks `version`.
///
/// The match decides about old forms of actions only: what to set of TCP, UDP or SCTP, and whether a VLAN tag is to be
/// pushed before it is set.
pub fn encode_instructions(actions: &[Action], of: &Match, version: Version, out: &mut Vec<u8>) {
    let mut encoder = Encoder::new(version, of);
    for group in actions.chunk_by(|a, b| {
        let kind = Instruction::of(a, version);
        kind == Instruction::Apply && Instruction::of(b, version) == kind
    }) {
        put_instruction(&mut encoder, group, out);
    }
}

fn put_instruction(encoder: &mut Encoder, group: &[Action], out: &mut Vec<u8>) {
    let Some(first) = group.first() else { return };
    let kind = Instruction::of(first, encoder.version);
    let start = out.len();
    standard(out, instruction_number(kind), |b| match first {
        Action::GotoTable(table) => b.push(*table),
        Action::WriteMetadata { metadata, mask } => {
            put_zeros(b, 4);
            b.extend(metadata.to_be_bytes());
            b.extend(mask.to_be_bytes());
        }
        Action::Meter(id) if kind == Instruction::Meter => b.extend(id.to_be_bytes()),
        Action::WriteActions(actions) => {
            put_zeros(b, 4);
            encoder.nested(actions, b);
        }
        Action::ClearActions => put_zeros(b, 4),
        _ => {
            put_zeros(b, 4);
            encoder.actions(group, b);
        }
    });
    // Nothing to apply or to write needs no instruction.
    if out.len() == start + 8 && matches!(kind, Instruction::Apply | Instruction::Write) {
        out.truncate(start);
    }
}
