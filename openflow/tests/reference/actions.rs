//! Random actions that go with what a flow matches.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use weft_openflow::{
    Action, Actions, Bundle, BundleAlgorithm, ConnectionTracking, Controller, Encapsulation,
    EncapsulationProperty, Field, HashFields, Learn, LearnSource, LearnSpec, LearnTarget, Match, Multipath,
    MultipathAlgorithm, Nat, NatAlgorithm, NatDirection, NatRange, OlderSet, PACKET_TYPE_OF_NEXT_HEADER,
    Port, Sample, Source, Subfield, Zone,
};

use crate::matches::{Kind, mask, value};
use crate::random::Random;

/// What actions can be about.
pub(crate) struct Possible<'a> {
    pub(crate) kind: Kind,
    pub(crate) matches: &'a Match,
    pub(crate) table: u8,
}

impl Possible<'_> {
    fn fields(&self, suitable: impl Fn(Field) -> bool) -> Vec<Field> {
        let numbered = |field: &Field| !field.has_variable_length() || *field == Field::tun_metadata(3);
        Field::all()
            .filter(|&field| !field.info().codes.is_empty() && self.matches.has_prerequisites_of(field))
            .filter(|field| numbered(field) && suitable(*field))
            .collect()
    }

    fn subfield(&self, random: &mut Random, writable: bool, bits: Option<u32>) -> Subfield {
        let of_connection = |field| [Field::CT_MARK, Field::CT_LABEL].contains(&field);
        let fields = self.fields(|field| {
            (!writable || (field.info().writable && !of_connection(field)))
                && bits.is_none_or(|bits| bits <= field.bits())
                && field != Field::IN_PORT_OXM
                && !field.has_variable_length()
        });
        let field = *random.pick(&fields);
        let width = bits.unwrap_or_else(|| match random.below(2) {
            0 => field.bits(),
            _ => 1 + random.below(u64::from(field.bits())) as u32,
        });
        let offset = random.below(u64::from(field.bits() - width) + 1) as u32;
        Subfield::new(field, offset, width)
    }

    /// A subfield whose field has a header of four bytes.
    fn short_subfield(&self, random: &mut Random, writable: bool, bits: Option<u32>) -> Subfield {
        loop {
            let found = self.subfield(random, writable, bits);
            if found.field.info().code(0).is_some_and(|code| code.experimenter == 0) {
                return found;
            }
        }
    }
}

fn port(random: &mut Random) -> Port {
    match random.below(4) {
        0 => *random.pick(&[Port::IN_PORT, Port::LOCAL, Port::NORMAL, Port::FLOOD, Port::ALL, Port::TABLE]),
        _ => Port(1 + random.below(0xfefe) as u16),
    }
}

fn output(random: &mut Random, possible: &Possible<'_>) -> Action {
    match random.below(9) {
        0 => Action::Output { port: Port::CONTROLLER, max_len: random.number(16) as u16 },
        1 => Action::OutputField { source: possible.subfield(random, false, Some(16)), max_len: 0xffff },
        2 => Action::OutputTruncated {
            port: Port(1 + random.below(1000) as u16),
            max_len: 14 + random.below(9000) as u32,
        },
        3 => Action::Group(random.number(32) as u32),
        4 => Action::SetQueue(random.number(32) as u32),
        5 => Action::PopQueue,
        6 => {
            let in_port = Port(1 + random.below(0xfefe) as u16);
            Action::Resubmit { in_port, table: random.number(8) as u8, original_tuple: false }
        }
        7 => Action::Resubmit {
            in_port: Port::IN_PORT,
            table: random.below(255) as u8,
            original_tuple: possible.matches.has_prerequisites_of(Field::CT_NW_PROTO) && random.once_in(2),
        },
        _ => Action::Output { port: port(random), max_len: 0 },
    }
}

fn controller(random: &mut Random) -> Action {
    let controller = Controller {
        max_len: random.number(16) as u16,
        controller_id: 1 + random.below(9) as u16,
        reason: random.below(6) as u8,
        userdata: (0..random.below(12)).map(|_| random.next() as u8).collect(),
        pause: random.once_in(2),
        meter: random.once_in(3).then(|| 1 + random.below(9) as u32),
    };
    Action::Controller(controller)
}

