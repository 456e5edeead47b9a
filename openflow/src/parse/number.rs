//! Numbers and addresses in text.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::error::ParseError;
use super::pairs::Part;
use crate::field::low_bits;
use crate::port::Port;

/// A number as C's `strtoul` reads it: decimal, hexadecimal after `0x`, octal after `0`.
///
/// # Errors
/// No number, or one above `largest`.
pub(super) fn number(part: Part<'_>, largest: u128) -> Result<u128, ParseError> {
    let text = part.trimmed().text;
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match hexadecimal {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(part.error(format!("`{}` is not a number", part.text)));
    }
    match u128::from_str_radix(digits, radix) {
        Ok(number) if number <= largest => Ok(number),
        _ => Err(part.error(format!("{text} is more than {largest}, the largest number here"))),
    }
}

pub(super) fn u8_of(part: Part<'_>) -> Result<u8, ParseError> {
    number(part, u8::MAX.into()).map(|number| number as u8)
}

pub(super) fn u16_of(part: Part<'_>) -> Result<u16, ParseError> {
    number(part, u16::MAX.into()).map(|number| number as u16)
}

pub(super) fn u32_of(part: Part<'_>) -> Result<u32, ParseError> {
    number(part, u32::MAX.into()).map(|number| number as u32)
}

pub(super) fn u64_of(part: Part<'_>) -> Result<u64, ParseError> {
    number(part, u64::MAX.into()).map(|number| number as u64)
}

/// A number of a table.
pub(super) fn table(part: Part<'_>) -> Result<u8, ParseError> {
    match part.text.parse() {
        Ok(table) => Ok(table),
        Err(_) => Err(part.error(format!("`{}` is not a table: a number up to 255 is", part.text))),
    }
}

/// A port: a number of 16 or 32 bits, or the name of a reserved port in any case.
pub(super) fn port(part: Part<'_>) -> Option<Port> {
    match part.text.parse::<u32>() {
        Ok(number) => u16::try_from(number).ok().map(Port).or_else(|| Port::from_u32(number)),
        Err(_) => Port::from_name(part.text),
    }
}

/// A port that has to be one.
pub(super) fn required_port(part: Part<'_>) -> Result<Port, ParseError> {
    let known = "a number, or a name like LOCAL or IN_PORT";
    port(part).ok_or_else(|| part.error(format!("`{}` is not a port: {known} is", part.text)))
}

/// An Ethernet address.
pub(super) fn ethernet(part: Part<'_>) -> Result<u128, ParseError> {
    let mut address = 0_u128;
    let mut count = 0;
    for byte in part.text.split(':') {
        let digits = (1..=2).contains(&byte.len()) && byte.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u8::from_str_radix(byte, 16).ok().filter(|_| digits && count < 6);
        let number = number.ok_or_else(|| {
            part.error(format!("`{}` is not an Ethernet address such as 00:11:22:33:44:55", part.text))
        })?;
        address = address << 8 | u128::from(number);
        count += 1;
    }
    match count {
        6 => Ok(address),
        _ => Err(part.error(format!("`{}` has {count} bytes, an Ethernet address has 6", part.text))),
    }
}

/// An IPv4 address.
pub(super) fn ipv4(part: Part<'_>) -> Result<u128, ParseError> {
    let address: Result<Ipv4Addr, _> = part.text.parse();
    let address = address.map_err(|_| part.error(format!("`{}` is not an IPv4 address", part.text)))?;
    Ok(u32::from(address).into())
}

/// An IPv6 address.
pub(super) fn ipv6(part: Part<'_>) -> Result<u128, ParseError> {
    let address: Result<Ipv6Addr, _> = part.text.parse();
    let address = address.map_err(|_| part.error(format!("`{}` is not an IPv6 address", part.text)))?;
    Ok(address.into())
}

/// A mask of `bits` bits, in the form of the address that `address` reads or as the length of a prefix.
pub(super) fn mask(
    part: Part<'_>,
    bits: u32,
    address: fn(Part<'_>) -> Result<u128, ParseError>,
) -> Result<u128, ParseError> {
    let Ok(length) = part.text.parse::<u32>() else { return address(part) };
    match length {
        _ if length > bits => Err(part.error(format!("a prefix has at most {bits} bits"))),
        _ => Ok(low_bits(bits) & !low_bits(bits - length)),
    }
}

/// Bytes of hexadecimal digits, with dots and blanks between as one likes.
pub(super) fn bytes(part: Part<'_>) -> Result<Vec<u8>, ParseError> {
    let mut found = Vec::new();
    for piece in part.pieces(&['.', ' ', '\t', '\r', '\n']) {
        for pair in piece.text.as_bytes().chunks(2) {
            let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
            let byte = match pair {
                [high, low] => digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low),
                _ => None,
            };
            let wrong = || piece.error("bytes are pairs of hexadecimal digits");
            found.push(byte.ok_or_else(wrong)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_bases_of_c() {
        let read = |text| number(Part::new(text), 0xffff);
        assert_eq!(read("17"), Ok(17));
        assert_eq!(read("0x1F"), Ok(31));
        assert_eq!(read("010"), Ok(8));
        assert_eq!(read("0"), Ok(0));
        assert!(read("65536").is_err());
        assert!(read("-1").is_err());
        assert!(read("").is_err());
        assert!(read("08").is_err());
    }

    #[test]
    fn ports_have_numbers_of_both_widths_and_names() {
        assert_eq!(port(Part::new("5")), Some(Port(5)));
        assert_eq!(port(Part::new("65534")), Some(Port::LOCAL));
        assert_eq!(port(Part::new("4294967294")), Some(Port::LOCAL));
        assert_eq!(port(Part::new("local")), Some(Port::LOCAL));
        assert_eq!(port(Part::new("none")), Some(Port::NONE));
        assert_eq!(port(Part::new("70000")), None);
    }

    #[test]
    fn prefixes_and_masks_are_both_masks() {
        assert_eq!(mask(Part::new("24"), 32, ipv4), Ok(0xffff_ff00));
        assert_eq!(mask(Part::new("0"), 32, ipv4), Ok(0));
        assert_eq!(mask(Part::new("255.0.255.0"), 32, ipv4), Ok(0xff00_ff00));
        assert_eq!(mask(Part::new("128"), 128, ipv6), Ok(u128::MAX));
        assert!(mask(Part::new("33"), 32, ipv4).is_err());
    }
}
