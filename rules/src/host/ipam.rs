//! Addresses that are given to ports (IPAM).
//!
//! A port asks with `dynamic`, `MAC dynamic`, `dynamic IP4`, `dynamic IP6` or `dynamic IP4 IP6`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use weft_value::Value;

use super::address::{eui64_address, ip_of_text, ipv6_text, mac_of_text, mac_text};
use super::argument::{string, text, texts, tuple};
use super::scan::{Scanner, length_of_mask};

/// The addresses of a switch's subnet.
#[derive(Debug)]
struct Subnet {
    /// The first address that may be used.
    first: u32,
    /// The number of addresses from it to the last, which is the broadcast address.
    count: u32,
    taken: BTreeSet<u32>,
}

impl Subnet {
    /// The first address that may be used is the router's.
    fn new(subnet: &str, excluded: &str, used: &[&str]) -> Option<Self> {
        let (first, count) = subnet_of_text(subnet)?;
        let addresses = used.iter().filter_map(|text| text.parse::<Ipv4Addr>().ok());
        let taken = addresses.map(u32::from).chain([first]).collect();
        let mut subnet = Self { first, count, taken };
        subnet.exclude(excluded);
        Some(subnet)
    }

    /// `IP IP..IP …`; what follows something else is ignored.
    fn exclude(&mut self, excluded: &str) {
        let mut scanner = Scanner::new(excluded);
        while let Some(start) = scanner.attempt(|s| {
            s.skip_spaces();
            s.ipv4()
        }) {
            let end = scanner.attempt(|s| {
                s.skip_spaces();
                s.literal("..")?;
                s.skip_spaces();
                s.ipv4()
            });
            let (start, end) = (u32::from(start), end.map_or(u32::from(start), u32::from));
            let last = self.first.saturating_add(self.count).saturating_sub(1);
            if start.max(self.first) <= end.min(last) {
                self.taken.extend(start.max(self.first)..=end.min(last));
            }
        }
    }

    fn has_free(&self, address: Ipv4Addr) -> bool {
        let address = u32::from(address);
        let position = address.checked_sub(self.first);
        position.is_some_and(|position| position + 1 < self.count) && !self.taken.contains(&address)
    }

    fn lowest_free(&self) -> Option<Ipv4Addr> {
        let last = self.first.checked_add(self.count.checked_sub(2)?)?;
        let mut candidate = self.first;
        for taken in self.taken.range(self.first..) {
            if *taken != candidate {
                break;
            }
            candidate = candidate.checked_add(1)?;
        }
        (candidate <= last).then(|| Ipv4Addr::from(candidate))
    }
}

/// What a port asks for and has.
#[derive(Debug)]
struct Request<'a> {
    name: &'a str,
    wanted: Option<Ipv4Addr>,
    current: Option<Ipv4Addr>,
}

impl<'a> Request<'a> {
    fn of_value(value: &'a Value) -> Option<Self> {
        let address = |value: &Value| match value {
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let Value::Tuple(parts) = value else { return None };
        match &parts[..] {
            [Value::String(name), wanted, current] => {
                Some(Self { name, wanted: address(wanted), current: address(current) })
            }
            _ => None,
        }
    }

    /// What the port has, if it may keep it: it is free, and no other one that is free is asked for.
    fn kept(&self, subnet: &Subnet) -> Option<Ipv4Addr> {
        let wanted = self.wanted.filter(|wanted| Some(*wanted) == self.current || subnet.has_free(*wanted));
        self.current.filter(|current| subnet.has_free(*current) && wanted.is_none_or(|w| w == *current))
    }
}

/// First usable address of a subnet, and how many follow the network's address.
fn subnet_of_text(subnet: &str) -> Option<(u32, u32)> {
    let mut scanner = Scanner::new(subnet);
    let (address, mask) = scanner.ipv4_masked()?;
    let length = length_of_mask(u128::from(mask), 32)?;
    (scanner.is_done() && length < 32).then(|| ((u32::from(address) & mask).wrapping_add(1), !mask))
}

/// A prefix of 64 bits, with or without its length.
fn prefix_of_text(text: &str) -> Option<Ipv6Addr> {
    let mut scanner = Scanner::new(text);
    let (address, mask) = scanner.ipv6_masked()?;
    let has_length = text.contains('/');
    let fits = scanner.is_done() && (!has_length || length_of_mask(mask, 128) == Some(64));
    fits.then(|| Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)))
}

fn optional(text: Option<String>) -> Value {
    text.map_or(Value::None, |text| string(&text))
}

