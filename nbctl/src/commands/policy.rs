//! Routing policies.

use std::net::IpAddr;

use weft_ovsdb_schema::Value;

use super::{Outcome, parse_priority};
use crate::address::is_inside;
use crate::command::Context;
use crate::database::RowId;

const POLICY: &str = "Logical_Router_Policy";

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record("Logical_Router", context.argument(0))?;
    let priority = parse_priority(context.argument(1))?;
    let (matches, action) = (context.argument(2), context.argument(3));
    let (is_reroute, is_jump) = (action == "reroute", action == "jump");
    if !matches!(action, "allow" | "drop" | "reroute" | "jump") {
        return Err(format!("{action}: the action is allow, drop, reroute or jump"));
    }
    if (is_reroute || is_jump) && context.count() < 5 {
        return Err(format!("{action} needs where to"));
    }
    if !is_reroute && (context.has_option("--output-port") || context.has_option("--bfd")) {
        return Err("--output-port and --bfd are for reroute".to_owned());
    }
    let chain = context.option("--chain").unwrap_or_default();
    let is_same = |policy: &RowId| {
        context.value(policy, "priority").as_integer() == Some(priority)
            && context.text(policy, "match") == matches
            && context.text(policy, "chain") == chain
    };
    if context.referred(&router, "policies", POLICY).iter().any(is_same) {
        let message = format!("{} has such a policy already", context.argument(0));
        return if context.has_option("--may-exist") { Ok(()) } else { Err(message) };
    }
    let nexthops = if is_reroute { parse_nexthops(context.argument(4))? } else { Vec::new() };
    let texts: Vec<String> = nexthops.iter().map(IpAddr::to_string).collect();
    let mut columns = vec![
        ("priority", Value::scalar(priority)),
        ("match", Value::scalar(matches)),
        ("action", Value::scalar(action)),
        ("nexthops", Value::set(texts.iter().map(String::as_str))),
        ("options", options(context.arguments(if is_reroute || is_jump { 5 } else { 4 }))?),
    ];
    if !chain.is_empty() {
        columns.push(("chain", Value::scalar(chain)));
    }
    if is_jump {
        columns.push(("jump_chain", Value::scalar(context.argument(4))));
    }
    if let Some(port) = context.option("--output-port") {
        if nexthops.len() != 1 {
            return Err("--output-port needs exactly one next hop".to_owned());
        }
        columns.push(("output_port", Value::scalar(context.record("Logical_Router_Port", port)?.uuid)));
    }
    let policy = context.insert_into(&router, "policies", POLICY, columns)?;
    if context.has_option("--bfd") {
        let sessions = bfd_sessions(context, &router, &nexthops)?;
        let sessions = Value::set(sessions.into_iter().map(|session| session.uuid));
        context.update(&policy, [("bfd_sessions", sessions)])?;
    }
    Ok(())
}

fn parse_nexthops(text: &str) -> Result<Vec<IpAddr>, String> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    let nexthops: Vec<IpAddr> = parts
        .map(|part| part.parse().map_err(|_| format!("{part} is no address to reroute to")))
        .collect::<Result<_, String>>()?;
    if nexthops.windows(2).any(|pair| pair[0].is_ipv4() != pair[1].is_ipv4()) {
        return Err(format!("{text}: the next hops are not of one address family"));
    }
    Ok(nexthops)
}

fn options(words: &[String]) -> Result<Value, String> {
    let pairs: Vec<(&str, &str)> = words
        .iter()
        .map(|word| {
            let pair = word.split_once('=').filter(|(_, value)| !value.is_empty());
            pair.ok_or_else(|| format!("option {word} has no value"))
        })
        .collect::<Result<_, _>>()?;
    Ok(Value::map(pairs))
}

/// The BFD sessions to the next hops: `--bfd=UUID`, or those on the ports whose networks they are in,
/// made when there are none.
fn bfd_sessions(
    context: &mut Context<'_, '_>,
    router: &RowId,
    nexthops: &[IpAddr],
) -> Result<Vec<RowId>, String> {
    if let Some(uuid) = context.option("--bfd") {
        return Ok(vec![context.record("BFD", uuid)?]);
    }
    let mut sessions = Vec::new();
    for nexthop in nexthops {
        let ports = context.referred(router, "ports", "Logical_Router_Port").into_iter();
        let near = |port: &RowId| context.texts(port, "networks").iter().any(|net| is_inside(*nexthop, net));
        let Some(port) = ports.into_iter().find(near) else { continue };
        let (port, address) = (context.text(&port, "name"), nexthop.to_string());
        let known = context.database().find("BFD", "dst_ip", &Value::scalar(address.as_str()));
        let session = known.into_iter().find(|session| context.text(session, "logical_port") == port);
        sessions.push(match session {
            Some(session) => session,
            None => {
                let columns = [
                    ("dst_ip", Value::scalar(address.as_str())),
                    ("logical_port", Value::scalar(port.as_str())),
                ];
                context.transaction.insert("BFD", columns)?
            }
        });
    }
    Ok(sessions)
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record("Logical_Router", context.argument(0))?;
    let chain = context.option("--chain").unwrap_or_default();
    if context.count() == 1 && chain.is_empty() {
        return Ok(context.update(&router, [("policies", Value::empty_set())])?);
    }
    let policies = context.referred(&router, "policies", POLICY);
    if let [only] = context.arguments(1)
        && let Ok(uuid) = only.parse::<uuid::Uuid>()
    {
        if let Some(policy) = policies.iter().find(|policy| policy.uuid == uuid) {
            return Ok(context.transaction.remove_member(&router, "policies", &policy.uuid.into())?);
        }
        let message = format!("the router has no policy {only}");
        return if context.has_option("--if-exists") { Ok(()) } else { Err(message) };
    }
    let priority = context.arguments(1).first().map(|text| parse_priority(text)).transpose()?;
    let matches = context.arguments(2).first();
    for policy in policies {
        let is_wanted = priority.is_none_or(|it| context.value(&policy, "priority").as_integer() == Some(it))
            && context.text(&policy, "chain") == chain
            && matches.is_none_or(|matches| context.text(&policy, "match") == *matches);
        if is_wanted {
            context.transaction.remove_member(&router, "policies", &policy.uuid.into())?;
        }
    }
    Ok(())
}
