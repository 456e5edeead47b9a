//! Addresses of ports: a MAC address with IP addresses and their networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use weft_value::Value;

use super::address::{
    ip_of_text, ip_text, is_link_local, link_local_address, mac_of_text, mac_text, solicited_node,
};
use super::argument::{list, string, text, texts, tuple};
use super::network::cidr;
use super::scan::{Scanner, length_of_mask, mask_of_length};

/// What `struct lport_addresses` holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct PortAddress {
    mac: [u8; 6],
    ipv4: Vec<(Ipv4Addr, u32)>,
    ipv6: Vec<(Ipv6Addr, u32)>,
}

impl PortAddress {
    /// Reads addresses until something is none, as `parse_and_store_addresses`.
    fn read_addresses(&mut self, scanner: &mut Scanner<'_>) {
        while !scanner.is_done() {
            let read = scanner.ipv4_masked();
            if let Some((address, length)) =
                read.and_then(|(a, mask)| Some((a, length_of_mask(u128::from(mask), 32)?)))
            {
                self.ipv4.push((address, length));
                continue;
            }
            let read = scanner.ipv6_masked();
            match read.and_then(|(a, mask)| Some((a, length_of_mask(mask, 128)?))) {
                Some(entry) => self.ipv6.push(entry),
                None => return,
            }
        }
    }

    /// The record `PortAddress` of the rules.
    fn to_value(&self) -> Value {
        let ipv4 = self.ipv4.iter().map(|(a, length)| network(IpAddr::V4(*a), *length)).collect();
        let ipv6 = self.ipv6.iter().map(|(a, length)| network(IpAddr::V6(*a), *length)).collect();
        tuple(vec![string(&mac_text(self.mac)), list(ipv4), list(ipv6)])
    }
}

/// The record `Network` of the rules: address, network address, prefix length.
pub(crate) fn network(address: IpAddr, length: u32) -> Value {
    let base = match address {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from(masked(u128::from(u32::from(v4)), length, 32) as u32)),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(masked(u128::from(v6), length, 128))),
    };
    tuple(vec![string(&ip_text(address)), string(&ip_text(base)), Value::Int(i64::from(length))])
}

/// The bits of a prefix; the rest are zero.
pub(crate) fn masked(bits: u128, length: u32, width: u32) -> u128 {
    bits & mask_of_length(length, width).unwrap_or(0)
}

/// `parse_port_address(text: string) -> Option<PortAddress>`: `MAC [IP…]`, as `extract_lsp_addresses`;
/// what follows the last address is ignored.
pub(crate) fn parse_port_address(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(port_address).map_or(Value::None, |a| a.to_value())
}

fn port_address(text: &str) -> Option<PortAddress> {
    let mut scanner = Scanner::new(text);
    let mac = scanner.mac()?;
    let mut address = PortAddress { mac, ..PortAddress::default() };
    address.read_addresses(&mut scanner);
    Some(address)
}

fn ip_list(text: &str) -> Option<PortAddress> {
    let mut address = PortAddress::default();
    address.read_addresses(&mut Scanner::new(text));
    (!address.ipv4.is_empty() || !address.ipv6.is_empty()).then_some(address)
}

/// `parse_ip_list(text: string) -> Option<PortAddress>`: `IP…` with at least one address, as
/// `extract_ip_addresses`; the MAC address is zero.
pub(crate) fn parse_ip_list(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(ip_list).map_or(Value::None, |a| a.to_value())
}

/// `parse_arp_proxy(text: string) -> Option<PortAddress>`: `[MAC] IP…`; the MAC address is zero where
/// there is none.
pub(crate) fn parse_arp_proxy(arguments: &[Value]) -> Value {
    text(arguments, 0)
        .and_then(|text| port_address(text).or_else(|| ip_list(text)))
        .map_or(Value::None, |a| a.to_value())
}

