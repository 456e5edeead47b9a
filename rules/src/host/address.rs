//! MAC and IP addresses: reading and writing them in OVS's forms.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use weft_value::Value;

use super::argument::{boolean, string, text};
use super::scan::Scanner;

/// The whole of `text` as a MAC address, as `eth_addr_from_string`.
pub(crate) fn mac_of_text(text: &str) -> Option<[u8; 6]> {
    let mut scanner = Scanner::new(text);
    let mac = scanner.mac()?;
    scanner.is_done().then_some(mac)
}

/// A MAC address in lower case, two digits a byte.
pub(crate) fn mac_text(mac: [u8; 6]) -> String {
    let mut out = String::with_capacity(17);
    for (i, byte) in mac.iter().enumerate() {
        if i > 0 {
            out.push(':');
        }
        // Writing to a string does not fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The whole of `text` as an address without a mask, as `ip_parse` and `ipv6_parse`.
pub(crate) fn ip_of_text(text: &str) -> Option<IpAddr> {
    match text.parse::<Ipv4Addr>() {
        Ok(v4) => Some(IpAddr::V4(v4)),
        Err(_) => text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
    }
}

/// An address as `inet_ntop` writes it.
pub(crate) fn ip_text(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => ipv6_text(v6),
    }
}

/// An IPv6 address as `inet_ntop` writes it: the first longest run of two or more zero groups becomes
/// `::`, and mapped and compatible IPv4 addresses end in dotted form.
pub(crate) fn ipv6_text(address: Ipv6Addr) -> String {
    let groups = address.segments();
    let (start, length) = longest_zero_run(&groups);
    let has_run = length >= 2;
    let is_dotted = has_run && start == 0 && (length == 6 || (length == 5 && groups[5] == 0xffff));
    let mut out = String::new();
    let mut i = 0;
    while i < 8 {
        if has_run && i == start {
            out.push_str("::");
            i += length;
            continue;
        }
        if is_dotted && i == 6 {
            let [.., a, b, c, d] = address.octets();
            if !out.ends_with(':') {
                out.push(':');
            }
            let _ = write!(out, "{a}.{b}.{c}.{d}");
            break;
        }
        if i > 0 && !out.ends_with("::") {
            out.push(':');
        }
        let _ = write!(out, "{:x}", groups[i]);
        i += 1;
    }
    out
}

fn longest_zero_run(groups: &[u16; 8]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut i = 0;
    while i < 8 {
        let length = groups[i..].iter().take_while(|g| **g == 0).count();
        if length > best.1 {
            best = (i, length);
        }
        i += length.max(1);
    }
    best
}

/// The address whose interface part is the MAC address in EUI-64 form, as `in6_generate_eui64`; the
/// first 64 bits are the prefix's.
pub(crate) fn eui64_address(mac: [u8; 6], prefix: Ipv6Addr) -> Ipv6Addr {
    let mut octets = prefix.octets();
    octets[8..].copy_from_slice(&[mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]]);
    Ipv6Addr::from(octets)
}

/// The link-local address of a MAC address.
pub(crate) fn link_local_address(mac: [u8; 6]) -> Ipv6Addr {
    eui64_address(mac, Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0))
}

/// Whether an address is in `fe80::/10`, as `in6_is_lla`.
pub(crate) fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.segments()[0] & 0xffc0 == 0xfe80)
}

/// `parse_mac(text: string) -> Option<Mac>`
pub(crate) fn parse_mac(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(mac_of_text).map_or(Value::None, |mac| string(&mac_text(mac)))
}

/// `parse_ip(text: string) -> Option<Ip>`
pub(crate) fn parse_ip(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(ip_of_text).map_or(Value::None, |ip| string(&ip_text(ip)))
}

/// `is_ipv4(address: Ip) -> bool`
pub(crate) fn is_ipv4(arguments: &[Value]) -> Value {
    let is_ipv4 = text(arguments, 0).and_then(ip_of_text).is_some_and(|ip| ip.is_ipv4());
    Value::Bool(is_ipv4)
}

