//! Spreading packets over links.

use super::entry::{offset_and_width, subfield, writable};
use super::error::{DecodeError, Problem};
use super::fields::required;
use super::output::bad_port;
use super::reader::Reader;
use crate::action::{Action, Bundle, BundleAlgorithm, HashFields, Multipath, MultipathAlgorithm};
use crate::port::Port;
use crate::subfield::Subfield;
use crate::wire::BUNDLE_MEMBER_TYPE;

fn hash_fields(body: &mut Reader<'_>) -> Result<HashFields, DecodeError> {
    let place = *body;
    let found = HashFields::from_wire(body.u16()?);
    found.ok_or_else(|| place.error(Problem::Argument("these hashed fields are not known")))
}

fn unknown_algorithm(place: Reader<'_>) -> DecodeError {
    place.error(Problem::Argument("this algorithm is not known"))
}

pub(super) fn multipath(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (fields, basis) = (hash_fields(&mut body)?, body.u16()?);
    body.take(2)?;
    let algorithm = MultipathAlgorithm::from_wire(body.u16()?).ok_or_else(|| unknown_algorithm(place))?;
    let (max_link, argument) = (body.u16()?, body.u32()?);
    body.take(2)?;
    let target = target(&mut body)?;
    if !target.holds(max_link) {
        return Err(place.error(Problem::Argument("the target has not enough bits for all links")));
    }
    Ok(Action::Multipath(Multipath { fields, basis, algorithm, max_link, argument, target }))
}

fn target(body: &mut Reader<'_>) -> Result<Subfield, DecodeError> {
    let place = *body;
    let (offset, bits) = offset_and_width(body.u16()?);
    let field = required(body)?;
    writable(place, subfield(place, field, offset, bits)?)
}

/// The output to a member of a bundle, or with `load` the load of its number.
pub(super) fn bundle(mut body: Reader<'_>, load: bool) -> Result<Action, DecodeError> {
    let place = body;
    let algorithm = BundleAlgorithm::from_wire(body.u16()?).ok_or_else(|| unknown_algorithm(place))?;
    let (fields, basis) = (hash_fields(&mut body)?, body.u16()?);
    let (member_type, count) = (body.u32()?, usize::from(body.u16()?));
    if member_type != BUNDLE_MEMBER_TYPE || count > Bundle::MAX_MEMBERS {
        return Err(place.error(Problem::Argument("the members of a bundle are at most 2048 ports")));
    }
    let target = if load {
        let target = target(&mut body)?;
        if target.bits < 16 {
            return Err(place.error(Problem::Argument("a port needs a target of 16 bits")));
        }
        Some(target)
    } else {
        body.zeros(6)?;
        None
    };
    body.zeros(4)?;
    let mut members = Vec::with_capacity(count.min(body.len() / 2));
    for _ in 0..count {
        let place = body;
        let member = Port(body.u16()?);
        if !member.is_member() {
            return Err(bad_port(place));
        }
        members.push(member);
    }
    Ok(Action::Bundle(Box::new(Bundle { fields, basis, algorithm, target, members })))
}
