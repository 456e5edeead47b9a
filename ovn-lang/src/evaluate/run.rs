//! Actions run on a packet.

use std::sync::Arc;

use super::derived::derived;
use super::packet::{Content, Packet};
use crate::action::{Action, Context, Nested, Pipeline, Simple};
use crate::expr::{Constant, FieldRef};
use crate::symbol::{SymbolTable, logical_field};
use weft_openflow::{Field, Subfield};

/// What actions do besides changing their packet, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The packet goes on in a table.
    Next {
        /// The packet.
        packet: Packet,
        /// The pipeline.
        pipeline: Pipeline,
        /// The table.
        table: u8,
    },
    /// The packet leaves the pipeline.
    Output(Packet),
    /// Actions run on a packet made from this one.
    Nested {
        /// How it was made.
        kind: Nested,
        /// What they do.
        steps: Vec<Step>,
    },
    /// Something happens to the packet outside of it: it is logged, learned from, sent to the controller.
    Effect(Action),
    /// A packet whose time to live is over goes no further.
    TimeIsOver,
}

/// Who knows what is not in the packet: connections, neighbours, tables that were learned.
pub trait Oracle {
    /// What `action`, which looks something up, puts into its field, and may change in the packet.
    fn look_up(&mut self, action: &Action, packet: &mut Packet) -> u128;

    /// Which of several ports, or numbers, `action` chooses: the position among its members.
    fn choose(&mut self, action: &Action, packet: &Packet) -> usize;

    /// Sends the packet through connection tracking as `action` says, which sets its `ct` fields and
    /// translates its addresses.
    fn track(&mut self, action: &Action, packet: &mut Packet);
}

/// Runs actions on `packet`; says what they did besides. No step at all drops the packet.
pub fn run(
    actions: &[Action],
    packet: &mut Packet,
    context: &Context<'_>,
    oracle: &mut dyn Oracle,
) -> Vec<Step> {
    let mut runner =
        Runner { symbols: context.symbols, context, oracle, steps: Vec::new(), stack: Vec::new() };
    runner.list(actions, packet);
    runner.steps
}

struct Runner<'a> {
    symbols: &'a SymbolTable,
    context: &'a Context<'a>,
    oracle: &'a mut dyn Oracle,
    steps: Vec<Step>,
    stack: Vec<Content>,
}