/// `parse_address_request(text: string) -> AddressRequest`
pub(crate) fn parse_address_request(arguments: &[Value]) -> Value {
    let mut scanner = Scanner::new(text(arguments, 0).unwrap_or_default());
    let mac = scanner.mac();
    let (mut ipv4, mut ipv6) = (None, None);
    if mac.is_none() && scanner.literal("dynamic").is_some() {
        ipv4 = scanner.ipv4();
        scanner.skip_spaces();
        ipv6 = scanner.ipv6_letters().and_then(|letters| letters.parse().ok());
    }
    tuple(vec![
        optional(mac.map(mac_text)),
        optional(ipv4.map(|address: Ipv4Addr| address.to_string())),
        optional(ipv6.map(ipv6_text)),
    ])
}

/// `has_address_pool(subnet: string, ipv6_prefix: string) -> bool`
pub(crate) fn has_address_pool(arguments: &[Value]) -> Value {
    let has = text(arguments, 0).and_then(subnet_of_text).is_some()
        || text(arguments, 1).and_then(prefix_of_text).is_some();
    Value::Bool(has)
}

/// `give_ipv4(subnet: string, excluded: string, used: Set<string>,
/// requests: List<(string, Option<Ip>, Option<Ip>)>) -> Map<string, Ip>`: addresses by the port's name. A
/// request is the port's name, the address that it asks for, and the one it has. Those that keep what they
/// have are served first, then the others in their order, those last that ask for what is not to be had.
pub(crate) fn give_ipv4(arguments: &[Value]) -> Value {
    let subnet = text(arguments, 0).zip(text(arguments, 1));
    let subnet = subnet.and_then(|(subnet, excluded)| Subnet::new(subnet, excluded, &texts(arguments, 2)));
    let (Some(mut subnet), Some(Value::List(requests))) = (subnet, arguments.get(3)) else {
        return Value::Map(Arc::default());
    };
    let mut given: BTreeMap<Value, Value> = BTreeMap::new();
    let mut rest = Vec::new();
    for request in requests.iter().filter_map(Request::of_value) {
        match request.kept(&subnet) {
            Some(address) => {
                subnet.taken.insert(u32::from(address));
                given.insert(string(request.name), string(&address.to_string()));
            }
            None => rest.push(request),
        }
    }
    rest.sort_by_key(|request| request.wanted.is_some_and(|wanted| !subnet.has_free(wanted)));
    for request in rest {
        let wanted = request.wanted.filter(|wanted| subnet.has_free(*wanted));
        if let Some(address) = wanted.or_else(|| subnet.lowest_free()) {
            subnet.taken.insert(u32::from(address));
            given.insert(string(request.name), string(&address.to_string()));
        }
    }
    Value::Map(Arc::new(given))
}

/// `give_ipv6(prefix: string, wanted: Option<Ip>, mac: Mac) -> Option<Ip>`: the address asked for where it
/// has the prefix, else the one that goes with the MAC address (EUI-64).
pub(crate) fn give_ipv6(arguments: &[Value]) -> Value {
    let (Some(prefix), Some(mac)) =
        (text(arguments, 0).and_then(prefix_of_text), text(arguments, 2).and_then(mac_of_text))
    else {
        return Value::None;
    };
    let has_prefix = |ip: &Ipv6Addr| u128::from(*ip) & u128::from(prefix) == u128::from(prefix);
    let wanted = match text(arguments, 1).and_then(ip_of_text) {
        Some(IpAddr::V6(wanted)) => Some(wanted).filter(has_prefix),
        _ => None,
    };
    string(&ipv6_text(wanted.unwrap_or_else(|| eui64_address(mac, prefix))))
}

/// MAC addresses end in 1 to this number.
const LAST_MAC: u32 = 0xff_fffe;

/// `mac_end_for(address: Option<Ip>) -> int`: the number after the low 24 bits of an IPv4 address, 1
/// without one.
pub(crate) fn mac_end_for(arguments: &[Value]) -> Value {
    let address = text(arguments, 0).and_then(|text| text.parse::<Ipv4Addr>().ok());
    let low = address.map_or(0, u32::from) & 0xff_ffff;
    Value::Int(i64::from(low % LAST_MAC + 1))
}

/// `mac_end(mac: Mac) -> int`
pub(crate) fn mac_end(arguments: &[Value]) -> Value {
    let [_, _, _, a, b, c] = text(arguments, 0).and_then(mac_of_text).unwrap_or_default();
    Value::Int(i64::from(u32::from_be_bytes([0, a, b, c])))
}

/// `mac_of_parts(prefix: string, end: int) -> Mac`
pub(crate) fn mac_of_parts(arguments: &[Value]) -> Value {
    let (Some(prefix), Some(Value::Int(end))) = (text(arguments, 0), arguments.get(1)) else {
        return Value::None;
    };
    let [.., a, b, c] = end.to_be_bytes();
    optional(mac_of_text(&format!("{prefix}:{a:x}:{b:x}:{c:x}")).map(mac_text))
}

