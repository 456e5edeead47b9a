//! Address translation on routers.

use std::net::IpAddr;

use weft_ovsdb_schema::Value;

use super::{Outcome, parse_priority};
use crate::address::{is_inside, is_mac, normalize_address, normalize_prefix};
use crate::command::Context;
use crate::database::RowId;

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record("Logical_Router", context.argument(0))?;
    let kind = nat_type(context)?;
    let external: IpAddr = context
        .argument(2)
        .parse()
        .map_err(|_| format!("{} is no IPv4 or IPv6 address", context.argument(2)))?;
    let logical = logical_ip(context, kind, external)?;
    check_options(context, kind)?;
    let gateway_port = gateway_port(context, &router, external)?;
    let mut columns = vec![
        ("type", Value::scalar(kind)),
        ("external_ip", Value::scalar(context.argument(2))),
        ("logical_ip", Value::scalar(logical.as_str())),
        ("options", Value::map(options(context))),
    ];
    columns.extend(port_columns(context, kind)?);
    if let Some(matches) = context.option("--match") {
        let priority = context.option("--priority").map_or(Ok(0), parse_priority)?;
        columns.extend([("match", Value::scalar(matches)), ("priority", Value::scalar(priority))]);
    }
    if let Some(port) = gateway_port {
        columns.push(("gateway_port", Value::scalar(port.uuid)));
    }
    for nat in context.referred(&router, "nat", "NAT") {
        if let Some(outcome) = meet_existing(context, &nat, kind, external, &logical, &columns) {
            return outcome;
        }
    }
    context.insert_into(&router, "nat", "NAT", columns)?;
    Ok(())
}

fn nat_type<'c>(context: &Context<'c, '_>) -> Result<&'c str, String> {
    let kind = context.argument(1);
    let is_known = matches!(kind, "dnat" | "snat" | "dnat_and_snat");
    is_known.then_some(kind).ok_or_else(|| format!("{kind}: the type is dnat, snat or dnat_and_snat"))
}

fn logical_ip(context: &Context<'_, '_>, kind: &str, external: IpAddr) -> Result<String, String> {
    let text = context.argument(3);
    let normal = if kind == "snat" { normalize_prefix(text) } else { normalize_address(text) };
    let same_family = |ip: &String| ip.contains(':') == external.is_ipv6();
    normal.filter(same_family).ok_or_else(|| {
        let wanted = if kind == "snat" { "address or network" } else { "address" };
        format!("{text} is no {wanted} of the external address's family")
    })
}

fn check_options(context: &Context<'_, '_>, kind: &str) -> Outcome {
    if kind != "dnat_and_snat" && context.has_option("--stateless") {
        return Err("--stateless is for dnat_and_snat".to_owned());
    }
    if kind == "snat" && context.has_option("--add-route") {
        return Err("--add-route is not for snat".to_owned());
    }
    if context.has_option("--priority") && !context.has_option("--match") {
        return Err("--priority needs --match".to_owned());
    }
    Ok(())
}

/// The columns of the arguments after the addresses: a port with its Ethernet address, a range of ports.
fn port_columns(context: &Context<'_, '_>, kind: &str) -> Result<Vec<(&'static str, Value)>, String> {
    let has_range = context.has_option("--portrange");
    let range = |text: &str| {
        let is_range =
            text.split('-').all(|part| part.parse::<u16>().is_ok()) && text.split('-').count() <= 2;
        is_range
            .then(|| ("external_port_range", Value::scalar(text)))
            .ok_or(format!("{text} is no port range"))
    };
    match context.arguments(4) {
        [] => Ok(Vec::new()),
        [text] if has_range => Ok(vec![range(text)?]),
        [_] => Err("a port needs an external Ethernet address".to_owned()),
        [port, mac, rest @ ..] => {
            if kind != "dnat_and_snat" {
                return Err("a port and its Ethernet address are for dnat_and_snat".to_owned());
            }
            context.record("Logical_Switch_Port", port)?;
            if !is_mac(mac) {
                return Err(format!("{mac} is no Ethernet address"));
            }
            let mut columns = vec![
                ("logical_port", Value::scalar(port.as_str())),
                ("external_mac", Value::scalar(mac.as_str())),
            ];
            if let Some(text) = rest.first() {
                columns.push(range(text)?);
            }
            Ok(columns)
        }
    }
}

fn options(context: &Context<'_, '_>) -> Vec<(&'static str, &'static str)> {
    let mut options = vec![("stateless", if context.has_option("--stateless") { "true" } else { "false" })];
    if context.has_option("--add-route") {
        options.push(("add_route", "true"));
    }
    options
}

