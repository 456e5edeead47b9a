//! Actions that set a field.

use std::ops::Range;

use super::model::{Action, LookupKind, Neighbour, Select};
use super::parse::Parser;
use crate::error::{Error, Result};
use crate::expr::{FieldRef, parse_constant};
use crate::lexer::{Kind, NumberFormat};

impl Parser<'_, '_> {
    /// `field = …` and `field <-> field`.
    pub(super) fn assignment(&mut self) -> Result<Action> {
        let start = self.stream.span().start;
        let target = self.field()?;
        let span = self.stream.span_since(start);
        if self.stream.accept(&Kind::Exchange) {
            return self.copy(target, span, true);
        }
        if !self.stream.accept(&Kind::Assign) {
            return Err(self.stream.unexpected("`=` or `<->`"));
        }
        let Kind::Id(name) = *self.stream.kind() else {
            return self.load(target, span);
        };
        let call = *self.stream.next_kind() == Kind::LeftParenthesis;
        if let Some(action) = if call { self.call(name, target, &span)? } else { None } {
            return Ok(action);
        }
        self.copy(target, span, false)
    }

    fn load(&mut self, target: FieldRef, span: Range<usize>) -> Result<Action> {
        self.check_target(&target, target.bits, &span)?;
        let value = parse_constant(&mut self.stream, self.context.symbols, &target)?;
        Ok(Action::Load { target, value })
    }

    /// Whether `target`, at `span`, has `bits` bits and may be written.
    fn check_target(&self, target: &FieldRef, bits: u32, span: &Range<usize>) -> Result<()> {
        self.check(target, bits, true).map_err(|e| self.stream.wrong_at(span.clone(), e.message))
    }

    fn copy(&mut self, target: FieldRef, span: Range<usize>, exchange: bool) -> Result<Action> {
        let start = self.stream.span().start;
        let source = self.field()?;
        let source_span = self.stream.span_since(start);
        let symbols = self.context.symbols;
        let (left, right) = (symbols.get(target.symbol), symbols.get(source.symbol));
        let verb = if exchange { "exchange" } else { "assign" };
        let wrong = |message: String| Err(self.stream.wrong_at(span.start..source_span.end, message));
        if left.is_string() != right.is_string() {
            let kind = |text: bool| if text { "the name of a port" } else { "a number" };
            return wrong(format!(
                "cannot {verb}: {} holds {}, {} holds {}",
                left.name,
                kind(left.is_string()),
                right.name,
                kind(right.is_string())
            ));
        }
        if target.bits != source.bits {
            let (to, from) = (target.text(symbols), source.text(symbols));
            return wrong(format!(
                "cannot {verb}: {to} has {} bits, {from} has {}",
                target.bits, source.bits
            ));
        }
        let width = |f| symbols.resolve(f).map(|s| s.bits);
        if target.bits == 0 && width(&target) != width(&source) {
            return wrong(format!("cannot {verb}: {} and {} keep ports differently", left.name, right.name));
        }
        self.check_target(&target, target.bits, &span)?;
        if !exchange {
            return Ok(Action::Move { target, source });
        }
        self.check_target(&source, source.bits, &source_span)?;
        Ok(Action::Exchange(target, source))
    }

    /// `field = name(…)`; none if there is no such function.
    fn call(&mut self, name: &str, target: FieldRef, span: &Range<usize>) -> Result<Option<Action>> {
        if let Some((kind, name, bits)) = LookupKind::ALL.iter().find(|(_, known, _)| *known == name) {
            return self.lookup(*kind, name, *bits, target, span).map(Some);
        }
        let action = match name {
            "select" => self.select(target, span)?,
            "put_dhcp_opts" | "put_dhcpv6_opts" | "put_nd_ra_opts" => self.put_options(name, target, span)?,
            "check_pkt_larger" => {
                self.check_target(&target, 1, span)?;
                self.stream.advance();
                self.in_parentheses(|p| {
                    Ok(Action::CheckPacketLarger { target, length: p.stream.expect_small()? })
                })?
            }
            "lookup_arp" => self.lookup_neighbour(Neighbour::Arp, true, target, span)?,
            "lookup_nd" => self.lookup_neighbour(Neighbour::Nd, true, target, span)?,
            "lookup_arp_ip" => self.lookup_neighbour(Neighbour::Arp, false, target, span)?,
            "lookup_nd_ip" => self.lookup_neighbour(Neighbour::Nd, false, target, span)?,
            "get_fdb" | "get_remote_fdb" => {
                let bits = if target.bits == 0 { 0 } else { 32 };
                self.check_target(&target, bits, span)?;
                self.stream.advance();
                let remote = name == "get_remote_fdb";
                self.in_parentheses(|p| Ok(Action::GetFdb { remote, target, mac: p.sized(48)? }))?
            }
            "lookup_fdb" => {
                self.check_target(&target, 1, span)?;
                self.stream.advance();
                self.in_parentheses(|p| {
                    let port = p.sized(0)?;
                    p.stream.expect(&Kind::Comma)?;
                    Ok(Action::LookupFdb { target, port, mac: p.sized(48)? })
                })?
            }
            "dhcp_relay_req_chk" | "dhcp_relay_resp_chk" => {
                self.check_target(&target, 1, span)?;
                self.stream.advance();
                let response = name == "dhcp_relay_resp_chk";
                self.in_parentheses(|p| {
                    let relay = p.ipv4("the relay's IPv4 address")?;
                    p.stream.accept(&Kind::Comma);
                    let server = p.ipv4("the server's IPv4 address")?;
                    Ok(Action::DhcpRelay { response, target, relay, server })
                })?
            }
            _ => return Ok(None),
        };
        Ok(Some(action))
    }