/// A network of a router port: `IP[/length]`, the whole text.
fn router_network(text: &str) -> Option<(IpAddr, u32)> {
    cidr(text).filter(|(address, _)| *address != IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// `parse_router_port_address(mac: string, networks: Set<string>) -> Option<PortAddress>`: as
/// `extract_lrp_networks`; the link-local address of the MAC address comes last.
pub(crate) fn parse_router_port_address(arguments: &[Value]) -> Value {
    let Some(mac) = text(arguments, 0).and_then(mac_of_text) else {
        return Value::None;
    };
    let mut address = PortAddress { mac, ..PortAddress::default() };
    for network in texts(arguments, 1) {
        match router_network(network) {
            Some((IpAddr::V4(v4), length)) => address.ipv4.push((v4, length)),
            Some((IpAddr::V6(v6), length)) => address.ipv6.push((v6, length)),
            None => {}
        }
    }
    address.ipv6.push((link_local_address(mac), 64));
    address.to_value()
}

/// `is_router_network(text: string) -> bool`: whether a network of a router port can be read.
pub(crate) fn is_router_network(arguments: &[Value]) -> Value {
    Value::Bool(text(arguments, 0).is_some_and(|text| router_network(text).is_some()))
}

/// `in_network(ip: string, network: Ip, length: int) -> bool`: whether the text is an address of the
/// network, as `find_lport_address`.
pub(crate) fn in_network(arguments: &[Value]) -> Value {
    let (Some(ip), Some(network), Some(Value::Int(length))) =
        (text(arguments, 0).and_then(ip_of_text), text(arguments, 1).and_then(ip_of_text), arguments.get(2))
    else {
        return Value::Bool(false);
    };
    let Ok(length) = u32::try_from(*length) else {
        return Value::Bool(false);
    };
    let is_in = match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            masked(u128::from(u32::from(ip)), length, 32) == u128::from(u32::from(network))
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => masked(u128::from(ip), length, 128) == u128::from(network),
        _ => false,
    };
    Value::Bool(is_in)
}

/// `is_dynamic_address(text: string) -> bool`: whether an element of a port's addresses asks for an
/// address, as `is_dynamic_lsp_address`.
pub(crate) fn is_dynamic_address(arguments: &[Value]) -> Value {
    Value::Bool(text(arguments, 0).is_some_and(is_dynamic))
}

fn is_dynamic(text: &str) -> bool {
    if text.starts_with("dynamic") {
        let mut scanner = Scanner::at(text, 7);
        if scanner.is_done() {
            return true;
        }
        let space = |s: &mut Scanner<'_>| {
            s.skip_spaces();
            Some(())
        };
        if scanner.attempt(|s| space(s).and_then(|()| s.ipv4())).is_some() && scanner.is_done() {
            return true;
        }
        return scanner.attempt(|s| space(s).and_then(|()| s.ipv6_letters().map(|_| ()))).is_some()
            && scanner.is_done();
    }
    let mut scanner = Scanner::new(text);
    scanner.mac().is_some() && {
        scanner.skip_spaces();
        scanner.literal("dynamic").is_some() && scanner.is_done()
    }
}

/// `has_port_security(elements: Set<string>) -> bool`: whether an element names a MAC address, after
/// an optional `VRRPv3`.
pub(crate) fn has_port_security(arguments: &[Value]) -> Value {
    let found = texts(arguments, 0).into_iter().any(|element| {
        let start = if element.starts_with("VRRPv3") { 7 } else { 0 };
        Scanner::at(element, start).mac().is_some()
    });
    Value::Bool(found)
}

/// The parts of the record `PortAddress`: MAC address, IPv4 networks, IPv6 networks.
fn parts(arguments: &[Value]) -> Option<(&str, &[Value], &[Value])> {
    let Some(Value::Tuple(fields)) = arguments.first() else {
        return None;
    };
    match &fields[..] {
        [Value::String(mac), Value::List(ipv4), Value::List(ipv6)] => Some((mac, ipv4, ipv6)),
        _ => None,
    }
}

/// The parts of the record `Network`: address, network address, prefix length.
pub(crate) fn network_parts(network: &Value) -> Option<(&str, &str, i64)> {
    let Value::Tuple(fields) = network else {
        return None;
    };
    match &fields[..] {
        [Value::String(address), Value::String(base), Value::Int(length)] => Some((address, base, *length)),
        _ => None,
    }
}

/// `router_port_text(address: PortAddress) -> string`: `MAC CIDR…` as in `Port_Binding.mac`, without the
/// last IPv6 address, which is generated.
pub(crate) fn router_port_text(arguments: &[Value]) -> Value {
    let Some((mac, ipv4, ipv6)) = parts(arguments) else {
        return Value::None;
    };
    let mut out = mac.to_owned();
    let written = ipv6.len().saturating_sub(1);
    for network in ipv4.iter().chain(&ipv6[..written]) {
        if let Some((address, _, length)) = network_parts(network) {
            out.push_str(&format!(" {address}/{length}"));
        }
    }
    string(&out)
}

