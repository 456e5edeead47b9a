//! Virtual IPs of load balancers and their backends.

use std::net::IpAddr;

use weft_value::Value;

use super::address::ip_text;
use super::argument::{boolean, list, string, text, tuple};

/// An address with an optional port: a VIP or a backend. Of a template, both are texts with `^names`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Endpoint {
    address: String,
    port: Option<String>,
    is_ipv6: bool,
    is_template: bool,
}

impl Endpoint {
    /// The record `Endpoint` of the rules.
    fn to_value(&self) -> Value {
        let port = self.port.as_deref().map_or(Value::None, string);
        tuple(vec![string(&self.address), port, Value::Bool(self.is_ipv6)])
    }
}

/// `IP[:port]` or `[IP][:port]`, as `ip_address_and_port_from_lb_key`; port 0 is no port.
fn explicit_endpoint(text: &str) -> Option<Endpoint> {
    let (host, port) = host_and_port(text);
    let port = match port {
        None | Some("") => 0,
        Some(port) => port.trim_start().parse::<u16>().ok()?,
    };
    let address = if host.contains(':') {
        let host = host.split('%').next()?;
        IpAddr::V6(host.parse().ok()?)
    } else {
        IpAddr::V4(host.parse().ok()?)
    };
    Some(Endpoint {
        address: ip_text(address),
        port: (port != 0).then(|| port.to_string()),
        is_ipv6: address.is_ipv6(),
        is_template: false,
    })
}

/// Splits at the only colon outside brackets; more than one is an IPv6 address by itself.
fn host_and_port(text: &str) -> (&str, Option<&str>) {
    let mut in_brackets = false;
    let mut colons = Vec::new();
    for (i, c) in text.bytes().enumerate() {
        match c {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            b':' if !in_brackets => colons.push(i),
            _ => {}
        }
    }
    match colons[..] {
        [] => (unbracket(text), None),
        [colon] => (unbracket(&text[..colon]), Some(unbracket(&text[colon + 1..]))),
        _ => (text, None),
    }
}

fn unbracket(text: &str) -> &str {
    text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text)
}

/// `^name[:^name|:port]`; None when there are more parts.
fn template_endpoint(text: &str, is_ipv6: bool) -> Option<Endpoint> {
    let mut parts = text.split(':').filter(|part| !part.is_empty());
    let address = parts.next()?.to_owned();
    let port = parts.next().map(str::to_owned);
    match parts.next() {
        Some(_) => None,
        None => Some(Endpoint { address, port, is_ipv6, is_template: true }),
    }
}

/// The backends of a VIP; None when one of them does not fit the VIP.
fn backends_of(vip: &Endpoint, value: &str) -> Option<Vec<Endpoint>> {
    value
        .split(',')
        .filter(|token| !token.is_empty())
        .map(|token| {
            if vip.is_template && token.starts_with('^') {
                return template_endpoint(token, vip.is_ipv6);
            }
            explicit_endpoint(token)
                .filter(|b| b.is_ipv6 == vip.is_ipv6 && b.port.is_some() == vip.port.is_some())
        })
        .collect()
}

/// `parse_vip(key: string, value: string, is_template: bool, is_ipv6: bool) -> Option<Vip>`: a VIP with
/// its backends, as `ovn_lb_vip_init`; `is_ipv6` matters to templates alone. One bad backend makes the
/// whole VIP bad. The record `Vip`: endpoint, backends, whether the address is a plain IPv4 address.
pub(crate) fn parse_vip(arguments: &[Value]) -> Value {
    let (Some(key), Some(value), Some(is_template), Some(is_ipv6)) =
        (text(arguments, 0), text(arguments, 1), boolean(arguments, 2), boolean(arguments, 3))
    else {
        return Value::None;
    };
    let vip = if is_template { template_endpoint(key, is_ipv6) } else { explicit_endpoint(key) };
    let Some(vip) = vip else {
        return Value::None;
    };
    match backends_of(&vip, value) {
        None => Value::None,
        Some(backends) => tuple(vec![
            vip.to_value(),
            list(backends.iter().map(Endpoint::to_value).collect()),
            Value::Bool(!vip.is_template && !vip.is_ipv6),
        ]),
    }
}

