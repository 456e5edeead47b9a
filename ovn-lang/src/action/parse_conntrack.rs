//! Actions that track connections and translate addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::model::{Action, Backend, BackendSet, LbAffinity, Nat, NatKind, SnatMark, Zone};
use super::parse::Parser;
use crate::error::Result;
use crate::lexer::{Kind, NumberFormat};
use crate::symbol::Scope;

impl Parser<'_, '_> {
    /// The action called `name`, if it is one of these.
    pub(super) fn conntrack(&mut self, name: &str) -> Result<Option<Action>> {
        Ok(Some(match name {
            "ct_next" => {
                self.next_table(name)?;
                self.require("ip")?;
                let zone = match self.stream.kind() {
                    Kind::LeftParenthesis => self.zone(name)?,
                    _ => Zone::Dnat,
                };
                Action::CtNext(zone)
            }
            "ct_commit" => {
                if *self.stream.kind() == Kind::LeftBrace {
                    Action::CtCommit(self.nested(Some("ip"), Scope::Commit)?)
                } else {
                    self.require("ip")?;
                    Action::CtCommit(Vec::new())
                }
            }
            "ct_commit_nat" | "ct_commit_to_zone" => {
                self.require("ip")?;
                self.next_table(name)?;
                let nat = name == "ct_commit_nat";
                let zone = match self.stream.kind() {
                    kind if nat && *kind != Kind::LeftParenthesis => Zone::Dnat,
                    _ => self.zone(name)?,
                };
                Action::CtCommitToZone { zone, nat }
            }
            "ct_dnat" => self.nat(name, NatKind::Dnat)?,
            "ct_snat" => self.nat(name, NatKind::Snat)?,
            "ct_dnat_in_czone" => self.nat(name, NatKind::DnatInCommonZone)?,
            "ct_snat_in_czone" => self.nat(name, NatKind::SnatInCommonZone)?,
            "ct_lb" => self.load_balance(true, false)?,
            "ct_lb_mark" => self.load_balance(false, false)?,
            "ct_lb_mark_local" => self.load_balance(false, true)?,
            _ => return Ok(None),
        }))
    }

    /// `(dnat)` or `(snat)`.
    fn zone(&mut self, name: &str) -> Result<Zone> {
        self.in_parentheses(|p| {
            if p.stream.accept_id("dnat") {
                Ok(Zone::Dnat)
            } else if p.stream.accept_id("snat") {
                Ok(Zone::Snat)
            } else {
                Err(p.stream.wrong(format!("{name} takes dnat or snat")))
            }
        })
    }

    /// An address without a mask.
    fn address(&mut self, what: &str) -> Result<IpAddr> {
        let address = match self.stream.kind() {
            Kind::Number(n) if n.mask.is_none() => match n.format {
                NumberFormat::Ipv4 => Some(IpAddr::V4(Ipv4Addr::from(n.value as u32))),
                NumberFormat::Ipv6 => Some(IpAddr::V6(Ipv6Addr::from(n.value))),
                _ => None,
            },
            _ => None,
        };
        let address = address.ok_or_else(|| self.stream.unexpected(what))?;
        self.stream.advance();
        Ok(address)
    }

    fn nat(&mut self, name: &str, kind: NatKind) -> Result<Action> {
        self.require("ip")?;
        self.next_table(name)?;
        let mut nat = Nat { kind, address: None, ports: None };
        if *self.stream.kind() == Kind::LeftParenthesis {
            self.in_parentheses(|p| {
                nat.address = Some(p.address("an IPv4 or IPv6 address")?);
                if p.stream.accept(&Kind::Comma) {
                    nat.ports = Some(p.port_range()?);
                }
                Ok(())
            })?;
        }
        Ok(Action::CtNat(nat))
    }

    /// `first` or `first-last`.
    fn port_range(&mut self) -> Result<(u16, u16)> {
        let what = "a port from 1 to 65535";
        if matches!(self.stream.kind(), Kind::Number(n) if n.small() == Some(0)) {
            return Err(self.stream.unexpected(what));
        }
        let first = self.number16(what)?;
        if !self.stream.accept(&Kind::Hyphen) {
            return Ok((first, 0));
        }
        match self.stream.kind() {
            Kind::Number(n) if n.small().is_some_and(|last| last <= u32::from(first)) => {
                Err(self.stream.wrong("the last port of a range must be above the first"))
            }
            _ => Ok((first, self.number16(what)?)),
        }
    }

    fn load_balance(&mut self, label: bool, local: bool) -> Result<Action> {
        self.next_table("ct_lb")?;
        self.require("ip")?;
        let mut set = BackendSet { label, local, backends: Vec::new(), hash_fields: None, mark: None };
        if self.stream.accept(&Kind::LeftParenthesis) && !self.stream.accept(&Kind::RightParenthesis) {
            if !self.stream.accept_id("backends") || !self.stream.accept(&Kind::Assign) {
                return Err(self.stream.unexpected("`backends=`"));
            }
            self.backends(&mut set)?;
        }
        Ok(Action::CtLb(set))
    }

