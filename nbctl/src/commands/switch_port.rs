//! Ports of logical switches.

use std::net::IpAddr;

use weft_ovsdb_schema::Value;

use super::switch::list_members;
use super::{Outcome, parse_enabled, parse_number};
use crate::address::parse_prefix;
use crate::command::Context;
use crate::database::RowId;
use crate::records::string_map;

const PORT: &str = "Logical_Switch_Port";

/// The port types that northd knows (ovn-nb(5), Logical_Switch_Port.type).
const TYPES: &[&str] =
    &["", "external", "l2gateway", "localnet", "localport", "remote", "router", "switch", "virtual", "vtep"];

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let switch = context.record("Logical_Switch", context.argument(0))?;
    let name = context.argument(1);
    let parent = match context.count() {
        2 => None,
        4 => Some((context.argument(2), parse_number(context.argument(3), "tag", 0, 4095)?)),
        _ => return Err("a parent needs a tag".to_owned()),
    };
    if let Some(port) = context.find_record(PORT, name)? {
        return check_existing(context, &switch, &port, parent);
    }
    let mut columns = vec![("name", Value::scalar(name))];
    if let Some((parent, tag)) = parent {
        columns.extend([("parent_name", Value::scalar(parent)), ("tag_request", Value::scalar(tag))]);
    }
    context.insert_into(&switch, "ports", PORT, columns)?;
    Ok(())
}

fn check_existing(
    context: &Context<'_, '_>,
    switch: &RowId,
    port: &RowId,
    parent: Option<(&str, i64)>,
) -> Outcome {
    let name = context.argument(1);
    if !context.has_option("--may-exist") {
        return Err(format!("there is a port {name} already"));
    }
    if context.parent(port, "Logical_Switch").as_ref() != Some(switch) {
        return Err(format!("port {name} is on another switch"));
    }
    let expected_parent = parent.map_or_else(Value::empty_set, |(parent, _)| Value::scalar(parent));
    if context.value(port, "parent_name") != expected_parent {
        return Err(format!("port {name} has another parent"));
    }
    match parent {
        Some((_, tag)) if context.value(port, "tag_request") != Value::scalar(tag) => {
            Err(format!("port {name} has another tag"))
        }
        _ => Ok(()),
    }
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let name = context.argument(0);
    if context.has_option("--if-exists") && context.find_record(PORT, name)?.is_none() {
        return Ok(());
    }
    let port = context.record(PORT, name)?;
    if let Some(switch) = context.parent(&port, "Logical_Switch") {
        context.transaction.remove_member(&switch, "ports", &port.uuid.into())?;
    }
    Ok(())
}

pub(super) fn list(context: &mut Context<'_, '_>) -> Outcome {
    list_members(context, "Logical_Switch", "ports", PORT)
}

pub(super) fn set_addresses(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    for address in context.arguments(1) {
        if !is_address(address) {
            return Err(format!(
                "{address}: an address is unknown, dynamic, router, or an Ethernet address with its IP \
                 addresses in one argument"
            ));
        }
        check_duplicates(context, &port, address)?;
    }
    let addresses = Value::set(context.arguments(1).iter().map(String::as_str));
    Ok(context.update(&port, [("addresses", addresses)])?)
}

/// Whether the text begins like something that `addresses` may hold.
fn is_address(text: &str) -> bool {
    matches!(text, "unknown" | "dynamic" | "router")
        || text.strip_prefix("dynamic ").is_some_and(|rest| parse_prefix(rest.trim()).is_some())
        || text.split_whitespace().next().is_some_and(begins_with_mac)
}

fn begins_with_mac(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let is_octet = |part: &str| (1..=2).contains(&part.len()) && u8::from_str_radix(part, 16).is_ok();
    parts.by_ref().take(5).filter(|part| is_octet(part)).count() == 5
        && parts.next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_hexdigit()))
}

/// An IP address is on one port of a switch only.
fn check_duplicates(context: &Context<'_, '_>, port: &RowId, address: &str) -> Outcome {
    let Some(switch) = context.parent(port, "Logical_Switch") else { return Ok(()) };
    let new: Vec<IpAddr> = ip_addresses(address).collect();
    for other in context.referred(&switch, "ports", PORT).iter().filter(|other| *other != port) {
        let texts = context.texts(other, "addresses");
        if let Some(twice) = texts.iter().flat_map(|text| ip_addresses(text)).find(|ip| new.contains(ip)) {
            return Err(format!("port {} of the switch has {twice} already", context.text(other, "name")));
        }
    }
    Ok(())
}

fn ip_addresses(text: &str) -> impl Iterator<Item = IpAddr> + '_ {
    text.split_whitespace().skip(1).filter_map(parse_prefix).map(|(address, _)| address)
}

pub(super) fn set_port_security(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let allowed = Value::set(context.arguments(1).iter().map(String::as_str));
    Ok(context.update(&port, [("port_security", allowed)])?)
}

pub(super) fn set_type(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let port_type = context.argument(1);
    if !TYPES.contains(&port_type) {
        return Err(format!("{port_type} is no type of a switch port"));
    }
    context.update(&port, [("type", Value::scalar(port_type))])?;
    let Some(peer) = context.arguments(2).first() else { return Ok(()) };
    let peer = peer.strip_prefix("peer=").ok_or_else(|| format!("{peer} is not peer=PORT"))?;
    if port_type != "switch" {
        return Err("a peer is for ports of type switch".to_owned());
    }
    Ok(context.update(&port, [("peer", Value::scalar(peer))])?)
}

pub(super) fn set_options(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    Ok(context.update(&port, [("options", string_map(context.arguments(1)))])?)
}

pub(super) fn set_enabled(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let is_enabled = parse_enabled(context.argument(1))?;
    Ok(context.update(&port, [("enabled", Value::scalar(is_enabled))])?)
}

pub(super) fn set_dhcpv4_options(context: &mut Context<'_, '_>) -> Outcome {
    set_dhcp_options(context, "dhcpv4_options", IpAddr::is_ipv4)
}

pub(super) fn set_dhcpv6_options(context: &mut Context<'_, '_>) -> Outcome {
    set_dhcp_options(context, "dhcpv6_options", IpAddr::is_ipv6)
}

fn set_dhcp_options(
    context: &mut Context<'_, '_>,
    column: &str,
    is_family: impl Fn(&IpAddr) -> bool,
) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let value = match context.arguments(1).first() {
        None => Value::empty_set(),
        Some(options) => {
            let options = context.record("DHCP_Options", options)?;
            let cidr = context.text(&options, "cidr");
            if !parse_prefix(&cidr).is_some_and(|(address, _)| is_family(&address)) {
                return Err(format!("DHCP options for {cidr} are of the other address family"));
            }
            Value::scalar(options.uuid)
        }
    };
    Ok(context.update(&port, [(column, value)])?)
}