fn set(random: &mut Random, possible: &Possible<'_>) -> Action {
    let untagged = !possible.kind.tagged;
    let no_set = [Field::IN_PORT_OXM, Field::CT_MARK, Field::CT_LABEL, Field::VLAN_TCI];
    let fields = possible.fields(|field| {
        field.info().writable && !no_set.contains(&field) && !(untagged && field == Field::VLAN_VID)
    });
    let field = *random.pick(&fields);
    let info = field.info();
    let mut found = value(random, field, info);
    if field.has_variable_length() {
        found &= 0xffff_ffff;
    }
    let whole = info.whole_mask();
    let masked =
        info.maskable && !field.has_variable_length() && info.bits == 8 * info.bytes && random.once_in(3);
    let mask = if masked { mask(random, info) } else { whole };
    let (found, mask) = match field {
        Field::IP_DSCP => (found & 0xfc, whole),
        Field::VLAN_VID => (found | 0x1000, whole),
        _ => (found, mask),
    };
    Action::SetField { field, value: found & mask, mask }
}

fn load(random: &mut Random, possible: &Possible<'_>) -> Action {
    let mut target = possible.subfield(random, true, None);
    // Wider ones are written as several.
    while target.bits > 64
        || [
            Field::VLAN_TCI,
            Field::VLAN_VID,
            Field::IN_PORT_OXM,
            Field::NSH_TTL,
            Field::ARP_OP,
            Field::IP_DSCP,
        ]
        .contains(&target.field)
    {
        target = possible.subfield(random, true, None);
    }
    Action::Load { target, value: random.number(target.bits) }
}

fn copied(random: &mut Random, possible: &Possible<'_>) -> Action {
    let target = possible.subfield(random, true, None);
    let source = possible.subfield(random, false, Some(target.bits));
    match random.below(4) {
        0 => Action::Push(source),
        1 => Action::Pop(target),
        _ => Action::Move { source, target },
    }
}

fn older(random: &mut Random, possible: &Possible<'_>) -> Action {
    let kind = possible.kind;
    let ip = matches!(kind.ethernet_type, Some(0x800 | 0x86dd));
    let mut sets = vec![
        OlderSet::PushVlanId,
        OlderSet::PushVlanPriority,
        OlderSet::EthernetSource,
        OlderSet::EthernetDestination,
        OlderSet::TunnelId,
        OlderSet::TunnelId64,
    ];
    if kind.tagged {
        sets.extend([OlderSet::VlanId, OlderSet::VlanPriority]);
    }
    if ip {
        sets.extend([OlderSet::TypeOfService, OlderSet::CongestionNotification, OlderSet::TimeToLive]);
    }
    if kind.ethernet_type == Some(0x800) {
        sets.extend([OlderSet::Ipv4Source, OlderSet::Ipv4Destination]);
    }
    if ip && matches!(kind.protocol, Some(6 | 17 | 132)) {
        sets.extend([OlderSet::TransportSource, OlderSet::TransportDestination]);
    }
    if matches!(kind.ethernet_type, Some(0x8847 | 0x8848)) {
        sets.extend([OlderSet::MplsLabel, OlderSet::MplsTrafficClass, OlderSet::MplsTimeToLive]);
    }
    let set = *random.pick(&sets);
    let mut value = random.number(64) as u64;
    while !set.takes(value) {
        value = if set == OlderSet::TypeOfService { value >> 1 & 0xfc } else { value >> 1 };
    }
    Action::Older(set, value)
}

fn address(random: &mut Random, v6: bool) -> IpAddr {
    match v6 {
        true => Ipv6Addr::from(random.number(128) | 1).into(),
        false => Ipv4Addr::from(random.number(32) as u32 | 1).into(),
    }
}

