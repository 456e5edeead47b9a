//! Addresses that are given to ports (IPAM).
//!
//! A port asks with `dynamic`, `MAC dynamic`, `dynamic IP4`, `dynamic IP6` or `dynamic IP4 IP6`. What a
//! port has is kept while it is valid; then the others get the lowest free IPv4 address, a MAC address
//! after it, and an IPv6 address after that (EUI-64).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use weft_value::Value;

use super::address::{eui64_address, ipv6_text, mac_text};
use super::argument::{string, text, texts};
use super::scan::{Scanner, length_of_mask};
use super::service_order::service_order;

/// What a switch gives out.
#[derive(Debug, Default)]
struct Pool {
    /// First address and the number of addresses with the last, which is the broadcast address.
    ipv4: Option<(u32, u32)>,
    taken: BTreeSet<u32>,
    ipv6_prefix: Option<Ipv6Addr>,
    /// The first three bytes of MAC addresses.
    mac_prefix: u64,
    macs: BTreeSet<u64>,
}

/// What a port asks for and has.
#[derive(Debug, Clone, Copy, Default)]
struct Request<'a> {
    name: &'a str,
    mac: Option<[u8; 6]>,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    current: Option<Addresses>,
}

/// Addresses of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Addresses {
    mac: [u8; 6],
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
}

impl Addresses {
    fn of_text(text: &str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let mac = scanner.mac()?;
        let ipv4 = scanner.ipv4_masked().map(|(address, _)| address);
        let ipv6 = scanner.ipv6_masked().map(|(address, _)| address);
        Some(Self { mac, ipv4, ipv6 })
    }

    fn to_text(self) -> String {
        let mut out = mac_text(self.mac);
        if let Some(ipv4) = self.ipv4 {
            out.push_str(&format!(" {ipv4}"));
        }
        if let Some(ipv6) = self.ipv6 {
            out.push_str(&format!(" {}", ipv6_text(ipv6)));
        }
        out
    }
}

fn mac_number(mac: [u8; 6]) -> u64 {
    mac.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[allow(clippy::cast_possible_truncation, reason = "each byte of six")]
fn mac_of_number(number: u64) -> [u8; 6] {
    [40, 32, 24, 16, 8, 0].map(|shift| (number >> shift) as u8)
}

impl Pool {
    fn new(subnet: &str, excluded: &str, ipv6_prefix: &str, mac_prefix: &str) -> Self {
        let mut pool = Self { ipv6_prefix: prefix_of_text(ipv6_prefix), ..Self::default() };
        let mut scanner = Scanner::new(mac_prefix);
        let bytes = [(); 3].map(|()| {
            let byte = scanner.number(16).unwrap_or(0);
            let _ = scanner.literal(":");
            u64::try_from(byte & 0xff).unwrap_or(0)
        });
        pool.mac_prefix = bytes.iter().fold(0, |number, byte| number << 8 | byte) << 24;
        pool.ipv4 = subnet_of_text(subnet);
        if let Some((first, _)) = pool.ipv4 {
            pool.taken.insert(first);
            pool.exclude(excluded);
        }
        pool
    }

    /// `IP IP..IP …`; what follows something else is ignored.
    fn exclude(&mut self, excluded: &str) {
        let Some((first, count)) = self.ipv4 else { return };
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
            let last = first.saturating_add(count).saturating_sub(1);
            if start.max(first) <= end.min(last) {
                self.taken.extend(start.max(first)..=end.min(last));
            }
        }
    }

    fn is_in_use(&self, address: Ipv4Addr) -> bool {
        let address = u32::from(address);
        self.ipv4.is_none_or(|(first, count)| {
            address < first || address - first + 1 >= count || self.taken.contains(&address)
        })
    }

    fn free_ipv4(&self) -> Option<Ipv4Addr> {
        let (first, count) = self.ipv4?;
        let last = first.checked_add(count.checked_sub(2)?)?;
        let mut candidate = first;
        for taken in self.taken.range(first..) {
            if *taken != candidate {
                break;
            }
            candidate = candidate.checked_add(1)?;
        }
        (candidate <= last).then(|| Ipv4Addr::from(candidate))
    }

    fn free_mac(&self, ipv4: Option<Ipv4Addr>) -> [u8; 6] {
        const SPACE: u64 = 0xff_ffff;
        let base = ipv4.map_or(0, |ip| u64::from(u32::from(ip)) & SPACE);
        let candidate = |i: u64| self.mac_prefix | ((base + i) % (SPACE - 1) + 1);
        let found = (0..SPACE - 1).map(candidate).find(|mac| !self.macs.contains(mac));
        mac_of_number(found.unwrap_or_else(|| candidate(0)))
    }

    /// Whether what the port has is what it may have.
    fn keeps(&self, request: &Request<'_>, current: Addresses) -> bool {
        let mac_fits = match request.mac {
            Some(mac) => mac == current.mac,
            None => mac_number(current.mac) >> 24 == self.mac_prefix >> 24,
        };
        let ipv4_fits = match (current.ipv4, self.ipv4.is_some()) {
            (None, gives) => !gives,
            (Some(_), false) => false,
            (Some(ip), true) => {
                let wanted = request.ipv4.filter(|wanted| *wanted == ip || !self.is_in_use(*wanted));
                !self.is_in_use(ip) && wanted.is_none_or(|wanted| wanted == ip)
            }
        };
        let ipv6_fits = current.ipv6 == self.ipv6_for(request, current.mac);
        mac_fits && ipv4_fits && ipv6_fits
    }

    /// The IPv6 address that goes with a MAC address: the one asked for if it has the prefix.
    fn ipv6_for(&self, request: &Request<'_>, mac: [u8; 6]) -> Option<Ipv6Addr> {
        let prefix = self.ipv6_prefix?;
        let has_prefix = |ip: &Ipv6Addr| u128::from(*ip) & u128::from(prefix) == u128::from(prefix);
        Some(request.ipv6.filter(has_prefix).unwrap_or_else(|| eui64_address(mac, prefix)))
    }

    fn take(&mut self, addresses: Addresses) {
        self.macs.insert(mac_number(addresses.mac));
        self.taken.extend(addresses.ipv4.map(u32::from));
    }

    fn give(&mut self, request: &Request<'_>) -> Addresses {
        let wanted = request.ipv4.filter(|wanted| !self.is_in_use(*wanted));
        let ipv4 = wanted.or_else(|| self.free_ipv4());
        let mac = request.mac.unwrap_or_else(|| self.free_mac(request.ipv4.or(ipv4)));
        let ipv6 = self.ipv6_for(request, mac);
        let addresses = Addresses { mac, ipv4, ipv6 };
        self.take(addresses);
        addresses
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

/// Reads what a port asks for.
fn request<'a>(name: &'a str, spec: &str, current: &str) -> Request<'a> {
    let mut request = Request { name, current: Addresses::of_text(current), ..Request::default() };
    let mut scanner = Scanner::new(spec);
    if let Some(mac) = scanner.mac() {
        request.mac = Some(mac);
    } else if scanner.literal("dynamic").is_some() {
        request.ipv4 = scanner.ipv4();
        scanner.skip_spaces();
        request.ipv6 = scanner.ipv6_letters().and_then(|letters| letters.parse().ok());
    }
    request
}

