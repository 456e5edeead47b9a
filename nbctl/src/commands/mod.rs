//! The commands, by what they change.

mod acl;
mod dhcp;
mod generic;
mod load_balancer;
mod meter;
mod nat;
mod policy;
mod port_group;
mod print;
mod qos;
mod route;
mod router;
mod switch;
mod switch_port;

use crate::command::Context;

/// What a command does, or why it cannot.
type Outcome = Result<(), String>;

/// A command that there is.
struct Kind {
    name: &'static str,
    /// Least and greatest number of arguments.
    arguments: (usize, usize),
    /// Options; `=` at the end says that a value must follow, `?` that one may.
    options: &'static [&'static str],
    run: fn(&mut Context<'_, '_>) -> Outcome,
}

const MANY: usize = usize::MAX;

const fn kind(
    name: &'static str,
    arguments: (usize, usize),
    options: &'static [&'static str],
    run: fn(&mut Context<'_, '_>) -> Outcome,
) -> Kind {
    Kind { name, arguments, options, run }
}

const SWITCHES: &[Kind] = &[
    kind("ls-add", (0, 1), &["--may-exist", "--add-duplicate"], switch::add),
    kind("ls-del", (1, 1), &["--if-exists"], switch::delete),
    kind("ls-list", (0, 0), &[], switch::list),
    kind("lsp-add", (2, 4), &["--may-exist"], switch_port::add),
    kind("lsp-del", (1, 1), &["--if-exists"], switch_port::delete),
    kind("lsp-list", (1, 1), &[], switch_port::list),
    kind("lsp-set-addresses", (1, MANY), &[], switch_port::set_addresses),
    kind("lsp-set-port-security", (1, MANY), &[], switch_port::set_port_security),
    kind("lsp-set-type", (2, 3), &[], switch_port::set_type),
    kind("lsp-set-options", (1, MANY), &[], switch_port::set_options),
    kind("lsp-set-enabled", (2, 2), &[], switch_port::set_enabled),
    kind("lsp-set-dhcpv4-options", (1, 2), &[], switch_port::set_dhcpv4_options),
    kind("lsp-set-dhcpv6-options", (1, 2), &[], switch_port::set_dhcpv6_options),
    kind("dhcp-options-create", (1, MANY), &[], dhcp::create),
    kind("dhcp-options-set-options", (1, MANY), &[], dhcp::set_options),
    kind("pg-add", (1, MANY), &[], port_group::add),
    kind("pg-set-ports", (2, MANY), &[], port_group::set_ports),
    kind("pg-del", (1, 1), &[], port_group::delete),
    kind("qos-add", (5, 7), &["--may-exist"], qos::add),
    kind("qos-del", (1, 4), &[], qos::delete),
    kind("meter-add", (4, 5), &["--fair", "--may-exist"], meter::add),
    kind("meter-del", (0, 1), &[], meter::delete),
    kind(
        "acl-add",
        (5, 7),
        &[
            "--log",
            "--may-exist",
            "--type=",
            "--name=",
            "--severity=",
            "--meter=",
            "--label=",
            "--apply-after-lb",
            "--tier=",
            "--sample-new=",
            "--sample-est=",
        ],
        acl::add,
    ),
    kind("acl-del", (1, 4), &["--type=", "--tier="], acl::delete),
];

const ROUTERS: &[Kind] = &[
    kind("lr-add", (0, 1), &["--may-exist", "--add-duplicate"], router::add),
    kind("lr-del", (1, 1), &["--if-exists"], router::delete),
    kind("lr-list", (0, 0), &[], router::list),
    kind("lrp-add", (3, MANY), &["--may-exist"], router::add_port),
    kind("lrp-del", (1, 1), &["--if-exists"], router::delete_port),
    kind("lrp-list", (1, 1), &[], router::list_ports),
    kind("lrp-set-options", (1, MANY), &[], router::set_port_options),
    kind("lrp-set-enabled", (2, 2), &[], router::set_port_enabled),
    kind("lrp-set-gateway-chassis", (2, 3), &[], router::set_gateway_chassis),
    kind("lrp-del-gateway-chassis", (2, 2), &[], router::delete_gateway_chassis),
    kind(
        "lr-route-add",
        (3, 4),
        &["--may-exist", "--ecmp", "--ecmp-symmetric-reply", "--policy=", "--route-table=", "--bfd?"],
        route::add,
    ),
    kind("lr-route-del", (1, 4), &["--if-exists", "--policy=", "--route-table="], route::delete),
    kind("lr-policy-add", (4, MANY), &["--may-exist", "--bfd?", "--chain=", "--output-port="], policy::add),
    kind("lr-policy-del", (1, 3), &["--if-exists", "--chain="], policy::delete),
    kind(
        "lr-nat-add",
        (4, 7),
        &[
            "--may-exist",
            "--stateless",
            "--portrange",
            "--add-route",
            "--gateway-port=",
            "--match=",
            "--priority=",
        ],
        nat::add,
    ),
    kind("lr-nat-del", (1, 4), &["--if-exists", "--match="], nat::delete),
];