/// `is_link_local_ip(address: Ip) -> bool`
pub(crate) fn is_link_local_ip(arguments: &[Value]) -> Value {
    Value::Bool(text(arguments, 0).and_then(ip_of_text).is_some_and(is_link_local))
}

/// `solicited_node(address: Ip) -> Option<Ip>`: the multicast address that asks for an IPv6 address
/// (RFC 4291, section 2.7.1).
pub(crate) fn solicited_node(arguments: &[Value]) -> Value {
    match text(arguments, 0).and_then(ip_of_text) {
        Some(IpAddr::V6(v6)) => {
            let [.., a, b, c] = v6.octets();
            let low = u16::from_be_bytes([b, c]);
            let high = 0xff00 | u16::from(a);
            string(&ipv6_text(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, high, low)))
        }
        _ => Value::None,
    }
}

/// `is_host_ipv4(text: string) -> bool`: an IPv4 address without a mask or with a full one, read as
/// `ip_parse_masked` does.
pub(crate) fn is_host_ipv4(arguments: &[Value]) -> Value {
    let is_host = text(arguments, 0).is_some_and(|text| {
        let mut scanner = Scanner::new(text);
        matches!(scanner.ipv4_masked(), Some((_, u32::MAX))) && scanner.is_done()
    });
    Value::Bool(is_host)
}

/// `is_logical_ip(text: string, is_ipv6: bool, is_host: bool) -> bool`: whether a NAT's logical_ip is
/// an address of the family, with a full mask where `is_host`.
pub(crate) fn is_logical_ip(arguments: &[Value]) -> Value {
    let (Some(text), Some(is_ipv6), Some(is_host)) =
        (text(arguments, 0), boolean(arguments, 1), boolean(arguments, 2))
    else {
        return Value::Bool(false);
    };
    let mut scanner = Scanner::new(text);
    let is_full = if is_ipv6 {
        scanner.ipv6_masked().map(|(_, mask)| mask == u128::MAX)
    } else {
        scanner.ipv4_masked().map(|(_, mask)| mask == u32::MAX)
    };
    Value::Bool(scanner.is_done() && is_full.is_some_and(|is_full| is_full || !is_host))
}

/// `prefix_length(text: string) -> Option<int>`: the bits of an address with a mask up to the last one
/// that is set, as `ip_count_cidr_bits`.
pub(crate) fn prefix_length(arguments: &[Value]) -> Value {
    let Some(text) = text(arguments, 0) else {
        return Value::None;
    };
    let mut ipv4 = Scanner::new(text);
    if let Some((_, mask)) = ipv4.ipv4_masked()
        && ipv4.is_done()
    {
        return Value::Int(32 - i64::from(mask.trailing_zeros()));
    }
    let mut ipv6 = Scanner::new(text);
    match ipv6.ipv6_masked() {
        Some((_, mask)) if ipv6.is_done() => Value::Int(128 - i64::from(mask.trailing_zeros())),
        _ => Value::None,
    }
}

/// `cidr_netmask(cidr: string) -> Option<string>`: the mask of an IPv4 CIDR in dotted form.
pub(crate) fn cidr_netmask(arguments: &[Value]) -> Value {
    let Some(cidr) = text(arguments, 0) else {
        return Value::None;
    };
    let mut scanner = Scanner::new(cidr);
    match scanner.ipv4_masked() {
        Some((_, mask)) if scanner.is_done() => string(&Ipv4Addr::from(mask).to_string()),
        _ => Value::None,
    }
}

/// `link_local_of_mac(mac: string) -> Option<Ip>`
pub(crate) fn link_local_of_mac(arguments: &[Value]) -> Value {
    text(arguments, 0)
        .and_then(mac_of_text)
        .map_or(Value::None, |mac| string(&ipv6_text(link_local_address(mac))))
}

