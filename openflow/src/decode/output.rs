//! Actions that send packets out of ports.

use super::entry::{self, offset_and_width, subfield};
use super::error::{DecodeError, Problem};
use super::fields::required;
use super::reader::Reader;
use crate::action::Action;
use crate::port::Port;

/// The shortest packet that a truncating output makes: an Ethernet header.
pub(crate) const MIN_TRUNCATED: u32 = 14;

/// The standard's `output`.
pub(super) fn output(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let port = Port::from_u32(body.u32()?);
    let max_len = body.u16()?;
    if body.len() != 6 {
        return Err(place.error(Problem::Length(body.len())));
    }
    let port = port.filter(|port| port.is_output()).ok_or_else(|| bad_port(place))?;
    Ok(Action::Output { port, max_len })
}

pub(super) fn bad_port(place: Reader<'_>) -> DecodeError {
    place.error(Problem::Argument("packets cannot be sent out of this port"))
}

/// Nicira's `output_reg` with a short header.
pub(super) fn output_field(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (offset, bits) = offset_and_width(body.u16()?);
    let source = subfield(place, required(&mut body)?, offset, bits)?;
    let max_len = body.u16()?;
    body.padding()?;
    Ok(Action::OutputField { source, max_len })
}

/// Nicira's second `output_reg`, whose header may have an experimenter.
pub(super) fn output_any_field(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (offset, bits) = offset_and_width(body.u16()?);
    let max_len = body.u16()?;
    let source = subfield(place, entry::field(&mut body)?, offset, bits)?;
    body.padding()?;
    Ok(Action::OutputField { source, max_len })
}

/// Nicira's `output_trunc`.
pub(super) fn output_truncated(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (port, max_len) = (Port(body.u16()?), body.u32()?);
    if max_len < MIN_TRUNCATED {
        return Err(place.error(Problem::Argument("a packet cannot be shorter than its Ethernet header")));
    }
    Ok(Action::OutputTruncated { port, max_len })
}