fn nat(random: &mut Random, v6: bool) -> Nat {
    if random.once_in(3) {
        return Nat::default();
    }
    let direction = Some(*random.pick(&[NatDirection::Source, NatDirection::Destination]));
    if random.once_in(4) {
        return Nat { direction, ..Nat::default() };
    }
    let (one, other) = (address(random, v6), address(random, v6));
    let ports = [1 + random.below(65535) as u16, 1 + random.below(65535) as u16];
    let range = NatRange {
        first: one.min(other),
        last: Some(one.max(other)).filter(|last| *last != one.min(other) && random.once_in(2)),
        first_port: if random.once_in(2) { ports[0].min(ports[1]) } else { 0 },
        last_port: 0,
    };
    let ends = range.first_port != 0 && ports[0] != ports[1] && random.once_in(2);
    Nat {
        direction,
        range: Some(NatRange { last_port: if ends { ports[0].max(ports[1]) } else { 0 }, ..range }),
        algorithm: *random.pick(&[NatAlgorithm::Unspecified, NatAlgorithm::Hash, NatAlgorithm::Random]),
        persistent: random.once_in(2),
    }
}

fn ct(random: &mut Random, possible: &Possible<'_>) -> Action {
    const INVALID: u128 = 0x10;
    let invalid = possible.matches.get(Field::CT_STATE).is_some_and(|(state, _)| state & INVALID != 0);
    let commit = !invalid && random.once_in(2);
    let v6 = possible.kind.ethernet_type == Some(0x86dd);
    let mut actions = Actions::new();
    if random.once_in(2) {
        actions.push(Action::Nat(if commit { nat(random, v6) } else { Nat::default() }));
    }
    if commit && random.once_in(2) {
        let field = *random.pick(&[Field::CT_MARK, Field::CT_LABEL]);
        let mask = if random.once_in(2) { random.mask(field.bits()) } else { field.info().whole_mask() };
        actions.push(Action::SetField { field, value: random.number(field.bits()) & mask, mask });
        let target = Subfield::new(Field::CT_LABEL, 32, 32);
        let source = Subfield::whole(Field::reg(3));
        actions.extend(random.once_in(2).then_some(Action::Move { source, target }));
    }
    Action::Ct(ConnectionTracking {
        commit,
        force: commit && random.once_in(3),
        table: random.once_in(2).then(|| random.below(255) as u8),
        zone: match random.below(3) {
            0 => Zone::Field(possible.short_subfield(random, false, Some(16))),
            _ => Zone::Number(random.number(16) as u16),
        },
        helper: match possible.kind.protocol {
            Some(6) if random.once_in(3) => 21,
            Some(17) if random.once_in(3) => 69,
            _ => 0,
        },
        actions,
    })
}

fn learn(random: &mut Random, possible: &Possible<'_>) -> Action {
    let mut seconds = || if random.once_in(3) { random.number(16) as u16 } else { 0 };
    let [idle_timeout_s, hard_timeout_s, fin_idle_timeout_s, fin_hard_timeout_s] =
        [seconds(), seconds(), seconds(), seconds()];
    let mut specs = Vec::new();
    for _ in 0..random.below(4) {
        let matched = |bits| Subfield::new(Field::reg(7), 0, bits);
        let source = possible.short_subfield(random, false, None);
        let bits = source.bits.min(32);
        let source = Subfield { bits, ..source };
        specs.push(match random.below(6) {
            0 => LearnSpec {
                source: LearnSource::Value(random.number(64)),
                target: LearnTarget::Match(Subfield::whole(Field::METADATA)),
            },
            1 => LearnSpec {
                source: LearnSource::Value(random.number(9)),
                target: LearnTarget::Match(Subfield::new(Field::reg(8), 3, 9)),
            },
            2 => LearnSpec { source: LearnSource::Field(source), target: LearnTarget::Match(matched(bits)) },
            3 => LearnSpec {
                source: LearnSource::Value(random.number(48)),
                target: LearnTarget::Load(Subfield::whole(Field::ETH_DST)),
            },
            4 => LearnSpec { source: LearnSource::Field(source), target: LearnTarget::Load(matched(bits)) },
            _ => LearnSpec { source: LearnSource::Field(source), target: LearnTarget::Output(bits) },
        });
    }
    Action::Learn(Box::new(Learn {
        idle_timeout_s,
        hard_timeout_s,
        fin_idle_timeout_s,
        fin_hard_timeout_s,
        priority: if random.once_in(2) { 0x8000 } else { random.number(16) as u16 },
        cookie: if random.once_in(2) { 0 } else { random.number(64) as u64 },
        table: random.below(255) as u8,
        send_flow_removed: random.once_in(3),
        delete_learned: random.once_in(3),
        limit: if random.once_in(3) { random.below(1000) as u32 } else { 0 },
        result: random.once_in(3).then(|| possible.subfield(random, true, Some(1))),
        specs,
    }))
}