    /// Backends, and what may follow behind semicolons, up to the parenthesis.
    fn backends(&mut self, set: &mut BackendSet) -> Result<()> {
        loop {
            if self.stream.accept(&Kind::RightParenthesis) {
                return Ok(());
            }
            if self.stream.accept(&Kind::Semicolon) {
                break;
            }
            let backend = self.backend(set.local)?;
            set.backends.push(backend);
            self.stream.accept(&Kind::Comma);
        }
        if self.stream.accept_id("hash_fields") {
            self.stream.expect(&Kind::Assign)?;
            set.hash_fields = Some(self.quoted("names of fields in quotes")?);
            if !self.stream.accept(&Kind::Semicolon) {
                return self.stream.expect(&Kind::RightParenthesis);
            }
        }
        if self.stream.accept_id("skip_snat") {
            set.mark = Some(SnatMark::Skip);
        } else if self.stream.accept_id("force_snat") {
            set.mark = Some(SnatMark::Force);
        }
        self.stream.expect(&Kind::RightParenthesis)
    }

    fn backend(&mut self, local: bool) -> Result<Backend> {
        let mut port_name = None;
        if local {
            port_name = Some(self.quoted("the name of the backend's port in quotes")?.into());
            self.stream.expect(&Kind::Colon)?;
        }
        let brackets = self.stream.accept(&Kind::LeftBracket);
        let address = match (brackets, self.stream.kind()) {
            (true, Kind::Number(n)) if n.format != NumberFormat::Ipv6 => {
                return Err(self.stream.unexpected("an IPv6 address"));
            }
            _ => self.address("an IP address")?,
        };
        if brackets {
            self.stream.expect(&Kind::RightBracket)?;
        }
        let mut port = 0;
        if *self.stream.kind() == Kind::Colon {
            if address.is_ipv6() && !brackets {
                return Err(self.stream.wrong("an IPv6 address before a port needs brackets"));
            }
            self.stream.advance();
            port = self.number16("a port")?;
        }
        Ok(Backend { port_name, address, port })
    }

    pub(super) fn commit_ecmp_next_hop(&mut self) -> Result<Action> {
        self.in_parentheses(|p| {
            p.keyword("ipv6")?;
            let ipv6 = p.boolean()?;
            p.stream.expect(&Kind::Comma)?;
            p.keyword("proto")?;
            Ok(Action::CommitEcmpNextHop { ipv6, protocol: p.protocol()? })
        })
    }

    /// `name =`.
    fn keyword(&mut self, name: &str) -> Result<()> {
        if !self.stream.accept_id(name) {
            return Err(self.stream.unexpected(&format!("`{name} =`")));
        }
        self.stream.expect(&Kind::Assign)
    }

    fn protocol(&mut self) -> Result<u8> {
        for (name, number) in [("tcp", 6), ("udp", 17), ("sctp", 132)] {
            if self.stream.accept_id(name) {
                return Ok(number);
            }
        }
        Err(self.stream.unexpected("`tcp`, `udp` or `sctp`"))
    }

    pub(super) fn commit_lb_affinity(&mut self) -> Result<Action> {
        self.in_parentheses(|p| {
            p.keyword("vip")?;
            let (vip, vip_port) = p.endpoint()?;
            p.stream.expect(&Kind::Comma)?;
            p.keyword("backend")?;
            let place = p.stream.span();
            let (backend, backend_port) = p.endpoint()?;
            if vip.is_ipv4() != backend.is_ipv4() {
                return Err(p
                    .stream
                    .wrong_at(place, "the backend's address is of another family than the VIP"));
            }
            p.stream.expect(&Kind::Comma)?;
            let mut protocol = 0;
            if vip_port != 0 {
                p.keyword("proto")?;
                protocol = p.protocol()?;
                p.stream.expect(&Kind::Comma)?;
            }
            p.keyword("timeout")?;
            let timeout_s = p.number16("seconds")?;
            let affinity = LbAffinity { vip, vip_port, backend, backend_port, protocol, timeout_s };
            Ok(Action::CommitLbAffinity(affinity))
        })
    }

    /// An address and perhaps a port, in quotes.
    fn endpoint(&mut self) -> Result<(IpAddr, u16)> {
        let what = "an address and a port in quotes";
        let endpoint = match self.stream.kind() {
            Kind::Text(text) => endpoint(text),
            _ => None,
        };
        let endpoint = endpoint.ok_or_else(|| self.stream.unexpected(what))?;
        self.stream.advance();
        Ok(endpoint)
    }
}

/// `10.0.0.1`, `10.0.0.1:80`, `fd00::1`, `[fd00::1]`, `[fd00::1]:80`.
pub(super) fn endpoint(text: &str) -> Option<(IpAddr, u16)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let port = if port.is_empty() { 0 } else { port.strip_prefix(':')?.parse().ok()? };
        return Some((IpAddr::V6(address.parse().ok()?), port));
    }
    if let Ok(address) = text.parse() {
        return Some((address, 0));
    }
    let (address, port) = text.split_once(':')?;
    Some((IpAddr::V4(address.parse().ok()?), port.parse().ok()?))
}
