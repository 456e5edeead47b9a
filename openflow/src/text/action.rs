//! Actions (`ofpacts_format` in Open vSwitch).

use std::fmt::{self, Display, Formatter};
use std::net::Ipv4Addr;

use super::controller::Dotted;
use super::value::{write_ethernet, write_field, write_hex};
use crate::action::{Action, OlderSet, PACKET_TYPE_OF_NEXT_HEADER};
use crate::field::{Field, low_bits};
use crate::port::Port;
use crate::subfield::Subfield;

/// A list of actions with commas between; `drop` if it is empty.
pub(crate) struct List<'a>(pub(crate) &'a [Action]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("drop");
        }
        for (n, action) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(",")?;
            }
            action.fmt(f)?;
        }
        Ok(())
    }
}

impl Action {
    /// The text of a list of actions: `drop` if it is empty.
    pub fn list_text(actions: &[Action]) -> String {
        List(actions).to_string()
    }
}

impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::Output { .. }
            | Action::OutputField { .. }
            | Action::OutputTruncated { .. }
            | Action::Enqueue { .. } => self.write_output(f),
            Action::Bundle(bundle) => bundle.fmt(f),
            Action::Multipath(multipath) => multipath.fmt(f),
            Action::Group(id) => write!(f, "group:{id}"),
            Action::Controller(controller) => controller.fmt(f),
            Action::SetField { field, value, mask } => write_set(f, *field, *value, *mask),
            Action::Load { target, value } => write_loads(f, *target, *value),
            Action::Older(set, value) => write_older(f, *set, *value),
            Action::Move { source, target } => write!(f, "move:{source}->{target}"),
            Action::Push(bits) => write!(f, "push:{bits}"),
            Action::Pop(bits) => write!(f, "pop:{bits}"),
            &Action::Resubmit { in_port, table, original_tuple } => {
                write_resubmit(f, in_port, table, original_tuple)
            }
            Action::Ct(ct) => ct.fmt(f),
            Action::Nat(nat) => nat.fmt(f),
            Action::CtClear => f.write_str("ct_clear"),
            Action::Conjunction { id, clause, clauses } => {
                write!(f, "conjunction({id},{}/{clauses})", clause + 1)
            }
            Action::Learn(learn) => learn.fmt(f),
            Action::Clone(actions) => write!(f, "clone({})", List(actions)),
            Action::CheckPacketLarger { length, target } => write!(f, "check_pkt_larger({length})->{target}"),
            Action::Sample(sample) => sample.fmt(f),
            Action::Note(bytes) => write!(f, "note:{}", Dotted(bytes)),
            Action::SetQueue(id) => write!(f, "set_queue:{id}"),
            Action::PopQueue => f.write_str("pop_queue"),
            Action::DeleteField(field) => write!(f, "delete_field:{field}"),
            Action::FinTimeout { idle_timeout_s, hard_timeout_s } => {
                write_fin_timeout(f, *idle_timeout_s, *hard_timeout_s)
            }
            Action::Exit => f.write_str("exit"),
            Action::DecTtl
            | Action::DecTtlFor(_)
            | Action::DecMplsTtl
            | Action::DecNshTtl
            | Action::PushVlan(_)
            | Action::PopVlan
            | Action::StripVlan
            | Action::PushMpls(_)
            | Action::PopMpls(_)
            | Action::Encap(_)
            | Action::Decap(_) => self.write_header_change(f),
            Action::Meter(_)
            | Action::ClearActions
            | Action::WriteActions(_)
            | Action::WriteMetadata { .. }
            | Action::GotoTable(_) => self.write_instruction(f),
        }
    }
}

