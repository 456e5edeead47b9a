//! Values of fields as text.

use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::field::{Field, low_bits};
use crate::field_info::Format;
use crate::port::Port;

/// Writes `value` of `field` under `mask`, as `ovs-ofctl` does in `set_field` (`mf_format`).
///
/// # Errors
/// Only those of the writer.
pub fn write_value(out: &mut dyn Write, field: Field, value: u128, mask: u128) -> fmt::Result {
    if mask == 0 {
        return out.write_str("ANY");
    }
    write_field(out, field, value, Some(mask).filter(|&mask| mask != field.info().full_mask()))
}

/// Writes `value` of `field`, and the mask if there is one.
pub(crate) fn write_field(out: &mut dyn Write, field: Field, value: u128, mask: Option<u128>) -> fmt::Result {
    let format = field.info().format;
    let exact = mask.is_none();
    let mask = mask.map_or(field.info().full_mask(), |mask| mask & field.info().whole_mask());
    match format {
        Format::Port if exact => match Port::from_u32(port_number(field, value)) {
            Some(port) => write!(out, "{port}"),
            None => write!(out, "{value}"),
        },
        Format::Decimal | Format::Hexadecimal | Format::Port => {
            write_integer(out, value, mask, exact, format)
        }
        Format::Ethernet => write_ethernet(out, value, mask),
        Format::Ipv4 => write_ipv4(out, value as u32, mask as u32),
        Format::Ipv6 => write_ipv6(out, value, mask),
        Format::CtState => write_flags(out, CT_STATES, value as u32, mask as u32, u32::MAX),
        Format::TcpFlags => write_flags(out, TCP_FLAGS, value as u32, mask as u32 & 0xfff, 0xfff),
        Format::TunnelFlags => write_flags(out, TUNNEL_FLAGS, value as u32, mask as u32 & 1, 1),
        Format::Fragment => out.write_str(fragment(value as u8, mask as u8)),
        Format::PacketType => write!(out, "({},{:#x})", value >> 16, value & 0xffff),
    }
}

fn port_number(field: Field, value: u128) -> u32 {
    if field.bits() == 16 { Port(value as u16).to_u32() } else { value as u32 }
}

/// An integer in its format; a mask is hexadecimal always (`mf_format_integer_string`).
fn write_integer(out: &mut dyn Write, value: u128, mask: u128, exact: bool, format: Format) -> fmt::Result {
    match format {
        Format::Hexadecimal => write_hex(out, value)?,
        _ => write!(out, "{value}")?,
    }
    if exact {
        return Ok(());
    }
    out.write_char('/')?;
    write_hex(out, mask)
}

/// `0`, or `0x` and digits.
pub fn write_hex(out: &mut dyn Write, value: u128) -> fmt::Result {
    if value == 0 { out.write_char('0') } else { write!(out, "{value:#x}") }
}

/// An Ethernet address; a partial mask follows, one of no bits makes `*`.
pub(crate) fn write_ethernet(out: &mut dyn Write, value: u128, mask: u128) -> fmt::Result {
    let address = |out: &mut dyn Write, value: u128| {
        let b = (value as u64).to_be_bytes();
        write!(out, "{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[2], b[3], b[4], b[5], b[6], b[7])
    };
    address(out, value)?;
    if mask != low_bits(48) {
        out.write_char('/')?;
        address(out, mask)?;
    }
    Ok(())
}

/// An IPv4 address; a prefix length or a mask follows unless all bits count.
pub(crate) fn write_ipv4(out: &mut dyn Write, value: u32, mask: u32) -> fmt::Result {
    write!(out, "{}", Ipv4Addr::from(value))?;
    match mask {
        u32::MAX => Ok(()),
        _ if (!mask).wrapping_add(1) & !mask == 0 => write!(out, "/{}", mask.leading_ones()),
        _ => write!(out, "/{}", Ipv4Addr::from(mask)),
    }
}

/// An IPv6 address in the form of RFC 5952; a prefix length or a mask follows unless all bits count.
///
/// # Errors
/// Only those of the writer.
pub fn write_ipv6(out: &mut dyn Write, value: u128, mask: u128) -> fmt::Result {
    write!(out, "{}", Ipv6Text(value))?;
    match mask {
        u128::MAX => Ok(()),
        _ if (!mask).wrapping_add(1) & !mask == 0 => write!(out, "/{}", mask.leading_ones()),
        _ => write!(out, "/{}", Ipv6Text(mask)),
    }
}

/// An IPv6 address as C's `inet_ntop` writes it: the last 32 bits dotted after `::` and after `::ffff:`.
struct Ipv6Text(u128);

impl fmt::Display for Ipv6Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >> 32 == 0 && self.0 > 0xffff {
            return write!(f, "::{}", Ipv4Addr::from(self.0 as u32));
        }
        write!(f, "{}", Ipv6Addr::from(self.0))
    }
}

