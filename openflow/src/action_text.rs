//! Actions as `ovs-ofctl` prints them (`ofpacts_format` in Open vSwitch).

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr};

use crate::action::{Action, ConnectionTracking, Controller, Sample, Source, Zone};
use crate::learn::{Learn, LearnSource, LearnSpec, LearnTarget};
use crate::nat::{Nat, NatAlgorithm, NatDirection, NatRange};
use crate::port::Port;
use crate::value_text::{write_hex, write_value};

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
            Action::Output { port, max_len } => match *port {
                Port::CONTROLLER => write!(f, "CONTROLLER:{max_len}"),
                port if port < Port::MAX => write!(f, "output:{port}"),
                port => write!(f, "{port}"),
            },
            Action::Group(id) => write!(f, "group:{id}"),
            Action::Meter(id) => write!(f, "meter:{id}"),
            Action::Controller(controller) => controller.fmt(f),
            Action::SetField { field, value, mask } => {
                f.write_str("set_field:")?;
                write_value(f, *field, *value, *mask)?;
                write!(f, "->{field}")
            }
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
            Action::DecTtl(controllers) if controllers == &[0] => f.write_str("dec_ttl"),
            Action::DecTtl(controllers) => {
                let ids: Vec<String> = controllers.iter().map(u16::to_string).collect();
                write!(f, "dec_ttl({})", ids.join(","))
            }
        }
    }
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

/// Bytes as `00.0a.ff`.
struct Dotted<'a>(&'a [u8]);

impl Display for Dotted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (n, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if n > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

impl Display for Controller {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const REASONS: [&str; 6] = ["no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"];
        let mut parts = Vec::new();
        if self.reason != 1 {
            parts.push(match REASONS.get(usize::from(self.reason)) {
                Some(name) => format!("reason={name}"),
                None => format!("reason={}", self.reason),
            });
        }
        if self.controller_id != 0 {
            parts.push(format!("id={}", self.controller_id));
        }
        if !self.userdata.is_empty() {
            parts.push(format!("userdata={}", Dotted(&self.userdata)));
        }
        if self.pause {
            parts.push("pause".to_string());
        }
        if let Some(meter) = self.meter {
            parts.push(format!("meter_id={meter}"));
        }
        if parts.is_empty() {
            return write!(f, "CONTROLLER:{}", self.max_len);
        }
        if self.max_len != u16::MAX {
            parts.insert(usize::from(self.reason != 1), format!("max_len={}", self.max_len));
        }
        write!(f, "controller({})", parts.join(","))
    }
}

impl Display for ConnectionTracking {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.commit {
            parts.push("commit".to_string());
        }
        if self.force {
            parts.push("force".to_string());
        }
        if let Some(table) = self.table {
            parts.push(format!("table={table}"));
        }
        match self.zone {
            Zone::Field(bits) => parts.push(format!("zone={bits}")),
            Zone::Number(0) => {}
            Zone::Number(number) => parts.push(format!("zone={number}")),
        }
        let mut rest = self.actions.as_slice();
        if let [Action::Nat(nat), others @ ..] = rest {
            parts.push(nat.to_string());
            rest = others;
        }
        if !rest.is_empty() {
            parts.push(format!("exec({})", List(rest)));
        }
        match self.helper {
            0 => {}
            21 => parts.push("alg=ftp".to_string()),
            69 => parts.push("alg=tftp".to_string()),
            other => parts.push(format!("alg={other}")),
        }
        write!(f, "ct({})", parts.join(","))
    }
}

impl Display for Nat {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(direction) = self.direction else { return f.write_str("nat") };
        f.write_str(match direction {
            NatDirection::Source => "nat(src",
            NatDirection::Destination => "nat(dst",
        })?;
        if let Some(range) = &self.range {
            write!(f, "={range}")?;
            if self.persistent {
                f.write_str(",persistent")?;
            }
            f.write_str(match self.algorithm {
                NatAlgorithm::Unspecified => "",
                NatAlgorithm::Hash => ",hash",
                NatAlgorithm::Random => ",random",
            })?;
        }
        f.write_str(")")
    }
}

impl Display for NatRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let address = |address: IpAddr| match address {
            IpAddr::V6(v6) if self.first_port != 0 => format!("[{v6}]"),
            other => other.to_string(),
        };
        f.write_str(&address(self.first))?;
        if let Some(last) = self.last.filter(|&last| last != self.first) {
            write!(f, "-{}", address(last))?;
        }
        if self.first_port != 0 {
            write!(f, ":{}", self.first_port)?;
            if self.last_port != 0 && self.last_port != self.first_port {
                write!(f, "-{}", self.last_port)?;
            }
        }
        Ok(())
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Source::Number(number) => number.fmt(f),
            Source::Field(bits) => bits.fmt(f),
        }
    }
}

impl Display for Sample {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "sample(probability={},collector_set_id={}", self.probability, self.collector_set)?;
        write!(f, ",obs_domain_id={},obs_point_id={}", self.domain, self.point)?;
        if self.port != Port::NONE {
            write!(f, ",sampling_port={}", self.port)?;
        }
        f.write_str(match self.direction {
            1 => ",ingress)",
            2 => ",egress)",
            _ => ")",
        })
    }
}

impl Display for Learn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "learn(table={}", self.table)?;
        for (name, seconds) in [
            ("idle_timeout", self.idle_timeout_s),
            ("hard_timeout", self.hard_timeout_s),
            ("fin_idle_timeout", self.fin_idle_timeout_s),
            ("fin_hard_timeout", self.fin_hard_timeout_s),
        ] {
            if seconds != 0 {
                write!(f, ",{name}={seconds}")?;
            }
        }
        if self.priority != 0x8000 {
            write!(f, ",priority={}", self.priority)?;
        }
        if self.send_flow_removed {
            f.write_str(",send_flow_rem")?;
        }
        if self.delete_learned {
            f.write_str(",delete_learned")?;
        }
        if self.cookie != 0 {
            write!(f, ",cookie={:#x}", self.cookie)?;
        }
        if self.limit != 0 {
            write!(f, ",limit={}", self.limit)?;
        }
        if let Some(result) = self.result {
            write!(f, ",result_dst={result}")?;
        }
        for spec in &self.specs {
            write!(f, ",{spec}")?;
        }
        f.write_str(")")
    }
}

impl Display for LearnSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.source, self.target) {
            (LearnSource::Value(value), LearnTarget::Match(to)) => {
                if to.offset == 0 && to.bits == to.field.bits() {
                    write!(f, "{}=", to.field)?;
                    write_value(f, to.field, value, to.field.info().full_mask())
                } else {
                    write!(f, "{to}=")?;
                    write_hex(f, value)
                }
            }
            (LearnSource::Field(from), LearnTarget::Match(to)) => {
                to.fmt(f)?;
                if from.field != to.field || from.offset != to.offset {
                    write!(f, "={from}")?;
                }
                Ok(())
            }
            (LearnSource::Value(value), LearnTarget::Load(to)) => {
                f.write_str("load:")?;
                write_hex(f, value)?;
                write!(f, "->{to}")
            }
            (LearnSource::Field(from), LearnTarget::Load(to)) => write!(f, "load:{from}->{to}"),
            (LearnSource::Field(from), LearnTarget::Output(_)) => write!(f, "output:{from}"),
            (LearnSource::Value(value), LearnTarget::Output(_)) => {
                write!(f, "output:{}", Ipv4Addr::from(value as u32))
            }
        }
    }
}