    fn ipv4(&mut self, what: &str) -> Result<std::net::Ipv4Addr> {
        match self.stream.kind() {
            Kind::Number(number) if number.format == NumberFormat::Ipv4 => {
                let address = std::net::Ipv4Addr::from(number.value as u32);
                self.stream.advance();
                Ok(address)
            }
            _ => Err(self.stream.unexpected(what)),
        }
    }

    fn lookup(
        &mut self,
        kind: LookupKind,
        name: &str,
        bits: u32,
        target: FieldRef,
        span: &Range<usize>,
    ) -> Result<Action> {
        self.stream.advance();
        self.stream.advance();
        if !self.stream.accept(&Kind::RightParenthesis) {
            return Err(self.stream.wrong(format!("{name} takes no arguments")));
        }
        self.check_target(&target, bits, span)?;
        if kind == LookupKind::Dns {
            self.require("udp")?;
        }
        Ok(Action::Lookup { kind, target })
    }

    fn lookup_neighbour(
        &mut self,
        kind: Neighbour,
        with_mac: bool,
        target: FieldRef,
        span: &Range<usize>,
    ) -> Result<Action> {
        self.check_target(&target, 1, span)?;
        self.stream.advance();
        self.in_parentheses(|p| {
            let port = p.sized(0)?;
            p.stream.expect(&Kind::Comma)?;
            let ip = p.sized(kind.ip_bits())?;
            let mut mac = None;
            if with_mac {
                p.stream.expect(&Kind::Comma)?;
                mac = Some(p.sized(48)?);
            }
            Ok(Action::LookupNeighbour { kind, target, port, ip, mac })
        })
    }

    /// `field = select(id=weight, …)` and `field = select(values=(…); hash_fields="…")`.
    fn select(&mut self, target: FieldRef, span: &Range<usize>) -> Result<Action> {
        self.check_target(&target, target.bits, span)?;
        if target.bits < 16 {
            let message =
                format!("{} is too narrow: select needs 16 bits", target.text(self.context.symbols));
            return Err(Error::new(span.clone(), message));
        }
        self.next_table("select")?;
        self.stream.advance();
        self.stream.advance();
        let hashed = self.stream.accept_id("values");
        if hashed {
            self.stream.expect(&Kind::Assign)?;
            self.stream.expect(&Kind::LeftParenthesis)?;
        }
        let mut members = Vec::new();
        while !self.stream.accept(&Kind::RightParenthesis) {
            let id = self.number16("a number of 16 bits")?;
            let mut weight = 100;
            if self.stream.accept(&Kind::Assign) {
                weight = self.number16("a weight of 16 bits")?;
                if weight == 0 {
                    return Err(self.stream.wrong("a weight must not be 0"));
                }
            }
            self.stream.accept(&Kind::Comma);
            members.push((id, weight));
        }
        if members.len() < 2 {
            return Err(self.stream.wrong("select needs two members or more"));
        }
        let hash_fields = if hashed { Some(self.select_hash_fields()?) } else { None };
        Ok(Action::Select(Select { target, members, hash_fields }))
    }

    fn select_hash_fields(&mut self) -> Result<String> {
        self.stream.expect(&Kind::Semicolon)?;
        if !self.stream.accept_id("hash_fields") {
            return Err(self.stream.unexpected("`hash_fields`"));
        }
        self.stream.expect(&Kind::Assign)?;
        let fields = self.quoted("names of fields in quotes")?;
        self.stream.expect(&Kind::RightParenthesis)?;
        Ok(fields)
    }
}