fn hash_fields(random: &mut Random) -> HashFields {
    HashFields::from_wire(random.below(7) as u16).expect("there are seven")
}

fn spread(random: &mut Random, possible: &Possible<'_>) -> Action {
    let (fields, basis) = (hash_fields(random), random.number(16) as u16);
    if random.once_in(2) {
        let target = possible.short_subfield(random, true, None);
        let target = Subfield { bits: target.bits.min(64), ..target };
        let most = if target.bits >= 16 { 0x1_0000 } else { 1 << target.bits };
        return Action::Multipath(Multipath {
            fields,
            basis,
            algorithm: MultipathAlgorithm::from_wire(random.below(4) as u16).expect("there are four"),
            max_link: random.below(most) as u16,
            argument: random.below(1 << 31) as u32,
            target,
        });
    }
    let wide = random.once_in(2).then(|| {
        loop {
            let target = possible.short_subfield(random, true, None);
            if target.bits >= 16 && target.bits <= 64 {
                break target;
            }
        }
    });
    let algorithm = *random.pick(&[BundleAlgorithm::ActiveBackup, BundleAlgorithm::HighestRandomWeight]);
    let members = (0..random.below(5)).map(|_| Port(1 + random.below(1000) as u16)).collect();
    Action::Bundle(Box::new(Bundle { fields, basis, algorithm, target: wide, members }))
}

fn sample(random: &mut Random, possible: &Possible<'_>) -> Action {
    let mut source = || match random.below(3) {
        0 => Source::Field({
            let found = possible.short_subfield(random, false, None);
            Subfield { bits: found.bits.min(32), ..found }
        }),
        _ => Source::Number(random.number(32) as u32),
    };
    let (domain, point) = (source(), source());
    Action::Sample(Sample {
        probability: 1 + random.below(65535) as u16,
        collector_set: random.number(32) as u32,
        domain,
        point,
        port: if random.once_in(2) { Port::NONE } else { Port(1 + random.below(1000) as u16) },
        direction: random.below(3) as u8,
    })
}

/// An action that leaves what the packet is as it is.
fn action(random: &mut Random, possible: &Possible<'_>, depth: u32) -> Action {
    let ip = matches!(possible.kind.ethernet_type, Some(0x800 | 0x86dd));
    let mpls = matches!(possible.kind.ethernet_type, Some(0x8847 | 0x8848));
    loop {
        return match random.below(22) {
            0..4 => output(random, possible),
            4 => controller(random),
            5..8 => set(random, possible),
            8..10 => load(random, possible),
            10 | 11 => copied(random, possible),
            12 | 13 => older(random, possible),
            14 if ip => ct(random, possible),
            15 => learn(random, possible),
            16 => spread(random, possible),
            17 => sample(random, possible),
            18 if depth < 3 => {
                Action::Clone((0..random.below(3)).map(|_| action(random, possible, depth + 1)).collect())
            }
            19 => match random.below(6) {
                0 => Action::CtClear,
                1 => Action::Exit,
                2 => Action::Note((0..random.below(20)).map(|_| random.next() as u8).collect()),
                3 => Action::DeleteField(Field::tun_metadata(random.below(64) as u8)),
                4 => Action::Enqueue {
                    port: Port(1 + random.below(1000) as u16),
                    queue: random.number(32) as u32,
                },
                _ => Action::CheckPacketLarger {
                    length: random.number(16) as u16,
                    target: possible.subfield(random, true, Some(1)),
                },
            },
            20 if ip && random.once_in(2) => Action::DecTtl,
            20 if ip => Action::DecTtlFor((0..=random.below(3)).map(|_| random.number(16) as u16).collect()),
            20 if mpls => Action::DecMplsTtl,
            20 if possible.kind.ethernet_type == Some(0x894f) => Action::DecNshTtl,
            21 if possible.kind.protocol == Some(6) && ip => Action::FinTimeout {
                idle_timeout_s: random.number(16) as u16,
                hard_timeout_s: random.number(16) as u16,
            },
            _ => continue,
        };
    }
}

