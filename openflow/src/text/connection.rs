//! Connection tracking and address translation.

use std::fmt::{self, Display, Formatter};
use std::net::IpAddr;

use super::action::List;
use super::value::write_ipv6;
use crate::action::{Action, ConnectionTracking, Nat, NatAlgorithm, NatDirection, NatRange, Zone};

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
        self.write_address(f, self.first)?;
        if let Some(last) = self.last.filter(|&last| last != self.first) {
            f.write_str("-")?;
            self.write_address(f, last)?;
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

impl NatRange {
    /// An IPv6 address before a port is in brackets.
    fn write_address(&self, f: &mut Formatter<'_>, address: IpAddr) -> fmt::Result {
        match address {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) if self.first_port == 0 => write_ipv6(f, v6.into(), u128::MAX),
            IpAddr::V6(v6) => {
                f.write_str("[")?;
                write_ipv6(f, v6.into(), u128::MAX)?;
                f.write_str("]")
            }
        }
    }
}
