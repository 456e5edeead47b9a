//! The encoder, and the actions that need nothing else.

use weft_openflow::{Action as Flow, Field, Port, Sample as FlowSample, Source as FlowSource, Subfield};

use super::environment::{Environment, Place};
use super::table;
use crate::action::{Action, Nested, ObservationPoint, Pipeline, Sample, Simple};
use crate::expr::{Constant, FieldRef};
use crate::symbol::{OvnField, Source, SymbolTable, logical_field};

/// Why actions have no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The field exists for OVN's controller only, which takes constants.
    #[error("{0} can be set to a constant only")]
    NoField(String),
    /// Where an answer goes overlaps the register it comes in.
    #[error("{0} overlaps the register that the answer comes in")]
    Overlap(String),
}

/// The actions of Open vSwitch for `actions`, in the place of a logical flow.
///
/// # Errors
/// [`EncodeError`]: text that OVN's northd does not write.
pub fn encode(
    actions: &[Action],
    symbols: &SymbolTable,
    place: &Place,
    environment: &mut dyn Environment,
) -> Result<Vec<Flow>, EncodeError> {
    let mut encoder = Encoder { symbols, place, environment, out: Vec::new() };
    encoder.list(actions)?;
    Ok(encoder.out)
}

pub(super) struct Encoder<'a> {
    pub(super) symbols: &'a SymbolTable,
    pub(super) place: &'a Place,
    pub(super) environment: &'a mut dyn Environment,
    pub(super) out: Vec<Flow>,
}

