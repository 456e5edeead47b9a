//! Logical flows and datapaths.

use weft_ovn_lang::action::{Pipeline, Zone};

/// A row of the Southbound table Logical_Flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalFlow {
    /// Its UUID; the first 32 bits are the cookie of its OpenFlow flows.
    pub uuid: u128,
    /// Its pipeline.
    pub pipeline: Pipeline,
    /// Its table in the pipeline.
    pub table: u8,
    /// Its priority.
    pub priority: u16,
    /// The packets that it is about.
    pub matches: String,
    /// What happens to them.
    pub actions: String,
    /// The meter of packets that it sends to the controller.
    pub controller_meter: Option<String>,
    /// The only port that it is about (`tags:in_out_port`): where the port is not, the flow is not needed.
    pub port: Option<String>,
    /// Whether ports of TCP, UDP and SCTP are those of the connection (`tags:acl_ct_translation`), which later
    /// fragments have too.
    pub connection_ports: bool,
}

/// A logical datapath, a row of Datapath_Binding, that has something to do with this chassis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datapath {
    /// Its key.
    pub key: u32,
    /// Whether it is a switch.
    pub is_switch: bool,
    /// The zone where both translations of a router happen: the source translation's if
    /// `external_ids:snat-ct-zone` chooses one.
    pub common_zone: Zone,
    /// Whether northd writes `output` behind `arp` and `nd_ns` itself (`SB_Global.options:arp_ns_explicit_output`).
    pub explicit_arp_ns_output: bool,
    /// Whether northd keeps load balancers' addresses in the registers of OVN 25.09 and later
    /// (`SB_Global.options:register_consolidation`).
    pub register_consolidation: bool,
}
