//! Instructions (`ofpacts_pull_openflow_instructions` in Open vSwitch).

use super::actions::{Context, verified};
use super::error::{DecodeError, Problem};
use super::reader::Reader;
use crate::action::{Action, Actions};
use crate::order::{Instruction, Outer, can_be_in_action_set};
use crate::version::Version;
use crate::wire::instruction_number;

/// Decodes instructions that fill `bytes` into one list, in the order in which they run.
///
/// # Errors
/// Whatever Open vSwitch rejects too: unknown and repeated instructions, and what is wrong with actions.
pub fn decode_instructions(bytes: &[u8], version: Version) -> Result<Actions, DecodeError> {
    let mut from = Reader::new(bytes);
    let start = from;
    let mut found: Vec<(Instruction, Actions)> = Vec::new();
    while !from.is_empty() {
        let place = from;
        let (number, length) = (from.u16()?, usize::from(from.u16()?));
        if length < 8 || length % 8 != 0 {
            return Err(place.error(Problem::Length(length)));
        }
        let body = from.part(length - 4)?;
        let kind = known(number, version).ok_or_else(|| place.error(Problem::UnknownInstruction(number)))?;
        if found.iter().any(|(other, _)| *other == kind) {
            return Err(place.error(Problem::RepeatedInstruction(number)));
        }
        found.push((kind, instruction(kind, body, version)?));
    }
    found.sort_by_key(|(kind, _)| *kind);
    let actions = found.into_iter().flat_map(|(_, actions)| actions).collect();
    verified(start, actions, version, Outer::Flow)
}

fn known(number: u16, version: Version) -> Option<Instruction> {
    let all = [
        Instruction::Meter,
        Instruction::Apply,
        Instruction::Clear,
        Instruction::Write,
        Instruction::Metadata,
        Instruction::Goto,
    ];
    let found = all.into_iter().find(|&kind| instruction_number(kind) == number);
    found.filter(|&kind| kind != Instruction::Meter || version < Version::V1_5)
}

fn instruction(kind: Instruction, mut body: Reader<'_>, version: Version) -> Result<Actions, DecodeError> {
    let place = body;
    let fixed = |body: Reader<'_>, action| match body.len() {
        0 => Ok(vec![action]),
        left => Err(place.error(Problem::Length(left))),
    };
    match kind {
        Instruction::Goto => {
            let table = body.u8()?;
            body.take(3)?;
            fixed(body, Action::GotoTable(table))
        }
        Instruction::Metadata => {
            body.take(4)?;
            let (metadata, mask) = (body.u64()?, body.u64()?);
            fixed(body, Action::WriteMetadata { metadata, mask })
        }
        Instruction::Meter => {
            let meter = body.u32()?;
            fixed(body, Action::Meter(meter))
        }
        Instruction::Clear => {
            body.take(4)?;
            fixed(body, Action::ClearActions)
        }
        Instruction::Apply => {
            body.take(4)?;
            Context::new(version).actions(body)
        }
        Instruction::Write => {
            body.take(4)?;
            let actions = Context::new(version).actions(body)?;
            if !actions.iter().all(can_be_in_action_set) {
                return Err(body.error(Problem::Argument("this action cannot be in the action set")));
            }
            Ok(vec![Action::WriteActions(actions)])
        }
    }
}