pub(crate) const CT_STATES: &[&str] = &["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];
pub(crate) const TUNNEL_FLAGS: &[&str] = &["oam"];
pub(crate) const TCP_FLAGS: &[&str] =
    &["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"];

/// `+a-b`, or `a|b` if every flag is told (`format_flags_masked`).
pub(crate) fn write_flags(
    out: &mut dyn Write,
    names: &[&str],
    flags: u32,
    mask: u32,
    full: u32,
) -> fmt::Result {
    let name = |bit: u32| names.get(bit as usize).copied().unwrap_or("[Unknown]");
    let bits = |of: u32| (0..32).filter(move |bit| of & (1 << bit) != 0);
    if mask == full {
        if flags == 0 {
            return out.write_char('0');
        }
        for (n, bit) in bits(flags).enumerate() {
            write!(out, "{}{}", if n > 0 { "|" } else { "" }, name(bit))?;
        }
        return Ok(());
    }
    for bit in bits(mask) {
        write!(out, "{}{}", if flags & (1 << bit) != 0 { '+' } else { '-' }, name(bit))?;
    }
    Ok(())
}

/// The name of a kind of fragment: bit 0 is any fragment, bit 1 a later one.
pub(crate) fn fragment(value: u8, mask: u8) -> &'static str {
    match (value & mask & 3, mask & 3) {
        (0, 3) => "no",
        (1, 3) => "first",
        (3, 3) => "later",
        (0, 1) => "no",
        (1, 1) => "yes",
        (0, 2) => "not_later",
        (2, 2) => "later",
        _ => "<error>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(field: Field, value: u128, mask: u128) -> String {
        let mut out = String::new();
        write_value(&mut out, field, value, mask).expect("writing to a string");
        out
    }

    #[test]
    fn each_format_prints_like_ovs() {
        assert_eq!(text(Field::TCP_DST, 80, 0xffff), "80");
        assert_eq!(text(Field::reg(15), 5, 0xffff_ffff), "0x5");
        assert_eq!(text(Field::reg(14), 0, 0xffff_ffff), "0");
        assert_eq!(text(Field::reg(10), 0, 0x40), "0/0x40");
        assert_eq!(text(Field::VLAN_TCI, 0x4000, 0xe000), "0x4000/0xe000");
        assert_eq!(text(Field::ETH_DST, 1 << 40, 1 << 40), "01:00:00:00:00:00/01:00:00:00:00:00");
        assert_eq!(text(Field::IPV4_DST, 0xffff_ffff, 0xffff_ffff), "255.255.255.255");
        assert_eq!(text(Field::IPV4_DST, 0x0a00_0000, 0xff00_0000), "10.0.0.0/8");
        assert_eq!(text(Field::IPV4_DST, 0, 0x0000_0600), "0.0.0.0/0.0.6.0");
        assert_eq!(text(Field::IPV6_DST, 0xff << 120, 0xff << 120), "ff00::/8");
        assert_eq!(text(Field::IPV6_DST, 0xc000_0280, u128::MAX), "::192.0.2.128");
        assert_eq!(text(Field::CT_STATE, 0x22, 0x22), "+est+trk");
        assert_eq!(text(Field::IN_PORT, 0xffff, 0xffff), "ANY");
        assert_eq!(text(Field::IP_FRAG, 1, 3), "first");
    }
}
