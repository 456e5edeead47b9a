//! The table of fields (`ovs-fields`(7)).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::field::{Field, NSH_CONTEXTS, REGISTERS, TUNNEL_METADATA};
use crate::field_info::{FieldInfo, Format, OxmCode, Prerequisite};

/// The classes of OXM codes: name of the family, class, experimenter.
macro_rules! class {
    (NXM_OF) => {
        (0x0000, 0)
    };
    (NXM_NX) => {
        (0x0001, 0)
    };
    (OXM_OF) => {
        (0x8000, 0)
    };
    (ERICOXM_OF) => {
        (0x1000, 0)
    };
    (NXOXM_ET) => {
        (0xffff, 0x0000_2320)
    };
    (NXOXM_NSH) => {
        (0xffff, 0x005a_d650)
    };
    (ONFOXM_ET) => {
        (0xffff, 0x4f4e_4600)
    };
}

macro_rules! maskable {
    (masked) => {
        true
    };
    (exact) => {
        false
    };
}

macro_rules! writable {
    (writable) => {
        true
    };
    (fixed) => {
        false
    };
}

/// Rows are: constant, name and older name, bits/bytes, mask, format, prerequisite, access, and codes as family,
/// name, number and the first OpenFlow 1.x that has it (0 for Nicira's).
macro_rules! fields {
    ($($constant:ident, $name:literal $alias:literal, $bits:literal/$bytes:literal, $mask:ident, $format:ident,
       $prerequisite:ident, $access:ident,
       [$($family:ident $code:ident $number:literal $since:literal);*];)*) => {
        /// Positions of the fields that are not numbered.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        pub(crate) enum Single { $($constant,)* COUNT }

        impl Field {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Field = Field::single(Single::$constant);
            )*
        }

        fn singles() -> Vec<FieldInfo> {
            vec![$(FieldInfo {
                name: $name,
                alias: $alias,
                bits: $bits,
                bytes: $bytes,
                maskable: maskable!($mask),
                format: Format::$format,
                prerequisite: Prerequisite::$prerequisite,
                writable: writable!($access),
                codes: vec![$({
                    let (class, experimenter) = class!($family);
                    let name = concat!(stringify!($family), "_", stringify!($code));
                    OxmCode { name, class, experimenter, number: $number, since_version: $since }
                }),*],
            }),*]
        }
    };
}

