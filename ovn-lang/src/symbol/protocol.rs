//! OVN's symbols: packets.

use weft_openflow::Field;

use super::definition::Scope;
use super::table::{SymbolError, SymbolTable};

type Fields = &'static [(&'static str, Field, &'static str, bool)];
type Predicates = &'static [(&'static str, &'static str)];

/// Whose ports `tcp.src` and its like are.
#[derive(Clone, Copy)]
pub(super) enum Ports {
    /// The packet's: a later fragment has none.
    Packet,
    /// Those of the connection's original direction, which every fragment has.
    Connection,
}

pub(super) fn define(table: &mut SymbolTable, ports: Ports) -> Result<(), SymbolError> {
    fields(table, ETHERNET)?;
    predicates(table, &[("eth.bcast", "eth.dst == ff:ff:ff:ff:ff:ff")])?;
    table.add_subfield("eth.mcast", "", "eth.dst[40]", Scope::Default)?;
    predicates(table, VLAN_PRESENT)?;
    table.add_subfield("vlan.pcp", "vlan.present", "vlan.tci[13..15]", Scope::Default)?;
    table.add_subfield("vlan.vid", "vlan.present", "vlan.tci[0..11]", Scope::Default)?;
    predicates(table, IP)?;
    fields(table, IP_FIELDS)?;
    predicates(table, IP4)?;
    fields(table, ICMP4_FIELDS)?;
    predicates(table, &[("igmp", "ip4.mcast && ip.proto == 2")])?;
    fields(table, IP6_FIELDS)?;
    predicates(table, IP6)?;
    fields(table, ICMP6_FIELDS)?;
    predicates(table, FRAGMENTS)?;
    for protocol in ["arp", "rarp"] {
        address_resolution(table, protocol)?;
    }
    predicates(table, NEIGHBOUR)?;
    fields(table, NEIGHBOUR_FIELDS)?;
    match ports {
        Ports::Packet => {
            predicates(table, TRANSPORT)?;
            fields(table, TRANSPORT_FIELDS)
        }
        Ports::Connection => {
            fields(table, &[("ct_proto", Field::CT_NW_PROTO, "ct.trk", false)])?;
            predicates(table, CONNECTION_TRANSPORT)?;
            fields(table, CONNECTION_TRANSPORT_FIELDS)
        }
    }
}

fn fields(table: &mut SymbolTable, rows: Fields) -> Result<(), SymbolError> {
    for &(name, field, prerequisite, crossproduct) in rows {
        table.add_field(name, field, prerequisite, crossproduct, Scope::Default)?;
    }
    Ok(())
}

fn predicates(table: &mut SymbolTable, rows: Predicates) -> Result<(), SymbolError> {
    for &(name, text) in rows {
        table.add_predicate(name, text)?;
    }
    Ok(())
}

const ETHERNET: Fields = &[
    ("eth.src", Field::ETH_SRC, "", false),
    ("eth.dst", Field::ETH_DST, "", false),
    ("eth.type", Field::ETH_TYPE, "", true),
    ("vlan.tci", Field::VLAN_TCI, "", false),
];

const VLAN_PRESENT: Predicates =
    &[("eth.mcastv6", "eth.dst[32..47] == 0x3333"), ("vlan.present", "vlan.tci[12]")];

const IP: Predicates = &[("ip4", "eth.type == 0x800"), ("ip6", "eth.type == 0x86dd"), ("ip", "ip4 || ip6")];

const IP_FIELDS: Fields = &[
    ("ip.proto", Field::IP_PROTO, "ip", true),
    ("ip.dscp", Field::IP_DSCP_SHIFTED, "ip", false),
    ("ip.ecn", Field::IP_ECN, "ip", false),
    ("ip.ttl", Field::IP_TTL, "ip", false),
    ("ip4.src", Field::IPV4_SRC, "ip4", false),
    ("ip4.dst", Field::IPV4_DST, "ip4", false),
    ("ip.frag", Field::IP_FRAG, "ip", false),
];

const IP4: Predicates = &[
    ("ip4.src_mcast", "ip4.src[28..31] == 0xe"),
    ("ip4.mcast", "eth.mcast && ip4.dst[28..31] == 0xe"),
    ("icmp4", "ip4 && ip.proto == 1"),
];

const ICMP4_FIELDS: Fields =
    &[("icmp4.type", Field::ICMPV4_TYPE, "icmp4", false), ("icmp4.code", Field::ICMPV4_CODE, "icmp4", false)];

const IP6_FIELDS: Fields = &[
    ("ip6.src", Field::IPV6_SRC, "ip6", false),
    ("ip6.dst", Field::IPV6_DST, "ip6", false),
    ("ip6.label", Field::IPV6_LABEL, "ip6", false),
];

