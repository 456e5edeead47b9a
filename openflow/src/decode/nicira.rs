//! Nicira's actions.

use super::actions::{Context, at_end};
use super::connection::{connection_tracking, nat};
use super::controller::{controller, controller_with_properties};
use super::encapsulation::{decapsulate, encapsulate};
use super::entry::{self, subfield, writable};
use super::error::{DecodeError, Problem};
use super::fields::{copy_field, load, load_entry};
use super::learn::{learn, limited_learn};
use super::output::{output_any_field, output_field, output_truncated};
use super::reader::Reader;
use super::sample::{sample, sample_from_fields, sample_of_port};
use super::spread::{bundle, multipath};
use crate::action::{Action, OlderSet};
use crate::order::Outer;
use crate::port::Port;
use crate::subfield::Subfield;
use crate::version::Version;
use crate::wire::NICIRA;

/// Bytes between the subtype and what a variable length follows.
const PADDING_AFTER_SUBTYPE: usize = 6;

/// The action `subtype`, whose bytes after the subtype are `body`; `place` is its start.
pub(super) fn nicira(
    context: Context,
    place: Reader<'_>,
    subtype: u16,
    mut body: Reader<'_>,
) -> Result<Action, DecodeError> {
    let before_1_5 = context.version < Version::V1_5;
    match subtype {
        6 if before_1_5 => return moved(body),
        7 if before_1_5 => return load(body),
        33 if before_1_5 => return load_entry(body),
        8 => return Ok(Action::Note(body.rest().to_vec())),
        10 => return multipath(body),
        12 => return bundle(body, false),
        13 => return bundle(body, true),
        15 => return output_field(body),
        32 => return output_any_field(body),
        16 => return learn(body),
        45 => return limited_learn(body),
        20 => return controller(body),
        37 => return controller_with_properties(body),
        27 => return stack(body).map(Action::Push),
        28 => return stack(body).and_then(|bits| writable(place, bits)).map(Action::Pop),
        29 => return sample(body),
        38 => return sample_of_port(body, false),
        41 => return sample_of_port(body, true),
        51 => return sample_from_fields(body),
        35 => return connection_tracking(context, body),
        36 => return nat(body),
        39 => return output_truncated(body),
        42 => {
            body.take(PADDING_AFTER_SUBTYPE)?;
            return context.nested(body, Outer::ActionList).map(Action::Clone);
        }
        46 => return encapsulate(body),
        47 => return decapsulate(body),
        49 => return check_packet_larger(body),
        50 => return delete_field(body),
        21 => return dec_ttl(body),
        _ => {}
    }
    let action = fixed(place, subtype, &mut body)?;
    at_end(place, body)?;
    Ok(action)
}

/// The actions whose arguments are at fixed places.
fn fixed(place: Reader<'_>, subtype: u16, body: &mut Reader<'_>) -> Result<Action, DecodeError> {
    Ok(match subtype {
        1 => Action::Resubmit { in_port: Port(body.u16()?), table: 255, original_tuple: false },
        14 | 44 => {
            let (in_port, table) = (Port(body.u16()?), body.u8()?);
            body.zeros(3)?;
            Action::Resubmit { in_port, table, original_tuple: subtype == 44 }
        }
        2 => {
            body.take(2)?;
            Action::Older(OlderSet::TunnelId, body.u32()?.into())
        }
        9 => {
            body.take(6)?;
            Action::Older(OlderSet::TunnelId64, body.u64()?)
        }
        5 => Action::PopQueue,
        17 => Action::Exit,
        19 => Action::FinTimeout { idle_timeout_s: body.u16()?, hard_timeout_s: body.u16()? },
        22 => {
            body.zeros(6)?;
            Action::WriteMetadata { metadata: body.u64()?, mask: body.u64()? }
        }
        34 => {
            let (clause, clauses) = (body.u8()?, body.u8()?);
            if !(2..=64).contains(&clauses) || clause >= clauses {
                return Err(place.error(Problem::Argument("a conjunction has 2 to 64 clauses")));
            }
            Action::Conjunction { id: body.u32()?, clause, clauses }
        }
        43 => Action::CtClear,
        48 => Action::DecNshTtl,
        _ => {
            return Err(place.error(Problem::UnknownAction { experimenter: NICIRA, number: subtype }));
        }
    })
}

fn moved(body: Reader<'_>) -> Result<Action, DecodeError> {
    copy_field(body, 0)
}

fn stack(mut body: Reader<'_>) -> Result<Subfield, DecodeError> {
    let place = body;
    let offset = body.u16()?;
    let field = entry::field(&mut body)?;
    let bits = body.u16()?;
    body.padding()?;
    subfield(place, field, offset.into(), bits.into())
}

fn check_packet_larger(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (length, offset) = (body.u16()?, body.u16()?);
    let field = entry::field(&mut body)?;
    body.padding()?;
    let target = writable(place, subfield(place, field, offset.into(), 1)?)?;
    Ok(Action::CheckPacketLarger { length, target })
}

fn delete_field(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    entry::field(&mut body).map(Action::DeleteField)
}

fn dec_ttl(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let count = body.u16()?;
    body.zeros(4)?;
    (0..count).map(|_| body.u16()).collect::<Result<_, _>>().map(Action::DecTtlFor)
}
