//! What actions there are.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::context::Pipeline;
use super::options::OptionDef;
use crate::expr::{Constant, ConstantSet, FieldRef};

/// One action of a logical flow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// An action without arguments.
    Simple(Simple),
    /// `next`: to a table.
    Next {
        /// The pipeline.
        pipeline: Pipeline,
        /// The table.
        table: u8,
    },
    /// `field = constant`.
    Load {
        /// The field.
        target: FieldRef,
        /// The constant.
        value: Constant,
    },
    /// `field = field`.
    Move {
        /// The field that changes.
        target: FieldRef,
        /// The field that is read.
        source: FieldRef,
    },
    /// `field <-> field`.
    Exchange(FieldRef, FieldRef),
    /// `push(field)`.
    Push(FieldRef),
    /// `pop(field)`.
    Pop(FieldRef),
    /// `name { … }`: actions on a packet made from this one.
    Nest(Nested, Vec<Action>),
    /// `ct_next`: to the next table, tracked.
    CtNext(Zone),
    /// `ct_commit { … }`: keeps the connection.
    CtCommit(Vec<Action>),
    /// `ct_commit_nat` and `ct_commit_to_zone`: keeps the connection, and to the next table.
    CtCommitToZone {
        /// The zone.
        zone: Zone,
        /// Whether addresses are translated as the connection says.
        nat: bool,
    },
    /// `ct_dnat` and its like.
    CtNat(Nat),
    /// `ct_lb` and its like.
    CtLb(BackendSet),
    /// `field = select(…)`.
    Select(Select),
    /// `get_arp(port, ip)`, `get_nd(port, ip)`: a neighbour's address into eth.dst.
    GetNeighbour {
        /// Which.
        kind: Neighbour,
        /// The neighbour's port.
        port: FieldRef,
        /// Its IP address.
        ip: FieldRef,
    },
    /// `put_arp(port, ip, mac)`, `put_nd(port, ip, mac)`.
    PutNeighbour {
        /// Which.
        kind: Neighbour,
        /// The neighbour's port.
        port: FieldRef,
        /// Its IP address.
        ip: FieldRef,
        /// Its Ethernet address.
        mac: FieldRef,
    },
    /// `field = lookup_arp(port, ip, mac)` and its like.
    LookupNeighbour {
        /// Which.
        kind: Neighbour,
        /// The bit that tells whether it is known.
        target: FieldRef,
        /// The neighbour's port.
        port: FieldRef,
        /// Its IP address.
        ip: FieldRef,
        /// Its Ethernet address; none for `lookup_arp_ip` and `lookup_nd_ip`, which ask for any.
        mac: Option<FieldRef>,
    },
    /// `put_fdb(port, mac)`.
    PutFdb {
        /// The port.
        port: FieldRef,
        /// The address behind it.
        mac: FieldRef,
    },
    /// `field = get_fdb(mac)`, `field = get_remote_fdb(mac)`.
    GetFdb {
        /// Whether it is asked among remote VTEPs.
        remote: bool,
        /// Where the port goes.
        target: FieldRef,
        /// The address.
        mac: FieldRef,
    },
    /// `field = lookup_fdb(port, mac)`.
    LookupFdb {
        /// The bit that tells whether it is known.
        target: FieldRef,
        /// The port.
        port: FieldRef,
        /// The address.
        mac: FieldRef,
    },
    /// `field = name()`.
    Lookup {
        /// Which.
        kind: LookupKind,
        /// Where the result goes.
        target: FieldRef,
    },
    /// `field = put_dhcp_opts(…)`.
    PutDhcp(FieldRef, Vec<OptionValue>),
    /// `field = put_dhcpv6_opts(…)`.
    PutDhcpv6(FieldRef, Vec<OptionValue>),
    /// `field = put_nd_ra_opts(…)`.
    PutRouterAdvertisement(FieldRef, Vec<OptionValue>),
    /// `field = dhcp_relay_req_chk(relay, server)`, `field = dhcp_relay_resp_chk(relay, server)`.
    DhcpRelay {
        /// Whether it is a response.
        response: bool,
        /// The bit that tells whether it may pass.
        target: FieldRef,
        /// The relay's address.
        relay: Ipv4Addr,
        /// The server's address.
        server: Ipv4Addr,
    },
    /// `set_queue(id)`.
    SetQueue(u32),
    /// `set_meter(rate)`, `set_meter(rate, burst)`, in kbps.
    SetMeter {
        /// The rate.
        rate_kbps: u64,
        /// The burst; 0 for none.
        burst_kbps: u64,
    },
    /// `log(…)`.
    Log(Log),
    /// `field = check_pkt_larger(length)`.
    CheckPacketLarger {
        /// The bit that tells.
        target: FieldRef,
        /// The length.
        length: u32,
    },
    /// `trigger_event(event = "empty_lb_backends", …)`.
    TriggerEvent(Vec<OptionValue>),
    /// `bind_vport(port, parent)`.
    BindVport {
        /// The virtual port.
        port: Arc<str>,
        /// The port that has its address.
        parent: FieldRef,
    },
    /// `handle_svc_check(port)`.
    HandleServiceCheck(FieldRef),
    /// `fwd_group(…)`.
    ForwardGroup {
        /// Whether only live ports get packets.
        liveness: bool,
        /// The ports.
        ports: Vec<Arc<str>>,
    },
    /// `commit_ecmp_nh(ipv6, proto)`.
    CommitEcmpNextHop {
        /// Whether for IPv6.
        ipv6: bool,
        /// The IP protocol.
        protocol: u8,
    },
    /// `commit_lb_aff(…)`.
    CommitLbAffinity(LbAffinity),
    /// `sample(…)`.
    Sample(Sample),
    /// `mirror("port")`.
    Mirror(Arc<str>),
}