const IP6: Predicates = &[
    // The reserved multicast addresses of RFC 4291, section 2.7.1.
    (
        "ip6.mcast_rsvd",
        "ip6.dst == {ff00::, ff01::, ff02::, ff03::, ff04::, ff05::, ff06::, ff07::, \
         ff08::, ff09::, ff0a::, ff0b::, ff0c::, ff0d::, ff0e::, ff0f::}",
    ),
    ("ip6.mcast_all_nodes", "ip6.dst == ff01::1 || ip6.dst == ff02::1"),
    ("ip6.mcast_all_rtrs", "ip6.dst == ff01::2 || ip6.dst == ff02::2 || ip6.dst == ff05::2"),
    ("ip6.mcast_sol_node", "ip6.dst == ff02::1:ff00:0/104"),
    (
        "ip6.mcast_flood",
        "eth.mcastv6 && (ip6.mcast_rsvd || ip6.mcast_all_nodes || ip6.mcast_all_rtrs || ip6.mcast_sol_node)",
    ),
    ("ip6.mcast", "eth.mcastv6 && ip6.dst[120..127] == 0xff"),
    ("icmp6", "ip6 && ip.proto == 58"),
    ("icmp", "icmp4 || icmp6"),
];

const ICMP6_FIELDS: Fields =
    &[("icmp6.type", Field::ICMPV6_TYPE, "icmp6", true), ("icmp6.code", Field::ICMPV6_CODE, "icmp6", true)];

const FRAGMENTS: Predicates = &[
    ("ip.is_frag", "ip.frag[0]"),
    ("ip.later_frag", "ip.frag[1]"),
    ("ip.first_frag", "ip.is_frag && !ip.later_frag"),
    ("arp", "eth.type == 0x806"),
    ("rarp", "eth.type == 0x8035"),
];

/// ARP and RARP have one layout, and so one set of fields.
fn address_resolution(table: &mut SymbolTable, protocol: &str) -> Result<(), SymbolError> {
    for (name, field) in [
        ("op", Field::ARP_OP),
        ("spa", Field::ARP_SPA),
        ("sha", Field::ARP_SHA),
        ("tpa", Field::ARP_TPA),
        ("tha", Field::ARP_THA),
    ] {
        table.add_field(&format!("{protocol}.{name}"), field, protocol, false, Scope::Default)?;
    }
    Ok(())
}

const NEIGHBOUR: Predicates = &[
    ("nd", "icmp6.type == {135, 136} && icmp6.code == 0 && ip.ttl == 255"),
    ("nd_ns", "icmp6.type == 135 && icmp6.code == 0 && ip.ttl == 255"),
    ("nd_ns_mcast", "ip6.mcast && icmp6.type == 135 && icmp6.code == 0 && ip.ttl == 255"),
    ("nd_na", "icmp6.type == 136 && icmp6.code == 0 && ip.ttl == 255"),
    ("nd_rs", "icmp6.type == 133 && icmp6.code == 0 && ip.ttl == 255"),
    ("nd_ra", "icmp6.type == 134 && icmp6.code == 0 && ip.ttl == 255"),
    // MLD version 1 comes from link-local addresses (RFC 2710), version 2 goes to ff02::16 (RFC 3810).
    ("mldv1", "eth.mcastv6 && ip6.src == fe80::/10 && icmp6.type == {130, 131, 132}"),
    ("mldv2", "eth.mcastv6 && ip6.dst == ff02::16 && icmp6.type == 143"),
];

const NEIGHBOUR_FIELDS: Fields = &[
    ("nd.target", Field::ND_TARGET, "nd", false),
    ("nd.sll", Field::ND_SLL, "nd_ns", false),
    ("nd.tll", Field::ND_TLL, "nd_na", false),
];

const TRANSPORT: Predicates =
    &[("tcp", "ip.proto == 6"), ("udp", "ip.proto == 17"), ("sctp", "ip.proto == 132")];

const TRANSPORT_FIELDS: Fields = &[
    ("tcp.src", Field::TCP_SRC, "tcp", false),
    ("tcp.dst", Field::TCP_DST, "tcp", false),
    ("tcp.flags", Field::TCP_FLAGS, "tcp", false),
    ("udp.src", Field::UDP_SRC, "udp", false),
    ("udp.dst", Field::UDP_DST, "udp", false),
    ("sctp.src", Field::SCTP_SRC, "sctp", false),
    ("sctp.dst", Field::SCTP_DST, "sctp", false),
];

const CONNECTION_TRANSPORT: Predicates = &[
    ("tcp", "ct.trk && !ct.inv && ct_proto == 6"),
    ("udp", "ct.trk && !ct.inv && ct_proto == 17"),
    ("sctp", "ct.trk && !ct.inv && ct_proto == 132"),
];

const CONNECTION_TRANSPORT_FIELDS: Fields = &[
    ("tcp.src", Field::CT_TP_SRC, "tcp", false),
    ("tcp.dst", Field::CT_TP_DST, "tcp", false),
    ("tcp.flags", Field::TCP_FLAGS, "tcp", false),
    ("udp.src", Field::CT_TP_SRC, "udp", false),
    ("udp.dst", Field::CT_TP_DST, "udp", false),
    ("sctp.src", Field::CT_TP_SRC, "sctp", false),
    ("sctp.dst", Field::CT_TP_DST, "sctp", false),
];