impl Action {
    fn write_output(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::Output { port, max_len } => match *port {
                Port::CONTROLLER => write!(f, "CONTROLLER:{max_len}"),
                port if port < Port::MAX => write!(f, "output:{port}"),
                port => write!(f, "{port}"),
            },
            Action::OutputField { source, .. } => write!(f, "output:{source}"),
            Action::OutputTruncated { port, max_len } => write!(f, "output(port={port},max_len={max_len})"),
            Action::Enqueue { port, queue } => write!(f, "enqueue:{port}:{queue}"),
            _ => Ok(()),
        }
    }

    fn write_header_change(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::DecTtl => f.write_str("dec_ttl"),
            Action::DecTtlFor(controllers) => {
                let ids: Vec<String> = controllers.iter().map(u16::to_string).collect();
                write!(f, "dec_ttl({})", ids.join(","))
            }
            Action::DecMplsTtl => f.write_str("dec_mpls_ttl"),
            Action::DecNshTtl => f.write_str("dec_nsh_ttl"),
            Action::PushVlan(kind) => write!(f, "push_vlan:{kind:#x}"),
            Action::PopVlan => f.write_str("pop_vlan"),
            Action::StripVlan => f.write_str("strip_vlan"),
            Action::PushMpls(kind) => write!(f, "push_mpls:{kind:#06x}"),
            Action::PopMpls(kind) => write!(f, "pop_mpls:{kind:#06x}"),
            Action::Encap(encapsulation) => encapsulation.fmt(f),
            Action::Decap(PACKET_TYPE_OF_NEXT_HEADER) => f.write_str("decap()"),
            Action::Decap(packet_type) => {
                write!(f, "decap(packet_type(ns={},type=", packet_type >> 16)?;
                write_c_hex(f, (packet_type & 0xffff).into())?;
                f.write_str("))")
            }
            _ => Ok(()),
        }
    }

    fn write_instruction(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::Meter(id) => write!(f, "meter:{id}"),
            Action::ClearActions => f.write_str("clear_actions"),
            Action::WriteActions(actions) => write!(f, "write_actions({})", List(actions)),
            Action::WriteMetadata { metadata, mask } => {
                f.write_str("write_metadata:")?;
                write_c_hex(f, *metadata)?;
                if *mask == u64::MAX {
                    return Ok(());
                }
                f.write_str("/")?;
                write_c_hex(f, *mask)
            }
            Action::GotoTable(table) => write!(f, "goto_table:{table}"),
            _ => Ok(()),
        }
    }
}

/// A number as `%#x` of C's `printf` writes it: zero without a prefix.
fn write_c_hex(f: &mut Formatter<'_>, number: u64) -> fmt::Result {
    write_hex(f, number.into())
}

fn write_set(f: &mut Formatter<'_>, field: Field, value: u128, mask: u128) -> fmt::Result {
    f.write_str("set_field:")?;
    write_field(f, field, value, Some(mask).filter(|&mask| mask != field.info().whole_mask()))?;
    write!(f, "->{field}")
}

/// A load of more than 64 bits is written as several.
fn write_loads(f: &mut Formatter<'_>, target: Subfield, value: u128) -> fmt::Result {
    let mut done = 0;
    while done < target.bits {
        let bits = (target.bits - done).min(64);
        f.write_str(if done > 0 { ",load:" } else { "load:" })?;
        write_hex(f, (value >> done) & low_bits(bits))?;
        write!(f, "->{}", Subfield { offset: target.offset + done, bits, ..target })?;
        done += bits;
    }
    Ok(())
}

fn write_older(f: &mut Formatter<'_>, set: OlderSet, value: u64) -> fmt::Result {
    match set {
        OlderSet::MplsLabel | OlderSet::MplsTrafficClass | OlderSet::MplsTimeToLive => {
            write!(f, "{}({value})", set.name())
        }
        OlderSet::EthernetSource | OlderSet::EthernetDestination => {
            write!(f, "{}:", set.name())?;
            write_ethernet(f, value.into(), low_bits(48))
        }
        OlderSet::Ipv4Source | OlderSet::Ipv4Destination => {
            write!(f, "{}:{}", set.name(), Ipv4Addr::from(value as u32))
        }
        OlderSet::TunnelId | OlderSet::TunnelId64 => {
            let wide = set == OlderSet::TunnelId64 || value > u64::from(u32::MAX);
            f.write_str(if wide { "set_tunnel64:" } else { "set_tunnel:" })?;
            write_c_hex(f, value)
        }
        _ => write!(f, "{}:{value}", set.name()),
    }
}

fn write_fin_timeout(f: &mut Formatter<'_>, idle_timeout_s: u16, hard_timeout_s: u16) -> fmt::Result {
    let mut parts = Vec::new();
    if idle_timeout_s != 0 {
        parts.push(format!("idle_timeout={idle_timeout_s}"));
    }
    if hard_timeout_s != 0 {
        parts.push(format!("hard_timeout={hard_timeout_s}"));
    }
    write!(f, "fin_timeout({})", parts.join(","))
}

fn write_resubmit(f: &mut Formatter<'_>, in_port: Port, table: u8, original_tuple: bool) -> fmt::Result {
    if in_port != Port::IN_PORT && table == 255 {
        return write!(f, "resubmit:{in_port}");
    }
    f.write_str("resubmit(")?;
    if in_port != Port::IN_PORT {
        in_port.fmt(f)?;
    }
    f.write_str(",")?;
    if table != 255 {
        table.fmt(f)?;
    }
    f.write_str(if original_tuple { ",ct)" } else { ")" })
}
