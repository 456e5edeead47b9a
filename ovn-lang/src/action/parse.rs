//! From text to actions.

use super::context::{Context, Pipeline};
use super::model::{Action, Neighbour, Nested, Simple};
use crate::error::{Error, Result};
use crate::expr::{self, Expr, FieldRef, symbol_with_prerequisites};
use crate::lexer::{Kind, Stream};
use crate::symbol::Scope;

/// How deep actions may nest.
const MAX_DEPTH: usize = 32;

/// What the text of actions says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The actions; none for `drop`.
    pub actions: Vec<Action>,
    /// The match without which the actions have no meaning.
    pub prerequisites: Option<Expr>,
}

/// Parses the actions of a logical flow.
///
/// # Errors
/// The first thing that is wrong with the text.
pub fn parse(text: &str, context: &Context<'_>) -> Result<Parsed> {
    let mut parser =
        Parser { stream: Stream::new(text), context, prerequisites: None, depth: 0, scope: Scope::Default };
    let actions = parser.actions(&Kind::End)?;
    Ok(Parsed { actions, prerequisites: parser.prerequisites })
}

pub(super) struct Parser<'t, 'c> {
    pub(super) stream: Stream<'t>,
    pub(super) context: &'c Context<'c>,
    pub(super) prerequisites: Option<Expr>,
    depth: usize,
    pub(super) scope: Scope,
}

const SIMPLE: [(&str, Simple); 7] = [
    ("output", Simple::Output),
    ("ct_clear", Simple::CtClear),
    ("ct_snat_to_vip", Simple::CtSnatToVip),
    ("igmp", Simple::Igmp),
    ("handle_dhcpv6_reply", Simple::HandleDhcpv6Reply),
    ("mac_cache_use", Simple::MacCacheUse),
    ("flood_remote", Simple::FloodRemote),
];

impl Parser<'_, '_> {
    /// Actions up to `end`, which is skipped. `drop;` stands alone.
    pub(super) fn actions(&mut self, end: &Kind<'_>) -> Result<Vec<Action>> {
        let mut actions = Vec::new();
        if *self.stream.kind() == Kind::Id("drop") && *self.stream.next_kind() == Kind::Semicolon {
            self.stream.advance();
            self.stream.advance();
            return match end {
                Kind::End => self.stream.expect_end().map(|()| actions),
                end => self.stream.expect(end).map(|()| actions),
            };
        }
        while self.stream.kind() != end {
            actions.push(self.action()?);
            self.stream.expect(&Kind::Semicolon)?;
        }
        self.stream.advance();
        Ok(actions)
    }

    fn action(&mut self) -> Result<Action> {
        let name = match self.stream.kind() {
            Kind::Id(name) => *name,
            Kind::Template(name) => {
                let message = format!("template variable ^{name} has no value here");
                return Err(self.stream.wrong(message));
            }
            _ => return Err(self.stream.unexpected("an action")),
        };
        if matches!(self.stream.next_kind(), Kind::Assign | Kind::Exchange | Kind::LeftBracket) {
            return self.assignment();
        }
        if let Some((_, simple)) = SIMPLE.iter().find(|(known, _)| *known == name) {
            self.stream.advance();
            return Ok(Action::Simple(*simple));
        }
        if let Some((kind, _, prerequisite)) = Nested::ALL.iter().find(|(_, known, _)| *known == name) {
            self.stream.advance();
            let scope = if *kind == Nested::Clone { Scope::Default } else { self.scope };
            return Ok(Action::Nest(*kind, self.nested(*prerequisite, scope)?));
        }
        self.named(name)
    }