/// The port of `--gateway-port`. Without it a router with several gateway ports must have one whose
/// networks hold the external address.
fn gateway_port(
    context: &Context<'_, '_>,
    router: &RowId,
    external: IpAddr,
) -> Result<Option<RowId>, String> {
    let mut gateways = context.referred(router, "ports", "Logical_Router_Port");
    let is_gateway = |port: &RowId| {
        ["ha_chassis_group", "gateway_chassis"].iter().any(|column| !context.value(port, column).is_empty())
    };
    if let Some(name) = context.option("--gateway-port") {
        let port = context.record("Logical_Router_Port", name)?;
        return if !gateways.contains(&port) {
            Err(format!("{name} is not a port of the router"))
        } else if !is_gateway(&port) {
            Err(format!("{name} is no gateway port"))
        } else {
            Ok(Some(port))
        };
    }
    gateways.retain(is_gateway);
    let near = |port: &RowId| context.texts(port, "networks").iter().any(|net| is_inside(external, net));
    if gateways.len() > 1 && !gateways.iter().any(near) {
        return Err("the router has several gateway ports; say which with --gateway-port".to_owned());
    }
    Ok(None)
}

/// What becomes of the command when a row like the new one is there; None when this row is no obstacle.
fn meet_existing(
    context: &mut Context<'_, '_>,
    nat: &RowId,
    kind: &str,
    external: IpAddr,
    logical: &str,
    columns: &[(&'static str, Value)],
) -> Option<Outcome> {
    let old_external = normalize_prefix(&context.text(nat, "external_ip"))?;
    let old_logical = normalize_prefix(&context.text(nat, "logical_ip"))?;
    let (same_external, same_logical) = (old_external == external.to_string(), old_logical == logical);
    let old_kind = context.text(nat, "type");
    let new = |column: &str| {
        let given = columns.iter().find(|(name, _)| *name == column);
        given.map_or_else(Value::empty_set, |(_, value)| value.clone())
    };
    let may_exist = context.has_option("--may-exist");
    if old_kind == kind && same_external && same_logical {
        if !may_exist {
            return Some(Err(format!("there is a {kind} from {external} to {logical} already")));
        }
        let mut update = vec![("logical_port", new("logical_port")), ("external_mac", new("external_mac"))];
        if context.has_option("--match") {
            update.extend([("match", new("match")), ("priority", new("priority"))]);
        }
        return Some(context.update(nat, update).map_err(String::from));
    }
    let is_taken = if kind == "snat" { same_logical } else { same_external };
    let matches = context.option("--match");
    if old_kind == kind && is_taken && matches.is_none_or(|text| context.text(nat, "match") == text) {
        let address = if kind == "snat" { logical.to_owned() } else { external.to_string() };
        return Some(Err(format!("there is a {kind} for {address} already")));
    }
    let stateless = context.value(nat, "options");
    let is_stateless = stateless.as_map().and_then(|map| map.get_str("stateless")) == Some("true");
    let is_both = kind == "dnat_and_snat" || old_kind == "dnat_and_snat";
    if is_both && same_external && (is_stateless || context.has_option("--stateless")) {
        let message = format!("{external} cannot be translated with and without state");
        return Some(if may_exist { Ok(()) } else { Err(message) });
    }
    None
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record("Logical_Router", context.argument(0))?;
    let matches = context.option("--match");
    if context.count() == 1 && matches.is_none() {
        return Ok(context.update(&router, [("nat", Value::empty_set())])?);
    }
    let kind = nat_type(context)?;
    let ip_column = if kind == "snat" { "logical_ip" } else { "external_ip" };
    let (mut address, mut port) = (None, None);
    if let Some(text) = context.arguments(2).first() {
        address = normalize_prefix(text);
        match context.arguments(3).first() {
            Some(name) if address.is_some() => port = Some(context.record("Logical_Router_Port", name)?),
            Some(_) => return Err(format!("{text} is no address or network")),
            None if address.is_none() => port = Some(context.record("Logical_Router_Port", text)?),
            None => {}
        }
    }
    let mut found = context.referred(&router, "nat", "NAT");
    found.retain(|nat| {
        context.text(nat, "type") == kind
            && address
                .as_ref()
                .is_none_or(|ip| normalize_prefix(&context.text(nat, ip_column)).as_ref() == Some(ip))
            && port
                .as_ref()
                .is_none_or(|port| context.value(nat, "gateway_port").as_uuid() == Some(port.uuid))
            && matches.is_none_or(|matches| context.text(nat, "match") == matches)
    });
    if found.is_empty() && context.count() == 4 && !context.has_option("--if-exists") {
        return Err(format!("the router has no such {kind}"));
    }
    for nat in found {
        context.transaction.remove_member(&router, "nat", &nat.uuid.into())?;
    }
    Ok(())
}