/// `has_address_pool(subnet: string, ipv6_prefix: string) -> bool`
pub(crate) fn has_address_pool(arguments: &[Value]) -> Value {
    let has = text(arguments, 0).and_then(subnet_of_text).is_some()
        || text(arguments, 1).and_then(prefix_of_text).is_some();
    Value::Bool(has)
}

/// The parts of a request: name, what is asked for, what the port has.
fn request_parts(value: &Value) -> Option<(&str, &str, &str)> {
    let Value::Tuple(parts) = value else { return None };
    match &parts[..] {
        [Value::String(name), Value::String(spec), Value::String(current)] => Some((name, spec, current)),
        _ => None,
    }
}

/// `give_addresses(subnet: string, excluded: string, ipv6_prefix: string, mac_prefix: string,
/// used: Set<string>, requests: List<(string, string, string)>) -> Map<string, string>`: addresses by the
/// port's name, `MAC [IP4] [IP6]`. `used` are the MAC and IP addresses of other ports of the switch; there
/// is a request of every port, in the order of their UUIDs: its name, what it asks for (nothing where it is
/// empty), and what it has. They are served as OVN's northd does, those that keep what they have first.
pub(crate) fn give_addresses(arguments: &[Value]) -> Value {
    let (Some(subnet), Some(excluded), Some(ipv6_prefix), Some(mac_prefix)) =
        (text(arguments, 0), text(arguments, 1), text(arguments, 2), text(arguments, 3))
    else {
        return Value::Map(Arc::default());
    };
    let mut pool = Pool::new(subnet, excluded, ipv6_prefix, mac_prefix);
    for used in texts(arguments, 4) {
        match (used.parse::<Ipv4Addr>(), Scanner::new(used).mac()) {
            (Ok(address), _) => drop(pool.taken.insert(u32::from(address))),
            (_, Some(mac)) => drop(pool.macs.insert(mac_number(mac))),
            _ => {}
        }
    }
    let Some(Value::List(requests)) = arguments.get(5) else {
        return Value::Map(Arc::default());
    };
    let ports: Vec<(&str, &str, &str)> = requests.iter().filter_map(request_parts).collect();
    let names: Vec<&str> = ports.iter().map(|(name, _, _)| *name).collect();
    let in_order = service_order(&names).into_iter().map(|position| ports[position]);
    let requests = in_order.filter(|(_, spec, _)| !spec.is_empty()).map(|(n, s, c)| request(n, s, c));
    let mut given: BTreeMap<Value, Value> = BTreeMap::new();
    let mut rest = Vec::new();
    for request in requests {
        match request.current.filter(|current| pool.keeps(&request, *current)) {
            Some(current) => {
                pool.take(current);
                given.insert(string(request.name), string(&current.to_text()));
            }
            None => rest.push(request),
        }
    }
    // Northd gives addresses that are not to be had too, and others in its next run, after all that were.
    rest.sort_by_key(|request| request.ipv4.is_some_and(|wanted| pool.is_in_use(wanted)));
    for request in rest {
        let addresses = pool.give(&request);
        given.insert(string(request.name), string(&addresses.to_text()));
    }
    Value::Map(Arc::new(given))
}

