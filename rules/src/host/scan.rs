//! Reading text the way OVS's `ovs_scan` does: prefix by prefix, spaces skipped before numbers, and
//! numbers too large for their place cut to their low bits.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A position in a text. A failed read leaves it where it was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Scanner<'a> {
    /// At the start of `text`.
    pub(crate) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { bytes: text.as_bytes(), position: 0 }
    }

    /// At byte `position` of `text`; at its end if that is further.
    pub(crate) fn at(text: &'a str, position: usize) -> Scanner<'a> {
        Scanner { bytes: text.as_bytes(), position: position.min(text.len()) }
    }

    /// Whether everything was read.
    pub(crate) fn is_done(&self) -> bool {
        self.position == self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// Skips white space.
    pub(crate) fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|c| c == b' ' || (9..=13).contains(&c)) {
            self.position += 1;
        }
    }

    /// Reads `wanted` exactly.
    pub(crate) fn literal(&mut self, wanted: &str) -> Option<()> {
        let rest = self.bytes.get(self.position..)?;
        if !rest.starts_with(wanted.as_bytes()) {
            return None;
        }
        self.position += wanted.len();
        Some(())
    }

    /// Reads a number of the base after white space and a sign; it wraps at 64 bits.
    pub(crate) fn number(&mut self, base: u32) -> Option<i64> {
        let start = *self;
        self.skip_spaces();
        let negative = self.peek() == Some(b'-');
        if matches!(self.peek(), Some(b'-' | b'+')) {
            self.position += 1;
        }
        if base == 16 {
            let _ = self.literal("0x").or_else(|| self.literal("0X"));
        }
        let mut value = 0_i64;
        let mut digits = 0;
        while let Some(digit) = self.peek().and_then(|c| char::from(c).to_digit(base)) {
            value = value.wrapping_mul(i64::from(base)).wrapping_add(i64::from(digit));
            digits += 1;
            self.position += 1;
        }
        if digits == 0 {
            *self = start;
            return None;
        }
        Some(if negative { value.wrapping_neg() } else { value })
    }

    /// Runs `read`; where it fails, nothing was read.
    pub(crate) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = *self;
        let result = read(self);
        if result.is_none() {
            *self = start;
        }
        result
    }

    /// Reads `a:b:c:d:e:f`, as `ETH_ADDR_SCAN_FMT`.
    pub(crate) fn mac(&mut self) -> Option<[u8; 6]> {
        self.attempt(|s| {
            let mut mac = [0; 6];
            for (i, byte) in mac.iter_mut().enumerate() {
                if i > 0 {
                    s.literal(":")?;
                }
                *byte = low_byte(s.number(16)?);
            }
            Some(mac)
        })
    }

    /// Reads `a.b.c.d`, as `IP_SCAN_FMT`.
    pub(crate) fn ipv4(&mut self) -> Option<Ipv4Addr> {
        self.attempt(|s| {
            let mut octets = [0; 4];
            for (i, octet) in octets.iter_mut().enumerate() {
                if i > 0 {
                    s.literal(".")?;
                }
                *octet = low_byte(s.number(10)?);
            }
            Some(Ipv4Addr::from(octets))
        })
    }

    /// Reads the letters of an IPv6 address, at most 46, as `IPV6_SCAN_FMT`.
    pub(crate) fn ipv6_letters(&mut self) -> Option<&'a str> {
        let rest = self.bytes.get(self.position..)?;
        let length =
            rest.iter().take(46).take_while(|c| c.is_ascii_hexdigit() || **c == b':' || **c == b'.').count();
        if length == 0 {
            return None;
        }
        self.position += length;
        std::str::from_utf8(&rest[..length]).ok()
    }

    /// Reads an IPv4 address with an optional mask, as `ip_parse_masked_len`. A prefix length out of
    /// range is an error that leaves the position behind it.
    pub(crate) fn ipv4_masked(&mut self) -> Option<(Ipv4Addr, u32)> {
        let address = self.ipv4()?;
        if let Some(mask) = self.attempt(|s| {
            s.literal("/")?;
            s.ipv4()
        }) {
            return Some((address, u32::from(mask)));
        }
        let prefix = self.attempt(|s| {
            s.literal("/")?;
            s.number(10)
        });
        match prefix {
            None => Some((address, u32::MAX)),
            Some(length) => {
                let length = u32::try_from(truncate_to_int(length)).ok()?;
                Some((address, mask_of_length(length, 32)? as u32))
            }
        }
    }

    /// Reads an IPv6 address with an optional mask, as `ipv6_parse_masked_len`. An error leaves the
    /// position where it was noticed.
    pub(crate) fn ipv6_masked(&mut self) -> Option<(Ipv6Addr, u128)> {
        let letters = self.attempt(|s| {
            s.skip_spaces();
            s.ipv6_letters()
        })?;
        let address: Ipv6Addr = letters.parse().ok()?;
        let prefix = self.attempt(|s| {
            s.literal("/")?;
            s.number(10)
        });
        if let Some(length) = prefix {
            let length = u32::try_from(truncate_to_int(length)).ok()?;
            return Some((address, mask_of_length(length, 128)?));
        }
        let mask = self.attempt(|s| {
            s.literal("/")?;
            s.ipv6_letters()
        });
        match mask {
            None => Some((address, u128::MAX)),
            Some(letters) => Some((address, u128::from(letters.parse::<Ipv6Addr>().ok()?))),
        }
    }
}

