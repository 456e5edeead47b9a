//! Addresses in the one form that ovn-nbctl stores them in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address in its usual form.
pub(crate) fn normalize_address(text: &str) -> Option<String> {
    text.parse::<IpAddr>().ok().map(|address| address.to_string())
}

/// An IPv4 or IPv6 network: host bits cleared, the length left out for a single host. The length may be
/// a mask for IPv4.
pub(crate) fn normalize_prefix(text: &str) -> Option<String> {
    let (address, length) = parse_prefix(text)?;
    let (network, full_length) = match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            (IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask)), 32)
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            (IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask)), 128)
        }
    };
    Some(if length == full_length { network.to_string() } else { format!("{network}/{length}") })
}

/// An address with the length of its network; without a length, a single host.
pub(crate) fn parse_prefix(text: &str) -> Option<(IpAddr, u32)> {
    let Some((address, length)) = text.split_once('/') else {
        let address: IpAddr = text.parse().ok()?;
        return Some((address, if address.is_ipv4() { 32 } else { 128 }));
    };
    let address: IpAddr = address.parse().ok()?;
    let full_length = if address.is_ipv4() { 32 } else { 128 };
    let length = match length.parse::<Ipv4Addr>() {
        Ok(mask) if address.is_ipv4() => {
            let ones = mask.to_bits().leading_ones();
            (mask.to_bits().count_ones() == ones).then_some(ones)?
        }
        _ => length.parse().ok().filter(|length| *length <= full_length)?,
    };
    Some((address, length))
}

/// Whether an address is inside a network given as text.
pub(crate) fn is_inside(address: IpAddr, network: &str) -> bool {
    let Some((_, length)) = parse_prefix(network) else { return false };
    let host = normalize_prefix(&format!("{address}/{length}"));
    host.is_some() && host == normalize_prefix(network)
}

/// Whether the text is a whole Ethernet address.
pub(crate) fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_octet = |part: &&str| (1..=2).contains(&part.len()) && u8::from_str_radix(part, 16).is_ok();
    parts.len() == 6 && parts.iter().all(is_octet)
}

/// A virtual IP with its port, in the form of the column `vips`.
pub(crate) struct Vip {
    pub(crate) address: IpAddr,
    pub(crate) port: Option<u16>,
}

impl Vip {
    /// Reads `ip`, `ip:port`, `[ip6]` and `[ip6]:port`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, port) = match text.strip_prefix('[') {
            Some(rest) => match rest.split_once(']')? {
                (address, "") => (address, None),
                (address, port) => (address, Some(port.strip_prefix(':')?)),
            },
            None if text.parse::<Ipv6Addr>().is_ok() => (text, None),
            None => match text.split_once(':') {
                Some((address, port)) => (address, Some(port)),
                None => (text, None),
            },
        };
        let port = match port {
            Some(port) => Some(port.parse().ok().filter(|port| *port != 0)?),
            None => None,
        };
        Some(Self { address: address.parse().ok()?, port })
    }
}

impl std::fmt::Display for Vip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.address, self.port) {
            (IpAddr::V6(address), Some(port)) => write!(f, "[{address}]:{port}"),
            (IpAddr::V4(address), Some(port)) => write!(f, "{address}:{port}"),
            (address, None) => write!(f, "{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_lose_their_host_bits() {
        assert_eq!(normalize_prefix("10.0.0.5/24").as_deref(), Some("10.0.0.0/24"));
        assert_eq!(normalize_prefix("10.0.0.5/255.255.0.0").as_deref(), Some("10.0.0.0/16"));
        assert_eq!(normalize_prefix("10.0.0.5/32").as_deref(), Some("10.0.0.5"));
        assert_eq!(normalize_prefix("0.0.0.0/0").as_deref(), Some("0.0.0.0/0"));
        assert_eq!(normalize_prefix("FD00:0::1/64").as_deref(), Some("fd00::/64"));
        assert_eq!(normalize_prefix("10.0.0.5/255.0.255.0"), None);
        assert_eq!(normalize_prefix("10.0.0.5/33"), None);
    }

    #[test]
    fn virtual_ips_are_read_in_all_their_forms() {
        let normal = |text| Vip::parse(text).map(|vip| vip.to_string());
        assert_eq!(normal("10.0.0.1:80").as_deref(), Some("10.0.0.1:80"));
        assert_eq!(normal("10.0.0.1").as_deref(), Some("10.0.0.1"));
        assert_eq!(normal("[FD00::1]:80").as_deref(), Some("[fd00::1]:80"));
        assert_eq!(normal("fd00::1").as_deref(), Some("fd00::1"));
        assert_eq!(normal("10.0.0.1:0"), None);
        assert_eq!(normal("10.0.0:80"), None);
    }
}
