//! Load balancers, and the switches and routers that have them.

use weft_ovsdb_schema::{Atom, Value};

use super::Outcome;
use crate::address::Vip;
use crate::command::Context;

const TABLE: &str = "Load_Balancer";

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let name = context.argument(0);
    let is_template = context.has_option("--template");
    if context.has_option("--reject") && context.has_option("--event") {
        return Err("--reject and --event contradict each other".to_owned());
    }
    let protocol = context.arguments(3).first().map(String::as_str);
    if let Some(wrong) = protocol.filter(|protocol| !matches!(*protocol, "tcp" | "udp" | "sctp")) {
        return Err(format!("{wrong}: the protocol is tcp, udp or sctp"));
    }
    let (vip, backends, has_port) = if is_template {
        let vip = context.argument(1);
        (vip.to_owned(), context.argument(2).to_owned(), vip.contains(':'))
    } else {
        normalize(context.argument(1), context.argument(2))?
    };
    if protocol.is_some() && !has_port {
        return Err("a protocol needs a port in the virtual IP".to_owned());
    }
    let existing =
        if context.has_option("--add-duplicate") { None } else { context.find_record(TABLE, name)? };
    let Some(balancer) = existing else {
        let columns = [
            ("name", Value::scalar(name)),
            ("protocol", Value::scalar(protocol.unwrap_or("tcp"))),
            ("vips", Value::map([(vip.as_str(), backends.as_str())])),
            ("options", Value::map(options(context))),
        ];
        context.transaction.insert(TABLE, columns)?;
        return Ok(());
    };
    let vips = context.value(&balancer, "vips");
    let mut pairs: Vec<(Atom, Atom)> = vips.as_map().into_iter().flatten().cloned().collect();
    let is_there = pairs.iter().any(|(key, _)| key.as_str() == Some(&vip));
    if is_there && !context.has_option("--may-exist") {
        return Err(format!("{name} has the virtual IP {vip} already"));
    }
    // Of pairs with the same key the last one counts.
    pairs.push((Atom::from(vip.as_str()), Atom::from(backends.as_str())));
    context.update(&balancer, [("vips", Value::map(pairs))])?;
    if let Some(protocol) = protocol {
        context.update(&balancer, [("protocol", Value::scalar(protocol))])?;
    }
    Ok(())
}

/// The virtual IP and its backends in the form of the column `vips`, and whether there is a port.
fn normalize(vip_text: &str, backends: &str) -> Result<(String, String, bool), String> {
    let vip = Vip::parse(vip_text)
        .ok_or_else(|| format!("{vip_text} is no IP address, nor one with a port after a colon"))?;
    let mut normal = Vec::new();
    for text in backends.split(',').filter(|text| !text.is_empty()) {
        let backend = Vip::parse(text).filter(|backend| backend.port.is_some() == vip.port.is_some());
        let backend = backend.ok_or_else(|| match vip.port {
            Some(_) => format!("{text} is no IP address with a port"),
            None => format!("{text} is no IP address"),
        })?;
        if backend.address.is_ipv4() != vip.address.is_ipv4() {
            return Err(format!("{text} is of another address family than {vip_text}"));
        }
        normal.push(backend.to_string());
    }
    Ok((vip.to_string(), normal.join(","), vip.port.is_some()))
}

fn options(context: &Context<'_, '_>) -> Vec<(&'static str, &'static str)> {
    let flags = [("--reject", "reject"), ("--event", "event"), ("--add-route", "add_route")];
    let given = flags.into_iter().filter(|(option, _)| context.has_option(option));
    let mut options: Vec<_> = given.map(|(_, key)| (key, "true")).collect();
    if context.has_option("--template") {
        let is_ipv6 = context.arguments(4).first().is_some_and(|family| family != "ipv4");
        options.push(("template", "true"));
        options.push(("address-family", if is_ipv6 { "ipv6" } else { "ipv4" }));
    }
    options
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let Some(balancer) = context.find_record(TABLE, context.argument(0))? else { return Ok(()) };
    let vips = context.value(&balancer, "vips");
    let pairs = vips.as_map().map(|map| map.as_slice()).unwrap_or_default();
    let Some(vip) = context.arguments(1).first() else {
        return Ok(context.transaction.delete(&balancer)?);
    };
    let rest: Vec<_> = pairs.iter().filter(|(key, _)| key.as_str() != Some(vip)).cloned().collect();
    if rest.len() == pairs.len() {
        let message = format!("the load balancer has no virtual IP {vip}");
        return if context.has_option("--if-exists") { Ok(()) } else { Err(message) };
    }
    if rest.is_empty() {
        return Ok(context.transaction.delete(&balancer)?);
    }
    Ok(context.update(&balancer, [("vips", Value::map(rest))])?)
}

pub(super) fn add_to_switch(context: &mut Context<'_, '_>) -> Outcome {
    add_to(context, "Logical_Switch")
}

pub(super) fn add_to_router(context: &mut Context<'_, '_>) -> Outcome {
    add_to(context, "Logical_Router")
}

pub(super) fn delete_from_switch(context: &mut Context<'_, '_>) -> Outcome {
    delete_from(context, "Logical_Switch")
}

pub(super) fn delete_from_router(context: &mut Context<'_, '_>) -> Outcome {
    delete_from(context, "Logical_Router")
}

fn add_to(context: &mut Context<'_, '_>, table: &str) -> Outcome {
    let datapath = context.record(table, context.argument(0))?;
    let balancer = context.record(TABLE, context.argument(1))?;
    if context.referred(&datapath, "load_balancer", TABLE).contains(&balancer) {
        let message = format!("{} has load balancer {} already", context.argument(0), balancer.uuid);
        return if context.has_option("--may-exist") { Ok(()) } else { Err(message) };
    }
    Ok(context.transaction.add_member(&datapath, "load_balancer", balancer.uuid)?)
}

fn delete_from(context: &mut Context<'_, '_>, table: &str) -> Outcome {
    let datapath = context.record(table, context.argument(0))?;
    let Some(name) = context.arguments(1).first() else {
        return Ok(context.update(&datapath, [("load_balancer", Value::empty_set())])?);
    };
    let balancer = context.record(TABLE, name)?;
    if !context.referred(&datapath, "load_balancer", TABLE).contains(&balancer) {
        let message = format!("{} does not have load balancer {name}", context.argument(0));
        return if context.has_option("--if-exists") { Ok(()) } else { Err(message) };
    }
    Ok(context.transaction.remove_member(&datapath, "load_balancer", &balancer.uuid.into())?)
}
