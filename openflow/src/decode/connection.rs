//! Connection tracking and address translation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::actions::Context;
use super::entry::{offset_and_width, short_field, subfield};
use super::error::{DecodeError, Problem};
use super::reader::Reader;
use crate::action::{Action, ConnectionTracking, Nat, NatAlgorithm, NatDirection, NatRange, Zone};
use crate::order::Outer;

const COMMIT: u16 = 1;
const FORCE: u16 = 1 << 1;
const NO_TABLE: u8 = 255;

pub(super) fn connection_tracking(context: Context, mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let flags = body.u16()?;
    let (commit, force) = (flags & COMMIT != 0, flags & FORCE != 0);
    if force && !commit {
        return Err(place.error(Problem::Argument("force goes with commit only")));
    }
    let zone_place = body;
    let field = short_field(&mut body)?;
    let number = body.u16()?;
    let zone = match field {
        None => Zone::Number(number),
        Some(field) => {
            let (offset, bits) = offset_and_width(number);
            if bits != 16 {
                return Err(zone_place.error(Problem::Argument("a zone has 16 bits")));
            }
            Zone::Field(subfield(zone_place, field, offset, bits)?)
        }
    };
    let table = body.u8()?;
    body.take(3)?;
    let helper = body.u16()?;
    let actions = context.nested(body, Outer::Ct)?;
    let plain = |a: &Action| matches!(a, Action::Nat(nat) if *nat == Nat::default());
    if !commit && !actions.iter().all(plain) {
        let wrong = "without commit there can be only nat without arguments";
        return Err(body.error(Problem::Argument(wrong)));
    }
    let table = Some(table).filter(|&table| table != NO_TABLE);
    Ok(Action::Ct(ConnectionTracking { commit, force, table, zone, helper, actions }))
}

pub(super) fn nat(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    body.take(2)?;
    let flags = body.u16()?;
    let wrong = |why| place.error(Problem::Argument(why));
    let direction = match flags & 3 {
        0 => None,
        1 => Some(NatDirection::Source),
        2 => Some(NatDirection::Destination),
        _ => return Err(wrong("an address translation has one direction")),
    };
    let algorithm = match (flags >> 3) & 3 {
        0 => NatAlgorithm::Unspecified,
        1 => NatAlgorithm::Hash,
        2 => NatAlgorithm::Random,
        _ => return Err(wrong("ports are chosen by a hash or at random")),
    };
    if flags >> 5 != 0 {
        return Err(wrong("these flags of nat are not known"));
    }
    let present = body.u16()?;
    let range = range(body, present)?;
    Ok(Action::Nat(Nat { direction, range, algorithm, persistent: flags & 4 != 0 }))
}

/// The parts of a range that the bits of `present` say there are.
fn range(mut body: Reader<'_>, present: u16) -> Result<Option<NatRange>, DecodeError> {
    let place = body;
    let wrong = |why| place.error(Problem::Argument(why));
    let has = |bit: u32| present & 1 << bit != 0;
    let mut v4 = |there: bool| -> Result<Option<IpAddr>, DecodeError> {
        let address = there.then(|| body.u32()).transpose()?;
        Ok(address.filter(|&a| a != 0).map(|a| Ipv4Addr::from(a).into()))
    };
    let (first_v4, last_v4) = (v4(has(0))?, v4(has(1))?);
    let mut v6 = |there: bool| -> Result<Option<IpAddr>, DecodeError> {
        let address = there.then(|| body.number(16)).transpose()?.flatten();
        Ok(address.filter(|&a| a != 0).map(|a| Ipv6Addr::from(a).into()))
    };
    let (first_v6, last_v6) = (v6(has(2))?, v6(has(3))?);
    let mut port = |there: bool| if there { body.u16() } else { Ok(0) };
    let (first_port, last_port) = (port(has(4))?, port(has(5))?);

    let mixed = (has(0) || has(1)) && (has(2) || has(3));
    let missing = has(0) != first_v4.is_some() || has(2) != first_v6.is_some();
    let open =
        (has(1) && !has(0)) || (has(3) && !has(2)) || (has(5) && !has(4)) || (has(4) && first_port == 0);
    if mixed || missing || open {
        return Err(wrong("a range has first and last addresses of one kind, and ports"));
    }
    let Some(first) = first_v4.or(first_v6) else {
        return if has(4) { Err(wrong("ports are translated with an address only")) } else { Ok(None) };
    };
    let last = last_v4.or(last_v6);
    let behind =
        has(1) && last_v4 < first_v4 || has(3) && last_v6 < first_v6 || has(5) && last_port < first_port;
    if behind {
        return Err(wrong("a range ends before it begins"));
    }
    Ok(Some(NatRange { first, last, first_port, last_port }))
}