fields! {
    DP_HASH, "dp_hash" "", 32/4, masked, Hexadecimal, None, fixed,
        [NXM_NX DP_HASH 35 0; NXOXM_ET DP_HASH 0 0];
    RECIRC_ID, "recirc_id" "", 32/4, exact, Decimal, None, fixed, [NXM_NX RECIRC_ID 36 0];
    PACKET_TYPE, "packet_type" "", 32/4, exact, PacketType, None, fixed, [OXM_OF PACKET_TYPE 44 5];
    CONJ_ID, "conj_id" "", 32/4, exact, Decimal, None, fixed, [NXM_NX CONJ_ID 37 0];
    TUN_ID, "tun_id" "tunnel_id", 64/8, masked, Hexadecimal, None, writable,
        [NXM_NX TUN_ID 16 0; OXM_OF TUNNEL_ID 38 3];
    TUN_SRC, "tun_src" "", 32/4, masked, Ipv4, None, writable, [NXM_NX TUN_IPV4_SRC 31 0];
    TUN_DST, "tun_dst" "", 32/4, masked, Ipv4, None, writable, [NXM_NX TUN_IPV4_DST 32 0];
    TUN_IPV6_SRC, "tun_ipv6_src" "", 128/16, masked, Ipv6, None, writable, [NXM_NX TUN_IPV6_SRC 109 0];
    TUN_IPV6_DST, "tun_ipv6_dst" "", 128/16, masked, Ipv6, None, writable, [NXM_NX TUN_IPV6_DST 110 0];
    TUN_FLAGS, "tun_flags" "", 1/2, masked, TunnelFlags, None, writable, [NXM_NX TUN_FLAGS 104 0];
    TUN_TTL, "tun_ttl" "", 8/1, exact, Decimal, None, fixed, [];
    TUN_TOS, "tun_tos" "", 8/1, exact, Decimal, None, fixed, [];
    TUN_GBP_ID, "tun_gbp_id" "", 16/2, masked, Decimal, None, writable, [NXM_NX TUN_GBP_ID 38 0];
    TUN_GBP_FLAGS, "tun_gbp_flags" "", 8/1, masked, Hexadecimal, None, writable,
        [NXM_NX TUN_GBP_FLAGS 39 0];
    TUN_ERSPAN_IDX, "tun_erspan_idx" "", 20/4, masked, Hexadecimal, None, writable,
        [NXOXM_ET ERSPAN_IDX 11 0];
    TUN_ERSPAN_VER, "tun_erspan_ver" "", 4/1, masked, Decimal, None, writable, [NXOXM_ET ERSPAN_VER 12 0];
    TUN_ERSPAN_DIR, "tun_erspan_dir" "", 1/1, masked, Decimal, None, writable, [NXOXM_ET ERSPAN_DIR 13 0];
    TUN_ERSPAN_HWID, "tun_erspan_hwid" "", 6/1, masked, Hexadecimal, None, writable,
        [NXOXM_ET ERSPAN_HWID 14 0];
    TUN_GTPU_FLAGS, "tun_gtpu_flags" "", 8/1, masked, Hexadecimal, None, fixed, [NXOXM_ET GTPU_FLAGS 15 0];
    TUN_GTPU_MSGTYPE, "tun_gtpu_msgtype" "", 8/1, masked, Decimal, None, fixed,
        [NXOXM_ET GTPU_MSGTYPE 16 0];
    METADATA, "metadata" "", 64/8, masked, Hexadecimal, None, writable, [OXM_OF METADATA 2 2];
    IN_PORT, "in_port" "", 16/2, exact, Port, None, writable, [NXM_OF IN_PORT 0 0];
    IN_PORT_OXM, "in_port_oxm" "", 32/4, exact, Port, None, writable, [OXM_OF IN_PORT 0 2];
    ACTSET_OUTPUT, "actset_output" "", 32/4, exact, Port, None, fixed,
        [ONFOXM_ET ACTSET_OUTPUT 43 3; OXM_OF ACTSET_OUTPUT 43 5];
    SKB_PRIORITY, "skb_priority" "", 32/4, exact, Hexadecimal, None, fixed, [];
    PKT_MARK, "pkt_mark" "", 32/4, masked, Hexadecimal, None, writable, [NXM_NX PKT_MARK 33 0];
    CT_STATE, "ct_state" "", 32/4, masked, CtState, None, fixed, [NXM_NX CT_STATE 105 0];
    CT_ZONE, "ct_zone" "", 16/2, exact, Hexadecimal, None, fixed, [NXM_NX CT_ZONE 106 0];
    CT_MARK, "ct_mark" "", 32/4, masked, Hexadecimal, None, writable, [NXM_NX CT_MARK 107 0];
    CT_LABEL, "ct_label" "", 128/16, masked, Hexadecimal, None, writable, [NXM_NX CT_LABEL 108 0];
    CT_NW_PROTO, "ct_nw_proto" "", 8/1, exact, Decimal, Ct, fixed, [NXM_NX CT_NW_PROTO 119 0];
    CT_NW_SRC, "ct_nw_src" "", 32/4, masked, Ipv4, Ct, fixed, [NXM_NX CT_NW_SRC 120 0];
    CT_NW_DST, "ct_nw_dst" "", 32/4, masked, Ipv4, Ct, fixed, [NXM_NX CT_NW_DST 121 0];
    CT_IPV6_SRC, "ct_ipv6_src" "", 128/16, masked, Ipv6, Ct, fixed, [NXM_NX CT_IPV6_SRC 122 0];
    CT_IPV6_DST, "ct_ipv6_dst" "", 128/16, masked, Ipv6, Ct, fixed, [NXM_NX CT_IPV6_DST 123 0];
    CT_TP_SRC, "ct_tp_src" "", 16/2, masked, Decimal, Ct, fixed, [NXM_NX CT_TP_SRC 124 0];
    CT_TP_DST, "ct_tp_dst" "", 16/2, masked, Decimal, Ct, fixed, [NXM_NX CT_TP_DST 125 0];
    ETH_SRC, "eth_src" "dl_src", 48/6, masked, Ethernet, Ethernet, writable,
        [NXM_OF ETH_SRC 2 0; OXM_OF ETH_SRC 4 2];
    ETH_DST, "eth_dst" "dl_dst", 48/6, masked, Ethernet, Ethernet, writable,
        [NXM_OF ETH_DST 1 0; OXM_OF ETH_DST 3 2];
    ETH_TYPE, "eth_type" "dl_type", 16/2, exact, Hexadecimal, Ethernet, fixed,
        [NXM_OF ETH_TYPE 3 0; OXM_OF ETH_TYPE 5 2];
    VLAN_TCI, "vlan_tci" "", 16/2, masked, Hexadecimal, Ethernet, writable, [NXM_OF VLAN_TCI 4 0];
    DL_VLAN, "dl_vlan" "", 12/2, exact, Decimal, Ethernet, writable, [];
    VLAN_VID, "vlan_vid" "", 12/2, masked, Decimal, Ethernet, writable, [OXM_OF VLAN_VID 6 2];
    DL_VLAN_PCP, "dl_vlan_pcp" "", 3/1, exact, Decimal, Ethernet, writable, [];
    VLAN_PCP, "vlan_pcp" "", 3/1, exact, Decimal, Vlan, writable, [OXM_OF VLAN_PCP 7 2];
    MPLS_LABEL, "mpls_label" "", 20/4, exact, Decimal, Mpls, writable, [OXM_OF MPLS_LABEL 34 2];
    MPLS_TC, "mpls_tc" "", 3/1, exact, Decimal, Mpls, writable, [OXM_OF MPLS_TC 35 2];
    MPLS_BOS, "mpls_bos" "", 1/1, exact, Decimal, Mpls, fixed, [OXM_OF MPLS_BOS 36 3];
    MPLS_TTL, "mpls_ttl" "", 8/1, exact, Decimal, Mpls, writable, [NXM_NX MPLS_TTL 30 0];
    IPV4_SRC, "ip_src" "nw_src", 32/4, masked, Ipv4, Ipv4, writable,
        [NXM_OF IP_SRC 7 0; OXM_OF IPV4_SRC 11 2];
    IPV4_DST, "ip_dst" "nw_dst", 32/4, masked, Ipv4, Ipv4, writable,
        [NXM_OF IP_DST 8 0; OXM_OF IPV4_DST 12 2];
    IPV6_SRC, "ipv6_src" "", 128/16, masked, Ipv6, Ipv6, writable,
        [NXM_NX IPV6_SRC 19 0; OXM_OF IPV6_SRC 26 2];
    IPV6_DST, "ipv6_dst" "", 128/16, masked, Ipv6, Ipv6, writable,
        [NXM_NX IPV6_DST 20 0; OXM_OF IPV6_DST 27 2];
    IPV6_LABEL, "ipv6_label" "", 20/4, masked, Hexadecimal, Ipv6, writable,
        [NXM_NX IPV6_LABEL 27 0; OXM_OF IPV6_FLABEL 28 2];
    IP_PROTO, "nw_proto" "ip_proto", 8/1, exact, Decimal, Ip, fixed,
        [NXM_OF IP_PROTO 6 0; OXM_OF IP_PROTO 10 2];
    IP_DSCP, "nw_tos" "", 8/1, exact, Decimal, Ip, writable, [NXM_OF IP_TOS 5 0];
    IP_DSCP_SHIFTED, "ip_dscp" "", 6/1, exact, Decimal, Ip, writable, [OXM_OF IP_DSCP 8 2];
    IP_ECN, "nw_ecn" "ip_ecn", 2/1, exact, Decimal, Ip, writable, [NXM_NX IP_ECN 28 0; OXM_OF IP_ECN 9 2];
    IP_TTL, "nw_ttl" "", 8/1, exact, Decimal, Ip, writable, [NXM_NX IP_TTL 29 0];
    IP_FRAG, "ip_frag" "nw_frag", 2/1, masked, Fragment, Ip, fixed, [NXM_NX IP_FRAG 26 0];
    ARP_OP, "arp_op" "", 16/2, exact, Decimal, Arp, writable, [NXM_OF ARP_OP 15 0; OXM_OF ARP_OP 21 2];
    ARP_SPA, "arp_spa" "", 32/4, masked, Ipv4, Arp, writable, [NXM_OF ARP_SPA 16 0; OXM_OF ARP_SPA 22 2];
    ARP_TPA, "arp_tpa" "", 32/4, masked, Ipv4, Arp, writable, [NXM_OF ARP_TPA 17 0; OXM_OF ARP_TPA 23 2];
    ARP_SHA, "arp_sha" "", 48/6, masked, Ethernet, Arp, writable,
        [NXM_NX ARP_SHA 17 0; OXM_OF ARP_SHA 24 2];
    ARP_THA, "arp_tha" "", 48/6, masked, Ethernet, Arp, writable,
        [NXM_NX ARP_THA 18 0; OXM_OF ARP_THA 25 2];
    TCP_SRC, "tcp_src" "tp_src", 16/2, masked, Decimal, Tcp, writable,
        [NXM_OF TCP_SRC 9 0; OXM_OF TCP_SRC 13 2];
    TCP_DST, "tcp_dst" "tp_dst", 16/2, masked, Decimal, Tcp, writable,
        [NXM_OF TCP_DST 10 0; OXM_OF TCP_DST 14 2];
    TCP_FLAGS, "tcp_flags" "", 12/2, masked, TcpFlags, Tcp, fixed,
        [NXM_NX TCP_FLAGS 34 0; ONFOXM_ET TCP_FLAGS 42 3; OXM_OF TCP_FLAGS 42 5];
    UDP_SRC, "udp_src" "", 16/2, masked, Decimal, Udp, writable, [NXM_OF UDP_SRC 11 0; OXM_OF UDP_SRC 15 2];
    UDP_DST, "udp_dst" "", 16/2, masked, Decimal, Udp, writable, [NXM_OF UDP_DST 12 0; OXM_OF UDP_DST 16 2];
    SCTP_SRC, "sctp_src" "", 16/2, masked, Decimal, Sctp, writable, [OXM_OF SCTP_SRC 17 2];
    SCTP_DST, "sctp_dst" "", 16/2, masked, Decimal, Sctp, writable, [OXM_OF SCTP_DST 18 2];
    ICMPV4_TYPE, "icmp_type" "", 8/1, exact, Decimal, Icmpv4, writable,
        [NXM_OF ICMP_TYPE 13 0; OXM_OF ICMPV4_TYPE 19 2];
    ICMPV4_CODE, "icmp_code" "", 8/1, exact, Decimal, Icmpv4, writable,
        [NXM_OF ICMP_CODE 14 0; OXM_OF ICMPV4_CODE 20 2];
    ICMPV6_TYPE, "icmpv6_type" "", 8/1, exact, Decimal, Icmpv6, writable,
        [NXM_NX ICMPV6_TYPE 21 0; OXM_OF ICMPV6_TYPE 29 2];
    ICMPV6_CODE, "icmpv6_code" "", 8/1, exact, Decimal, Icmpv6, writable,
        [NXM_NX ICMPV6_CODE 22 0; OXM_OF ICMPV6_CODE 30 2];
    ND_TARGET, "nd_target" "", 128/16, masked, Ipv6, Nd, writable,
        [NXM_NX ND_TARGET 23 0; OXM_OF IPV6_ND_TARGET 31 2];
    ND_SLL, "nd_sll" "", 48/6, masked, Ethernet, NdSolicit, writable,
        [NXM_NX ND_SLL 24 0; OXM_OF IPV6_ND_SLL 32 2];
    ND_TLL, "nd_tll" "", 48/6, masked, Ethernet, NdAdvert, writable,
        [NXM_NX ND_TLL 25 0; OXM_OF IPV6_ND_TLL 33 2];
    ND_RESERVED, "nd_reserved" "", 32/4, exact, Decimal, Nd, writable, [ERICOXM_OF ICMPV6_ND_RESERVED 1 0];
    ND_OPTIONS_TYPE, "nd_options_type" "", 8/1, exact, Decimal, Nd, writable,
        [ERICOXM_OF ICMPV6_ND_OPTIONS_TYPE 2 0];
    NSH_FLAGS, "nsh_flags" "", 8/1, masked, Decimal, Nsh, writable, [NXOXM_NSH FLAGS 1 0];
    NSH_MDTYPE, "nsh_mdtype" "", 8/1, exact, Decimal, Nsh, fixed, [NXOXM_NSH MDTYPE 2 0];
    NSH_NP, "nsh_np" "", 8/1, exact, Decimal, Nsh, fixed, [NXOXM_NSH NP 3 0];
    NSH_SPI, "nsh_spi" "nsp", 24/4, exact, Hexadecimal, Nsh, writable, [NXOXM_NSH SPI 4 0];
    NSH_SI, "nsh_si" "nsi", 8/1, exact, Decimal, Nsh, writable, [NXOXM_NSH SI 5 0];
    NSH_TTL, "nsh_ttl" "", 8/1, exact, Decimal, Nsh, writable, [NXOXM_NSH TTL 10 0];
}

