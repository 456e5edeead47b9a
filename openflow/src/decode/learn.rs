//! The learn action.

use super::entry::{self, subfield};
use super::error::{DecodeError, Problem};
use super::fields::required;
use super::reader::Reader;
use crate::action::{Action, Learn, LearnSource, LearnSpec, LearnTarget};
use crate::subfield::Subfield;
use crate::wire::learn::{
    BITS, DELETE_LEARNED, FROM_VALUE, SEND_FLOW_REMOVED, TO, TO_LOAD, TO_MATCH, TO_OUTPUT, WRITE_RESULT,
};

/// The first form.
pub(super) fn learn(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (mut found, flags) = head(&mut body)?;
    if flags & !(SEND_FLOW_REMOVED | DELETE_LEARNED) != 0 {
        return Err(unknown_flags(place));
    }
    found.specs = specs(body)?;
    Ok(Action::Learn(Box::new(found)))
}

/// The second form, which may have a limit and a result.
pub(super) fn limited_learn(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (mut found, flags) = head(&mut body)?;
    if flags & !(SEND_FLOW_REMOVED | DELETE_LEARNED | WRITE_RESULT) != 0 {
        return Err(unknown_flags(place));
    }
    found.limit = body.u32()?;
    let offset = body.u16()?;
    body.zeros(2)?;
    if flags & WRITE_RESULT != 0 {
        let place = body;
        let field = entry::field(&mut body)?;
        found.result = Some(entry::writable(place, subfield(place, field, offset.into(), 1)?)?);
    } else if offset != 0 {
        return Err(place.error(Problem::Argument("the place of a result is given, but no result")));
    }
    found.specs = specs(body)?;
    Ok(Action::Learn(Box::new(found)))
}

fn unknown_flags(place: Reader<'_>) -> DecodeError {
    place.error(Problem::Argument("these flags of learn are not known"))
}

/// What both forms begin with, and the flags.
fn head(body: &mut Reader<'_>) -> Result<(Learn, u16), DecodeError> {
    let place = *body;
    let (idle_timeout_s, hard_timeout_s) = (body.u16()?, body.u16()?);
    let (priority, cookie, flags, table) = (body.u16()?, body.u64()?, body.u16()?, body.u8()?);
    body.zeros(1)?;
    if table == 255 {
        return Err(place.error(Problem::Argument("flows cannot be learned into table 255")));
    }
    let learn = Learn {
        idle_timeout_s,
        hard_timeout_s,
        fin_idle_timeout_s: body.u16()?,
        fin_hard_timeout_s: body.u16()?,
        priority,
        cookie,
        table,
        send_flow_removed: flags & SEND_FLOW_REMOVED != 0,
        delete_learned: flags & DELETE_LEARNED != 0,
        ..Learn::default()
    };
    Ok((learn, flags))
}

/// Specs up to the end or to a header of zero; what follows that is zero too.
fn specs(mut body: Reader<'_>) -> Result<Vec<LearnSpec>, DecodeError> {
    let mut found = Vec::new();
    while !body.is_empty() {
        let place = body;
        let header = body.u16()?;
        if header == 0 {
            break;
        }
        found.push(spec(&mut body, place, header)?);
    }
    body.padding()?;
    Ok(found)
}

fn spec(body: &mut Reader<'_>, place: Reader<'_>, header: u16) -> Result<LearnSpec, DecodeError> {
    let bits = u32::from(header & BITS);
    let unknown = || place.error(Problem::Argument("this part of learn is not known"));
    if header & !(BITS | FROM_VALUE | TO) != 0 || bits == 0 {
        return Err(unknown());
    }
    let source = if header & FROM_VALUE == 0 {
        LearnSource::Field(field_bits(body, bits)?)
    } else {
        let value = body.number(2 * bits.div_ceil(16) as usize)?;
        let fits = value.filter(|value| bits >= 128 || value >> bits == 0);
        LearnSource::Value(fits.ok_or_else(|| place.error(Problem::Argument("the value has too many bits")))?)
    };
    let target = match header & TO {
        TO_MATCH => LearnTarget::Match(field_bits(body, bits)?),
        TO_LOAD => LearnTarget::Load(entry::writable(place, field_bits(body, bits)?)?),
        TO_OUTPUT if header & FROM_VALUE == 0 => LearnTarget::Output(bits),
        _ => return Err(unknown()),
    };
    Ok(LearnSpec { source, target })
}

fn field_bits(body: &mut Reader<'_>, bits: u32) -> Result<Subfield, DecodeError> {
    let place = *body;
    let field = required(body)?;
    subfield(place, field, body.u16()?.into(), bits)
}