impl Encoder<'_> {
    fn list(&mut self, actions: &[Action]) -> Result<(), EncodeError> {
        actions.iter().try_for_each(|action| self.action(action))
    }

    /// The encoding of `actions` by themselves.
    pub(super) fn apart(&mut self, actions: &[Action]) -> Result<Vec<Flow>, EncodeError> {
        let before = std::mem::take(&mut self.out);
        let done = self.list(actions);
        let inside = std::mem::replace(&mut self.out, before);
        done.map(|()| inside)
    }

    /// The bits that a field of an action stands for.
    pub(super) fn bits(&self, field: &FieldRef) -> Result<Subfield, EncodeError> {
        let none = || EncodeError::NoField(self.symbols.get(field.symbol).name.clone());
        self.symbols.resolve(field).ok_or_else(none)
    }

    pub(super) fn resubmit(&mut self, table: u8) {
        self.out.push(Flow::Resubmit { in_port: Port::IN_PORT, table, original_tuple: false });
    }

    /// Sets bits of a field.
    pub(super) fn set(&mut self, bits: Subfield, value: u128) {
        let mask = bits.mask();
        self.out.push(Flow::SetField { field: bits.field, value: (value << bits.offset) & mask, mask });
    }

    /// The OpenFlow table of a table of a pipeline.
    pub(super) fn table(&self, pipeline: Pipeline, table: u8) -> u8 {
        table + if pipeline == Pipeline::Ingress { table::INGRESS } else { table::EGRESS }
    }

    /// The OpenFlow table behind this one.
    pub(super) fn next_table(&self) -> u8 {
        self.table(self.place.pipeline, self.place.table) + 1
    }

    fn action(&mut self, action: &Action) -> Result<(), EncodeError> {
        match action {
            Action::Simple(simple) => self.simple(*simple),
            Action::Next { pipeline, table } => self.resubmit(self.table(*pipeline, *table)),
            Action::Load { target, value } => self.load(target, value)?,
            Action::Move { target, source } => {
                let (source, target) = (self.bits(source)?, self.bits(target)?);
                self.out.push(Flow::Move { source, target });
            }
            Action::Exchange(left, right) => {
                let (left, right) = (self.bits(left)?, self.bits(right)?);
                self.out.extend([Flow::Push(right), Flow::Push(left), Flow::Pop(right), Flow::Pop(left)]);
            }
            Action::Push(field) => {
                let bits = self.bits(field)?;
                self.out.push(Flow::Push(bits));
            }
            Action::Pop(field) => {
                let bits = self.bits(field)?;
                self.out.push(Flow::Pop(bits));
            }
            Action::Nest(Nested::Clone, actions) => {
                let inside = self.apart(actions)?;
                self.out.push(Flow::Clone(inside));
            }
            Action::SetQueue(queue) => self.out.push(Flow::SetQueue(*queue)),
            Action::SetMeter { rate_kbps, burst_kbps } => self.set_meter(*rate_kbps, *burst_kbps),
            Action::CheckPacketLarger { target, length } => {
                let target = self.bits(target)?;
                self.out.push(Flow::CheckPacketLarger { length: *length as u16, target });
            }
            Action::Sample(sample) => self.sample(sample)?,
            Action::Mirror(port) => self.mirror(port),
            Action::CtNext(_)
            | Action::CtCommit(_)
            | Action::CtCommitToZone { .. }
            | Action::CtNat(_)
            | Action::CtLb(_)
            | Action::Select(_)
            | Action::ForwardGroup { .. } => self.connection(action)?,
            Action::CommitEcmpNextHop { ipv6, protocol } => self.commit_ecmp_next_hop(*ipv6, *protocol),
            Action::CommitLbAffinity(affinity) => self.commit_lb_affinity(affinity),
            Action::GetNeighbour { .. }
            | Action::LookupNeighbour { .. }
            | Action::GetFdb { .. }
            | Action::LookupFdb { .. }
            | Action::Lookup { .. } => self.lookup(action)?,
            other => self.controller(other)?,
        }
        Ok(())
    }

    fn simple(&mut self, simple: Simple) {
        match simple {
            Simple::Output => self.resubmit(self.place.output_table),
            // No controller hears of packets that come to their end.
            Simple::DecrementTtl => self.out.push(Flow::DecTtlFor(Vec::new())),
            Simple::CtClear => self.out.push(Flow::CtClear),
            Simple::CtSnatToVip => self.resubmit(table::CT_SNAT_HAIRPIN),
            Simple::MacCacheUse => self.resubmit(table::MAC_CACHE_USE),
            Simple::FloodRemote => self.resubmit(table::FLOOD_REMOTE),
            Simple::Igmp | Simple::HandleDhcpv6Reply | Simple::HandleBfdMessage => {
                self.simple_controller(simple);
            }
        }
    }

    /// A port that there is not has key 0.
    fn load(&mut self, target: &FieldRef, value: &Constant) -> Result<(), EncodeError> {
        if let (Source::Ovn(field), Constant::Number(number)) =
            (&self.symbols.get(target.symbol).source, value)
        {
            self.note(*field, number.value);
            return Ok(());
        }
        let bits = self.bits(target)?;
        match value {
            Constant::Number(number) => {
                let mask = number.mask.map_or(bits.mask(), |mask| (mask << bits.offset) & bits.mask());
                let value = (number.value << bits.offset) & mask;
                self.out.push(Flow::SetField { field: bits.field, value, mask });
            }
            Constant::Text(port) => {
                let key = self.environment.port_key(port).unwrap_or(0);
                self.set(bits, key.into());
            }
            // The parser takes no sets here.
            Constant::AddressSet(_) | Constant::PortGroup(_) => {}
        }
        Ok(())
    }

    /// A field of OVN's own goes to the controller as a note.
    fn note(&mut self, field: OvnField, value: u128) {
        let mut bytes = b"ovn\0".to_vec();
        match field {
            OvnField::Icmp4FragMtu => {
                bytes.extend([0, 0, 0, 0]);
                bytes.extend((value as u16).to_be_bytes());
            }
            OvnField::Icmp6FragMtu => {
                bytes.extend([0, 1, 0, 0]);
                bytes.extend((value as u32).to_be_bytes());
            }
        }
        self.out.push(Flow::Note(bytes));
    }

    /// The meter's name tells all about it; the flow's UUID keeps meters of flows apart.
    fn set_meter(&mut self, rate_kbps: u64, burst_kbps: u64) {
        let uuid = hyphenated(self.place.uuid);
        let text = match burst_kbps {
            0 => format!("__string: uuid {uuid} kbps stats bands=type=drop rate={rate_kbps}"),
            burst => format!(
                "__string: uuid {uuid} kbps burst stats bands=type=drop rate={rate_kbps} burst_size={burst}"
            ),
        };
        if let Some(id) = self.environment.meter(&text) {
            self.out.push(Flow::Meter(id));
        }
    }

    fn sample(&mut self, sample: &Sample) -> Result<(), EncodeError> {
        if !self.environment.has_collector_set(sample.collector_set) {
            return Ok(());
        }
        let domain = u32::from(sample.domain) << 24 | (self.place.datapath_key & 0xff_ffff);
        let point = match &sample.point {
            ObservationPoint::Number(number) => FlowSource::Number(*number),
            ObservationPoint::Cookie => FlowSource::Number((self.place.uuid >> 96) as u32),
            ObservationPoint::Field(field) => FlowSource::Field(self.bits(field)?),
        };
        self.out.push(Flow::Sample(FlowSample {
            probability: sample.probability,
            collector_set: sample.collector_set,
            domain: FlowSource::Number(domain),
            point,
            port: Port::NONE,
            direction: 0,
        }));
        Ok(())
    }

    /// The copy forgets where it came in, or it could not leave there.
    fn mirror(&mut self, port: &str) {
        let Some(key) = self.environment.port_key(port) else { return };
        let before = std::mem::take(&mut self.out);
        self.set(Subfield::whole(Field::IN_PORT), Port::NONE.0.into());
        self.set(Subfield::whole(logical_field::OUTPORT), key.into());
        self.resubmit(table::REMOTE_OUTPUT);
        let inside = std::mem::replace(&mut self.out, before);
        self.out.push(Flow::Clone(inside));
    }
}

fn hyphenated(uuid: u128) -> String {
    let hex = format!("{uuid:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