/// Actions without arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Simple {
    /// `output`
    Output,
    /// `ip.ttl--`
    DecrementTtl,
    /// `ct_clear`
    CtClear,
    /// `ct_snat_to_vip`
    CtSnatToVip,
    /// `igmp`
    Igmp,
    /// `handle_dhcpv6_reply`
    HandleDhcpv6Reply,
    /// `handle_bfd_msg()`
    HandleBfdMessage,
    /// `mac_cache_use`
    MacCacheUse,
    /// `flood_remote`
    FloodRemote,
}

/// Actions that have actions inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nested {
    /// `clone`
    Clone,
    /// `arp`
    Arp,
    /// `icmp4`
    Icmp4,
    /// `icmp4_error`
    Icmp4Error,
    /// `icmp6`
    Icmp6,
    /// `icmp6_error`
    Icmp6Error,
    /// `tcp_reset`
    TcpReset,
    /// `sctp_abort`
    SctpAbort,
    /// `nd_na`
    NdNa,
    /// `nd_na_router`
    NdNaRouter,
    /// `nd_ns`
    NdNs,
    /// `reject`
    Reject,
}

impl Nested {
    /// All of them, with their names and what the packet must be.
    pub(super) const ALL: [(Nested, &'static str, Option<&'static str>); 12] = [
        (Nested::Clone, "clone", None),
        (Nested::Arp, "arp", Some("ip")),
        (Nested::Icmp4, "icmp4", Some("ip4")),
        (Nested::Icmp4Error, "icmp4_error", Some("ip4")),
        (Nested::Icmp6, "icmp6", Some("ip6")),
        (Nested::Icmp6Error, "icmp6_error", Some("ip6")),
        (Nested::TcpReset, "tcp_reset", Some("tcp")),
        (Nested::SctpAbort, "sctp_abort", Some("sctp")),
        (Nested::NdNa, "nd_na", Some("nd_ns")),
        (Nested::NdNaRouter, "nd_na_router", Some("nd_ns")),
        (Nested::NdNs, "nd_ns", Some("ip")),
        (Nested::Reject, "reject", None),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Nested::ALL[self as usize].1
    }
}

/// A router's zone of connections; switches have one for each port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// For destination translation.
    Dnat,
    /// For source translation.
    Snat,
}

/// Which translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NatKind {
    /// `ct_dnat`
    Dnat,
    /// `ct_snat`
    Snat,
    /// `ct_dnat_in_czone`
    DnatInCommonZone,
    /// `ct_snat_in_czone`
    SnatInCommonZone,
}

/// `ct_dnat(address, first-last)` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nat {
    /// Which.
    pub kind: NatKind,
    /// To which address; without, as the connection says.
    pub address: Option<IpAddr>,
    /// To which ports: the first, and the last or 0.
    pub ports: Option<(u16, u16)>,
}

/// A neighbour's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Neighbour {
    /// ARP.
    Arp,
    /// Neighbour discovery.
    Nd,
}

/// Where an address of a backend is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Backend {
    /// The port of a backend of `ct_lb_mark_local`.
    pub port_name: Option<Arc<str>>,
    /// Its address.
    pub address: IpAddr,
    /// Its port; 0 for none.
    pub port: u16,
}

/// What `ct_lb` marks connections with, for source translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SnatMark {
    /// `skip_snat`
    Skip,
    /// `force_snat`
    Force,
}