/// The value as a C `int` keeps it.
#[allow(clippy::cast_possible_truncation, reason = "ovs_scan keeps the low bits")]
fn truncate_to_int(value: i64) -> i32 {
    value as i32
}

/// The low eight bits.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ovs_scan keeps the low bits")]
fn low_byte(value: i64) -> u8 {
    value as u8
}

/// The mask with `length` leading ones of `bits` (32 or 128).
pub(crate) fn mask_of_length(length: u32, bits: u32) -> Option<u128> {
    if length > bits {
        return None;
    }
    let ones = if length == 0 { 0 } else { u128::MAX << (128 - length) };
    Some(ones >> (128 - bits))
}

/// The number of leading ones of a mask of `bits` bits; None when others follow a zero.
pub(crate) fn length_of_mask(mask: u128, bits: u32) -> Option<u32> {
    let aligned = mask << (128 - bits);
    let length = aligned.leading_ones();
    (aligned.count_ones() == length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_too_large_keep_their_low_bits() {
        assert_eq!(Scanner::new("300.1.1.1").ipv4(), Some(Ipv4Addr::new(44, 1, 1, 1)));
        assert_eq!(Scanner::new("102:0:0:0:0:1").mac(), Some([2, 0, 0, 0, 0, 1]));
    }

    #[test]
    fn a_failed_read_does_not_move() {
        let mut scanner = Scanner::new("1.2.3");
        assert_eq!(scanner.ipv4(), None);
        assert_eq!(scanner.number(10), Some(1));
    }

    #[test]
    fn masks_are_read_in_both_forms() {
        assert_eq!(Scanner::new("10.0.0.0/255.255.0.0").ipv4_masked().map(|x| x.1), Some(0xffff_0000));
        assert_eq!(Scanner::new("10.0.0.0/16").ipv4_masked().map(|x| x.1), Some(0xffff_0000));
        assert_eq!(Scanner::new("10.0.0.0/33").ipv4_masked(), None);
        assert_eq!(Scanner::new("10.0.0.0/0").ipv4_masked().map(|x| x.1), Some(0));
        assert_eq!(Scanner::new("fd00::/64").ipv6_masked().map(|x| length_of_mask(x.1, 128)), Some(Some(64)));
    }

    #[test]
    fn a_mask_with_a_hole_has_no_length() {
        assert_eq!(length_of_mask(0xff00_ff00, 32), None);
        assert_eq!(length_of_mask(0, 32), Some(0));
        assert_eq!(length_of_mask(u128::MAX, 128), Some(128));
    }
}
