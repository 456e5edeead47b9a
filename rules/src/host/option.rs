//! Options whose text has a grammar of its own.

use std::net::IpAddr;

use weft_value::Value;

use super::address::ip_of_text;
use super::argument::{list, string, text, tuple};

/// `is_snooped_group(address: string) -> bool`: whether IGMP or MLD reports decide who gets a multicast
/// group: not 224.0.0.0/24 (RFC 4541, section 2.1.2), nor all hosts and routers (RFC 4291, section 2.7.1).
pub(crate) fn is_snooped_group(arguments: &[Value]) -> Value {
    let is_snooped = match text(arguments, 0).and_then(ip_of_text) {
        None => false,
        Some(IpAddr::V4(v4)) => v4.octets()[..3] != [224, 0, 0],
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.octets()[..3] != [224, 0, 0],
            None => !["ff02::1", "ff02::2", "ff05::2"].contains(&v6.to_string().as_str()),
        },
    };
    Value::Bool(is_snooped)
}

/// `is_routed_group(address: string) -> bool`: whether routers may forward a multicast group: any of IPv4,
/// and IPv6 ones whose scope is wider than a link (RFC 4291, section 2.7), as
/// `ipv6_addr_is_routable_multicast`.
pub(crate) fn is_routed_group(arguments: &[Value]) -> Value {
    let is_routed = match text(arguments, 0).and_then(ip_of_text) {
        None => false,
        Some(IpAddr::V4(_)) => true,
        Some(IpAddr::V6(v6)) => {
            let [first, second, ..] = v6.octets();
            v6.to_ipv4_mapped().is_some() || (first == 0xff && !matches!(second & 0xf, 0..=3 | 0xf))
        }
    };
    Value::Bool(is_routed)
}

/// `tokens(text: string, separators: string) -> List<string>`: as `strtok`, without empty parts.
pub(crate) fn tokens(arguments: &[Value]) -> Value {
    let (Some(all), Some(separators)) = (text(arguments, 0), text(arguments, 1)) else {
        return list(Vec::new());
    };
    list(all.split(|c| separators.contains(c)).filter(|part| !part.is_empty()).map(string).collect())
}

/// `numbered(items: List<string>) -> List<(int, string)>`: positions count from 1.
pub(crate) fn numbered(arguments: &[Value]) -> Value {
    let Some(Value::List(items)) = arguments.first() else {
        return list(Vec::new());
    };
    list((1..).zip(items.iter()).map(|(i, item)| tuple(vec![Value::Int(i), item.clone()])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_empty_and_can_be_numbered() {
        let parts = tokens(&[string(",a,,b"), string(",")]);
        assert_eq!(parts, list(vec![string("a"), string("b")]));
        let expected =
            list(vec![tuple(vec![Value::Int(1), string("a")]), tuple(vec![Value::Int(2), string("b")])]);
        assert_eq!(numbered(&[parts]), expected);
    }

    #[test]
    fn local_groups_are_not_snooped() {
        assert_eq!(is_snooped_group(&[string("224.0.0.5")]), Value::Bool(false));
        assert_eq!(is_snooped_group(&[string("239.1.1.1")]), Value::Bool(true));
        assert_eq!(is_snooped_group(&[string("ff02::1")]), Value::Bool(false));
        assert_eq!(is_snooped_group(&[string("ff0e::1")]), Value::Bool(true));
    }

    #[test]
    fn groups_of_a_link_are_not_routed() {
        assert_eq!(is_routed_group(&[string("224.0.0.5")]), Value::Bool(true));
        assert_eq!(is_routed_group(&[string("ff0e::1")]), Value::Bool(true));
        assert_eq!(is_routed_group(&[string("ff02::1")]), Value::Bool(false));
        assert_eq!(is_routed_group(&[string("fd00::1")]), Value::Bool(false));
        assert_eq!(is_routed_group(&[string("mrouters")]), Value::Bool(false));
    }
}