/// Fields `name0`, `name1`, … with consecutive codes.
struct Numbered {
    name: &'static str,
    alias: &'static str,
    first: u8,
    count: u8,
    bytes: u32,
    prerequisite: Prerequisite,
    code: fn(u8) -> (&'static str, u16, u32, u8, u8),
}

impl Numbered {
    /// The names live as long as the table, which is made once.
    fn infos(&self) -> impl Iterator<Item = FieldInfo> + '_ {
        (self.first..self.first + self.count).map(|n| {
            let (prefix, class, experimenter, number, since_version) = (self.code)(n);
            let text = |s: &str, n: u8| -> &'static str { Box::leak(format!("{s}{n}").into_boxed_str()) };
            let code = OxmCode { name: text(prefix, n), class, experimenter, number, since_version };
            FieldInfo {
                name: text(self.name, n),
                alias: if self.alias.is_empty() { "" } else { text(self.alias, n) },
                bits: 8 * self.bytes,
                bytes: self.bytes,
                maskable: true,
                format: Format::Hexadecimal,
                prerequisite: self.prerequisite,
                writable: true,
                codes: vec![code],
            }
        })
    }
}

fn numbered(name: &'static str, count: u8, bytes: u32, code: NumberedCode) -> Numbered {
    Numbered { name, alias: "", first: 0, count, bytes, prerequisite: Prerequisite::None, code }
}

