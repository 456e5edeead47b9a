//! Numbers and addresses.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use weft_openflow::write_hex;

use weft_openflow::{Field, write_ipv6, write_value};

/// How a number was written, and is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberFormat {
    /// `123`
    Decimal,
    /// `0x7b`
    Hexadecimal,
    /// `10.0.0.1`
    Ipv4,
    /// `fe80::1`
    Ipv6,
    /// `00:00:5e:00:53:01`
    Ethernet,
}

/// A number of up to 128 bits, perhaps with a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    /// The value; bits outside of the mask are zero.
    pub value: u128,
    /// The mask, if one was written.
    pub mask: Option<u128>,
    /// How it is written.
    pub format: NumberFormat,
}

impl Number {
    /// A number without a mask.
    pub fn new(value: u128, format: NumberFormat) -> Number {
        Number { value, mask: None, format }
    }

    /// The number if it is decimal, has no mask and is at most `i32::MAX`, what OVN calls a small integer.
    pub fn small(&self) -> Option<u32> {
        let small = self.format == NumberFormat::Decimal && self.mask.is_none();
        (small && self.value <= i32::MAX as u128).then_some(self.value as u32)
    }

    /// The fewest bits that a field for it must have.
    pub fn width(&self) -> u32 {
        let significant = |n: u128| 128 - n.leading_zeros();
        match (self.mask, self.format) {
            (Some(mask), _) => significant(mask),
            (None, NumberFormat::Decimal | NumberFormat::Hexadecimal) => significant(self.value),
            (None, NumberFormat::Ipv4) => 32,
            (None, NumberFormat::Ipv6) => 128,
            (None, NumberFormat::Ethernet) => 48,
        }
    }

    /// Reads `text`, which holds the characters of one number and its mask if it has one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Number, String> {
        let Some((value, mask)) = text.split_once('/') else { return parse_plain(text) };
        let (mut number, mask) = (parse_plain(value)?, parse_plain(mask)?);
        let mask = match (number.format, mask.format) {
            (one, other) if one == other => mask.value,
            (NumberFormat::Ipv4, NumberFormat::Decimal) if mask.value <= 32 => prefix(mask.value, 32),
            (NumberFormat::Ipv6, NumberFormat::Decimal) if mask.value <= 128 => prefix(mask.value, 128),
            (NumberFormat::Decimal, NumberFormat::Hexadecimal) if number.value == 0 => {
                number.format = NumberFormat::Hexadecimal;
                mask.value
            }
            (one, other) => return Err(format!("{} value has {} mask", one.article(), other.article())),
        };
        number.value &= mask;
        number.mask = Some(mask);
        Ok(number)
    }
}

/// The mask of the first `length` of `width` bits.
fn prefix(length: u128, width: u32) -> u128 {
    match length as u32 {
        0 => 0,
        length => (u128::MAX << (128 - length)) >> (128 - width),
    }
}

impl NumberFormat {
    fn article(self) -> &'static str {
        match self {
            NumberFormat::Decimal => "a decimal",
            NumberFormat::Hexadecimal => "a hexadecimal",
            NumberFormat::Ipv4 => "an IPv4",
            NumberFormat::Ipv6 => "an IPv6",
            NumberFormat::Ethernet => "an Ethernet",
        }
    }

    /// Whether the format can write a number.
    fn fits(self, value: u128) -> bool {
        match self {
            NumberFormat::Decimal => value <= u128::from(u64::MAX),
            NumberFormat::Hexadecimal | NumberFormat::Ipv6 => true,
            NumberFormat::Ipv4 => value <= u128::from(u32::MAX),
            NumberFormat::Ethernet => value < 1 << 48,
        }
    }
}

fn parse_plain(text: &str) -> Result<Number, String> {
    let number = |value, format| Ok(Number::new(value, format));
    if text.is_empty() {
        return Err("an integer must follow".to_string());
    }
    if let Some(address) = ethernet(text) {
        return number(address, NumberFormat::Ethernet);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        if text.len() > 1 && text.starts_with('0') {
            return Err("a decimal number must not begin with zeros".to_string());
        }
        let value: u64 = text.parse().map_err(|_| "a decimal number must be below 2**64".to_string())?;
        return number(value.into(), NumberFormat::Decimal);
    }
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return number(hexadecimal(digits)?, NumberFormat::Hexadecimal);
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return number(u32::from(address).into(), NumberFormat::Ipv4);
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return number(address.into(), NumberFormat::Ipv6);
    }
    Err(format!("`{text}` is no number and no address"))
}

fn hexadecimal(digits: &str) -> Result<u128, String> {
    if digits.is_empty() {
        return Err("hexadecimal digits must follow `0x`".to_string());
    }
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err("a hexadecimal number has only the digits 0 to 9 and a to f".to_string());
    }
    let digits = digits.trim_start_matches('0');
    match digits.len() {
        0 => Ok(0),
        1..=32 => u128::from_str_radix(digits, 16).map_err(|e| e.to_string()),
        more => Err(format!("a number of {} bits is wider than any field (128 bits)", more * 4)),
    }
}

fn ethernet(text: &str) -> Option<u128> {
    if text.len() != 17 {
        return None;
    }
    let mut parts = 0;
    let mut value = 0;
    for part in text.split(':') {
        if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        value = value << 8 | u128::from(u8::from_str_radix(part, 16).ok()?);
        parts += 1;
    }
    (parts == 6).then_some(value)
}

/// As OVN prints it (`lex_token_format`).
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = self.format.fits(self.value) && self.mask.is_none_or(|mask| self.format.fits(mask));
        let format = if fits { self.format } else { NumberFormat::Hexadecimal };
        match format {
            NumberFormat::Ipv4 => {
                write_value(f, Field::IPV4_SRC, self.value, u32::MAX.into())?;
            }
            NumberFormat::Ipv6 => write_ipv6(f, self.value, u128::MAX)?,
            NumberFormat::Ethernet => write_value(f, Field::ETH_SRC, self.value, 0xffff_ffff_ffff)?,
            NumberFormat::Decimal => write!(f, "{}", self.value)?,
            NumberFormat::Hexadecimal => write_hex(f, self.value)?,
        }
        let Some(mask) = self.mask else { return Ok(()) };
        f.write_str("/")?;
        let length = |width: u32| {
            let ones = (mask << (128 - width)).leading_ones().min(width);
            (prefix(ones.into(), width) == mask).then_some(ones)
        };
        match format {
            NumberFormat::Ipv4 => match length(32) {
                Some(length) => write!(f, "{length}"),
                None => write_value(f, Field::IPV4_SRC, mask, u32::MAX.into()),
            },
            NumberFormat::Ipv6 => match length(128) {
                Some(length) => write!(f, "{length}"),
                None => write_ipv6(f, mask, u128::MAX),
            },
            NumberFormat::Ethernet => write_value(f, Field::ETH_SRC, mask, 0xffff_ffff_ffff),
            NumberFormat::Decimal => write!(f, "{mask}"),
            NumberFormat::Hexadecimal => write_hex(f, mask),
        }
    }
}
