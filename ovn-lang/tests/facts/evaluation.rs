//! What actions do to packets.

use weft_openflow::Field;
use weft_ovn_lang::action::{self, Action, Context, LookupKind, Options, Pipeline};
use weft_ovn_lang::evaluate::{Oracle, Packet, Step, holds, run};
use weft_ovn_lang::expr::{compile, parse};
use weft_ovn_lang::symbol::{SymbolTable, logical_field};

use crate::world::World;

/// Knows one neighbour, tracks everything as established, and chooses the first.
struct Knowing;

impl Oracle for Knowing {
    fn look_up(&mut self, action: &Action, _: &mut Packet) -> u128 {
        match action {
            Action::GetNeighbour { .. } => 0x0a0a,
            Action::Lookup { kind: LookupKind::CtNwDst, .. } => 0x0a00_0001,
            _ => 1,
        }
    }

    fn choose(&mut self, _: &Action, _: &Packet) -> usize {
        0
    }

    fn track(&mut self, _: &Action, packet: &mut Packet) {
        packet.set_number(Field::CT_STATE, 0x22);
    }
}

fn packet() -> Packet {
    let mut packet = Packet::default();
    for (field, value) in [
        (Field::ETH_SRC, 0x01),
        (Field::ETH_DST, 0x02),
        (Field::ETH_TYPE, 0x800),
        (Field::IPV4_SRC, 0x0a00_0001),
        (Field::IPV4_DST, 0x0a00_0002),
        (Field::IP_PROTO, 6),
        (Field::IP_TTL, 64),
        (Field::TCP_SRC, 1000),
        (Field::TCP_DST, 80),
    ] {
        packet.set_number(field, value);
    }
    packet.set_port(logical_field::INPORT, Some("eth0".into()));
    packet
}

fn after(actions: &str) -> (Packet, Vec<Step>) {
    let context = Context {
        symbols: SymbolTable::ovn(),
        options: Options::ovn(),
        pipeline: Pipeline::Ingress,
        table: 10,
    };
    let parsed = action::parse(actions, &context).expect(actions);
    let mut packet = packet();
    let steps = run(&parsed.actions, &mut packet, &context, &mut Knowing);
    (packet, steps)
}

#[test]
fn matches_hold_for_packets_with_their_prerequisites() {
    let (table, world) = (SymbolTable::ovn(), World::of_vectors());
    for (text, expected) in [
        ("tcp.dst == 80", true),
        ("udp.dst == 80", false),
        ("ip4.src == $set1 && inport == \"eth0\"", true),
        ("ip4.dst != $set1", false),
        ("ip4.src == 10.0.0.0/8 && 1 < tcp.dst < 100", true),
        ("inport == @pg1", false),
        ("ip6 || is_chassis_resident(\"eth1\")", true),
        ("ct.est", false),
    ] {
        let expr = parse(text, table).expect(text);
        assert_eq!(holds(&expr, &packet(), table, &world), Ok(expected), "{text}");
        assert!(compile(&expr, table, &world).is_ok());
    }
}

#[test]
fn assignments_change_bits_and_ports() {
    let (packet, steps) = after(
        "reg0[4..7] = 5; xxreg0[0..3] = 3; outport = inport; inport = \"\"; eth.src <-> eth.dst; \
         push(ip4.src); pop(reg1); ip.ttl--; reg2 = ct_nw_dst();",
    );
    assert_eq!(packet.number(Field::xxreg(0)), 5 << 100 | 0x0a00_0001 << 64 | 0x0a00_0001 << 32 | 3);
    assert_eq!(packet.port(logical_field::OUTPORT).map(|p| &**p), Some("eth0"));
    assert_eq!(packet.port(logical_field::INPORT), None);
    assert_eq!((packet.number(Field::ETH_SRC), packet.number(Field::ETH_DST)), (2, 1));
    assert_eq!(packet.number(Field::IP_TTL), 63);
    assert_eq!(steps, []);
}

#[test]
fn packets_go_on_as_they_were_when_they_left() {
    let (_, steps) = after("ct_next; reg1 = 1; next; output;");
    let [Step::Next { packet: tracked, table: 11, .. }, Step::Next { packet: plain, .. }, Step::Output(_)] =
        steps.as_slice()
    else {
        panic!("{steps:?}")
    };
    assert_eq!((tracked.number(Field::CT_STATE), plain.number(Field::CT_STATE)), (0x22, 0));
    assert_eq!((tracked.number(Field::xxreg(0)), plain.number(Field::xxreg(0))), (0, 1 << 64));
}

#[test]
fn nested_actions_run_on_the_packet_that_is_made() {
    let (packet, steps) = after("reject { outport <-> inport; output; };");
    let [Step::Nested { steps: inside, .. }] = steps.as_slice() else { panic!("{steps:?}") };
    let [Step::Output(reset)] = inside.as_slice() else { panic!("{inside:?}") };
    assert_eq!(reset.number(Field::IPV4_DST), 0x0a00_0001);
    assert_eq!((reset.number(Field::TCP_SRC), reset.number(Field::TCP_DST)), (80, 1000));
    assert_eq!(reset.number(Field::TCP_FLAGS), 4);
    assert_eq!(reset.port(logical_field::OUTPORT).map(|p| &**p), Some("eth0"));
    assert_eq!(packet.number(Field::TCP_DST), 80);
}

#[test]
fn effects_are_told_and_dead_packets_stop() {
    let (_, steps) = after("log(verdict=drop, severity=info); set_queue(1); get_arp(outport, ip4.dst);");
    assert_eq!(steps.len(), 2);
    let (mut old, context) = (packet(), SymbolTable::ovn());
    old.set_number(Field::IP_TTL, 1);
    let context = Context { symbols: context, options: Options::ovn(), pipeline: Pipeline::Egress, table: 0 };
    let parsed = action::parse("ip.ttl--; output;", &context).expect("actions");
    assert_eq!(run(&parsed.actions, &mut old, &context, &mut Knowing), [Step::TimeIsOver]);
}
