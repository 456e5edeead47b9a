//! Virtual IPs of load balancers and their backends.

use std::net::IpAddr;

use weft_value::Value;

use super::address::{ip_of_text, ip_text};
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
    /// The fields that the records `Endpoint` and `BackendAddress` of the rules have in common.
    fn fields(&self) -> Vec<Value> {
        let port = self.port.as_deref().map_or(Value::None, string);
        vec![string(&self.address), port, Value::Bool(self.is_ipv6)]
    }

    /// The record `Endpoint`.
    fn to_value(&self) -> Value {
        tuple(self.fields())
    }

    /// The record `BackendAddress`.
    fn to_backend(&self, number: i64) -> Value {
        let mut fields = vec![Value::Int(number)];
        fields.extend(self.fields());
        fields.push(Value::Bool(self.is_template));
        tuple(fields)
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
fn backends_of(vip: &Endpoint, takes_names: bool, value: &str) -> Option<Vec<Endpoint>> {
    value
        .split(',')
        .filter(|token| !token.is_empty())
        .map(|token| {
            if takes_names && token.starts_with('^') {
                return template_endpoint(token, vip.is_ipv6);
            }
            explicit_endpoint(token)
                .filter(|b| b.is_ipv6 == vip.is_ipv6 && b.port.is_some() == vip.port.is_some())
        })
        .collect()
}

/// `parse_vip(key: string, value: string, is_template: bool, is_ipv6: bool) -> Option<VipAddress>`: a VIP with
/// its backends, as `ovn_lb_vip_init`; `is_ipv6` matters to templates alone. One bad backend makes the
/// whole VIP bad. The record `VipAddress`: endpoint, backends numbered from 0, whether the load balancer is a
/// template.
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
    match backends_of(&vip, is_template, value) {
        None => Value::None,
        Some(backends) => tuple(vec![
            vip.to_value(),
            list((0..).zip(&backends).map(|(number, backend)| backend.to_backend(number)).collect()),
            Value::Bool(is_template),
        ]),
    }
}

/// `backend_sources(vip: VipAddress, protocol: string) -> Match`: packets from one of the backends, as a
/// disjunction; empty without backends.
pub(crate) fn backend_sources(arguments: &[Value]) -> Value {
    let (Some(Value::Tuple(vip)), Some(protocol)) = (arguments.first(), text(arguments, 1)) else {
        return string("");
    };
    let Some(Value::List(backends)) = vip.get(1) else {
        return string("");
    };
    let sources = backends.iter().filter_map(|backend| {
        let Value::Tuple(fields) = backend else { return None };
        let address = text(fields, 1)?;
        let family = if matches!(fields.get(3), Some(Value::Bool(true))) { "ip6" } else { "ip4" };
        Some(match text(fields, 2) {
            Some(port) => format!("({family}.src == {address} && {protocol}.src == {port})"),
            None => format!("({family}.src == {address})"),
        })
    });
    string(&sources.collect::<Vec<String>>().join(" || "))
}

/// `parse_endpoint(text: string) -> Option<Endpoint>`: `IP[:port]` or `[IP][:port]`.
pub(crate) fn parse_endpoint(arguments: &[Value]) -> Value {
    text(arguments, 0).and_then(explicit_endpoint).map_or(Value::None, |e| e.to_value())
}

/// A value of `ip_port_mappings`: port, source address, zone; or what is wrong with it, in the words of OVN's
/// northd.
type Mapping<'a> = Result<(&'a str, Option<IpAddr>, Option<&'a str>), String>;

fn mapping_of_text(text: &str, is_bare: bool) -> Mapping<'_> {
    let Some((port, rest)) = text.split_once(':') else {
        return match (is_bare, text) {
            (true, "") => Err("Empty port name".to_owned()),
            (true, _) => Ok((text, None, None)),
            (false, _) => Err(format!("Expected ':' separator for: {text}")),
        };
    };
    let (source, zone) = match rest.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((source, zone)) => (source, zone.strip_prefix(':')),
            None => return Err(format!("Malformed IPv6 address in backend {text}")),
        },
        None => match rest.split_once(':') {
            Some((source, zone)) => (source, Some(zone)),
            None => (rest, None),
        },
    };
    if zone == Some("") {
        return Err(format!("Empty AZ name specified for backend {port}"));
    }
    match source.parse() {
        Ok(source) => Ok((port, Some(source), zone)),
        Err(_) => Err(format!("Invalid svc mon src IP {source}: bad IP address \"{source}\"")),
    }
}

fn mapping(arguments: &[Value]) -> Option<Mapping<'_>> {
    Some(mapping_of_text(text(arguments, 0)?, boolean(arguments, 1)?))
}

/// What is wrong with a key of `ip_port_mappings`: `IP`, an IPv6 address in brackets.
fn backend_mistake(backend: &str) -> Option<String> {
    let address = backend.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(backend);
    address.parse::<IpAddr>().is_err().then(|| format!("{backend} is no IP address"))
}

/// `parse_mapping(text: string, is_bare: bool) -> Option<Mapping>`: `PORT:SOURCE[:ZONE]` of
/// `ip_port_mappings`; `is_bare` allows `PORT` alone. The record `Mapping`: port, source address, zone.
pub(crate) fn parse_mapping(arguments: &[Value]) -> Value {
    let optional = |text: Option<&str>| text.map_or(Value::None, string);
    mapping(arguments).and_then(Result::ok).map_or(Value::None, |(port, source, zone)| {
        let source = source.map(ip_text);
        tuple(vec![string(port), optional(source.as_deref()), optional(zone)])
    })
}

