//! Sampling.

use super::entry::{offset_and_width, short_field, subfield};
use super::error::{DecodeError, Problem};
use super::reader::Reader;
use crate::action::{Action, Sample, Source};
use crate::port::Port;

const INGRESS: u8 = 1;
const EGRESS: u8 = 2;

/// The first form: domain and point.
pub(super) fn sample(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (probability, collector_set, domain, point) = numbers(&mut body)?;
    let port = Port::NONE;
    checked(place, Sample { probability, collector_set, domain, point, port, direction: 0 })
}

/// The second form, which has a port, and the third, which has a direction too.
pub(super) fn sample_of_port(mut body: Reader<'_>, directed: bool) -> Result<Action, DecodeError> {
    let place = body;
    let (probability, collector_set, domain, point) = numbers(&mut body)?;
    let port = Port(body.u16()?);
    let mut direction = body.u8()?;
    if directed {
        body.padding()?;
    } else {
        direction = 0;
    }
    checked(place, Sample { probability, collector_set, domain, point, port, direction })
}

/// The fourth form, whose domain and point may come from fields.
pub(super) fn sample_from_fields(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (probability, collector_set) = (body.u16()?, body.u32()?);
    let (domain, point) = (source(&mut body)?, source(&mut body)?);
    let (port, direction) = (Port(body.u16()?), body.u8()?);
    body.padding()?;
    checked(place, Sample { probability, collector_set, domain, point, port, direction })
}

fn numbers(body: &mut Reader<'_>) -> Result<(u16, u32, Source, Source), DecodeError> {
    let (probability, collector_set) = (body.u16()?, body.u32()?);
    Ok((probability, collector_set, Source::Number(body.u32()?), Source::Number(body.u32()?)))
}

fn source(body: &mut Reader<'_>) -> Result<Source, DecodeError> {
    let place = *body;
    let Some(field) = short_field(body)? else { return body.u32().map(Source::Number) };
    let (offset, bits) = offset_and_width(body.u16()?);
    body.take(2)?;
    if bits > 32 {
        return Err(place.error(Problem::Argument("an observation domain or point has at most 32 bits")));
    }
    subfield(place, field, offset, bits).map(Source::Field)
}

fn checked(place: Reader<'_>, sample: Sample) -> Result<Action, DecodeError> {
    if sample.probability == 0 {
        return Err(place.error(Problem::Argument("the probability of a sample is not zero")));
    }
    if ![0, INGRESS, EGRESS].contains(&sample.direction) {
        return Err(place.error(Problem::Argument("a sample is of ingress (1) or egress (2)")));
    }
    Ok(Action::Sample(sample))
}