#[cfg(test)]
mod tests {
    use super::super::argument::list;
    use super::*;

    fn give(subnet: &str, excluded: &str, used: &[&str], requests: &[(&str, &str, &str)]) -> Vec<String> {
        let address = |text: &str| if text.is_empty() { Value::None } else { string(text) };
        let requests = requests.iter().map(|(n, w, c)| tuple(vec![string(n), address(w), address(c)]));
        let given = give_ipv4(&[
            string(subnet),
            string(excluded),
            list(used.iter().map(|u| string(u)).collect()),
            list(requests.collect()),
        ]);
        let Value::Map(given) = given else { panic!("no map") };
        given
            .iter()
            .map(|(name, addresses)| match (name, addresses) {
                (Value::String(name), Value::String(addresses)) => format!("{name}: {addresses}"),
                _ => String::new(),
            })
            .collect()
    }

    #[test]
    fn ports_get_the_lowest_free_addresses() {
        let given = give(
            "10.0.0.0/24",
            "10.0.0.2..10.0.0.4",
            &["10.0.0.5", "00:00:00:00:00:01"],
            &[("p", "", ""), ("q", "", "")],
        );
        assert_eq!(given, ["p: 10.0.0.6", "q: 10.0.0.7"]);
    }

    #[test]
    fn what_a_port_has_is_kept_while_it_is_valid() {
        let given = give("10.0.0.0/24", "", &[], &[("a", "", ""), ("b", "", "10.0.0.9")]);
        assert_eq!(given, ["a: 10.0.0.2", "b: 10.0.0.9"]);
        assert_eq!(give("10.0.0.0/24", "10.0.0.9", &[], &[("b", "", "10.0.0.9")]), ["b: 10.0.0.2"]);
        assert_eq!(give("10.0.0.0/24", "", &[], &[("b", "10.0.0.7", "10.0.0.9")]), ["b: 10.0.0.7"]);
    }

    #[test]
    fn what_is_not_in_the_subnet_is_not_given() {
        assert!(give("", "", &[], &[("p", "192.168.77.1", "")]).is_empty());
        assert_eq!(give("10.0.0.0/24", "", &[], &[("p", "10.0.0.1", "")]), ["p: 10.0.0.2"]);
    }

    #[test]
    fn ports_that_ask_for_the_impossible_are_served_last() {
        let given = give("10.0.0.0/24", "", &[], &[("a", "192.168.77.1", ""), ("b", "", ""), ("c", "", "")]);
        assert_eq!(given[0], "a: 10.0.0.4");
    }

    #[test]
    fn a_full_subnet_gives_none() {
        assert!(give("10.0.0.0/30", "", &["10.0.0.2"], &[("p", "", "")]).is_empty());
    }

    #[test]
    fn parts_of_an_address_may_be_asked_for() {
        let request = |text: &str| match parse_address_request(&[string(text)]) {
            Value::Tuple(parts) => parts.to_vec(),
            _ => Vec::new(),
        };
        let none = Value::None;
        assert_eq!(request("dynamic"), [none.clone(), none.clone(), none.clone()]);
        assert_eq!(
            request("02:00:00:00:00:01 dynamic"),
            [string("02:00:00:00:00:01"), none.clone(), none.clone()]
        );
        assert_eq!(
            request("dynamic 10.0.0.77 fd00::77"),
            [none.clone(), string("10.0.0.77"), string("fd00::77")]
        );
        assert_eq!(request("dynamic fd00::78"), [none.clone(), none, string("fd00::78")]);
    }

    #[test]
    fn ipv6_addresses_are_made_of_the_mac_address_unless_asked_for() {
        let give = |wanted| give_ipv6(&[string("fd00::/64"), wanted, string("02:00:00:00:00:01")]);
        assert_eq!(give(Value::None), string("fd00::ff:fe00:1"));
        assert_eq!(give(string("fd00::77")), string("fd00::77"));
        assert_eq!(give(string("fc00::77")), string("fd00::ff:fe00:1"));
        assert_eq!(give_ipv6(&[string(""), Value::None, string("02:00:00:00:00:01")]), Value::None);
    }

    #[test]
    fn mac_addresses_end_in_what_follows_the_ipv4_address() {
        assert_eq!(mac_end_for(&[string("10.0.0.2")]), Value::Int(3));
        assert_eq!(mac_end_for(&[Value::None]), Value::Int(1));
        assert_eq!(mac_end_for(&[string("10.255.255.254")]), Value::Int(1));
        assert_eq!(mac_of_parts(&[string("0a:58:01"), Value::Int(0x4e)]), string("0a:58:01:00:00:4e"));
        assert_eq!(mac_end(&[string("0a:58:01:00:01:4e")]), Value::Int(0x14e));
    }
}
