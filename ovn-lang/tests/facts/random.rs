//! Random matches: every form that they are brought to says the same about every packet.

use weft_openflow::{Field, Match};
use weft_ovn_lang::expr::{Compare, Expr, FlowMatch, Operand, compile, parse};
use weft_ovn_lang::reason::{Answer, can_both_hold, implies};
use weft_ovn_lang::symbol::{Scope, SymbolTable};

use crate::world::World;

/// A generator of numbers that is the same in every run (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

const PORTS: [&str; 3] = ["eth0", "eth1", "LOCAL"];

/// Two variables of three bits, `n0` and `n1`, and a port, `s0`.
fn table() -> SymbolTable {
    let mut table = SymbolTable::default();
    table.add_field("reg0", Field::reg(0), "", false, Scope::Default).expect("a symbol");
    table.add_subfield("n0", "", "reg0[0..2]", Scope::Default).expect("a symbol");
    table.add_field("reg1", Field::reg(1), "", false, Scope::Default).expect("a symbol");
    table.add_subfield("n1", "", "reg1[0..2]", Scope::Default).expect("a symbol");
    table.add_string("s0", Field::reg(14)).expect("a symbol");
    table
}

fn random_match(random: &mut Random, terms: u64) -> String {
    if terms == 1 {
        if random.below(4) == 0 {
            return format!("s0 == \"{}\"", PORTS[random.below(3) as usize]);
        }
        let relation = ["==", "!=", "<", "<=", ">", ">="][random.below(6) as usize];
        return format!("n{} {relation} {}", random.below(2), random.below(8));
    }
    let left = 1 + random.below(terms - 1);
    let operator = if random.below(2) == 0 { "&&" } else { "||" };
    let (a, b) = (random_match(random, left), random_match(random, terms - left));
    format!("({a}) {operator} ({b})")
}

/// A packet: the two numbers and the key of the port.
type Packet = (u128, u128, u32);

fn packets(world: &World) -> Vec<Packet> {
    let keys = PORTS.map(|port| world.ports[port]).into_iter().chain([99]);
    keys.flat_map(|key| (0..8).flat_map(move |a| (0..8).map(move |b| (a, b, key)))).collect()
}

/// What the tree says about a packet, straight from its meaning.
fn holds(expr: &Expr, packet: Packet, table: &SymbolTable, world: &World) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|e| holds(e, packet, table, world)),
        Expr::Or(parts) => parts.iter().any(|e| holds(e, packet, table, world)),
        Expr::Boolean(value) => *value,
        Expr::Compare(Compare { symbol, relation, operand, .. }) => match operand {
            Operand::Port(port) => relation.holds(packet.2.cmp(&world.ports[&**port])),
            Operand::Bits { value, mask } => {
                let field = if table.get(*symbol).name.ends_with('0') { packet.0 } else { packet.1 };
                relation.holds((field & mask).cmp(value))
            }
        },
        // Random matches have neither.
        Expr::In(_) | Expr::Resident { .. } => false,
    }
}

fn matches(flow: &Match, packet: Packet, conjunction: Option<u128>) -> bool {
    flow.fields().iter().all(|m| {
        let value = match m.field {
            Field::CONJ_ID => return conjunction == Some(m.value),
            f if f == Field::reg(0) => packet.0,
            f if f == Field::reg(1) => packet.1,
            _ => packet.2.into(),
        };
        value & m.mask == m.value
    })
}

/// Whether a switch with these flows would run the actions.
fn switch_holds(flows: &[FlowMatch], conjunctions: u32, packet: Packet) -> bool {
    let plain = flows.iter().filter(|f| f.conjunctions.is_empty());
    let conjunctions: Vec<u128> = (1..=conjunctions)
        .filter(|&id| {
            let hit =
                flows.iter().filter(|f| matches(&f.matches, packet, None)).flat_map(|f| &f.conjunctions);
            let mine: Vec<_> = hit.filter(|c| c.id == id).collect();
            let of = flows.iter().flat_map(|f| &f.conjunctions).find(|c| c.id == id);
            of.is_some_and(|c| (0..c.clauses).all(|n| mine.iter().any(|m| m.clause == n)))
        })
        .map(u128::from)
        .collect();
    plain.into_iter().any(|f| {
        matches(&f.matches, packet, None)
            || conjunctions.iter().any(|&id| matches(&f.matches, packet, Some(id)))
    })
}

#[test]
fn every_form_of_a_match_says_the_same_about_every_packet() {
    let (table, world) = (table(), World::of_vectors());
    let packets = packets(&world);
    let mut random = Random(1);
    for _ in 0..2000 {
        let terms = 1 + random.below(6);
        let text = random_match(&mut random, terms);
        let expr = parse(&text, &table).expect(&text);
        let annotated = expr.clone().annotated(&table).expect(&text);
        let simplified = annotated.clone().simplified(&table);
        let compiled = compile(&expr, &table, &world).expect(&text);
        let flows = compiled.flows(&table, &world).expect(&text);
        let never = !packets.iter().any(|&p| holds(&annotated, p, &table, &world));
        assert_eq!(flows.is_empty(), never, "{text}");
        for &packet in packets.iter().skip(random.below(7) as usize).step_by(7) {
            let expected = holds(&annotated, packet, &table, &world);
            assert_eq!(holds(&simplified, packet, &table, &world), expected, "{text} simplified, {packet:?}");
            assert_eq!(
                switch_holds(&flows, compiled.conjunctions, packet),
                expected,
                "{text} as flows, {packet:?}"
            );
        }
    }
}

#[test]
fn what_is_reasoned_about_matches_is_true_of_all_packets() {
    let (table, world) = (table(), World::of_vectors());
    let packets = packets(&world);
    let mut random = Random(2);
    for _ in 0..3000 {
        let mut one = || {
            let terms = 1 + random.below(3);
            random_match(&mut random, terms)
        };
        let (a, b) = (one(), one());
        let (left, right) = (parse(&a, &table).expect(&a), parse(&b, &table).expect(&b));
        let of = |e: &Expr| -> Vec<bool> {
            let annotated = e.clone().annotated(&table).expect("no prerequisites");
            packets.iter().map(|&p| holds(&annotated, p, &table, &world)).collect()
        };
        let (in_left, in_right) = (of(&left), of(&right));
        let yes = |truth: bool| if truth { Answer::Yes } else { Answer::No };
        let implied = in_left.iter().zip(&in_right).all(|(l, r)| !l || *r);
        assert_eq!(implies(&left, &right, &table), Ok(yes(implied)), "{a} implies {b}");
        let both = in_left.iter().zip(&in_right).any(|(l, r)| *l && *r);
        assert_eq!(can_both_hold(&left, &right, &table), Ok(yes(both)), "{a} and {b}");
    }
}
