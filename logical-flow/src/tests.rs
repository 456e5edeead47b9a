//! Preparing and translating in small surroundings.

use std::sync::Arc;

use weft_openflow::Action;
use weft_ovn_lang::action::{Options, Pipeline, Zone};
use weft_ovn_lang::encode::{Environment, Features};
use weft_ovn_lang::expr::{AddressSet, Resolution};

use crate::{Datapath, LogicalFlow, PrepareError, Surroundings, prepare, translate};

/// Ports `here` and `there` with keys 1 and 2, of which the first has to do with the chassis.
struct TwoPorts;

impl Resolution for TwoPorts {
    fn address_set(&self, _: &str) -> Option<&AddressSet> {
        None
    }

    fn port_group(&self, _: &str) -> Option<&[Arc<str>]> {
        None
    }

    fn port_key(&self, name: &str) -> Option<u32> {
        ["here", "there"].iter().zip(1..).find_map(|(port, key)| (*port == name).then_some(key))
    }

    fn is_chassis_resident(&self, name: &str) -> bool {
        name == "here"
    }
}

impl Environment for TwoPorts {
    fn port_key(&self, name: &str) -> Option<u32> {
        Resolution::port_key(self, name)
    }

    fn is_local_port(&self, _: &str) -> bool {
        false
    }

    fn tunnel_port(&self, _: &str) -> Option<u16> {
        None
    }

    fn has_collector_set(&self, _: u32) -> bool {
        false
    }

    fn group(&mut self, _: &str) -> Option<u32> {
        None
    }

    fn meter(&mut self, _: &str) -> Option<u32> {
        None
    }

    fn features(&self) -> Features {
        Features::default()
    }
}

impl Surroundings for TwoPorts {
    fn is_related_port(&self, key: u32) -> bool {
        key == 1
    }
}

fn flow(matches: &str) -> LogicalFlow {
    LogicalFlow {
        uuid: 0,
        pipeline: Pipeline::Ingress,
        table: 3,
        priority: 7,
        matches: matches.to_owned(),
        actions: "next;".to_owned(),
        controller_meter: None,
        port: None,
        connection_ports: false,
    }
}

/// Matches and actions of the flows, without variables for templates.
fn translated(flow: &LogicalFlow, is_switch: bool) -> Vec<String> {
    let prepared = prepare(flow, Options::ovn(), |_| None).expect("the text is right");
    let datapath = Datapath {
        key: 9,
        is_switch,
        common_zone: Zone::Dnat,
        explicit_arp_ns_output: true,
        register_consolidation: true,
    };
    let translation = translate(flow, &prepared, &datapath, &mut TwoPorts).expect("the switch can");
    let actions = Action::list_text(&translation.actions);
    translation.matches.iter().map(|one| format!("{} actions={actions}", one.matches)).collect()
}

#[test]
fn a_switch_needs_no_flows_of_ports_elsewhere() {
    let of_ports = flow("inport == {\"here\", \"there\"}");
    assert_eq!(translated(&of_ports, true), ["reg14=0x1,metadata=0x9 actions=resubmit(,12)"]);
    assert_eq!(translated(&of_ports, false).len(), 2);
    let outport = flow("outport == \"there\"");
    assert_eq!(translated(&outport, true), ["reg15=0x2,metadata=0x9 actions=resubmit(,12)"]);
}

#[test]
fn the_only_port_of_a_flow_decides_on_routers_too() {
    let mut of_port = flow("ip4");
    of_port.port = Some("there".to_owned());
    assert!(translated(&of_port, false).is_empty());
    of_port.port = Some("here".to_owned());
    assert_eq!(translated(&of_port, false), ["ip,metadata=0x9 actions=resubmit(,12)"]);
}

#[test]
fn ports_of_connections_are_asked_for_where_a_flow_says_so() {
    let mut of_connection = flow("tcp.dst == 80");
    of_connection.connection_ports = true;
    assert_eq!(
        translated(&of_connection, true),
        ["ct_state=-inv+trk,ct_nw_proto=6,ct_tp_dst=80,metadata=0x9 actions=resubmit(,12)"]
    );
}

#[test]
fn variables_without_a_value_are_named() {
    let of_template = flow("ip4.dst == ^vip && tcp.dst == ^port");
    let value = |name: &str| (name == "vip").then_some("10.0.0.1");
    let problem = prepare(&of_template, Options::ovn(), value).err();
    assert_eq!(problem, Some(PrepareError::Variables(vec!["port".to_owned()])));
}
