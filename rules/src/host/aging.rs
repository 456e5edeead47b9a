//! How long what was learned is remembered (ovn-nb(5), `mac_binding_age_threshold`).

use std::net::IpAddr;

use weft_value::Value;

use super::address::ip_of_text;
use super::argument::text;
use super::number::parse_unsigned;
use super::scan::{Scanner, length_of_mask};

/// The addresses that a threshold is for; lengths are above 0.
#[derive(Debug, Clone, Copy)]
struct Network {
    is_ipv4: bool,
    base: u128,
    mask: u128,
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        let (is_ipv4, bits) = match address {
            IpAddr::V4(v4) => (true, u128::from(v4.to_bits())),
            IpAddr::V6(v6) => (false, v6.to_bits()),
        };
        is_ipv4 == self.is_ipv4 && bits & self.mask == self.base & self.mask
    }
}

/// Thresholds in seconds; 0 is for ever.
#[derive(Debug, Default)]
struct Thresholds {
    /// In the order of the text.
    networks: Vec<(Network, i64)>,
    /// For all other addresses.
    others: i64,
}

impl Thresholds {
    /// Reads `[CIDR:]SECONDS;…`. Of several without a CIDR the last counts.
    fn parse(option: &str) -> Option<Self> {
        let mut thresholds = Self::default();
        for entry in option.split(';').filter(|entry| !entry.is_empty()) {
            let (cidr, seconds) = match entry.rsplit_once(':') {
                Some((cidr, seconds)) => (Some(cidr), seconds),
                None => (None, entry),
            };
            let Value::Int(seconds) = parse_unsigned(&[Value::String(seconds.into())]) else {
                return None;
            };
            match cidr.map(network_of_cidr) {
                Some(None) => return None,
                Some(Some(network)) if network.mask != 0 => thresholds.networks.push((network, seconds)),
                None | Some(Some(_)) => thresholds.others = seconds,
            }
        }
        Some(thresholds)
    }

    /// That of an address: of the longest prefix that it has.
    fn of(&self, address: Option<IpAddr>) -> i64 {
        let holding =
            self.networks.iter().filter(|(network, _)| address.is_some_and(|it| network.contains(it)));
        let longest = holding.rev().max_by_key(|(network, _)| network.mask.count_ones());
        longest.map_or(self.others, |(_, seconds)| *seconds)
    }
}

fn network_of_cidr(cidr: &str) -> Option<Network> {
    let mut scanner = Scanner::new(cidr);
    if let Some((address, mask)) = scanner.ipv4_masked()
        && scanner.is_done()
    {
        let mask = u128::from(mask);
        length_of_mask(mask, 32)?;
        return Some(Network { is_ipv4: true, base: u128::from(address.to_bits()), mask });
    }
    let mut scanner = Scanner::new(cidr);
    let (address, mask) = scanner.ipv6_masked()?;
    length_of_mask(mask, 128)?;
    scanner.is_done().then(|| Network { is_ipv4: false, base: address.to_bits(), mask })
}

/// `min_aging_threshold_s(text: string) -> Option<int>`: the least threshold above zero of
/// `[CIDR:]SECONDS;…`; None when there is none or the text is bad.
pub(crate) fn min_aging_threshold_s(arguments: &[Value]) -> Value {
    let thresholds = text(arguments, 0).and_then(Thresholds::parse).unwrap_or_default();
    let all = thresholds.networks.iter().map(|(_, seconds)| *seconds).chain([thresholds.others]);
    all.filter(|seconds| *seconds > 0).min().map_or(Value::None, Value::Int)
}

/// `aging_threshold_s(text: string, address: string) -> Option<int>`: how long `[CIDR:]SECONDS;…` has an
/// address remembered; None for ever, also when the text is bad.
pub(crate) fn aging_threshold_s(arguments: &[Value]) -> Value {
    let thresholds = text(arguments, 0).and_then(Thresholds::parse).unwrap_or_default();
    let seconds = thresholds.of(text(arguments, 1).and_then(ip_of_text));
    if seconds > 0 { Value::Int(seconds) } else { Value::None }
}

#[cfg(test)]
mod tests {
    use super::super::argument::string;
    use super::*;

    #[test]
    fn the_least_threshold_counts() {
        let check = |text: &str| min_aging_threshold_s(&[string(text)]);
        assert_eq!(check("60"), Value::Int(60));
        assert_eq!(check("192.168.0.0/16:300;60"), Value::Int(60));
        assert_eq!(check("192.168.0.0/16:30;fd00::/64:20;60"), Value::Int(20));
        assert_eq!(check("0"), Value::None);
        assert_eq!(check("10.0.0.0/8:x;60"), Value::None);
        assert_eq!(check(""), Value::None);
    }

    #[test]
    fn an_address_has_the_threshold_of_its_longest_prefix() {
        let option = "10.0.0.0/8:300;10.1.0.0/16:0;10.1.2.3/24:30;fd00::/64:20;0.0.0.0/0:50;60";
        let check = |address: &str| aging_threshold_s(&[string(option), string(address)]);
        assert_eq!(check("10.9.0.1"), Value::Int(300));
        assert_eq!(check("10.1.9.1"), Value::None);
        assert_eq!(check("10.1.2.200"), Value::Int(30));
        assert_eq!(check("fd00::7"), Value::Int(20));
        assert_eq!(check("fd01::7"), Value::Int(60));
        assert_eq!(check("11.0.0.1"), Value::Int(60));
        assert_eq!(check("no address"), Value::Int(60));
    }

    #[test]
    fn a_text_that_does_not_read_has_nothing_forgotten() {
        let check = |text: &str| aging_threshold_s(&[string(text), string("10.0.0.1")]);
        assert_eq!(check("10.0.0.0/33:5;60"), Value::None);
        assert_eq!(check("x"), Value::None);
    }
}
