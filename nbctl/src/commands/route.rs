//! Static routes.

use weft_ovsdb_schema::Value;

use super::Outcome;
use crate::address::{normalize_address, normalize_prefix};
use crate::command::Context;
use crate::database::RowId;

const ROUTE: &str = "Logical_Router_Static_Route";
const PORT: &str = "Logical_Router_Port";

/// What identifies routes of a router.
struct Wanted<'w> {
    prefix: &'w str,
    is_source: bool,
    table: &'w str,
}

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record("Logical_Router", context.argument(0))?;
    let prefix_text = context.argument(1);
    let prefix = normalize_prefix(prefix_text).ok_or_else(|| format!("{prefix_text} is no network"))?;
    let wanted = Wanted {
        prefix: &prefix,
        is_source: is_source_policy(context)?,
        table: context.option("--route-table").unwrap_or_default(),
    };
    let (nexthop, mut port) = nexthop(context)?;
    if let Some(name) = context.arguments(3).first() {
        port = Some(context.record(PORT, name)?);
    }
    let is_symmetric = context.has_option("--ecmp-symmetric-reply");
    let is_ecmp = is_symmetric || context.has_option("--ecmp");
    if nexthop == "discard" && (is_ecmp || port.is_some() || context.has_option("--bfd")) {
        return Err("a route that discards has no --ecmp, --bfd or port".to_owned());
    }
    let existing = find(context, &router, &wanted, is_ecmp.then_some(nexthop.as_str()));
    if let Some(route) = existing.filter(|route| is_ecmp || !is_learned(context, route)) {
        return match (context.has_option("--may-exist"), is_ecmp) {
            (false, false) => Err(format!("there is a route for {prefix} already; --ecmp adds another one")),
            (false, true) => Err(format!("there is a route for {prefix} by {nexthop} already")),
            (true, true) => Ok(()),
            (true, false) => write(context, &route, &wanted, &nexthop, port.as_ref()),
        };
    }
    if find(context, &router, &wanted, Some("discard")).is_some() {
        return Err(format!("there is a route that discards {prefix}"));
    }
    let route = context.insert_into(&router, "static_routes", ROUTE, [])?;
    if is_symmetric {
        context.update(&route, [("options", Value::map([("ecmp_symmetric_reply", "true")]))])?;
    }
    if let Some(table) = context.option("--route-table") {
        context.update(&route, [("route_table", Value::scalar(table))])?;
    }
    write(context, &route, &wanted, &nexthop, port.as_ref())
}

/// The next hop as the column holds it, and the port that stands for it.
fn nexthop(context: &Context<'_, '_>) -> Result<(String, Option<RowId>), String> {
    let text = context.argument(2);
    if text == "discard" {
        return Ok((text.to_owned(), None));
    }
    if let Some(address) = normalize_address(text) {
        return Ok((address, None));
    }
    let port = context.find_record(PORT, text)?;
    port.map(|port| (String::new(), Some(port)))
        .ok_or_else(|| format!("{text} is no address and no router port to go by"))
}

fn is_source_policy(context: &Context<'_, '_>) -> Result<bool, String> {
    match context.option("--policy") {
        None | Some("dst-ip") => Ok(false),
        Some("src-ip") => Ok(true),
        Some(other) => Err(format!("--policy={other}: the policy is dst-ip or src-ip")),
    }
}

fn write(
    context: &mut Context<'_, '_>,
    route: &RowId,
    wanted: &Wanted<'_>,
    nexthop: &str,
    port: Option<&RowId>,
) -> Outcome {
    let mut columns = vec![("ip_prefix", Value::scalar(wanted.prefix)), ("nexthop", Value::scalar(nexthop))];
    let port = port.map(|port| context.text(port, "name"));
    if let Some(port) = &port {
        columns.push(("output_port", Value::scalar(port.as_str())));
    }
    if let Some(policy) = context.option("--policy") {
        columns.push(("policy", Value::scalar(policy)));
    }
    context.update(route, columns)?;
    if context.has_option("--bfd") {
        let session = bfd_session(context, nexthop, port.as_deref())?;
        context.update(route, [("bfd", Value::scalar(session.uuid))])?;
    }
    Ok(())
}

/// The BFD session of `--bfd=UUID`, else the one with the next hop, which is made when there is none.
fn bfd_session(context: &mut Context<'_, '_>, nexthop: &str, port: Option<&str>) -> Result<RowId, String> {
    if let Some(uuid) = context.option("--bfd") {
        return context.record("BFD", uuid);
    }
    let sessions = context.database().find("BFD", "dst_ip", &Value::scalar(nexthop));
    let is_on_port = |session: &RowId| port.is_none_or(|port| context.text(session, "logical_port") == port);
    if let Some(session) = sessions.into_iter().find(is_on_port) {
        return Ok(session);
    }
    let port = port.ok_or("a new BFD session needs the route's port")?;
    let columns = [("dst_ip", Value::scalar(nexthop)), ("logical_port", Value::scalar(port))];
    Ok(context.transaction.insert("BFD", columns)?)
}

fn find(
    context: &Context<'_, '_>,
    router: &RowId,
    wanted: &Wanted<'_>,
    nexthop: Option<&str>,
) -> Option<RowId> {
    let mut routes = context.referred(router, "static_routes", ROUTE).into_iter();
    routes.find(|route| {
        context.text(route, "route_table") == wanted.table
            && (context.text(route, "policy") == "src-ip") == wanted.is_source
            && normalize_prefix(&context.text(route, "ip_prefix")).as_deref() == Some(wanted.prefix)
            && nexthop.is_none_or(|nexthop| context.text(route, "nexthop") == nexthop)
    })
}

fn is_learned(context: &Context<'_, '_>, route: &RowId) -> bool {
    let ids = context.value(route, "external_ids");
    ids.as_map().is_some_and(|ids| ids.get_str("ic-learned-route").is_some())
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let router = context.record("Logical_Router", context.argument(0))?;
    let policy = context.option("--policy").map(|_| is_source_policy(context)).transpose()?;
    let prefix = match context.arguments(1).first() {
        Some(text) => Some(normalize_prefix(text).ok_or_else(|| format!("{text} is no network"))?),
        None => None,
    };
    let nexthop = match context.arguments(2).first() {
        Some(text) if text == "discard" => Some(text.clone()),
        Some(text) => Some(normalize_address(text).ok_or_else(|| format!("{text} is no next hop"))?),
        None => None,
    };
    let port = context.arguments(3).first();
    let is_wanted = |route: &RowId| {
        let same = |column: &str, wanted: Option<&str>| {
            wanted.is_none_or(|wanted| context.text(route, column) == wanted)
        };
        let route_prefix = normalize_prefix(&context.text(route, "ip_prefix"));
        policy.is_none_or(|is_source| is_source == (context.text(route, "policy") == "src-ip"))
            && same("route_table", context.option("--route-table"))
            && (prefix.is_none() || prefix == route_prefix)
            && same("nexthop", nexthop.as_deref())
            && same("output_port", port.map(String::as_str))
    };
    let mut routes = context.referred(&router, "static_routes", ROUTE);
    routes.retain(is_wanted);
    if routes.is_empty() && context.count() > 1 && !context.has_option("--if-exists") {
        return Err("the router has no such route".to_owned());
    }
    for route in routes {
        context.transaction.remove_member(&router, "static_routes", &route.uuid.into())?;
    }
    Ok(())
}