/// `mac_of_number(number: int) -> Mac`: the low 48 bits, with the bits of a locally administered address
/// of one host.
pub(crate) fn mac_of_number(arguments: &[Value]) -> Value {
    let Some(Value::Int(number)) = arguments.first() else {
        return Value::None;
    };
    let [_, _, a, b, c, d, e, f] = number.to_be_bytes();
    string(&mac_text([a & 0xfc | 2, b, c, d, e, f]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v6(text: &str) -> String {
        ipv6_text(text.parse().unwrap())
    }

    #[test]
    fn ipv6_is_written_in_its_short_form() {
        assert_eq!(v6("fd00:0:0:0:0:0:0:ab"), "fd00::ab");
        assert_eq!(v6("::"), "::");
        assert_eq!(v6("::1"), "::1");
        assert_eq!(v6("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
        assert_eq!(v6("1:0:2:3:4:5:6:7"), "1:0:2:3:4:5:6:7");
        assert_eq!(v6("1:2:3:4:5:6:0:0"), "1:2:3:4:5:6::");
        assert_eq!(v6("::ffff:10.0.0.1"), "::ffff:10.0.0.1");
        assert_eq!(v6("::10.0.0.1"), "::10.0.0.1");
    }

    #[test]
    fn a_mac_must_be_the_whole_text() {
        assert_eq!(mac_of_text("2:0:0:0:0:1").map(mac_text).as_deref(), Some("02:00:00:00:00:01"));
        assert_eq!(mac_of_text("02:AA:BB:CC:DD:EE").map(mac_text).as_deref(), Some("02:aa:bb:cc:dd:ee"));
        assert_eq!(mac_of_text("02:aa:bb:cc:dd:ee x"), None);
        assert_eq!(mac_of_text("zz"), None);
    }

    #[test]
    fn addresses_are_made_from_a_mac() {
        let mac = [0x0a, 0, 0, 0, 0, 1];
        assert_eq!(ipv6_text(link_local_address(mac)), "fe80::800:ff:fe00:1");
    }

    #[test]
    fn a_made_up_mac_is_local_and_of_one_host() {
        assert_eq!(mac_of_number(&[Value::Int(-1)]), string("fe:ff:ff:ff:ff:ff"));
        assert_eq!(mac_of_number(&[Value::Int(5)]), string("02:00:00:00:00:05"));
    }

    #[test]
    fn a_netmask_is_dotted() {
        assert_eq!(cidr_netmask(&[string("10.0.0.0/24")]), string("255.255.255.0"));
        assert_eq!(cidr_netmask(&[string("fd00::/64")]), Value::None);
    }

    #[test]
    fn a_prefix_ends_with_the_last_bit_of_the_mask() {
        assert_eq!(prefix_length(&[string("10.0.0.0/24")]), Value::Int(24));
        assert_eq!(prefix_length(&[string("10.0.0.1")]), Value::Int(32));
        assert_eq!(prefix_length(&[string("10.0.0.0/255.0.255.0")]), Value::Int(24));
        assert_eq!(prefix_length(&[string("0.0.0.0/0")]), Value::Int(0));
        assert_eq!(prefix_length(&[string("fd00::/64")]), Value::Int(64));
        assert_eq!(prefix_length(&[string("fd00::1")]), Value::Int(128));
        assert_eq!(prefix_length(&[string("x")]), Value::None);
    }

    #[test]
    fn the_solicited_node_has_the_low_three_bytes() {
        assert_eq!(solicited_node(&[string("fd00::1:2345:6789")]), string("ff02::1:ff45:6789"));
        assert_eq!(solicited_node(&[string("10.0.0.1")]), Value::None);
    }

    #[test]
    fn a_nat_has_a_subnet_only_where_allowed() {
        let check = |text: &str, is_ipv6, is_host| {
            is_logical_ip(&[string(text), Value::Bool(is_ipv6), Value::Bool(is_host)])
        };
        assert_eq!(check("10.0.0.0/24", false, false), Value::Bool(true));
        assert_eq!(check("10.0.0.0/24", false, true), Value::Bool(false));
        assert_eq!(check("10.0.0.1", false, true), Value::Bool(true));
        assert_eq!(check("fd00::1", true, true), Value::Bool(true));
        assert_eq!(check("10.0.0.1", true, true), Value::Bool(false));
    }
}