    fn named(&mut self, name: &str) -> Result<Action> {
        let start = self.stream.span();
        self.stream.advance();
        match name {
            "next" => self.next(),
            "push" => self.in_parentheses(|p| Ok(Action::Push(p.field()?))),
            "pop" => self.in_parentheses(|p| {
                let field = p.field()?;
                p.check(&field, field.bits, true)?;
                Ok(Action::Pop(field))
            }),
            "ip.ttl" => {
                self.stream.expect(&Kind::Decrement)?;
                self.require("ip")?;
                Ok(Action::Simple(Simple::DecrementTtl))
            }
            "handle_bfd_msg" => self.in_parentheses(|_| Ok(Action::Simple(Simple::HandleBfdMessage))),
            "get_arp" => self.get_neighbour(Neighbour::Arp),
            "get_nd" => self.get_neighbour(Neighbour::Nd),
            "put_arp" => self.put_neighbour(Neighbour::Arp),
            "put_nd" => self.put_neighbour(Neighbour::Nd),
            "put_fdb" => self.in_parentheses(|p| {
                let port = p.sized(0)?;
                p.stream.expect(&Kind::Comma)?;
                Ok(Action::PutFdb { port, mac: p.sized(48)? })
            }),
            "handle_svc_check" => self.in_parentheses(|p| Ok(Action::HandleServiceCheck(p.sized(0)?))),
            "bind_vport" => self.in_parentheses(|p| {
                let port = p.quoted("the name of a port in quotes")?.into();
                p.stream.expect(&Kind::Comma)?;
                Ok(Action::BindVport { port, parent: p.sized(0)? })
            }),
            "mirror" => {
                self.in_parentheses(|p| Ok(Action::Mirror(p.quoted("the name of a port in quotes")?.into())))
            }
            "set_queue" => self.set_queue(),
            "set_meter" => self.set_meter(start),
            "log" => self.log(),
            "sample" => self.sample(start),
            "trigger_event" => self.trigger_event(),
            "fwd_group" => self.forward_group(),
            "commit_ecmp_nh" => self.commit_ecmp_next_hop(),
            "commit_lb_aff" => self.commit_lb_affinity(),
            _ => match self.conntrack(name)? {
                Some(action) => Ok(action),
                None => Err(Error::new(start, format!("expected an action, found `{name}`"))),
            },
        }
    }

    /// `{ actions }`; with a prerequisite, that takes the place of what the actions need.
    pub(super) fn nested(&mut self, prerequisite: Option<&str>, scope: Scope) -> Result<Vec<Action>> {
        let start = self.stream.span();
        self.stream.expect(&Kind::LeftBrace)?;
        if self.depth + 1 == MAX_DEPTH {
            return Err(Error::new(start, format!("actions nest deeper than {MAX_DEPTH}")));
        }
        let before = self.prerequisites.take();
        let scope = std::mem::replace(&mut self.scope, scope);
        self.depth += 1;
        let actions = self.actions(&Kind::RightBrace)?;
        self.depth -= 1;
        self.scope = scope;
        let inside = self.prerequisites.take();
        match prerequisite {
            Some(text) => {
                self.prerequisites = before;
                self.require(text)?;
            }
            None => self.prerequisites = join(inside, before),
        }
        Ok(actions)
    }

    /// Adds a prerequisite, which stays a name.
    pub(super) fn require(&mut self, text: &str) -> Result<()> {
        let more = expr::parse(text, self.context.symbols)?;
        self.prerequisites = join(self.prerequisites.take(), Some(more));
        Ok(())
    }

    /// Some actions go on in the next table, and so may not stand in the last one.
    pub(super) fn next_table(&self, name: &str) -> Result<()> {
        if self.context.table >= self.context.pipeline.tables() {
            return Err(self
                .stream
                .wrong(format!("{name} goes to the next table, but this is the last one")));
        }
        Ok(())
    }

