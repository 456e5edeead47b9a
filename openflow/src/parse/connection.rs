//! Connection tracking and address translation.

use std::net::IpAddr;

use super::actions::actions;
use super::error::ParseError;
use super::fields::narrow;
use super::number::{table, u16_of};
use super::pairs::{Pairs, Part};
use super::subfield::subfield;
use crate::action::{Action, ConnectionTracking, Nat, NatAlgorithm, NatDirection, NatRange, Zone};
use crate::order::Outer;

/// Protocols with helpers, by their port.
const HELPERS: [(&str, u16); 2] = [("ftp", 21), ("tftp", 69)];

pub(super) fn connection_tracking(part: Part<'_>, depth: usize) -> Result<Action, ParseError> {
    let mut found = ConnectionTracking {
        commit: false,
        force: false,
        table: None,
        zone: Zone::Number(0),
        helper: 0,
        actions: Vec::new(),
    };
    for pair in Pairs::new(part) {
        let value = pair.value;
        match pair.key.text {
            "commit" => found.commit = true,
            "force" => found.force = true,
            "table" => {
                let table = table(value)?;
                if table == u8::MAX {
                    return Err(value.error("packets cannot go on in table 255"));
                }
                found.table = Some(table);
            }
            "zone" => found.zone = zone(value)?,
            "alg" => {
                let helper = HELPERS.iter().find(|h| h.0 == value.text);
                found.helper = helper.ok_or_else(|| value.error("the helper is one of ftp, tftp"))?.1;
            }
            "nat" => found.actions.push(nat(value)?),
            "exec" => found.actions.extend(actions(value, Outer::Ct, depth + 1)?),
            other => {
                let known = "commit, force, table, zone, alg, nat, exec";
                return Err(pair.key.error(format!("`{other}` is none of {known}")));
            }
        }
    }
    if found.force && !found.commit {
        return Err(part.error("force goes with commit only"));
    }
    Ok(Action::Ct(found))
}

fn zone(value: Part<'_>) -> Result<Zone, ParseError> {
    if value.text.starts_with(|c: char| c.is_ascii_digit()) {
        return u16_of(value).map(Zone::Number);
    }
    match subfield(value)? {
        bits if bits.bits == 16 => narrow(value, bits).map(Zone::Field),
        _ => Err(value.error("a zone has 16 bits")),
    }
}

pub(super) fn nat(part: Part<'_>) -> Result<Action, ParseError> {
    let mut found = Nat::default();
    for pair in Pairs::new(part) {
        let mut direction = |direction| -> Result<(), ParseError> {
            if found.direction.is_some() {
                return Err(pair.key.error("an address translation has one direction"));
            }
            found.direction = Some(direction);
            found.range = if pair.value.is_empty() { None } else { Some(range(pair.value)?) };
            Ok(())
        };
        let mut algorithm = |algorithm| {
            if found.algorithm != NatAlgorithm::Unspecified && found.algorithm != algorithm {
                return Err(pair.key.error("ports are chosen by a hash or at random"));
            }
            found.algorithm = algorithm;
            Ok(())
        };
        match pair.key.text {
            "src" => direction(NatDirection::Source)?,
            "dst" => direction(NatDirection::Destination)?,
            "hash" => algorithm(NatAlgorithm::Hash)?,
            "random" => algorithm(NatAlgorithm::Random)?,
            "persistent" => found.persistent = true,
            other => {
                let known = "src, dst, persistent, hash, random";
                return Err(pair.key.error(format!("`{other}` is none of {known}")));
            }
        }
    }
    if found.direction.is_none() && found != Nat::default() {
        return Err(part.error("src or dst is missing"));
    }
    Ok(Action::Nat(found))
}

/// `first-last:first-last` of addresses and ports; IPv6 addresses before ports are in brackets.
fn range(part: Part<'_>) -> Result<NatRange, ParseError> {
    let (first, rest) = address(part)?;
    let (last, rest) = match rest.text.starts_with('-') {
        true => {
            let (last, rest) = address(rest.split_at(1).1)?;
            (Some(last), rest)
        }
        false => (None, rest),
    };
    let mixed = last.is_some_and(|last| last.is_ipv4() != first.is_ipv4());
    if mixed || last.is_some_and(|last| last < first) {
        return Err(part.error("the last address is before the first one"));
    }
    let mut range = NatRange { first, last, first_port: 0, last_port: 0 };
    if rest.is_empty() {
        return Ok(range);
    }
    let Some(("", ports)) = rest.split_once(":").map(|(before, ports)| (before.text, ports)) else {
        return Err(rest.error("a range of addresses goes on with `-` or `:`"));
    };
    let (first, last) = ports.split_once("-").map_or((ports, None), |(first, last)| (first, Some(last)));
    range.first_port = u16_of(first)?;
    range.last_port = last.map_or(Ok(0), u16_of)?;
    if last.is_some() && range.last_port < range.first_port {
        return Err(ports.error("the last port is before the first one"));
    }
    Ok(range)
}

/// An address at the start of `part`, and what follows it.
fn address(part: Part<'_>) -> Result<(IpAddr, Part<'_>), ParseError> {
    let bracketed = part.text.starts_with('[');
    let text = if bracketed { part.split_at(1).1 } else { part };
    let is_v4 = |c: char| c.is_ascii_digit() || c == '.';
    let is_v6 = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let v4_end = text.text.find(|c| !is_v4(c)).unwrap_or(text.text.len());
    let v6_end = text.text.find(|c| !is_v6(c)).unwrap_or(text.text.len());
    let end = if !bracketed && text.text[..v4_end].contains('.') { v4_end } else { v6_end };
    let (digits, rest) = text.split_at(end);
    let address =
        digits.text.parse().map_err(|_| digits.error(format!("`{}` is not an IP address", digits.text)))?;
    match (bracketed, rest.text.starts_with(']')) {
        (true, true) => Ok((address, rest.split_at(1).1)),
        (true, false) => Err(rest.error("a `]` is missing")),
        (false, _) => Ok((address, rest)),
    }
}
