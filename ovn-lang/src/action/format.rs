//! Actions as OVN prints them (`ovnacts_format`).

use std::fmt::{self, Write};

use super::context::Context;
use super::model::{Action, Neighbour, ObservationPoint, OptionValue, Simple};
use super::parse_log::{SEVERITIES, VERDICTS};
use crate::expr::{Constant, FieldRef};
use crate::lexer::write_quoted;
use crate::symbol::Source;

/// The text of actions, as a logical flow in the place of `context` has it.
pub(crate) fn text(actions: &[Action], context: &Context<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = Printer { context, out: &mut out }.list(actions);
    out
}

/// A text in quotes.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, self.0)
    }
}

pub(super) struct Printer<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) out: &'a mut String,
}

impl Printer<'_> {
    pub(super) fn list(&mut self, actions: &[Action]) -> fmt::Result {
        if actions.is_empty() {
            return self.out.write_str("drop;");
        }
        for (n, action) in actions.iter().enumerate() {
            if n > 0 {
                self.out.push(' ');
            }
            self.action(action)?;
            self.out.push(';');
        }
        Ok(())
    }

    pub(super) fn field(&mut self, field: &FieldRef) -> fmt::Result {
        field.write(self.out, self.context.symbols)
    }

    /// Fields with commas between, in parentheses.
    fn call(&mut self, name: &str, fields: &[&FieldRef]) -> fmt::Result {
        write!(self.out, "{name}(")?;
        for (n, field) in fields.iter().enumerate() {
            self.out.push_str(if n > 0 { ", " } else { "" });
            self.field(field)?;
        }
        self.out.write_char(')')
    }

    /// `field = `.
    pub(super) fn target(&mut self, target: &FieldRef) -> fmt::Result {
        self.field(target)?;
        self.out.write_str(" = ")
    }

    pub(super) fn action(&mut self, action: &Action) -> fmt::Result {
        match action {
            Action::Simple(simple) => self.out.write_str(simple.text()),
            &Action::Next { pipeline, table } => {
                let here = self.context.pipeline;
                match table {
                    table if pipeline != here => {
                        write!(self.out, "next(pipeline={}, table={table})", pipeline.name())
                    }
                    table if u32::from(table) != u32::from(self.context.table) + 1 => {
                        write!(self.out, "next({table})")
                    }
                    _ => self.out.write_str("next"),
                }
            }
            Action::Load { target, value } => self.load(target, value),
            Action::Move { target, source } => {
                self.target(target)?;
                self.field(source)
            }
            Action::Exchange(left, right) => {
                self.field(left)?;
                self.out.push_str(" <-> ");
                self.field(right)
            }
            Action::Push(field) => self.call("push", &[field]),
            Action::Pop(field) => self.call("pop", &[field]),
            Action::Nest(kind, actions) => self.nest(kind.name(), actions),
            Action::CtNext(_)
            | Action::CtCommit(_)
            | Action::CtCommitToZone { .. }
            | Action::CtNat(_)
            | Action::CtLb(_)
            | Action::Select(_)
            | Action::CommitEcmpNextHop { .. }
            | Action::CommitLbAffinity(_) => self.conntrack(action),
            Action::GetNeighbour { kind, port, ip } => self.call(kind.names()[0], &[port, ip]),
            Action::PutNeighbour { kind, port, ip, mac } => self.call(kind.names()[1], &[port, ip, mac]),
            Action::LookupNeighbour { kind, target, port, ip, mac } => {
                self.target(target)?;
                match mac {
                    Some(mac) => self.call(kind.names()[2], &[port, ip, mac]),
                    None => self.call(kind.names()[3], &[port, ip]),
                }
            }
            Action::PutFdb { port, mac } => self.call("put_fdb", &[port, mac]),
            Action::GetFdb { remote, target, mac } => {
                self.target(target)?;
                self.call(if *remote { "get_remote_fdb" } else { "get_fdb" }, &[mac])
            }
            Action::LookupFdb { target, port, mac } => {
                self.target(target)?;
                self.call("lookup_fdb", &[port, mac])
            }
            Action::HandleServiceCheck(port) => self.call("handle_svc_check", &[port]),
            Action::Lookup { kind, target } => {
                self.target(target)?;
                self.call(kind.name(), &[])
            }
            other => self.other(other),
        }
    }

    fn other(&mut self, action: &Action) -> fmt::Result {
        match action {
            Action::PutDhcp(target, options) => self.put_options("put_dhcp_opts", target, options),
            Action::PutDhcpv6(target, options) => self.put_options("put_dhcpv6_opts", target, options),
            Action::PutRouterAdvertisement(target, options) => {
                self.put_options("put_nd_ra_opts", target, options)
            }
            Action::DhcpRelay { response, target, relay, server } => {
                self.target(target)?;
                let name = if *response { "dhcp_relay_resp_chk" } else { "dhcp_relay_req_chk" };
                write!(self.out, "{name}({relay}, {server})")
            }
            Action::SetQueue(queue) => write!(self.out, "set_queue({queue})"),
            Action::SetMeter { rate_kbps, burst_kbps: 0 } => write!(self.out, "set_meter({rate_kbps})"),
            Action::SetMeter { rate_kbps, burst_kbps } => {
                write!(self.out, "set_meter({rate_kbps}, {burst_kbps})")
            }
            Action::Log(log) => {
                self.out.push_str("log(");
                if let Some(name) = &log.name {
                    write!(self.out, "name={}, ", Quoted(name))?;
                }
                let verdict = VERDICTS.get(usize::from(log.verdict)).unwrap_or(&"<unknown>");
                let severity = SEVERITIES.iter().find(|(_, n)| *n == log.severity);
                let severity = severity.map_or("<unknown>", |(name, _)| name);
                write!(self.out, "verdict={verdict}, severity={severity}")?;
                if let Some(meter) = &log.meter {
                    write!(self.out, ", meter={}", Quoted(meter))?;
                }
                self.out.write_char(')')
            }
            Action::CheckPacketLarger { target, length } => {
                self.target(target)?;
                write!(self.out, "check_pkt_larger({length})")
            }
            Action::TriggerEvent(options) => {
                self.out.push_str("trigger_event(event = \"empty_lb_backends\"");
                for option in options {
                    write!(self.out, ", {} = {}", option.option.name, option.value)?;
                }
                self.out.write_char(')')
            }
            Action::BindVport { port, parent } => {
                write!(self.out, "bind_vport({}, ", Quoted(port))?;
                self.field(parent)?;
                self.out.write_char(')')
            }
            Action::ForwardGroup { liveness, ports } => {
                let ports: Vec<String> = ports.iter().map(|port| Quoted(port).to_string()).collect();
                let liveness = if *liveness { "liveness=\"true\", " } else { "" };
                write!(self.out, "fwd_group({liveness}childports={})", ports.join(", "))
            }
            Action::Sample(sample) => {
                let (probability, set) = (sample.probability, sample.collector_set);
                write!(self.out, "sample(probability={probability},collector_set={set}")?;
                write!(self.out, ",obs_domain={},obs_point=", sample.domain)?;
                match &sample.point {
                    ObservationPoint::Number(number) => write!(self.out, "{number}")?,
                    ObservationPoint::Cookie => self.out.push_str("$cookie"),
                    ObservationPoint::Field(field) => self.field(field)?,
                }
                self.out.write_char(')')
            }
            Action::Mirror(port) => write!(self.out, "mirror({})", Quoted(port)),
            // The caller prints all others.
            _ => Ok(()),
        }
    }

    /// Fields of OVN's own are printed in decimal, the low 16 bits.
    fn load(&mut self, target: &FieldRef, value: &Constant) -> fmt::Result {
        self.target(target)?;
        match (&self.context.symbols.get(target.symbol).source, value) {
            (Source::Ovn(_), Constant::Number(number)) => write!(self.out, "{}", number.value & 0xffff),
            _ => write!(self.out, "{value}"),
        }
    }

    pub(super) fn nest(&mut self, name: &str, actions: &[Action]) -> fmt::Result {
        write!(self.out, "{name} {{ ")?;
        self.list(actions)?;
        self.out.write_str(" }")
    }

    fn put_options(&mut self, name: &str, target: &FieldRef, options: &[OptionValue]) -> fmt::Result {
        self.target(target)?;
        write!(self.out, "{name}(")?;
        for (n, option) in options.iter().enumerate() {
            write!(self.out, "{}{} = {}", if n > 0 { ", " } else { "" }, option.option.name, option.value)?;
        }
        self.out.write_char(')')
    }
}

impl Simple {
    fn text(self) -> &'static str {
        match self {
            Simple::Output => "output",
            Simple::DecrementTtl => "ip.ttl--",
            Simple::CtClear => "ct_clear",
            Simple::CtSnatToVip => "ct_snat_to_vip",
            Simple::Igmp => "igmp",
            Simple::HandleDhcpv6Reply => "handle_dhcpv6_reply",
            Simple::HandleBfdMessage => "handle_bfd_msg()",
            Simple::MacCacheUse => "mac_cache_use",
            Simple::FloodRemote => "flood_remote",
        }
    }
}

impl Neighbour {
    /// The actions that get, put, look up with an Ethernet address, and look up without.
    fn names(self) -> [&'static str; 4] {
        match self {
            Neighbour::Arp => ["get_arp", "put_arp", "lookup_arp", "lookup_arp_ip"],
            Neighbour::Nd => ["get_nd", "put_nd", "lookup_nd", "lookup_nd_ip"],
        }
    }
}
