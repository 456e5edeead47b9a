//! Any matches and actions that mean the same in all versions.

use proptest::prelude::*;
use weft_openflow::{
    Action, Actions, ConnectionTracking, Controller, Field, Flow, Match, Port, Subfield, Zone, low_bits,
};

/// A match on registers and metadata, and on what some kinds of packets have.
pub(crate) fn any_match() -> impl Strategy<Value = Match> {
    any_packet().prop_flat_map(any_match_with)
}

/// `packet`, and registers and metadata.
pub(crate) fn any_match_with(packet: Match) -> impl Strategy<Value = Match> {
    let register = (0u8..16, any::<u32>(), 1u32..);
    let registers = prop::collection::vec(register, 0..4);
    (registers, prop::option::of((any::<u64>(), 1u64..)), prop::option::of(1u16..100)).prop_map(
        move |(registers, metadata, port)| {
            let mut matching = packet.clone();
            for (n, value, mask) in registers {
                let mask = u128::from(mask);
                matching.set(Field::reg(n), u128::from(value) & mask, mask);
            }
            if let Some((value, mask)) = metadata {
                matching.set(Field::METADATA, u128::from(value & mask), mask.into());
            }
            if let Some(port) = port {
                matching.set_exact(Field::IN_PORT, port.into());
            }
            matching
        },
    )
}

fn any_packet() -> impl Strategy<Value = Match> {
    let of = |fields: &[(Field, u128)]| {
        let mut matching = Match::any();
        fields.iter().for_each(|(field, value)| matching.set_exact(*field, *value));
        matching
    };
    prop_oneof![
        Just(Match::any()),
        any::<u64>().prop_map(move |a| of(&[(Field::ETH_DST, u128::from(a) & low_bits(48))])),
        (any::<u32>(), any::<u16>()).prop_map(move |(address, port)| of(&[
            (Field::ETH_TYPE, 0x800),
            (Field::IP_PROTO, 6),
            (Field::IPV4_DST, address.into()),
            (Field::TCP_DST, port.into()),
        ])),
        any::<u128>().prop_map(move |address| of(&[(Field::ETH_TYPE, 0x86dd), (Field::IPV6_SRC, address)])),
        any::<u16>().prop_map(move |operation| of(&[
            (Field::ETH_TYPE, 0x806),
            (Field::ARP_OP, u128::from(operation & 0xff)),
        ])),
    ]
}

/// A flow with neither flags nor importance, whose actions go with its match.
pub(crate) fn any_flow() -> impl Strategy<Value = Flow> {
    (any_match(), any_actions(), any::<(u8, u16, u64, u16, u16)>()).prop_map(
        |(matches, mut actions, (table, priority, cookie, idle_timeout_s, hard_timeout_s))| {
            let ethernet_type = matches.get(Field::ETH_TYPE).map(|(value, _)| value);
            let is_ip = matches!(ethernet_type, Some(0x800 | 0x86dd));
            actions.retain(|action| is_ip || !matches!(action, Action::Ct(_)));
            let numbers = Flow { table, priority, cookie, idle_timeout_s, hard_timeout_s, ..Flow::default() };
            Flow { matches, actions, ..numbers }
        },
    )
}

pub(crate) fn any_actions() -> impl Strategy<Value = Actions> {
    prop::collection::vec(any_action(), 0..5)
}

fn any_action() -> impl Strategy<Value = Action> {
    let ct = ConnectionTracking {
        commit: true,
        force: false,
        table: Some(7),
        zone: Zone::Field(Subfield::new(Field::reg(13), 0, 16)),
        helper: 0,
        actions: Vec::new(),
    };
    prop_oneof![
        (1u16..0xff00).prop_map(|port| Action::Output { port: Port(port), max_len: 0 }),
        any::<u16>().prop_map(|max_len| Action::Output { port: Port::CONTROLLER, max_len }),
        (0u32..0xffff_ff00).prop_map(Action::Group),
        (0u8..16, any::<u32>()).prop_map(|(n, value)| Action::SetField {
            field: Field::reg(n),
            value: value.into(),
            mask: low_bits(32),
        }),
        any::<u8>().prop_map(|table| Action::Resubmit {
            in_port: Port::IN_PORT,
            table,
            original_tuple: false,
        }),
        Just(Action::Ct(ct)),
        Just(Action::CtClear),
        prop::collection::vec(any::<u8>(), 1..20)
            .prop_map(|userdata| Action::Controller(Controller { userdata, ..Controller::default() })),
    ]
}