type NumberedCode = fn(u8) -> (&'static str, u16, u32, u8, u8);

const NICIRA: u32 = 0x0000_2320;

fn numbered_fields() -> [Numbered; 5] {
    [
        numbered("reg", REGISTERS, 4, |n| match n {
            0..16 => ("NXM_NX_REG", 1, 0, n, 0),
            _ => ("NXOXM_ET_REG", 0xffff, NICIRA, n + 1, 0),
        }),
        numbered("xreg", REGISTERS / 2, 8, |n| ("OXM_OF_PKT_REG", 0x8001, 0, n, 3)),
        numbered("xxreg", REGISTERS / 4, 16, |n| match n {
            0..4 => ("NXM_NX_XXREG", 1, 0, 111 + n, 0),
            _ => ("NXOXM_ET_XXREG", 0xffff, NICIRA, 29 + n, 0),
        }),
        numbered("tun_metadata", TUNNEL_METADATA, 16, |n| ("NXM_NX_TUN_METADATA", 1, 0, 40 + n, 0)),
        Numbered {
            alias: "nshc",
            first: 1,
            prerequisite: Prerequisite::Nsh,
            ..numbered("nsh_c", NSH_CONTEXTS, 4, |n| ("NXOXM_NSH_C", 0xffff, 0x005a_d650, 5 + n, 0))
        },
    ]
}

static TABLE: LazyLock<Vec<FieldInfo>> = LazyLock::new(|| {
    let mut table = singles();
    table.extend(numbered_fields().iter().flat_map(Numbered::infos));
    table
});

static BY_NAME: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (n, info) in (0u8..).zip(TABLE.iter()) {
        names.insert(info.name, n);
        if !info.alias.is_empty() {
            names.insert(info.alias, n);
        }
    }
    names
});