/// `mapping_mistake(text: string, is_bare: bool, backend: string) -> Option<string>`: why `parse_mapping` has
/// no value, or what else makes the mapping of a backend useless.
pub(crate) fn mapping_mistake(arguments: &[Value]) -> Value {
    let mistake = match mapping(arguments) {
        Some(Err(mistake)) => Some(mistake),
        Some(Ok(("", _, _))) => Some("Empty port name".to_owned()),
        _ => text(arguments, 2).and_then(backend_mistake),
    };
    mistake.map_or(Value::None, |mistake| string(&mistake))
}

/// `network_of(ip: string, length: int) -> Option<Ip>`: the network of that length that an address is in.
/// None where the address is none of a family that has such a length.
pub(crate) fn network_of(arguments: &[Value]) -> Value {
    let (Some(ip), Some(Value::Int(length))) = (text(arguments, 0).and_then(ip_of_text), arguments.get(1))
    else {
        return Value::None;
    };
    let masked = |bits: u128, width: u32| {
        let host = u32::try_from(*length).ok().and_then(|length| width.checked_sub(length))?;
        Some(bits.checked_shr(host).unwrap_or(0).checked_shl(host).unwrap_or(0))
    };
    let base = match ip {
        IpAddr::V4(v4) => masked(u128::from(v4.to_bits()), 32)
            .and_then(|bits| u32::try_from(bits).ok())
            .map(|bits| IpAddr::V4(bits.into())),
        IpAddr::V6(v6) => masked(v6.to_bits(), 128).map(|bits| IpAddr::V6(bits.into())),
    };
    base.map_or(Value::None, |base| string(&ip_text(base)))
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
    fn backends_as_sources_of_packets() {
        let sources = |key, value| backend_sources(&[vip(key, value, false), string("tcp")]);
        assert_eq!(
            sources("1.2.3.4:80", "10.0.0.1:8080,10.0.0.2:8081"),
            string("(ip4.src == 10.0.0.1 && tcp.src == 8080) || (ip4.src == 10.0.0.2 && tcp.src == 8081)")
        );
        assert_eq!(sources("fd00::1", "fd00::2"), string("(ip6.src == fd00::2)"));
        assert_eq!(sources("1.2.3.4:80", ""), string(""));
    }

    #[test]
    fn mappings_may_name_a_zone() {
        let parse = |text, is_bare| parse_mapping(&[string(text), Value::Bool(is_bare)]);
        let mapping = |port, source, zone| tuple(vec![string(port), source, zone]);
        assert_eq!(parse("p:10.0.0.1", false), mapping("p", string("10.0.0.1"), Value::None));
        assert_eq!(parse("p:10.0.0.1:az", false), mapping("p", string("10.0.0.1"), string("az")));
        assert_eq!(parse("p:[fd00::1]:az", false), mapping("p", string("fd00::1"), string("az")));
        assert_eq!(parse("p:10.0.0.1:", false), Value::None);
        assert_eq!(parse("p", false), Value::None);
        assert_eq!(parse("p", true), mapping("p", Value::None, Value::None));
        assert_eq!(parse("", true), Value::None);
    }

    #[test]
    fn mistakes_in_mappings_are_told() {
        let of =
            |backend, text, is_bare| mapping_mistake(&[string(text), Value::Bool(is_bare), string(backend)]);
        let mistake = |text, is_bare| of("10.0.0.9", text, is_bare);
        assert_eq!(mistake("p:10.0.0.1:az", false), Value::None);
        assert_eq!(mistake("p", true), Value::None);
        assert_eq!(of("[fd00::9]", "p:[fd00::1]", false), Value::None);
        assert_eq!(of("somewhere", "p", true), string("somewhere is no IP address"));
        assert_eq!(mistake("", true), string("Empty port name"));
        assert_eq!(mistake(":10.0.0.1", false), string("Empty port name"));
        assert_eq!(mistake("p", false), string("Expected ':' separator for: p"));
        assert_eq!(mistake("p:[fd00::1", false), string("Malformed IPv6 address in backend p:[fd00::1"));
        assert_eq!(mistake("p:10.0.0.1:", false), string("Empty AZ name specified for backend p"));
        assert_eq!(mistake("p:x", false), string("Invalid svc mon src IP x: bad IP address \"x\""));
    }

    #[test]
    fn networks_of_a_length() {
        let network = |ip, length| network_of(&[string(ip), Value::Int(length)]);
        assert_eq!(network("10.1.2.3", 16), string("10.1.0.0"));
        assert_eq!(network("10.1.2.3", 0), string("0.0.0.0"));
        assert_eq!(network("10.1.2.3", 32), string("10.1.2.3"));
        assert_eq!(network("10.1.2.3", 64), Value::None);
        assert_eq!(network("fd00::1:2", 112), string("fd00::1:0"));
        assert_eq!(network("fd00::1", 0), string("::"));
        assert_eq!(network("^vip", 16), Value::None);
    }

    #[test]
    fn templates_keep_their_names() {
        assert_ne!(vip("^vip:^port", "^backends", true), Value::None);
        assert_eq!(vip("^vip:^port:x", "^backends", true), Value::None);
        assert_eq!(vip("^vip:80", "10.0.0.1", true), Value::None);
    }
}