/// `cidr_texts(networks: List<Network>) -> List<string>`: `ADDRESS/LENGTH` of each.
pub(crate) fn cidr_texts(arguments: &[Value]) -> Value {
    list(networks(arguments).map(|(address, _, length)| string(&format!("{address}/{length}"))).collect())
}

/// `solicited_cidr_texts(networks: List<Network>) -> List<string>`: for each IPv6 network itself and its
/// solicited-node address (RFC 4291, 2.7.1), both with the length.
pub(crate) fn solicited_cidr_texts(arguments: &[Value]) -> Value {
    let pair = |(address, _, length): (&str, &str, i64)| {
        let node = solicited_node(&[string(address)]);
        let node = text(std::slice::from_ref(&node), 0)?;
        Some(string(&format!("{address}/{length}, {node}/{length}")))
    };
    list(networks(arguments).filter_map(pair).collect())
}

fn networks(arguments: &[Value]) -> impl Iterator<Item = (&str, &str, i64)> {
    let networks = if let Some(Value::List(networks)) = arguments.first() { &networks[..] } else { &[] };
    networks.iter().filter_map(network_parts)
}

/// `advertised_prefixes(address: PortAddress) -> List<string>`: the IPv6 networks but for link-local ones.
pub(crate) fn advertised_prefixes(arguments: &[Value]) -> Value {
    let networks = parts(arguments).map_or(&[][..], |(_, _, ipv6)| ipv6);
    let prefixes = networks.iter().filter_map(network_parts).filter(|(_, base, _)| !is_link_local_text(base));
    list(prefixes.map(|(_, base, length)| string(&format!("{base}/{length}"))).collect())
}

/// `link_local_text(address: PortAddress) -> string`: the last link-local address.
pub(crate) fn link_local_text(arguments: &[Value]) -> Value {
    let networks = parts(arguments).map_or(&[][..], |(_, _, ipv6)| ipv6);
    let last = networks.iter().filter_map(network_parts).rfind(|(_, base, _)| is_link_local_text(base));
    last.map_or(Value::None, |(address, ..)| string(address))
}

/// `first_in_cidr(networks: List<Network>, cidr: string) -> Option<Ip>`: the first address that is in the
/// network of a CIDR.
pub(crate) fn first_in_cidr(arguments: &[Value]) -> Value {
    let (Some(Value::List(networks)), Some(cidr)) = (arguments.first(), text(arguments, 1)) else {
        return Value::None;
    };
    let addresses = networks.iter().filter_map(network_parts).map(|(address, ..)| address);
    let mut in_cidr = addresses.filter(|address| is_in_cidr(address, cidr));
    in_cidr.next().map_or(Value::None, string)
}

fn is_in_cidr(address: &str, cidr: &str) -> bool {
    let mut scanner = Scanner::new(cidr);
    match ip_of_text(address) {
        Some(IpAddr::V4(address)) => scanner.ipv4_masked().is_some_and(|(network, mask)| {
            scanner.is_done() && (u32::from(address) ^ u32::from(network)) & mask == 0
        }),
        Some(IpAddr::V6(address)) => scanner.ipv6_masked().is_some_and(|(network, mask)| {
            scanner.is_done() && (u128::from(address) ^ u128::from(network)) & mask == 0
        }),
        None => false,
    }
}