/// Descriptions of all fields, in the order of their numbers.
pub(crate) fn all() -> &'static [FieldInfo] {
    &TABLE
}

/// All codes, each with the number of its field.
fn codes() -> impl Iterator<Item = (&'static OxmCode, u8)> {
    (0u8..).zip(TABLE.iter()).flat_map(|(n, info)| info.codes.iter().map(move |code| (code, n)))
}

static BY_CODE: LazyLock<HashMap<(u16, u32, u8), u8>> =
    LazyLock::new(|| codes().map(|(c, n)| ((c.class, c.experimenter, c.number), n)).collect());

static BY_CODE_NAME: LazyLock<HashMap<&'static str, u8>> =
    LazyLock::new(|| codes().map(|(c, n)| (c.name, n)).collect());

/// The field one of whose codes has this name.
pub(crate) fn by_code_name(name: &str) -> Option<Field> {
    BY_CODE_NAME.get(name).map(|&n| Field::at(n))
}

/// The field that has a code of this class, experimenter and number.
pub(crate) fn by_code(class: u16, experimenter: u32, number: u8) -> Option<Field> {
    BY_CODE.get(&(class, experimenter, number)).map(|&n| Field::at(n))
}

/// Numbers of fields by name and by older name.
pub(crate) fn by_name() -> &'static HashMap<&'static str, u8> {
    &BY_NAME
}