    pub(super) fn in_parentheses<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.stream.expect(&Kind::LeftParenthesis)?;
        let found = inside(self)?;
        self.stream.expect(&Kind::RightParenthesis)?;
        Ok(found)
    }

    /// A field, whose prerequisites the actions need.
    pub(super) fn field(&mut self) -> Result<FieldRef> {
        symbol_with_prerequisites(&mut self.stream, self.context.symbols, &mut self.prerequisites)
    }

    /// A field of `bits` bits; 0 for the name of a port.
    pub(super) fn sized(&mut self, bits: u32) -> Result<FieldRef> {
        let start = self.stream.span().start;
        let field = self.field()?;
        self.check(&field, bits, false)
            .map_err(|e| self.stream.wrong_at(self.stream.span_since(start), e.message))?;
        Ok(field)
    }

    /// Whether `field` has `bits` bits, and may be written here if it is to be (`expr_type_check`).
    pub(super) fn check(&self, field: &FieldRef, bits: u32, write: bool) -> Result<()> {
        let symbol = self.context.symbols.get(field.symbol);
        let text = field.text(self.context.symbols);
        let wrong = |message| Err(self.stream.wrong(message));
        match (field.bits, bits) {
            (has, needs) if has == needs => {}
            (0, _) => return wrong(format!("{text} holds the name of a port, where a number is needed")),
            (_, 0) => return wrong(format!("{text} holds a number, where the name of a port is needed")),
            (has, needs) => return wrong(format!("{text} has {has} bits, where {needs} are needed")),
        }
        if write && !symbol.writable.contains(&self.scope) {
            return wrong(format!("{} cannot be written here", symbol.name));
        }
        Ok(())
    }

    pub(super) fn quoted(&mut self, what: &str) -> Result<String> {
        match self.stream.kind() {
            Kind::Text(text) => {
                let text = text.clone();
                self.stream.advance();
                Ok(text)
            }
            _ => Err(self.stream.unexpected(what)),
        }
    }

    /// A decimal number of 16 bits.
    pub(super) fn number16(&mut self, what: &str) -> Result<u16> {
        let number = match self.stream.kind() {
            Kind::Number(number) => number.small().and_then(|n| u16::try_from(n).ok()),
            _ => None,
        };
        let number = number.ok_or_else(|| self.stream.unexpected(what))?;
        self.stream.advance();
        Ok(number)
    }

    fn next(&mut self) -> Result<Action> {
        let (mut pipeline, mut table) = (self.context.pipeline, u32::from(self.context.table) + 1);
        let start = self.stream.span();
        if self.stream.accept(&Kind::LeftParenthesis) {
            if matches!(self.stream.kind(), Kind::Number(n) if n.small().is_some()) {
                table = self.stream.expect_small()?;
            } else {
                loop {
                    self.next_argument(&mut pipeline, &mut table)?;
                    if !self.stream.accept(&Kind::Comma) {
                        break;
                    }
                }
            }
            self.stream.expect(&Kind::RightParenthesis)?;
        }
        let last = pipeline.tables();
        match u8::try_from(table) {
            Ok(table) if table < last => Ok(Action::Next { pipeline, table }),
            _ => {
                let message =
                    format!("the {} pipeline has no table {table}, only 0 to {}", pipeline.name(), last - 1);
                Err(Error::new(start, message))
            }
        }
    }

    fn next_argument(&mut self, pipeline: &mut Pipeline, table: &mut u32) -> Result<()> {
        if self.stream.accept_id("pipeline") {
            self.stream.expect(&Kind::Assign)?;
            *pipeline = if self.stream.accept_id("ingress") {
                Pipeline::Ingress
            } else if self.stream.accept_id("egress") {
                Pipeline::Egress
            } else {
                return Err(self.stream.unexpected("`ingress` or `egress`"));
            };
            return Ok(());
        }
        if self.stream.accept_id("table") {
            self.stream.expect(&Kind::Assign)?;
            *table = self.stream.expect_small()?;
            return Ok(());
        }
        Err(self.stream.unexpected("`pipeline` or `table`"))
    }

    fn get_neighbour(&mut self, kind: Neighbour) -> Result<Action> {
        self.in_parentheses(|p| {
            let port = p.sized(0)?;
            p.stream.expect(&Kind::Comma)?;
            Ok(Action::GetNeighbour { kind, port, ip: p.sized(kind.ip_bits())? })
        })
    }

    fn put_neighbour(&mut self, kind: Neighbour) -> Result<Action> {
        self.in_parentheses(|p| {
            let port = p.sized(0)?;
            p.stream.expect(&Kind::Comma)?;
            let ip = p.sized(kind.ip_bits())?;
            p.stream.expect(&Kind::Comma)?;
            Ok(Action::PutNeighbour { kind, port, ip, mac: p.sized(48)? })
        })
    }

    fn forward_group(&mut self) -> Result<Action> {
        let (mut liveness, mut ports) = (false, Vec::new());
        self.stream.expect(&Kind::LeftParenthesis)?;
        if self.stream.accept_id("liveness") {
            self.stream.expect(&Kind::Assign)?;
            liveness = self.boolean()?;
            self.stream.expect(&Kind::Comma)?;
        }
        if !self.stream.accept_id("childports") {
            return Err(self.stream.unexpected("`childports`"));
        }
        self.stream.expect(&Kind::Assign)?;
        while !self.stream.accept(&Kind::RightParenthesis) {
            ports.push(self.quoted("the name of a port in quotes")?.into());
            self.stream.accept(&Kind::Comma);
        }
        Ok(Action::ForwardGroup { liveness, ports })
    }

    pub(super) fn boolean(&mut self) -> Result<bool> {
        if self.stream.accept_word("true") {
            Ok(true)
        } else if self.stream.accept_word("false") {
            Ok(false)
        } else {
            Err(self.stream.unexpected("`true` or `false`"))
        }
    }
}

impl Neighbour {
    pub(super) fn ip_bits(self) -> u32 {
        match self {
            Neighbour::Arp => 32,
            Neighbour::Nd => 128,
        }
    }
}

fn join(before: Option<Expr>, more: Option<Expr>) -> Option<Expr> {
    match (before, more) {
        (Some(a), Some(b)) => Some(a.and(b)),
        (one, other) => one.or(other),
    }
}

impl Parsed {
    /// The text of the actions in OVN's form.
    pub fn text(&self, context: &Context<'_>) -> String {
        super::format::text(&self.actions, context)
    }
}
