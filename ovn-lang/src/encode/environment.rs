//! What the encoding of actions depends on besides the actions.

use crate::action::{Pipeline, Zone};

/// What a switch can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Features {
    /// Whether a source translation to the address zero keeps committed connections apart.
    pub ct_zero_snat: bool,
    /// Whether there are meters.
    pub meters: bool,
    /// Whether the hash of the datapath can treat both directions of a connection alike.
    pub dp_hash_l4_symmetric: bool,
}

/// The logical flow whose actions are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Whether its datapath is a switch.
    pub is_switch: bool,
    /// The datapath's key.
    pub datapath_key: u32,
    /// The zone where both translations of a router happen.
    pub common_zone: Zone,
    /// Its pipeline.
    pub pipeline: Pipeline,
    /// Its table in the pipeline.
    pub table: u8,
    /// The OpenFlow table where `output` leads.
    pub output_table: u8,
    /// Its UUID; the first 32 bits are its cookie.
    pub uuid: u128,
    /// The meter that limits what it sends to the controller.
    pub controller_meter: Option<u32>,
    /// Whether northd writes `output` behind `arp` and `nd_ns` itself.
    pub explicit_arp_ns_output: bool,
    /// Whether northd keeps load balancers' addresses in the registers of OVN 25.09 and later.
    pub register_consolidation: bool,
}

/// What the names in actions stand for on a chassis.
pub trait Environment {
    /// The key of a port, or of a multicast group, on the datapath.
    fn port_key(&self, name: &str) -> Option<u32>;

    /// Whether the port is bound here.
    fn is_local_port(&self, name: &str) -> bool;

    /// The OpenFlow port of the tunnel to the chassis where the port lives.
    fn tunnel_port(&self, name: &str) -> Option<u16>;

    /// Whether the switch has the collector set.
    fn has_collector_set(&self, id: u32) -> bool;

    /// The id of the group that `text` describes, as `ovs-ofctl` reads it.
    fn group(&mut self, text: &str) -> Option<u32>;

    /// The id of a meter: the name of a row of Meter, or `__string:` and a description.
    fn meter(&mut self, text: &str) -> Option<u32>;

    /// What the switch can do.
    fn features(&self) -> Features;
}
