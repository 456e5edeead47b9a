//! Logical routers and their ports.

use weft_ovsdb_schema::Value;

use super::switch::{add_datapath, delete_row, list_members, list_rows};
use super::{Outcome, generic, parse_enabled, parse_priority};
use crate::address::{is_mac, normalize_prefix, parse_prefix};
use crate::command::Context;
use crate::database::RowId;
use crate::records::string_map;

const ROUTER: &str = "Logical_Router";
const PORT: &str = "Logical_Router_Port";

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    add_datapath(context, ROUTER, "router")
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    delete_row(context, ROUTER)
}

pub(super) fn list(context: &mut Context<'_, '_>) -> Outcome {
    list_rows(context, ROUTER);
    Ok(())
}

pub(super) fn add_port(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record(ROUTER, context.argument(0))?;
    let (name, mac) = (context.argument(1), context.argument(2));
    let rest = context.arguments(3);
    let networks = rest.iter().position(|word| word.contains('=')).unwrap_or(rest.len());
    let (networks, settings) = rest.split_at(networks);
    if !is_mac(mac) {
        return Err(format!("{name}: {mac} is no Ethernet address"));
    }
    if let Some(port) = context.find_record(PORT, name)? {
        return check_existing(context, &router, &port, networks, settings);
    }
    if let Some(wrong) = networks.iter().find(|network| parse_prefix(network).is_none()) {
        return Err(format!("{name}: {wrong} is no network address"));
    }
    let columns = [
        ("name", Value::scalar(name)),
        ("mac", Value::scalar(mac)),
        ("networks", Value::set(networks.iter().map(String::as_str))),
    ];
    let port = context.insert_into(&router, "ports", PORT, columns)?;
    generic::set_columns(context, &port, settings)
}

fn check_existing(
    context: &Context<'_, '_>,
    router: &RowId,
    port: &RowId,
    networks: &[String],
    settings: &[String],
) -> Outcome {
    let name = context.argument(1);
    if !context.has_option("--may-exist") {
        return Err(format!("there is a port {name} already"));
    }
    if context.parent(port, ROUTER).as_ref() != Some(router) {
        return Err(format!("port {name} is on another router"));
    }
    if !context.text(port, "mac").eq_ignore_ascii_case(context.argument(2)) {
        return Err(format!("port {name} has another Ethernet address"));
    }
    let normal = |networks: &[String]| {
        let mut all: Vec<_> = networks.iter().map(|network| normalize_prefix(network)).collect();
        all.sort();
        all
    };
    if normal(&context.texts(port, "networks")) != normal(networks) {
        return Err(format!("port {name} has other networks"));
    }
    let peer = settings.iter().find_map(|setting| setting.strip_prefix("peer="));
    if context.value(port, "peer") != peer.map_or_else(Value::empty_set, Value::scalar) {
        return Err(format!("port {name} has another peer"));
    }
    Ok(())
}

pub(super) fn delete_port(context: &mut Context<'_, '_>) -> Outcome {
    let name = context.argument(0);
    if context.has_option("--if-exists") && context.find_record(PORT, name)?.is_none() {
        return Ok(());
    }
    let port = context.record(PORT, name)?;
    if let Some(router) = context.parent(&port, ROUTER) {
        context.transaction.remove_member(&router, "ports", &port.uuid.into())?;
    }
    Ok(())
}

pub(super) fn list_ports(context: &mut Context<'_, '_>) -> Outcome {
    list_members(context, ROUTER, "ports", PORT)
}

pub(super) fn set_port_options(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    Ok(context.update(&port, [("options", string_map(context.arguments(1)))])?)
}

pub(super) fn set_port_enabled(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let is_enabled = parse_enabled(context.argument(1))?;
    Ok(context.update(&port, [("enabled", Value::scalar(is_enabled))])?)
}

pub(super) fn set_gateway_chassis(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let chassis = context.argument(1);
    let priority = match context.arguments(2).first() {
        Some(text) => parse_priority(text)?,
        None => 0,
    };
    let gateway = match find_gateway_chassis(context, &port, chassis) {
        Some(gateway) => gateway,
        None => {
            let name = format!("{}-{chassis}", context.argument(0));
            let columns = [("name", Value::scalar(name.as_str())), ("chassis_name", Value::scalar(chassis))];
            context.insert_into(&port, "gateway_chassis", "Gateway_Chassis", columns)?
        }
    };
    Ok(context.update(&gateway, [("priority", Value::scalar(priority))])?)
}

pub(super) fn delete_gateway_chassis(context: &mut Context<'_, '_>) -> Outcome {
    let port = context.record(PORT, context.argument(0))?;
    let chassis = context.argument(1);
    let gateway = find_gateway_chassis(context, &port, chassis)
        .ok_or_else(|| format!("chassis {chassis} is not among the port's gateway chassis"))?;
    Ok(context.transaction.remove_member(&port, "gateway_chassis", &gateway.uuid.into())?)
}

fn find_gateway_chassis(context: &Context<'_, '_>, port: &RowId, chassis: &str) -> Option<RowId> {
    let mut all = context.referred(port, "gateway_chassis", "Gateway_Chassis").into_iter();
    all.find(|gateway| {
        context.text(gateway, "chassis_name") == chassis || gateway.uuid.to_string() == chassis
    })
}
