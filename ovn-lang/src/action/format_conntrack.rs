//! Actions on connections as OVN prints them.

use std::fmt::{self, Write};
use std::net::IpAddr;

use super::format::{Printer, Quoted};
use super::model::{Action, BackendSet, LbAffinity, NatKind, Select, SnatMark, Zone};

impl Printer<'_> {
    pub(super) fn conntrack(&mut self, action: &Action) -> fmt::Result {
        match action {
            Action::CtNext(zone) => write!(self.out, "ct_next({})", zone.name()),
            Action::CtCommit(actions) if actions.is_empty() => self.out.write_str("ct_commit"),
            Action::CtCommit(actions) => self.nest("ct_commit", actions),
            Action::CtCommitToZone { zone, nat } => {
                let name = if *nat { "ct_commit_nat" } else { "ct_commit_to_zone" };
                write!(self.out, "{name}({})", zone.name())
            }
            Action::CtNat(nat) => {
                self.out.push_str(nat.kind.name());
                let Some(address) = nat.address else { return Ok(()) };
                write!(self.out, "({address}")?;
                match nat.ports {
                    Some((first, 0)) => write!(self.out, ",{first}")?,
                    Some((first, last)) => write!(self.out, ",{first}-{last}")?,
                    None => {}
                }
                self.out.write_char(')')
            }
            Action::CtLb(set) => self.backends(set),
            Action::Select(select) => self.select(select),
            Action::CommitEcmpNextHop { ipv6, protocol } => {
                write!(self.out, "commit_ecmp_nh(ipv6 = {ipv6}, proto = {})", protocol_name(*protocol))
            }
            Action::CommitLbAffinity(affinity) => self.affinity(affinity),
            // The caller prints all others.
            _ => Ok(()),
        }
    }

    fn backends(&mut self, set: &BackendSet) -> fmt::Result {
        self.out.push_str(set.name());
        if set.backends.is_empty() {
            return Ok(());
        }
        self.out.push_str("(backends=");
        for (n, backend) in set.backends.iter().enumerate() {
            self.out.push_str(if n > 0 { "," } else { "" });
            if let Some(port) = &backend.port_name {
                write!(self.out, "{}:", Quoted(port))?;
            }
            match (backend.address, backend.port) {
                (address, 0) => write!(self.out, "{address}")?,
                (IpAddr::V4(address), port) => write!(self.out, "{address}:{port}")?,
                (IpAddr::V6(address), port) => write!(self.out, "[{address}]:{port}")?,
            }
        }
        if let Some(fields) = &set.hash_fields {
            write!(self.out, "; hash_fields={}", Quoted(fields))?;
        }
        self.out.write_str(match set.mark {
            Some(SnatMark::Skip) => "; skip_snat)",
            Some(SnatMark::Force) => "; force_snat)",
            None => ")",
        })
    }

    fn select(&mut self, select: &Select) -> fmt::Result {
        self.target(&select.target)?;
        self.out.push_str("select(");
        if select.hash_fields.is_some() {
            self.out.push_str("values=(");
        }
        for (n, (id, weight)) in select.members.iter().enumerate() {
            write!(self.out, "{}{id}={weight}", if n > 0 { ", " } else { "" })?;
        }
        self.out.push(')');
        match &select.hash_fields {
            Some(fields) => write!(self.out, "; hash_fields={})", Quoted(fields)),
            None => Ok(()),
        }
    }

    fn affinity(&mut self, affinity: &LbAffinity) -> fmt::Result {
        let endpoint = |address: IpAddr, port: u16| {
            let port = if port == 0 { String::new() } else { format!(":{port}") };
            match address {
                IpAddr::V4(address) => format!("{address}{port}"),
                IpAddr::V6(address) => format!("[{address}]{port}"),
            }
        };
        let vip = endpoint(affinity.vip, affinity.vip_port);
        let backend = endpoint(affinity.backend, affinity.backend_port);
        write!(self.out, "commit_lb_aff(vip = \"{vip}\", backend = \"{backend}\"")?;
        if affinity.protocol != 0 {
            write!(self.out, ", proto = {}", protocol_name(affinity.protocol))?;
        }
        write!(self.out, ", timeout = {})", affinity.timeout_s)
    }
}

fn protocol_name(number: u8) -> &'static str {
    match number {
        17 => "udp",
        132 => "sctp",
        _ => "tcp",
    }
}

impl Zone {
    fn name(self) -> &'static str {
        match self {
            Zone::Dnat => "dnat",
            Zone::Snat => "snat",
        }
    }
}

impl NatKind {
    fn name(self) -> &'static str {
        match self {
            NatKind::Dnat => "ct_dnat",
            NatKind::Snat => "ct_snat",
            NatKind::DnatInCommonZone => "ct_dnat_in_czone",
            NatKind::SnatInCommonZone => "ct_snat_in_czone",
        }
    }
}