/// `parse_endpoint(text: string) -> Option<Endpoint>`: `IP[:port]` or `[IP][:port]`.
pub(crate) fn parse_endpoint(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(explicit_endpoint).map_or(Value::None, |e| e.to_value())
}

/// `parse_mapping(text: string) -> Option<Mapping>`: `PORT:SOURCE[:ZONE]` of `ip_port_mappings`. The
/// record `Mapping`: port, source address, whether a zone is named.
pub(crate) fn parse_mapping(arguments: &[Value]) -> Value {
    let mapping = text(arguments, 0).and_then(|text| {
        let (port, rest) = text.split_once(':')?;
        let (source, zone) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (source, zone) = rest.split_once(']')?;
                (source, zone.strip_prefix(':'))
            }
            None => match rest.split_once(':') {
                Some((source, zone)) => (source, Some(zone)),
                None => (rest, None),
            },
        };
        let source: IpAddr = source.parse().ok()?;
        (zone != Some("")).then(|| (port, ip_text(source), zone.is_some()))
    });
    mapping.map_or(Value::None, |(port, source, is_remote)| {
        tuple(vec![string(port), string(&source), Value::Bool(is_remote)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Option<(String, Option<String>)> {
        explicit_endpoint(text).map(|e| (e.address, e.port))
    }

    fn vip(key: &str, value: &str, is_template: bool) -> Value {
        parse_vip(&[string(key), string(value), Value::Bool(is_template), Value::Bool(false)])
    }

    #[test]
    fn endpoints_come_with_and_without_port() {
        assert_eq!(endpoint("1.2.3.4:80"), Some(("1.2.3.4".into(), Some("80".into()))));
        assert_eq!(endpoint("1.2.3.4"), Some(("1.2.3.4".into(), None)));
        assert_eq!(endpoint("[fd00:0::1]:80"), Some(("fd00::1".into(), Some("80".into()))));
        assert_eq!(endpoint("[fd00::1]"), Some(("fd00::1".into(), None)));
        assert_eq!(endpoint("fd00::1"), Some(("fd00::1".into(), None)));
        assert_eq!(endpoint("1.2.3.4:65536"), None);
        assert_eq!(endpoint("1.2.3:80"), None);
        assert_eq!(endpoint(""), None);
    }

    #[test]
    fn one_bad_backend_spoils_its_vip() {
        assert_ne!(vip("1.2.3.4:80", "10.0.0.1:8080,10.0.0.2:8080", false), Value::None);
        assert_eq!(vip("1.2.3.4:80", "10.0.0.1:8080,10.0.0.2", false), Value::None);
        assert_eq!(vip("1.2.3.4", "10.0.0.1:8080", false), Value::None);
        assert_eq!(vip("1.2.3.4", "fd00::1", false), Value::None);
        assert_ne!(vip("1.2.3.4:80", "", false), Value::None);
    }

    #[test]
    fn mappings_may_name_a_zone() {
        let mapping =
            |port, source, is_remote| tuple(vec![string(port), string(source), Value::Bool(is_remote)]);
        assert_eq!(parse_mapping(&[string("p:10.0.0.1")]), mapping("p", "10.0.0.1", false));
        assert_eq!(parse_mapping(&[string("p:10.0.0.1:az")]), mapping("p", "10.0.0.1", true));
        assert_eq!(parse_mapping(&[string("p:[fd00::1]:az")]), mapping("p", "fd00::1", true));
        assert_eq!(parse_mapping(&[string("p:10.0.0.1:")]), Value::None);
        assert_eq!(parse_mapping(&[string("p")]), Value::None);
    }

    #[test]
    fn templates_keep_their_names() {
        assert_ne!(vip("^vip:^port", "^backends", true), Value::None);
        assert_eq!(vip("^vip:^port:x", "^backends", true), Value::None);
        assert_eq!(vip("^vip:80", "10.0.0.1", true), Value::None);
    }
}
