//! Actions that carry options.

use std::ops::Range;

use super::model::{Action, OptionValue};
use super::options::{OptionTable, code};
use super::parse::Parser;
use super::parse_conntrack::endpoint;
use crate::error::{Error, Result};
use crate::expr::{Constant, FieldRef, parse_constants};
use crate::lexer::{Kind, NumberFormat};

impl Parser<'_, '_> {
    /// `field = put_dhcp_opts(…)` and its like.
    pub(super) fn put_options(
        &mut self,
        name: &str,
        target: FieldRef,
        span: &Range<usize>,
    ) -> Result<Action> {
        let place = self.stream.span();
        self.stream.advance();
        self.stream.advance();
        self.check(&target, 1, true).map_err(|e| self.stream.wrong_at(span.clone(), e.message))?;
        let options = self.context.options;
        match name {
            "put_dhcp_opts" => {
                let values = self.options(&options.dhcp, "DHCPv4")?;
                if !values.iter().any(|o| o.option.code == code::OFFER_IP) {
                    return Err(Error::new(place, "put_dhcp_opts needs offerip"));
                }
                Ok(Action::PutDhcp(target, values))
            }
            "put_dhcpv6_opts" => Ok(Action::PutDhcpv6(target, self.options(&options.dhcpv6, "DHCPv6")?)),
            _ => {
                let values = self.options(&options.router_advertisement, "router advertisement")?;
                check_router_advertisement(&values).map_err(|message| Error::new(place, message))?;
                self.require("ip6")?;
                Ok(Action::PutRouterAdvertisement(target, values))
            }
        }
    }

    /// Options up to the parenthesis.
    fn options(&mut self, table: &OptionTable, what: &str) -> Result<Vec<OptionValue>> {
        let mut values = Vec::new();
        while !self.stream.accept(&Kind::RightParenthesis) {
            let Kind::Id(name) = *self.stream.kind() else {
                return Err(self.stream.unexpected("an option"));
            };
            let Some(option) = table.get(name) else {
                return Err(self.stream.unexpected(&format!("a {what} option")));
            };
            self.stream.advance();
            self.stream.expect(&Kind::Assign)?;
            let start = self.stream.span().start;
            let value = parse_constants(&mut self.stream, None)?;
            let place = self.stream.span_since(start);
            let literal = |c: &Constant| matches!(c, Constant::Number(_) | Constant::Text(_));
            if !value.values.iter().all(literal) {
                return Err(Error::new(place, "an option has no address sets and no port groups"));
            }
            let text = value.values.first().is_some_and(Constant::is_text);
            if option.kind.is_text().is_some_and(|needs| needs != text) {
                let needs = if text { "a number, not text" } else { "text, not a number" };
                return Err(self.stream.wrong_at(place, format!("{what} option {name} is {needs}")));
            }
            values.push(OptionValue { option: option.clone(), value });
            self.stream.accept(&Kind::Comma);
        }
        Ok(values)
    }

    pub(super) fn trigger_event(&mut self) -> Result<Action> {
        self.stream.expect(&Kind::LeftParenthesis)?;
        if !self.stream.accept_id("event") {
            return Err(self.stream.unexpected("`event =`"));
        }
        self.stream.expect(&Kind::Assign)?;
        if !matches!(self.stream.kind(), Kind::Text(event) if event == "empty_lb_backends") {
            return Err(self.stream.unexpected("\"empty_lb_backends\", the only event,"));
        }
        self.stream.advance();
        self.stream.accept(&Kind::Comma);
        let start = self.stream.span().start;
        let values = self.options(&self.context.options.empty_lb_backends, "empty_lb_backends")?;
        for value in &values {
            check_event_option(value)
                .map_err(|message| self.stream.wrong_at(self.stream.span_since(start), message))?;
        }
        Ok(Action::TriggerEvent(values))
    }
}

fn check_event_option(option: &OptionValue) -> std::result::Result<(), String> {
    let name = &option.option.name;
    let [Constant::Text(text)] = option.value.values.as_slice() else {
        return Err(format!("option {name} has one value"));
    };
    let fine = match option.option.code {
        code::EVENT_VIP => endpoint(text).is_some(),
        code::EVENT_PROTOCOL => matches!(&**text, "tcp" | "udp" | "sctp"),
        code::EVENT_LOAD_BALANCER => is_uuid(text),
        _ => true,
    };
    if fine { Ok(()) } else { Err(format!("{text:?} is no {name}")) }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A router advertisement says where it comes from and, unless addresses come from DHCP, a prefix.
fn check_router_advertisement(options: &[OptionValue]) -> std::result::Result<(), String> {
    let (mut stateful, mut prefix, mut source) = (false, false, false);
    for option in options {
        let name = &option.option.name;
        let [value] = option.value.values.as_slice() else {
            return Err(format!("option {name} has one value"));
        };
        let text = match value {
            Constant::Text(text) => Some(&**text),
            _ => None,
        };
        let number = match value {
            Constant::Number(number) => Some(number),
            _ => None,
        };
        let format = number.map(|n| n.format);
        let fine = match option.option.code {
            code::RA_ADDRESS_MODE => {
                stateful |= text == Some("dhcpv6_stateful");
                matches!(text, Some("slaac" | "dhcpv6_stateful" | "dhcpv6_stateless"))
            }
            code::RA_PREFERENCE => matches!(text, Some("MEDIUM" | "HIGH" | "LOW")),
            code::RA_SOURCE_ADDRESS => {
                source = true;
                format == Some(NumberFormat::Ethernet)
            }
            code::RA_PREFIX => {
                prefix = true;
                format == Some(NumberFormat::Ipv6) && number.is_some_and(|n| n.mask.is_some())
            }
            code::RA_MTU => format == Some(NumberFormat::Decimal),
            code::RA_RDNSS => format == Some(NumberFormat::Ipv6),
            _ => text.is_some(),
        };
        if !fine {
            return Err(format!("{value} is no value of option {name}"));
        }
    }
    match (source, stateful || prefix) {
        (false, _) => Err("a router advertisement needs slla".to_string()),
        (_, false) => Err("without addresses from DHCP a router advertisement needs a prefix".to_string()),
        _ => Ok(()),
    }
}
