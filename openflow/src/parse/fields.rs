//! Actions that set, copy and stack fields.

use super::error::ParseError;
use super::number::{ethernet, ipv4, number, u16_of};
use super::pairs::Part;
use super::subfield::{arrow, leading, on_the_wire, subfield};
use super::value::value;
use crate::action::{Action, OlderSet};
use crate::field::Field;
use crate::subfield::Subfield;

/// `value->field`, the value with a mask if one likes.
pub(super) fn set_field(part: Part<'_>) -> Result<Action, ParseError> {
    let (value_part, field_part) = arrow(part)?;
    // Here, only the names of `ovs-ofctl` are known.
    let field = Field::from_name(field_part.text);
    let field = field.ok_or_else(|| field_part.error(format!("`{}` is not a field", field_part.text)))?;
    on_the_wire(field_part, field)?;
    if !field.info().writable || field == Field::IN_PORT_OXM {
        return Err(field_part.error(format!("{field} is read-only")));
    }
    let (found, mask) = value(field, value_part)?;
    let mask = mask.unwrap_or(field.info().whole_mask());
    if !field.allows(found) {
        return Err(value_part.error(format!("{field} cannot have this value")));
    }
    if found & !mask != 0 {
        return Err(value_part.error("the value has bits outside of its mask"));
    }
    Ok(Action::SetField { field, value: found, mask })
}

/// `value->bits`.
pub(super) fn load(part: Part<'_>) -> Result<Action, ParseError> {
    let (value_part, target_part) = arrow(part)?;
    let target = writable(target_part)?;
    let value = number(value_part, target.mask() >> target.offset)?;
    if !target.field.allows(value << target.offset) {
        return Err(value_part.error(format!("{} cannot have this value", target.field)));
    }
    Ok(Action::Load { target, value })
}

/// Bits that can be written.
pub(super) fn writable(part: Part<'_>) -> Result<Subfield, ParseError> {
    let bits = subfield(part)?;
    match bits.field.info().writable {
        true => Ok(bits),
        false => Err(part.error(format!("{} is read-only", bits.field))),
    }
}

/// `bits`, if an action that has four bytes for a field and six bits for a width has room for them.
pub(super) fn narrow(part: Part<'_>, bits: Subfield) -> Result<Subfield, ParseError> {
    match bits.bits <= 64 && bits.field.info().code(0).is_some_and(|code| code.experimenter == 0) {
        true => Ok(bits),
        false => {
            Err(part.error("this action has room for 64 bits at most, and for no field of an experimenter"))
        }
    }
}

/// `bits->bits`.
pub(super) fn copied(part: Part<'_>) -> Result<(Subfield, Subfield), ParseError> {
    let (source, rest) = leading(part)?;
    let Some(("", target_part)) = rest.split_once("->").map(|(before, after)| (before.text, after)) else {
        return Err(rest.error("`->` and a field are missing"));
    };
    let target = writable(target_part)?;
    if source.bits != target.bits {
        let wrong = format!("{} bits do not go into {}", source.bits, target.bits);
        return Err(target_part.error(wrong));
    }
    Ok((source, target))
}

pub(super) fn moved(part: Part<'_>) -> Result<Action, ParseError> {
    copied(part).map(|(source, target)| Action::Move { source, target })
}

/// `length)->bit`, of which the parenthesis began before.
pub(super) fn check_packet_larger(part: Part<'_>) -> Result<Action, ParseError> {
    let (length, target_part) = arrow(part)?;
    let target = writable(target_part)?;
    if target.bits != 1 {
        return Err(target_part.error("the result is a single bit"));
    }
    let digits = length.text.strip_suffix(')').unwrap_or(length.text);
    Ok(Action::CheckPacketLarger { length: u16_of(length.split_at(digits.len()).0)?, target })
}

/// A set in an old form.
pub(super) fn older(set: OlderSet, part: Part<'_>) -> Result<Action, ParseError> {
    let found = match set {
        OlderSet::EthernetSource | OlderSet::EthernetDestination => ethernet(part)?,
        OlderSet::Ipv4Source | OlderSet::Ipv4Destination => ipv4(part)?,
        _ => number(part, u64::MAX.into())?,
    };
    match u64::try_from(found) {
        Ok(value) if set.takes(value) => Ok(Action::Older(set, value)),
        _ => Err(part.error(format!("{} does not take this value", set.name()))),
    }
}