#[cfg(test)]
mod tests {
    use super::super::argument::{list, tuple};
    use super::*;

    fn give(
        subnet: &str,
        excluded: &str,
        prefix: &str,
        used: &[&str],
        requests: &[(&str, &str, &str)],
    ) -> Vec<String> {
        let requests =
            requests.iter().map(|(n, s, c)| tuple(vec![string(n), string(s), string(c)])).collect();
        let given = give_addresses(&[
            string(subnet),
            string(excluded),
            string(prefix),
            string("0a:58:01"),
            list(used.iter().map(|u| string(u)).collect()),
            list(requests),
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
            "",
            &["10.0.0.5"],
            &[("p", "dynamic", ""), ("q", "dynamic", "")],
        );
        assert_eq!(given, ["p: 0a:58:01:00:00:07 10.0.0.6", "q: 0a:58:01:00:00:08 10.0.0.7"]);
    }

    #[test]
    fn what_a_port_has_is_kept_while_it_is_valid() {
        let has = "0a:58:01:00:00:0a 10.0.0.9";
        let given = give("10.0.0.0/24", "", "", &[], &[("a", "dynamic", ""), ("b", "dynamic", has)]);
        assert_eq!(given, ["a: 0a:58:01:00:00:03 10.0.0.2", "b: 0a:58:01:00:00:0a 10.0.0.9"]);
        let given = give("10.0.0.0/24", "10.0.0.9", "", &[], &[("b", "dynamic", has)]);
        assert_eq!(given, ["b: 0a:58:01:00:00:03 10.0.0.2"]);
    }

    #[test]
    fn parts_may_be_asked_for() {
        let given = give(
            "10.0.0.0/24",
            "",
            "fd00::/64",
            &[],
            &[
                ("a", "02:00:00:00:00:01 dynamic", ""),
                ("b", "dynamic 10.0.0.77 fd00::77", ""),
                ("c", "dynamic fd00::78", ""),
            ],
        );
        assert_eq!(given[0], "a: 02:00:00:00:00:01 10.0.0.2 fd00::ff:fe00:1");
        assert_eq!(given[1], "b: 0a:58:01:00:00:4e 10.0.0.77 fd00::77");
        assert_eq!(given[2], "c: 0a:58:01:00:00:04 10.0.0.3 fd00::78");
    }

    #[test]
    fn what_is_not_in_the_pool_is_not_given() {
        let given = give("", "", "fd00::/64", &[], &[("p", "dynamic 192.168.77.1", "")]);
        assert_eq!(given, ["p: 0a:58:01:a8:4d:02 fd00::858:1ff:fea8:4d02"]);
        let given = give("10.0.0.0/24", "", "", &[], &[("p", "dynamic 10.0.0.1", "")]);
        assert_eq!(given, ["p: 0a:58:01:00:00:02 10.0.0.2"]);
    }

    #[test]
    fn ports_that_ask_for_the_impossible_are_served_last() {
        let given = give(
            "10.0.0.0/24",
            "",
            "",
            &[],
            &[("a", "dynamic 192.168.77.1", ""), ("b", "dynamic", ""), ("c", "dynamic", "")],
        );
        assert_eq!(given[0], "a: 0a:58:01:a8:4d:02 10.0.0.4");
    }

    #[test]
    fn a_switch_may_give_mac_addresses_alone() {
        assert_eq!(
            give("", "", "", &["0a:58:01:00:00:01"], &[("p", "dynamic", "")]),
            ["p: 0a:58:01:00:00:02"]
        );
    }

    #[test]
    fn a_full_subnet_gives_none() {
        assert_eq!(
            give("10.0.0.0/30", "", "", &["10.0.0.2"], &[("p", "dynamic", "")]),
            ["p: 0a:58:01:00:00:01"]
        );
    }
}
