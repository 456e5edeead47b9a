//! IP networks: prefixes of routes, and the addresses of a router port's networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use weft_value::Value;

use super::address::{ip_of_text, ip_text, mac_text};
use super::argument::{list, string, text, tuple};
use super::port_address::{masked, network, network_parts};
use super::scan::{Scanner, length_of_mask};

/// `parse_cidr(text: string) -> Option<Network>`: the whole of `IP[/LENGTH]` or `IP[/MASK]`, as
/// `ip46_parse_cidr`.
pub(crate) fn parse_cidr(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(cidr).map_or(Value::None, |(address, length)| network(address, length))
}

/// The whole text as an address with the length of its prefix.
pub(crate) fn cidr(text: &str) -> Option<(IpAddr, u32)> {
    let mut scanner = Scanner::new(text);
    if let Some((address, mask)) = scanner.ipv4_masked()
        && scanner.is_done()
        && let Some(length) = length_of_mask(u128::from(mask), 32)
    {
        return Some((IpAddr::V4(address), length));
    }
    let mut scanner = Scanner::new(text);
    let (address, mask) = scanner.ipv6_masked()?;
    scanner.is_done().then_some(())?;
    Some((IpAddr::V6(address), length_of_mask(mask, 128)?))
}

/// `network_addresses(networks: List<Network>) -> List<Ip>`: the addresses in their order.
pub(crate) fn network_addresses(arguments: &[Value]) -> Value {
    list(networks(arguments).map(|(address, ..)| string(address)).collect())
}

/// `addresses_with_broadcasts(networks: List<Network>) -> List<Ip>`: each IPv4 address, and after it the
/// broadcast address of its network.
pub(crate) fn addresses_with_broadcasts(arguments: &[Value]) -> Value {
    let mut out = Vec::new();
    for (address, base, length) in networks(arguments) {
        out.push(string(address));
        if let (Some(IpAddr::V4(base)), Ok(length)) = (ip_of_text(base), u32::try_from(length)) {
            let hosts = !(masked(u128::from(u32::MAX), length, 32) as u32);
            out.push(string(&ip_text(IpAddr::V4(Ipv4Addr::from(u32::from(base) | hosts)))));
        }
    }
    list(out)
}

fn networks(arguments: &[Value]) -> impl Iterator<Item = (&str, &str, i64)> {
    let members = match arguments.first() {
        Some(Value::List(members)) => &members[..],
        _ => &[],
    };
    members.iter().filter_map(network_parts)
}

/// `numbered_networks(networks: List<Network>) -> List<(int, Network)>`: positions count from 0.
pub(crate) fn numbered_networks(arguments: &[Value]) -> Value {
    let Some(Value::List(networks)) = arguments.first() else {
        return list(Vec::new());
    };
    list((0..).zip(networks.iter()).map(|(i, network)| tuple(vec![Value::Int(i), network.clone()])).collect())
}

/// `multicast_mac(address: Ip) -> Option<Mac>`: the Ethernet address of an IPv6 multicast address
/// (RFC 2464, section 7).
pub(crate) fn multicast_mac(arguments: &[Value]) -> Value {
    match text(arguments, 0).and_then(ip_of_text) {
        Some(IpAddr::V6(v6)) => string(&mac_text(ethernet_multicast(v6))),
        _ => Value::None,
    }
}

fn ethernet_multicast(address: Ipv6Addr) -> [u8; 6] {
    let [.., a, b, c, d] = address.octets();
    [0x33, 0x33, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Value {
        parse_cidr(&[string(text)])
    }

    fn net(address: &str, base: &str, length: i64) -> Value {
        tuple(vec![string(address), string(base), Value::Int(length)])
    }

    #[test]
    fn a_prefix_has_a_length_or_a_mask() {
        assert_eq!(parsed("10.0.0.1/24"), net("10.0.0.1", "10.0.0.0", 24));
        assert_eq!(parsed("10.0.0.1/255.255.0.0"), net("10.0.0.1", "10.0.0.0", 16));
        assert_eq!(parsed("0.0.0.0/0"), net("0.0.0.0", "0.0.0.0", 0));
        assert_eq!(parsed("10.0.0.1"), net("10.0.0.1", "10.0.0.1", 32));
        assert_eq!(parsed("fd00::1/64"), net("fd00::1", "fd00::", 64));
        assert_eq!(parsed("10.0.0.1/24x"), Value::None);
        assert_eq!(parsed("10.0.0.0/255.0.255.0"), Value::None);
        assert_eq!(parsed("discard"), Value::None);
    }

    #[test]
    fn addresses_keep_their_order() {
        let networks = [list(vec![net("10.0.1.1", "10.0.1.0", 24), net("10.0.0.7", "10.0.0.7", 32)])];
        assert_eq!(network_addresses(&networks), list(vec![string("10.0.1.1"), string("10.0.0.7")]));
        let with_broadcasts = ["10.0.1.1", "10.0.1.255", "10.0.0.7", "10.0.0.7"].map(string).to_vec();
        assert_eq!(addresses_with_broadcasts(&networks), list(with_broadcasts));
        let numbered = list(vec![
            tuple(vec![Value::Int(0), net("10.0.1.1", "10.0.1.0", 24)]),
            tuple(vec![Value::Int(1), net("10.0.0.7", "10.0.0.7", 32)]),
        ]);
        assert_eq!(numbered_networks(&networks), numbered);
    }

    #[test]
    fn a_multicast_mac_ends_in_the_low_four_bytes() {
        assert_eq!(multicast_mac(&[string("ff02::1:ff45:6789")]), string("33:33:ff:45:67:89"));
        assert_eq!(multicast_mac(&[string("224.0.0.1")]), Value::None);
    }
}