const LOAD_BALANCERS: &[Kind] = &[
    kind(
        "lb-add",
        (3, 5),
        &["--may-exist", "--add-duplicate", "--reject", "--event", "--add-route", "--template"],
        load_balancer::add,
    ),
    kind("lb-del", (1, 2), &["--if-exists"], load_balancer::delete),
    kind("ls-lb-add", (2, 2), &["--may-exist"], load_balancer::add_to_switch),
    kind("ls-lb-del", (1, 2), &["--if-exists"], load_balancer::delete_from_switch),
    kind("lr-lb-add", (2, 2), &["--may-exist"], load_balancer::add_to_router),
    kind("lr-lb-del", (1, 2), &["--if-exists"], load_balancer::delete_from_router),
];

const GENERIC: &[Kind] = &[
    kind("create", (1, MANY), &["--id="], generic::create),
    kind("set", (3, MANY), &["--if-exists"], generic::set),
    kind("get", (2, MANY), &["--if-exists", "--id="], generic::get),
    kind("add", (4, MANY), &["--if-exists"], generic::add),
    kind("remove", (4, MANY), &["--if-exists"], generic::remove),
    kind("clear", (3, MANY), &["--if-exists"], generic::clear),
    kind("destroy", (1, MANY), &["--if-exists", "--all"], generic::destroy),
    kind("list", (1, MANY), &["--if-exists", "--columns=", "--bare"], print::list),
    kind("find", (1, MANY), &["--columns=", "--bare"], print::find),
];

/// Carries out a command.
pub(crate) fn run(context: &mut Context<'_, '_>) -> Outcome {
    let command = context.command;
    let mut kinds = [SWITCHES, ROUTERS, LOAD_BALANCERS, GENERIC].into_iter().flatten();
    let kind = kinds
        .find(|kind| kind.name == command.name)
        .ok_or("there is no such command; it may be one that is not offered here")?;
    for (name, value) in &command.options {
        let is_allowed = |option: &&str| match option.strip_suffix(['=', '?']) {
            Some(stem) => stem == name && (value.is_some() || option.ends_with('?')),
            None => option == name && value.is_none(),
        };
        if !kind.options.iter().any(is_allowed) {
            return Err(format!("option {name} is not known here, or its value is missing or too much"));
        }
    }
    let (least, greatest) = kind.arguments;
    let count = command.arguments.len();
    if count < least || count > greatest {
        return Err(match greatest {
            _ if least == greatest => format!("takes {least} arguments, not {count}"),
            MANY => format!("takes {least} arguments at least, not {count}"),
            _ => format!("takes {least} to {greatest} arguments, not {count}"),
        });
    }
    (kind.run)(context)
}

/// A number of a range; what follows the digits is ignored, as in ovn-nbctl.
fn parse_number(text: &str, what: &str, least: i64, greatest: i64) -> Result<i64, String> {
    let digits = text.char_indices().find(|(at, c)| !(c.is_ascii_digit() || (*at == 0 && *c == '-')));
    let number = text[..digits.map_or(text.len(), |(at, _)| at)].parse().ok();
    let in_range = number.filter(|number| (least..=greatest).contains(number));
    in_range.ok_or_else(|| format!("{text}: {what} must be in the range {least} to {greatest}"))
}

fn parse_priority(text: &str) -> Result<i64, String> {
    parse_number(text, "priority", 0, 32767)
}

/// A direction; its first letter is enough.
fn parse_direction(text: &str) -> Result<&'static str, String> {
    match text.chars().next() {
        Some('t') => Ok("to-lport"),
        Some('f') => Ok("from-lport"),
        _ => Err(format!("{text}: direction must be to-lport or from-lport")),
    }
}

fn parse_enabled(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "enabled" => Ok(true),
        "disabled" => Ok(false),
        _ => Err(format!("{text}: state must be enabled or disabled")),
    }
}
