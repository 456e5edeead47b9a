//! Sets that change member by member: the flows that come or go are those that a new compilation differs by.

use std::collections::BTreeSet;
use std::sync::Arc;

use weft_ovn_lang::expr::{AddressSet, Change, FlowMatch, compile, parse};
use weft_ovn_lang::symbol::SymbolTable;

use crate::world::World;

const MATCHES: [&str; 12] = [
    "ip4.src == $s",
    "ip4.src == $s && tcp.dst == 80",
    "ip4.src == $s && ip4.dst == $s",
    "ip4.src == $s && tcp.dst == {80, 443}",
    "ip4.src == $s && (tcp || udp.dst == 53)",
    "ip4.src == {$s, 192.0.2.7}",
    "ip4.src == $s || ip4.src == 192.0.2.7",
    "ip4.src == $s && ip4.src == 10.0.0.0/8",
    "ip4.src != $s && ip4.src == 10.0.0.0/8",
    "ip4 && !(ip4.dst == $s)",
    "(ip4.src == $s && tcp) || (ip4.dst == $s && udp)",
    "reg0 == $s && inport == {\"eth0\", \"eth1\"}",
];

const ADDRESSES: [&str; 9] = [
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
    "172.16.0.0/255.255.0.255",
    "10.0.0.9",
    "192.0.2.7",
    "10.0.0.0/8",
    "10.0.0.2/32",
    "0.0.0.0/0",
];

fn sorted(flows: Vec<FlowMatch>) -> BTreeSet<FlowMatch> {
    let sort = |mut flow: FlowMatch| {
        flow.conjunctions.sort();
        flow
    };
    flows.into_iter().map(sort).collect()
}

fn all(text: &str, table: &SymbolTable, world: &World) -> BTreeSet<FlowMatch> {
    let compiled = compile(&parse(text, table).expect(text), table, world).expect(text);
    sorted(compiled.flows(table, world).expect(text))
}

#[test]
fn an_address_brings_the_flows_that_a_new_compilation_has_more() {
    let table = SymbolTable::ovn();
    let (mut by_flows, mut recompiled) = (0, 0);
    for text in MATCHES {
        let mut world = World::of_vectors();
        world.sets.insert("s".to_string(), AddressSet::default());
        for address in ADDRESSES {
            let before = all(text, table, &world);
            let compiled = compile(&parse(text, table).expect(text), table, &world).expect(text);
            let change = compiled.address_changed(table, &world, "s", &world.sets["s"], address);
            world.sets.get_mut("s").expect("the set").insert(address).expect("an address");
            let after = all(text, table, &world);
            match change.expect(text) {
                Change::Recompile => recompiled += 1,
                Change::Flows(flows) => {
                    by_flows += 1;
                    let flows = sorted(flows);
                    assert!(before.is_disjoint(&flows), "{text} + {address}");
                    assert_eq!(
                        before.union(&flows).cloned().collect::<BTreeSet<_>>(),
                        after,
                        "{text} + {address}"
                    );
                }
            }
        }
    }
    assert_eq!((by_flows, recompiled), (35, 73));
}

#[test]
fn a_port_brings_the_flows_that_a_new_compilation_has_more() {
    let table = SymbolTable::ovn();
    for text in
        ["inport == @g && ip4", "inport == @g && outport == {\"eth0\", \"eth1\"}", "inport == {@g, \"eth0\"}"]
    {
        let mut world = World::of_vectors();
        let members: Vec<Arc<str>> = ["lsp1", "unbound", "lsp2"].map(Arc::from).to_vec();
        world.groups.insert("g".to_string(), members.clone());
        let before = all(text, table, &world);
        let compiled = compile(&parse(text, table).expect(text), table, &world).expect(text);
        let change = compiled.port_changed(table, &world, "g", &members, "lsp3").expect(text);
        world.groups.get_mut("g").expect("the group").push("lsp3".into());
        let after = all(text, table, &world);
        match change {
            Change::Recompile => assert!(text.contains('{') && text.contains("@g,"), "{text}"),
            Change::Flows(flows) => {
                assert_eq!(before.union(&sorted(flows)).cloned().collect::<BTreeSet<_>>(), after, "{text}");
            }
        }
    }
}

#[test]
fn a_set_beside_other_alternatives_is_multiplied_with_other_disjunctions() {
    let (table, world) = (SymbolTable::ovn(), World::of_vectors());
    let conjunctions = |text: &str| {
        let flows = all(text, table, &world);
        (flows.len(), flows.iter().filter(|flow| !flow.conjunctions.is_empty()).count())
    };
    let targets = "ip4.dst == {192.0.2.1, 192.0.2.2}";
    assert_eq!(conjunctions(&format!("ip4.src == $set1 && {targets}")), (6, 5));
    // The second set is empty.
    assert_eq!(conjunctions(&format!("(ip4.src == $set1 || ip4.src == $set4) && {targets}")), (6, 0));
}
