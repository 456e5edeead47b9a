//! Values of fields in text (`mf_parse` in Open vSwitch).

use super::error::ParseError;
use super::number::{ethernet, ipv4, ipv6, mask, number, port, u16_of};
use super::pairs::Part;
use crate::field::{Field, low_bits};
use crate::field_info::Format;
use crate::text::{CT_STATES, TCP_FLAGS, TUNNEL_FLAGS};

/// Names of fragments with value and mask.
const FRAGMENTS: [(&str, u128, u128); 5] =
    [("no", 0, 3), ("first", 1, 3), ("later", 3, 3), ("yes", 1, 1), ("not_later", 0, 2)];

/// The value of `field` and its mask; none for a value without a mask.
///
/// # Errors
/// What is no value of it.
pub(super) fn value(field: Field, part: Part<'_>) -> Result<(u128, Option<u128>), ParseError> {
    let info = field.info();
    if part.text == "*" {
        return Ok((0, Some(0)));
    }
    let (value_part, mask_part) = match part.split_once("/") {
        Some((value, mask)) => (value, Some(mask)),
        None => (part, None),
    };
    let masked =
        |read: fn(Part<'_>) -> Result<u128, ParseError>| -> Result<(u128, Option<u128>), ParseError> {
            let value = read(value_part)?;
            Ok((value, mask_part.map(|part| mask(part, info.bits, read)).transpose()?))
        };
    Ok(match info.format {
        Format::Port if mask_part.is_none() => return port_value(field, part),
        Format::Decimal | Format::Hexadecimal | Format::Port => {
            let largest = info.whole_mask();
            let value = number(value_part, largest)?;
            (value, mask_part.map(|part| number(part, largest)).transpose()?)
        }
        Format::Ethernet => (ethernet(value_part)?, mask_part.map(ethernet).transpose()?),
        Format::Ipv4 => masked(ipv4)?,
        Format::Ipv6 => masked(ipv6)?,
        Format::CtState => flags(part, CT_STATES)?,
        Format::TcpFlags => flags(part, TCP_FLAGS)?,
        Format::TunnelFlags => flags(part, TUNNEL_FLAGS)?,
        Format::Fragment => return fragment(part),
        Format::PacketType => return packet_type(part),
    })
}

/// The value of `field` and its mask, which only some fields take in matches.
///
/// # Errors
/// What is no value of it, and a mask that it does not take.
pub(super) fn matched_value(field: Field, part: Part<'_>) -> Result<(u128, Option<u128>), ParseError> {
    let info = field.info();
    let found = value(field, part)?;
    match found.1.filter(|&mask| mask != 0 && mask != info.whole_mask()) {
        Some(_) if !info.maskable => Err(part.error(format!("{field} takes no mask"))),
        _ => Ok(found),
    }
}

fn port_value(field: Field, part: Part<'_>) -> Result<(u128, Option<u128>), ParseError> {
    let found = port(part).ok_or_else(|| part.error(format!("`{}` is not a port", part.text)))?;
    let number = if field.bits() == 16 { found.0.into() } else { found.to_u32() };
    Ok((number.into(), None))
}

fn fragment(part: Part<'_>) -> Result<(u128, Option<u128>), ParseError> {
    let found = FRAGMENTS.iter().find(|f| f.0.eq_ignore_ascii_case(part.text));
    let (_, value, mask) = found
        .ok_or_else(|| part.error(format!("`{}` is none of no, yes, first, later, not_later", part.text)))?;
    Ok((*value, Some(*mask)))
}

/// `(namespace,type)`.
fn packet_type(part: Part<'_>) -> Result<(u128, Option<u128>), ParseError> {
    let wrong = || part.error("a packet type is written as (namespace,type)");
    let Some(("", rest)) = part.split_once("(").map(|(before, rest)| (before.text, rest)) else {
        return Err(wrong());
    };
    let (inside, _) = rest.split_once(")").ok_or_else(wrong)?;
    let (namespace, kind) = inside.split_once(",").ok_or_else(wrong)?;
    Ok((u128::from(u16_of(namespace)?) << 16 | u128::from(u16_of(kind)?), None))
}

/// `+a-b`, `a|b`, or numbers; `names` has the names of bits from the lowest on.
fn flags(part: Part<'_>, names: &[&str]) -> Result<(u128, Option<u128>), ParseError> {
    let allowed = low_bits(names.len() as u32);
    if let Some((value, mask)) = part.split_once("/") {
        return Ok((number(value, allowed)?, Some(number(mask, allowed)?)));
    }
    let bit = |name: Part<'_>| -> Result<u128, ParseError> {
        let known = names.iter().position(|known| *known == name.text);
        known
            .map(|bit| 1 << bit)
            .ok_or_else(|| name.error(format!("`{}` is none of the flags {}", name.text, names.join(", "))))
    };
    if !part.text.starts_with(['+', '-']) {
        let mut value = 0;
        for name in part.pieces(&['|']) {
            value |= number(name, allowed).or_else(|_| bit(name))?;
        }
        return Ok((value, None));
    }
    let (mut value, mut mask) = (0, 0);
    let mut rest = part;
    while !rest.is_empty() {
        let (sign, after) = rest.split_at(1);
        let (name, after) = after.split_at(after.text.find(['+', '-']).unwrap_or(after.text.len()));
        rest = after;
        let bit = bit(name)?;
        if mask & bit != 0 {
            return Err(name.error(format!("{} is there twice", name.text)));
        }
        mask |= bit;
        value |= if sign.text == "+" { bit } else { 0 };
    }
    Ok((value, Some(mask)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: Field, text: &str) -> Result<(u128, Option<u128>), String> {
        value(field, Part::new(text)).map_err(|error| error.to_string())
    }

    #[test]
    fn each_format_is_read() {
        assert_eq!(read(Field::TCP_DST, "80"), Ok((80, None)));
        assert_eq!(read(Field::TCP_DST, "0x50/0xfff0"), Ok((0x50, Some(0xfff0))));
        assert_eq!(read(Field::ETH_SRC, "1:2:3:4:5:6"), Ok((0x0102_0304_0506, None)));
        assert_eq!(read(Field::IPV4_SRC, "10.0.0.0/8"), Ok((0x0a00_0000, Some(0xff00_0000))));
        assert_eq!(read(Field::IPV6_SRC, "fe80::/10"), Ok((0xfe80 << 112, Some(0xffc0 << 112))));
        assert_eq!(read(Field::CT_STATE, "+new-inv"), Ok((1, Some(0x11))));
        assert_eq!(read(Field::TCP_FLAGS, "syn|ack"), Ok((0x12, None)));
        assert_eq!(read(Field::IP_FRAG, "not_later"), Ok((0, Some(2))));
        assert_eq!(read(Field::IN_PORT, "local"), Ok((0xfffe, None)));
        assert_eq!(read(Field::PACKET_TYPE, "(1,0x800)"), Ok((0x1_0800, None)));
    }

    #[test]
    fn what_is_no_value_says_so_at_its_place() {
        let text = "+new+foo";
        assert_eq!(value(Field::CT_STATE, Part::new(text)).map_err(|e| e.position), Err(5));
        assert!(matched_value(Field::ETH_TYPE, Part::new("0x800/0xff00")).is_err());
        assert!(read(Field::IPV4_SRC, "10.0.0").is_err());
        assert!(read(Field::IP_FRAG, "maybe").is_err());
    }
}
