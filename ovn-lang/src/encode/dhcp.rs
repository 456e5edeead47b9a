//! Options of DHCP as packets have them (RFC 2132, RFC 8415).

use std::collections::HashMap;

use crate::action::{OptionKind, OptionValue, option_code as code};
use crate::expr::{Constant, ConstantSet};
use crate::lexer::Number;

/// The longest name that DNS has.
const MAX_NAME: usize = 255;

fn numbers(value: &ConstantSet) -> impl Iterator<Item = &Number> {
    value.values.iter().filter_map(|c| match c {
        Constant::Number(number) => Some(number),
        _ => None,
    })
}

fn first_number(value: &ConstantSet) -> u128 {
    numbers(value).next().map_or(0, |n| n.value)
}

pub(super) fn first_text(value: &ConstantSet) -> &str {
    match value.values.first() {
        Some(Constant::Text(text)) => text,
        _ => "",
    }
}

/// The offered address, then options that the controller looks at itself, then the others.
pub(super) fn dhcp_options(options: &[OptionValue], out: &mut Vec<u8>) {
    let find = |wanted: u16| options.iter().find(|o| o.option.code == wanted);
    if let Some(offer) = find(code::OFFER_IP) {
        out.extend((first_number(&offer.value) as u32).to_be_bytes());
    }
    let first = [code::BOOTFILE_NAME, code::BOOTFILE_NAME_ALT, code::NEXT_SERVER].map(find);
    for option in first.into_iter().flatten() {
        dhcp_option(option, out);
    }
    let special = |o: &OptionValue| {
        let found = [find(code::OFFER_IP), first[0], first[1], first[2]];
        found.into_iter().flatten().any(|special| std::ptr::eq(special, o))
    };
    for option in options.iter().filter(|o| !special(o)) {
        dhcp_option(option, out);
    }
}

/// Code, length and value.
fn dhcp_option(option: &OptionValue, out: &mut Vec<u8>) {
    let value = &option.value;
    let number = first_number(value);
    let mut data = Vec::new();
    match option.option.kind {
        OptionKind::Bool | OptionKind::Uint8 => data.push(number as u8),
        OptionKind::Uint16 => data.extend((number as u16).to_be_bytes()),
        OptionKind::Uint32 => data.extend((number as u32).to_be_bytes()),
        OptionKind::Ipv4 => data.extend(numbers(value).flat_map(|n| (n.value as u32).to_be_bytes())),
        OptionKind::StaticRoutes => static_routes(value, &mut data),
        OptionKind::Text => data.extend(first_text(value).bytes()),
        OptionKind::HostId if first_text(value).is_empty() => data.extend((number as u32).to_be_bytes()),
        OptionKind::HostId => data.extend(first_text(value).bytes()),
        OptionKind::Domains => match domains(first_text(value)) {
            Some(names) => data = names,
            None => return out.extend([option.option.code as u8, 0]),
        },
        OptionKind::Ipv6 | OptionKind::Mac | OptionKind::Domain => {}
    }
    let length = data.len() as u8;
    out.extend([option.option.code as u8, length]);
    out.extend(&data[..usize::from(length)]);
}

/// Of each network the length of its prefix and the bytes that it covers, then the gateway (RFC 3442).
fn static_routes(value: &ConstantSet, out: &mut Vec<u8>) {
    let routes: Vec<&Number> = numbers(value).collect();
    for route in routes.chunks_exact(2) {
        let length = route[0].mask.map_or(32, |mask| (mask as u32).count_ones());
        out.push(length as u8);
        out.extend(&(route[0].value as u32).to_be_bytes()[..length.div_ceil(8) as usize]);
        out.extend((route[1].value as u32).to_be_bytes());
    }
}

/// Names with commas between, each label by its length; a suffix that came before is a pointer to it
/// (RFC 1035, section 4.1.4). None if a name is too long.
fn domains(names: &str) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::new();
    let mut suffixes: HashMap<&str, u16> = HashMap::new();
    for name in names.split(',').filter(|name| !name.is_empty()) {
        if name.len() > MAX_NAME {
            return None;
        }
        let mut rest = name.trim_start_matches('.');
        let mut known = None;
        while !rest.is_empty() && known.is_none() {
            known = suffixes.get(rest).copied();
            if known.is_some() {
                break;
            }
            suffixes.insert(rest, out.len() as u16);
            let (label, behind) = rest.split_once('.').unwrap_or((rest, ""));
            out.push(label.len() as u8);
            out.extend(label.bytes());
            rest = behind.trim_start_matches('.');
        }
        match known {
            Some(offset) => out.extend((0xc000 | offset).to_be_bytes()),
            None => out.push(0),
        }
    }
    Some(out)
}

/// Code, length and value of each, with 16 bits for code and length.
pub(super) fn dhcpv6_options(options: &[OptionValue], out: &mut Vec<u8>) {
    for option in options {
        let value = &option.value;
        let mut data = Vec::new();
        match option.option.kind {
            OptionKind::Ipv6 => data.extend(numbers(value).flat_map(|n| n.value.to_be_bytes())),
            OptionKind::Mac => data.extend(&first_number(value).to_be_bytes()[10..]),
            OptionKind::Text => data.extend(first_text(value).bytes()),
            OptionKind::Domain => data = full_name(first_text(value)),
            _ => {}
        }
        out.extend(option.option.code.to_be_bytes());
        out.extend((data.len() as u16).to_be_bytes());
        out.extend(data);
    }
}

/// Labels by their lengths, and zeros up to two bytes more than the text.
fn full_name(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 2);
    for label in name.trim_end_matches('.').split('.') {
        out.push(label.len() as u8);
        out.extend(label.bytes());
    }
    out.resize(name.len() + 2, 0);
    out
}