fn is_link_local_text(text: &str) -> bool {
    ip_of_text(text).is_some_and(is_link_local)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;

    fn address(text: &str) -> Option<PortAddress> {
        port_address(text)
    }

    fn set(members: &[&str]) -> Value {
        Value::Set(Arc::new(members.iter().map(|m| string(m)).collect::<BTreeSet<_>>()))
    }

    #[test]
    fn addresses_follow_the_mac_until_something_is_none() {
        let a = address("02:00:00:00:00:01 10.0.0.1 fd00::1/64 10.0.0.2/24 x 10.0.0.3").unwrap();
        assert_eq!(a.ipv4, vec![(Ipv4Addr::new(10, 0, 0, 1), 32), (Ipv4Addr::new(10, 0, 0, 2), 24)]);
        assert_eq!(a.ipv6, vec![("fd00::1".parse().unwrap(), 64)]);
        assert_eq!(address("02:00:00:00:00:01 1.2.3").unwrap().ipv4, vec![]);
        assert_eq!(address("garbage"), None);
        assert!(address(" 02:00:00:00:00:01 10.0.0.1 ").is_some());
    }

    #[test]
    fn a_router_port_has_its_link_local_address_last() {
        let value = parse_router_port_address(&[
            string("0a:00:00:00:00:01"),
            set(&["10.0.0.1/24", "0.0.0.0/8", "fd00::1/64", "bad"]),
        ]);
        let expected = tuple(vec![
            string("0a:00:00:00:00:01"),
            list(vec![tuple(vec![string("10.0.0.1"), string("10.0.0.0"), Value::Int(24)])]),
            list(vec![
                tuple(vec![string("fd00::1"), string("fd00::"), Value::Int(64)]),
                tuple(vec![string("fe80::800:ff:fe00:1"), string("fe80::"), Value::Int(64)]),
            ]),
        ]);
        assert_eq!(value, expected);
        let value = [value];
        assert_eq!(router_port_text(&value), string("0a:00:00:00:00:01 10.0.0.1/24 fd00::1/64"));
        assert_eq!(advertised_prefixes(&value), list(vec![string("fd00::/64")]));
        assert_eq!(link_local_text(&value), string("fe80::800:ff:fe00:1"));
        assert_eq!(parse_router_port_address(&[string("bad"), set(&[])]), Value::None);
    }

    #[test]
    fn dynamic_addresses_have_four_forms() {
        for text in [
            "dynamic",
            "dynamic 10.0.0.1",
            "dynamic fd00::1",
            "dynamic 10.0.0.1 fd00::1",
            "2:0:0:0:0:1 dynamic",
        ] {
            assert!(is_dynamic(text), "{text}");
        }
        for text in ["dynamic x", "dynamic dynamic", "02:00:00:00:00:01 10.0.0.1", "unknown", ""] {
            assert!(!is_dynamic(text), "{text}");
        }
    }

    #[test]
    fn networks_hold_their_addresses() {
        let check =
            |ip: &str, network: &str, length| in_network(&[string(ip), string(network), Value::Int(length)]);
        assert_eq!(check("10.0.0.7", "10.0.0.0", 24), Value::Bool(true));
        assert_eq!(check("10.0.1.7", "10.0.0.0", 24), Value::Bool(false));
        assert_eq!(check("fd00::7", "fd00::", 64), Value::Bool(true));
        assert_eq!(check("10.0.0.7", "fd00::", 64), Value::Bool(false));
        assert_eq!(check("bad", "10.0.0.0", 24), Value::Bool(false));
    }

    #[test]
    fn port_security_needs_a_mac() {
        assert_eq!(has_port_security(&[set(&["junk", "VRRPv3"])]), Value::Bool(false));
        assert_eq!(has_port_security(&[set(&["VRRPv3 00:00:5e:00:01:0a 10.0.0.1"])]), Value::Bool(true));
        assert_eq!(has_port_security(&[set(&["02:00:00:00:00:01"])]), Value::Bool(true));
    }

    #[test]
    fn the_first_address_in_a_cidr_is_found() {
        let networks =
            list(vec![network("10.0.1.5".parse().unwrap(), 32), network("10.0.0.5".parse().unwrap(), 32)]);
        assert_eq!(first_in_cidr(&[networks.clone(), string("10.0.0.0/24")]), string("10.0.0.5"));
        assert_eq!(first_in_cidr(&[networks, string("bad")]), Value::None);
    }

    #[test]
    fn an_arp_proxy_may_have_a_mac() {
        assert_eq!(parse_arp_proxy(&[string("x")]), Value::None);
        assert_ne!(parse_arp_proxy(&[string("10.0.0.1 10.0.0.0/24")]), Value::None);
        assert_ne!(parse_arp_proxy(&[string("02:00:00:00:00:01")]), Value::None);
        assert_eq!(parse_ip_list(&[string("02:00:00:00:00:01")]), Value::None);
    }

    #[test]
    fn networks_are_written_in_their_order() {
        let mixed = list(vec![
            network("10.0.0.9".parse().unwrap(), 24),
            network("10.0.0.1".parse().unwrap(), 32),
            network("fd00::7".parse().unwrap(), 64),
        ]);
        let texts = list(vec![string("10.0.0.9/24"), string("10.0.0.1/32"), string("fd00::7/64")]);
        assert_eq!(cidr_texts(std::slice::from_ref(&mixed)), texts);
        assert_eq!(solicited_cidr_texts(&[mixed]), list(vec![string("fd00::7/64, ff02::1:ff00:7/64")]));
        assert_eq!(cidr_texts(&[Value::None]), list(vec![]));
    }
}
