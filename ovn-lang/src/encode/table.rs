//! OpenFlow tables of an integration bridge (`controller/lflow.h`, described in `ovn-architecture`(7)).

/// The first table of the logical ingress pipeline.
pub const INGRESS: u8 = 8;
/// Where `output` of the ingress pipeline leads.
pub const OUTPUT: u8 = 42;
/// Where packets for other chassis are sent.
pub const REMOTE_OUTPUT: u8 = 44;
/// The first table of the logical egress pipeline.
pub const EGRESS: u8 = 48;
/// Where `output` of the egress pipeline leads.
pub const SAVE_INPORT: u8 = 64;
/// Neighbours by port and IP address.
pub const MAC_BINDING: u8 = 66;
/// Neighbours by port, IP and Ethernet address.
pub const MAC_LOOKUP: u8 = 67;
/// Load-balanced packets that come back to their source.
pub const LB_HAIRPIN: u8 = 68;
/// Replies to them.
pub const LB_HAIRPIN_REPLY: u8 = 69;
/// Source translation of them.
pub const CT_SNAT_HAIRPIN: u8 = 70;
/// Ports by Ethernet address.
pub const GET_FDB: u8 = 71;
/// Ports and Ethernet addresses.
pub const LOOKUP_FDB: u8 = 72;
/// Port security of what comes in.
pub const IN_PORT_SECURITY: u8 = 73;
/// Port security of what goes out.
pub const OUT_PORT_SECURITY: u8 = 75;
/// Replies of ECMP routes from the next hop's Ethernet address.
pub const ECMP_NEXT_HOP_MAC: u8 = 76;
/// Replies of ECMP routes.
pub const ECMP_NEXT_HOP: u8 = 77;
/// Clients that have a backend.
pub const LB_AFFINITY: u8 = 78;
/// Neighbours that are in use.
pub const MAC_CACHE_USE: u8 = 79;
/// Original destinations of connections: IPv4 address.
pub const CT_NW_DST: u8 = 81;
/// IPv6 address.
pub const CT_IP6_DST: u8 = 82;
/// Port.
pub const CT_TP_DST: u8 = 83;
/// Chassis that multicast goes to.
pub const FLOOD_REMOTE: u8 = 84;
/// States of connections, kept in a register.
pub const CT_STATE_SAVE: u8 = 85;
/// Original protocols of connections.
pub const CT_PROTO: u8 = 86;
/// Ports of remote VTEPs by Ethernet address.
pub const GET_REMOTE_FDB: u8 = 87;
