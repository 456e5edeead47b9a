//! Sets of single fields in the form of old versions of OpenFlow.

/// What an [`Action::Older`](crate::Action::Older) sets.
///
/// They stay in the text; on the wire of OpenFlow 1.3 and later most become `set_field`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OlderSet {
    /// The VLAN of a packet that has a tag.
    VlanId,
    /// The VLAN; a packet without a tag gets one.
    PushVlanId,
    /// The priority of a packet that has a VLAN tag.
    VlanPriority,
    /// The VLAN priority; a packet without a tag gets one.
    PushVlanPriority,
    /// The Ethernet source.
    EthernetSource,
    /// The Ethernet destination.
    EthernetDestination,
    /// The IPv4 source.
    Ipv4Source,
    /// The IPv4 destination.
    Ipv4Destination,
    /// The upper six bits of the type of service, shifted to their place.
    TypeOfService,
    /// Explicit congestion notification.
    CongestionNotification,
    /// Time to live.
    TimeToLive,
    /// The source port of TCP, UDP or SCTP.
    TransportSource,
    /// The destination port of TCP, UDP or SCTP.
    TransportDestination,
    /// The MPLS label.
    MplsLabel,
    /// The MPLS traffic class.
    MplsTrafficClass,
    /// The MPLS time to live.
    MplsTimeToLive,
    /// The tunnel key.
    TunnelId,
    /// The tunnel key, named as having 64 bits whatever its value is.
    TunnelId64,
}

/// Every kind with its name in text and the largest value it takes.
const KINDS: [(OlderSet, &str, u64); 18] = [
    (OlderSet::VlanId, "set_vlan_vid", 0xfff),
    (OlderSet::PushVlanId, "mod_vlan_vid", 0xfff),
    (OlderSet::VlanPriority, "set_vlan_pcp", 7),
    (OlderSet::PushVlanPriority, "mod_vlan_pcp", 7),
    (OlderSet::EthernetSource, "mod_dl_src", 0xffff_ffff_ffff),
    (OlderSet::EthernetDestination, "mod_dl_dst", 0xffff_ffff_ffff),
    (OlderSet::Ipv4Source, "mod_nw_src", 0xffff_ffff),
    (OlderSet::Ipv4Destination, "mod_nw_dst", 0xffff_ffff),
    (OlderSet::TypeOfService, "mod_nw_tos", 0xfc),
    (OlderSet::CongestionNotification, "mod_nw_ecn", 3),
    (OlderSet::TimeToLive, "mod_nw_ttl", 0xff),
    (OlderSet::TransportSource, "mod_tp_src", 0xffff),
    (OlderSet::TransportDestination, "mod_tp_dst", 0xffff),
    (OlderSet::MplsLabel, "set_mpls_label", 0xf_ffff),
    (OlderSet::MplsTrafficClass, "set_mpls_tc", 7),
    (OlderSet::MplsTimeToLive, "set_mpls_ttl", 0xff),
    (OlderSet::TunnelId, "set_tunnel", u64::MAX),
    (OlderSet::TunnelId64, "set_tunnel64", u64::MAX),
];

impl OlderSet {
    /// Its name in `ovs-ofctl`.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|k| k.0 == self).map_or("", |k| k.1)
    }

    /// The kind that `ovs-ofctl` calls `name`, whatever its case.
    pub fn from_name(name: &str) -> Option<OlderSet> {
        let name = if name.eq_ignore_ascii_case("set_nw_ttl") { "mod_nw_ttl" } else { name };
        KINDS.iter().find(|k| k.1.eq_ignore_ascii_case(name)).map(|k| k.0)
    }

    /// Whether it takes `value`.
    pub fn takes(self, value: u64) -> bool {
        let largest = KINDS.iter().find(|k| k.0 == self).map_or(0, |k| k.2);
        value <= largest && (self != OlderSet::TypeOfService || value & 3 == 0)
    }
}