/// Actions after which the packet is something else; they come last.
fn header_change(random: &mut Random, possible: &Possible<'_>) -> Actions {
    match random.below(6) {
        0 => vec![Action::PushVlan(*random.pick(&[0x8100, 0x88a8])), Action::Older(OlderSet::VlanId, 5)],
        1 if possible.kind.tagged => vec![Action::PopVlan],
        1 if random.once_in(2) => vec![Action::PushVlan(0x8100), Action::PopVlan],
        2 => vec![Action::PushMpls(*random.pick(&[0x8847, 0x8848])), Action::Older(OlderSet::MplsLabel, 99)],
        3 if matches!(possible.kind.ethernet_type, Some(0x8847 | 0x8848)) => vec![Action::PopMpls(0x800)],
        4 => {
            let data = (0..1 + random.below(12)).map(|_| random.next() as u8 | 0x10).collect();
            let properties = vec![
                EncapsulationProperty::NshMetadataType(1 + random.below(2) as u8),
                EncapsulationProperty::NshMetadata { class: random.number(16) as u16, kind: 7, data },
            ];
            let nsh = Encapsulation { packet_type: 0x1_894f, header_length: 0, properties };
            let packet_type = *random.pick(&[0, 0x1_8847, 0x1_8848]);
            let ethernet = Encapsulation { packet_type, header_length: 0, properties: Vec::new() };
            vec![Action::Encap(Box::new(if random.once_in(2) { nsh } else { ethernet }))]
        }
        5 => vec![Action::Decap(*random.pick(&[PACKET_TYPE_OF_NEXT_HEADER, 0x1_0800, 0, 0x4_0012]))],
        _ => Actions::new(),
    }
}

/// What can be in the action set.
fn written(random: &mut Random, possible: &Possible<'_>) -> Actions {
    (0..random.below(3))
        .map(|_| match random.below(4) {
            0 => set(random, possible),
            1 => Action::Group(random.number(32) as u32),
            2 => Action::SetQueue(random.number(32) as u32),
            _ => Action::Output { port: port(random), max_len: 0 },
        })
        .collect()
}

/// Random actions and instructions of a flow.
pub(crate) fn random_actions(random: &mut Random, possible: &Possible<'_>) -> Actions {
    if random.once_in(20) {
        let clauses = 2 + random.below(63) as u8;
        let clause = random.below(u64::from(clauses)) as u8;
        return vec![Action::Conjunction { id: random.number(32) as u32, clause, clauses }];
    }
    let mut found = Actions::new();
    if random.once_in(12) {
        found.push(Action::Meter(1 + random.below(1000) as u32));
    }
    found.extend((0..random.below(6)).map(|_| action(random, possible, 0)).collect::<Vec<_>>());
    let same_packet = !random.once_in(6);
    if !same_packet {
        found.extend(header_change(random, possible));
    }
    if random.once_in(12) {
        found.push(Action::ClearActions);
    }
    if random.once_in(12) && same_packet {
        let actions = written(random, possible);
        found.extend((!actions.is_empty()).then_some(Action::WriteActions(actions)));
    }
    if random.once_in(12) {
        let mask = if random.once_in(2) { u64::MAX } else { random.number(64) as u64 };
        found.push(Action::WriteMetadata { metadata: random.number(64) as u64, mask });
    }
    if random.once_in(6) && possible.table < 254 {
        let next = possible.table + 1 + random.below(u64::from(254 - possible.table)) as u8;
        found.push(Action::GotoTable(next));
    }
    found
}