impl Runner<'_> {
    fn list(&mut self, actions: &[Action], packet: &mut Packet) {
        for action in actions {
            self.action(action, packet);
            if self.steps.last() == Some(&Step::TimeIsOver) {
                return;
            }
        }
    }

    fn next(&mut self, packet: Packet) {
        let table = self.context.table + 1;
        self.steps.push(Step::Next { packet, pipeline: self.context.pipeline, table });
    }

    fn action(&mut self, action: &Action, packet: &mut Packet) {
        match action {
            Action::Simple(simple) => self.simple(*simple, packet),
            Action::Next { pipeline, table } => {
                self.steps.push(Step::Next { packet: packet.clone(), pipeline: *pipeline, table: *table });
            }
            Action::Load { target, value } => self.load(target, value, packet),
            Action::Move { target, source } => packet.copy(self.symbols, source, target),
            Action::Exchange(left, right) => {
                let (a, b) = (packet.content(self.symbols, left), packet.content(self.symbols, right));
                packet.set_content(self.symbols, left, b);
                packet.set_content(self.symbols, right, a);
            }
            Action::Push(field) => self.stack.push(packet.content(self.symbols, field)),
            Action::Pop(field) => {
                if let Some(content) = self.stack.pop() {
                    packet.set_content(self.symbols, field, content);
                }
            }
            Action::Nest(kind, actions) => {
                let before = std::mem::take(&mut self.steps);
                self.list(actions, &mut derived(*kind, packet));
                let steps = std::mem::replace(&mut self.steps, before);
                self.steps.push(Step::Nested { kind: *kind, steps });
            }
            Action::CtCommit(_) => {
                self.oracle.track(action, packet);
                self.steps.push(Step::Effect(action.clone()));
            }
            // The packet goes on tracked in the next table, the actions behind see it as it was.
            Action::CtNext(_) | Action::CtCommitToZone { .. } | Action::CtNat(_) | Action::CtLb(_) => {
                let mut tracked = packet.clone();
                self.oracle.track(action, &mut tracked);
                self.next(tracked);
            }
            Action::Select(select) => {
                let chosen = self.oracle.choose(action, packet);
                let mut copy = packet.clone();
                if let Some((value, _)) = select.members.get(chosen) {
                    copy.set_content(self.symbols, &select.target, Content::Number((*value).into()));
                }
                self.next(copy);
            }
            Action::ForwardGroup { ports, .. } => {
                let chosen = self.oracle.choose(action, packet);
                let mut copy = packet.clone();
                if let Some(port) = ports.get(chosen) {
                    copy.set_port(logical_field::OUTPORT, Some(port.clone()));
                    self.steps.push(Step::Output(copy));
                }
            }
            Action::Mirror(port) => {
                let mut copy = packet.clone();
                copy.set_port(logical_field::OUTPORT, Some(port.clone()));
                self.steps.push(Step::Output(copy));
            }
            _ => self.outside(action, packet),
        }
    }

    /// Actions whose answer or effect is outside of the packet.
    fn outside(&mut self, action: &Action, packet: &mut Packet) {
        match action {
            Action::GetNeighbour { .. } => {
                let mac = self.oracle.look_up(action, packet);
                packet.set_number(Field::ETH_DST, mac);
            }
            Action::LookupNeighbour { target, .. }
            | Action::LookupFdb { target, .. }
            | Action::GetFdb { target, .. }
            | Action::Lookup { target, .. }
            | Action::CheckPacketLarger { target, .. }
            | Action::PutDhcp(target, _)
            | Action::PutDhcpv6(target, _)
            | Action::PutRouterAdvertisement(target, _)
            | Action::DhcpRelay { target, .. } => {
                let answer = self.oracle.look_up(action, packet);
                if !self.symbols.get(target.symbol).is_string() {
                    packet.set_content(self.symbols, target, Content::Number(answer));
                }
            }
            effect => self.steps.push(Step::Effect(effect.clone())),
        }
    }

    fn simple(&mut self, simple: Simple, packet: &mut Packet) {
        match simple {
            Simple::Output => self.steps.push(Step::Output(packet.clone())),
            Simple::DecrementTtl => match packet.number(Field::IP_TTL) {
                0 | 1 => self.steps.push(Step::TimeIsOver),
                ttl => packet.set_number(Field::IP_TTL, ttl - 1),
            },
            Simple::CtClear => {
                for field in [Field::CT_STATE, Field::CT_MARK, Field::CT_LABEL, Field::CT_ZONE] {
                    packet.set_number(field, 0);
                }
            }
            other => self.steps.push(Step::Effect(Action::Simple(other))),
        }
    }

    fn load(&mut self, target: &FieldRef, value: &Constant, packet: &mut Packet) {
        match value {
            Constant::Text(port) => {
                let port: Arc<str> = port.clone();
                packet.set_content(self.symbols, target, Content::Port(Some(port)));
            }
            Constant::Number(number) => {
                let Some(bits) = self.symbols.resolve(target) else {
                    let (target, value) = (*target, value.clone());
                    return self.steps.push(Step::Effect(Action::Load { target, value }));
                };
                let mask = number.mask.unwrap_or(Subfield::new(bits.field, 0, bits.bits).mask());
                let kept = packet.bits(bits) & !mask;
                packet.set_bits(bits, kept | (number.value & mask));
            }
            // The parser takes no sets here.
            Constant::AddressSet(_) | Constant::PortGroup(_) => {}
        }
    }
}
