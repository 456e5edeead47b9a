//! The learn action (`learn_parse` in Open vSwitch).

use super::error::ParseError;
use super::fields::{copied, writable};
use super::number::{number, table, u16_of, u32_of, u64_of};
use super::pairs::{Pair, Pairs, Part};
use super::subfield::{arrow, subfield};
use super::value::value;
use crate::action::{Action, Learn, LearnSource, LearnSpec, LearnTarget};
use crate::subfield::Subfield;

pub(super) fn learn(part: Part<'_>) -> Result<Action, ParseError> {
    let mut found = Learn::default();
    for pair in Pairs::new(part) {
        if !argument(&mut found, pair)? {
            found.specs.push(spec(pair)?);
        }
    }
    Ok(Action::Learn(Box::new(found)))
}

/// Takes an argument that is about the learned flow as a whole; else it is none.
fn argument(found: &mut Learn, pair: Pair<'_>) -> Result<bool, ParseError> {
    let value = pair.value;
    match pair.key.text {
        "table" => {
            found.table = table(value)?;
            if found.table == u8::MAX {
                return Err(value.error("flows cannot be learned into table 255"));
            }
        }
        "priority" => found.priority = u16_of(value)?,
        "idle_timeout" => found.idle_timeout_s = u16_of(value)?,
        "hard_timeout" => found.hard_timeout_s = u16_of(value)?,
        "fin_idle_timeout" => found.fin_idle_timeout_s = u16_of(value)?,
        "fin_hard_timeout" => found.fin_hard_timeout_s = u16_of(value)?,
        "cookie" => found.cookie = u64_of(value)?,
        "send_flow_rem" => found.send_flow_removed = true,
        "delete_learned" => found.delete_learned = true,
        "limit" => found.limit = u32_of(value)?,
        "result_dst" => {
            let bits = writable(value)?;
            if bits.bits != 1 {
                return Err(value.error("the result is a single bit"));
            }
            found.result = Some(bits);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn spec(pair: Pair<'_>) -> Result<LearnSpec, ParseError> {
    match pair.key.text {
        "load" => load(pair.value),
        "output" => {
            let source = short(pair.value, subfield(pair.value)?)?;
            Ok(LearnSpec { source: LearnSource::Field(source), target: LearnTarget::Output(source.bits) })
        }
        _ => matched(pair),
    }
}

/// Bits whose field has a header of four bytes, the only ones that learn has room for.
fn short(part: Part<'_>, bits: Subfield) -> Result<Subfield, ParseError> {
    let has_room = bits.field.info().code(0).is_some_and(|code| code.experimenter == 0);
    if has_room { Ok(bits) } else { Err(part.error(format!("learn cannot have {}", bits.field))) }
}

/// `value->bits` or `bits->bits`.
fn load(part: Part<'_>) -> Result<LearnSpec, ParseError> {
    let (source_part, target_part) = arrow(part)?;
    if source_part.text.starts_with(|c: char| c.is_ascii_digit()) {
        let target = short(target_part, writable(target_part)?)?;
        let value = number(source_part, target.mask() >> target.offset)?;
        return Ok(LearnSpec { source: LearnSource::Value(value), target: LearnTarget::Load(target) });
    }
    let (source, target) = copied(part)?;
    let (source, target) = (short(source_part, source)?, short(target_part, target)?);
    Ok(LearnSpec { source: LearnSource::Field(source), target: LearnTarget::Load(target) })
}

/// `bits`, `bits=bits` or `bits=value`.
fn matched(pair: Pair<'_>) -> Result<LearnSpec, ParseError> {
    let to = short(pair.key, subfield(pair.key)?)?;
    let target = LearnTarget::Match(to);
    if pair.value.is_empty() {
        return Ok(LearnSpec { source: LearnSource::Field(to), target });
    }
    if let Ok(from) = subfield(pair.value) {
        if from.bits != to.bits {
            let wrong = format!("{} bits do not match {}", from.bits, to.bits);
            return Err(pair.value.error(wrong));
        }
        return Ok(LearnSpec { source: LearnSource::Field(short(pair.value, from)?), target });
    }
    let largest = to.mask() >> to.offset;
    let found = if to == Subfield::whole(to.field) {
        match value(to.field, pair.value)? {
            (found, None) => found,
            (found, Some(mask)) if mask & largest == largest => found,
            _ => return Err(pair.value.error("a learned flow matches whole values")),
        }
    } else {
        number(pair.value, largest)?
    };
    if found > largest {
        return Err(pair.value.error(format!("{found} is more than {largest}, the largest number here")));
    }
    Ok(LearnSpec { source: LearnSource::Value(found), target })
}