/// `ct_lb`, `ct_lb_mark`, `ct_lb_mark_local`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BackendSet {
    /// Whether connections are marked in ct_label rather than ct_mark.
    pub label: bool,
    /// Whether only backends that live here count.
    pub local: bool,
    /// The backends; none for a connection that has one.
    pub backends: Vec<Backend>,
    /// Fields of the packet that choose the backend.
    pub hash_fields: Option<String>,
    /// What connections are marked with besides.
    pub mark: Option<SnatMark>,
}

impl BackendSet {
    /// The action's name.
    pub fn name(&self) -> &'static str {
        match (self.label, self.local) {
            (true, _) => "ct_lb",
            (false, false) => "ct_lb_mark",
            (false, true) => "ct_lb_mark_local",
        }
    }
}

/// `field = select(…)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Select {
    /// Where the chosen number goes.
    pub target: FieldRef,
    /// Numbers and their weights.
    pub members: Vec<(u16, u16)>,
    /// Fields of the packet that choose.
    pub hash_fields: Option<String>,
}

/// Questions without arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookupKind {
    /// `dns_lookup`
    Dns,
    /// `chk_lb_hairpin`
    LbHairpin,
    /// `chk_lb_hairpin_reply`
    LbHairpinReply,
    /// `check_in_port_sec`
    InPortSecurity,
    /// `check_out_port_sec`
    OutPortSecurity,
    /// `chk_ecmp_nh_mac`
    EcmpNextHopMac,
    /// `chk_ecmp_nh`
    EcmpNextHop,
    /// `chk_lb_aff`
    LbAffinity,
    /// `ct_nw_dst`
    CtNwDst,
    /// `ct_ip6_dst`
    CtIp6Dst,
    /// `ct_tp_dst`
    CtTpDst,
    /// `ct_proto`
    CtProto,
    /// `ct_state_save`
    CtStateSave,
}

impl LookupKind {
    /// All of them, with their names and how many bits the answer has.
    pub(super) const ALL: [(LookupKind, &'static str, u32); 13] = [
        (LookupKind::Dns, "dns_lookup", 1),
        (LookupKind::LbHairpin, "chk_lb_hairpin", 1),
        (LookupKind::LbHairpinReply, "chk_lb_hairpin_reply", 1),
        (LookupKind::InPortSecurity, "check_in_port_sec", 1),
        (LookupKind::OutPortSecurity, "check_out_port_sec", 1),
        (LookupKind::EcmpNextHopMac, "chk_ecmp_nh_mac", 1),
        (LookupKind::EcmpNextHop, "chk_ecmp_nh", 1),
        (LookupKind::LbAffinity, "chk_lb_aff", 1),
        (LookupKind::CtNwDst, "ct_nw_dst", 32),
        (LookupKind::CtIp6Dst, "ct_ip6_dst", 128),
        (LookupKind::CtTpDst, "ct_tp_dst", 16),
        (LookupKind::CtProto, "ct_proto", 8),
        (LookupKind::CtStateSave, "ct_state_save", 8),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        LookupKind::ALL[self as usize].1
    }
}

/// `name = value` of an option.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OptionValue {
    /// The option.
    pub option: OptionDef,
    /// Its value.
    pub value: ConstantSet,
}

/// `log(…)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Log {
    /// What became of the packet: 0 allowed, 1 dropped, 2 rejected, 3 passed.
    pub verdict: u8,
    /// How much it matters, as syslog counts.
    pub severity: u8,
    /// The ACL's name.
    pub name: Option<String>,
    /// The meter that limits the log.
    pub meter: Option<String>,
}

/// `commit_lb_aff(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LbAffinity {
    /// The load balancer's address.
    pub vip: IpAddr,
    /// Its port; 0 for none.
    pub vip_port: u16,
    /// The backend's address.
    pub backend: IpAddr,
    /// Its port; 0 for none.
    pub backend_port: u16,
    /// The IP protocol; 0 for any.
    pub protocol: u8,
    /// For how long.
    pub timeout_s: u16,
}

/// Where the observation point of a sample comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObservationPoint {
    /// A number.
    Number(u32),
    /// The logical flow's cookie.
    Cookie,
    /// A field.
    Field(FieldRef),
}

/// `sample(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sample {
    /// How many of 65535 packets.
    pub probability: u16,
    /// Who gets them.
    pub collector_set: u32,
    /// The upper byte of the observation domain.
    pub domain: u8,
    /// The observation point.
    pub point: ObservationPoint,
}
