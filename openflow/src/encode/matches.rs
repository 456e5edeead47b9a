//! Matches (`nx_put_raw` in Open vSwitch).

use super::buffer::{pad, put_u16};
use super::entry::put_entry;
use crate::field::{Field, REGISTERS, TUNNEL_METADATA};
use crate::field_info::Prerequisite;
use crate::flow_match::Match;
use crate::port::Port;
use crate::version::Version;
use crate::wire::MATCH_OXM;

/// The version whose codes are Nicira's where there are such.
const NXM: u8 = 0;

const IPV4: u128 = 0x0800;
const VLAN_ID_PRESENT: u128 = 0x1fff;

/// Appends `of` to `out` as the `ofp_match` of a switch that speaks `version`, with padding.
pub fn encode_match(of: &Match, version: Version, out: &mut Vec<u8>) {
    let start = out.len();
    put_u16(out, MATCH_OXM);
    put_u16(out, 0);
    encode_fields(of, version, out);
    let length = (out.len() - start) as u16;
    out[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
    pad(out, start);
}

/// Appends the OXM entries of `of` alone.
pub fn encode_fields(of: &Match, version: Version, out: &mut Vec<u8>) {
    put_fields(of, version.minor(), out);
}

/// Appends the entries of `of` with Nicira's codes, as Nicira's messages have them.
pub fn encode_nxm(of: &Match, out: &mut Vec<u8>) {
    put_fields(of, NXM, out);
}

fn put_fields(of: &Match, version: u8, out: &mut Vec<u8>) {
    let start = out.len();
    let mut put = Put { of, version, out, implies_ethernet: false };
    put.packet_and_link();
    put.network();
    put.tunnel();
    put.registers_and_connection();
    if of.get(Field::PACKET_TYPE).is_some_and(|(value, _)| value == 0) && !put.implies_ethernet {
        // An Ethernet packet, which nothing else of the match says.
        let mut entry = Vec::new();
        put_entry(&mut entry, Field::PACKET_TYPE, version, 0, None);
        out.splice(start..start, entry);
    }
}

struct Put<'a> {
    of: &'a Match,
    version: u8,
    out: &'a mut Vec<u8>,
    /// Whether a field was put that only Ethernet packets have.
    implies_ethernet: bool,
}

impl Put<'_> {
    fn entry(&mut self, field: Field, value: u128, mask: Option<u128>) {
        self.implies_ethernet |= field.info().prerequisite != Prerequisite::None;
        put_entry(self.out, field, self.version, value, mask);
    }

    fn field(&mut self, field: Field) {
        let Some((value, mask)) = self.of.get(field) else { return };
        // Open vSwitch knows more flags of tunnels than the one that can be matched.
        let whole = mask == field.info().full_mask() && field != Field::TUN_FLAGS;
        self.entry(field, value, Some(mask).filter(|_| !whole));
    }

    fn fields<const N: usize>(&mut self, fields: [Field; N]) {
        for field in fields {
            self.field(field);
        }
    }

    fn port(&mut self, from: Field, to: Field) {
        if let Some((value, _)) = self.of.get(from) {
            self.entry(to, Port(value as u16).to_u32().into(), None);
        }
    }

    fn packet_and_link(&mut self) {
        if self.of.value(Field::PACKET_TYPE) != 0 {
            self.field(Field::PACKET_TYPE);
        }
        self.fields([Field::DP_HASH, Field::RECIRC_ID, Field::CONJ_ID]);
        if self.version == NXM {
            self.field(Field::IN_PORT);
        } else {
            self.port(Field::IN_PORT, Field::IN_PORT_OXM);
        }
        self.fields([Field::ACTSET_OUTPUT, Field::ETH_SRC, Field::ETH_DST, Field::ETH_TYPE]);
        self.vlan();
    }

    fn vlan(&mut self) {
        let Some((value, mask)) = self.of.get(Field::VLAN_TCI) else { return };
        if self.version == NXM {
            return self.field(Field::VLAN_TCI);
        }
        let (id, id_mask) = (value & VLAN_ID_PRESENT, mask & VLAN_ID_PRESENT);
        if id_mask != 0 {
            self.entry(Field::VLAN_VID, id, Some(id_mask).filter(|&mask| mask != VLAN_ID_PRESENT));
        }
        if id != 0 && mask >> 13 != 0 {
            self.entry(Field::VLAN_PCP, value >> 13, None);
        }
    }

    fn network(&mut self) {
        let available = |fields: &[Field]| fields.iter().any(|&field| self.of.has_prerequisites_of(field));
        let (mpls, ip, arp) =
            (available(&[Field::MPLS_LABEL]), available(&[Field::IP_PROTO]), available(&[Field::ARP_OP]));
        if mpls {
            self.fields([Field::MPLS_TC, Field::MPLS_BOS, Field::MPLS_TTL, Field::MPLS_LABEL]);
        }
        if ip {
            self.ip();
        } else if arp {
            self.fields([Field::ARP_OP, Field::ARP_SPA, Field::ARP_TPA, Field::ARP_SHA, Field::ARP_THA]);
        }
    }

    fn ip(&mut self) {
        match self.of.ethernet_type() {
            Some(IPV4) => self.fields([Field::IPV4_SRC, Field::IPV4_DST]),
            _ => self.fields([Field::IPV6_SRC, Field::IPV6_DST]),
        }
        self.field(Field::IP_FRAG);
        match self.of.get(Field::IP_DSCP_SHIFTED) {
            Some((value, _)) if self.version == NXM => self.entry(Field::IP_DSCP, value << 2, None),
            _ => self.field(Field::IP_DSCP_SHIFTED),
        }
        self.fields([Field::IP_ECN, Field::IP_TTL, Field::IPV6_LABEL, Field::IP_PROTO]);
        let transport = [
            Field::TCP_SRC,
            Field::TCP_DST,
            Field::TCP_FLAGS,
            Field::UDP_SRC,
            Field::UDP_DST,
            Field::SCTP_SRC,
            Field::SCTP_DST,
            Field::ICMPV4_TYPE,
            Field::ICMPV4_CODE,
            Field::ICMPV6_TYPE,
            Field::ICMPV6_CODE,
            Field::ND_RESERVED,
            Field::ND_TARGET,
            Field::ND_OPTIONS_TYPE,
            Field::ND_SLL,
            Field::ND_TLL,
        ];
        for field in transport {
            if self.of.has_prerequisites_of(field) {
                self.field(field);
            }
        }
    }

    fn tunnel(&mut self) {
        self.fields([
            Field::TUN_ID,
            Field::TUN_FLAGS,
            Field::TUN_SRC,
            Field::TUN_DST,
            Field::TUN_IPV6_SRC,
            Field::TUN_IPV6_DST,
            Field::TUN_GBP_ID,
            Field::TUN_GBP_FLAGS,
        ]);
        for n in 0..TUNNEL_METADATA {
            self.field(Field::tun_metadata(n));
        }
        self.fields([
            Field::TUN_ERSPAN_IDX,
            Field::TUN_ERSPAN_VER,
            Field::TUN_ERSPAN_DIR,
            Field::TUN_ERSPAN_HWID,
            Field::TUN_GTPU_FLAGS,
            Field::TUN_GTPU_MSGTYPE,
            Field::NSH_FLAGS,
            Field::NSH_TTL,
            Field::NSH_MDTYPE,
            Field::NSH_NP,
            Field::NSH_SPI,
            Field::NSH_SI,
        ]);
        for n in 1..=4 {
            self.field(Field::nsh_context(n));
        }
    }

    fn registers_and_connection(&mut self) {
        if self.version < Version::V1_5.minor() {
            (0..REGISTERS).for_each(|n| self.field(Field::reg(n)));
        } else {
            (0..REGISTERS / 2).for_each(|n| self.wide_register(n));
        }
        self.fields([
            Field::PKT_MARK,
            Field::CT_STATE,
            Field::CT_ZONE,
            Field::CT_MARK,
            Field::CT_LABEL,
            Field::CT_NW_SRC,
            Field::CT_IPV6_SRC,
            Field::CT_NW_DST,
            Field::CT_IPV6_DST,
        ]);
        if self.of.value(Field::CT_NW_PROTO) != 0 {
            self.fields([Field::CT_NW_PROTO, Field::CT_TP_SRC, Field::CT_TP_DST]);
        }
        self.field(Field::METADATA);
    }

    /// Two registers together, as OpenFlow 1.5 has them.
    fn wide_register(&mut self, n: u8) {
        let part = |n: u8| self.of.get(Field::reg(n)).unwrap_or((0, 0));
        let ((high, high_mask), (low, low_mask)) = (part(2 * n), part(2 * n + 1));
        let mask = high_mask << 32 | low_mask;
        if mask != 0 {
            let whole = mask == u128::from(u64::MAX);
            self.entry(Field::xreg(n), high << 32 | low, Some(mask).filter(|_| !whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(fields: &[(Field, u128, u128)], put: impl Fn(&Match, &mut Vec<u8>)) -> String {
        let mut m = Match::any();
        for &(field, value, mask) in fields {
            m.set(field, value, mask);
        }
        let mut out = Vec::new();
        put(&m, &mut out);
        out.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn registers_are_wide_in_openflow_1_5() {
        let fields = [(Field::reg(1), 5, 0xff)];
        let entries = |version| hex(&fields, |m, out| encode_fields(m, version, out));
        assert_eq!(entries(Version::V1_3), "000103080000000500 0000ff".replace(' ', ""));
        assert_eq!(entries(Version::V1_5), "8001011000000000000000 0500000000000000ff".replace(' ', ""));
    }

    #[test]
    fn fields_are_in_the_order_of_their_prerequisites() {
        let fields = [
            (Field::TCP_DST, 80, 0xffff),
            (Field::IP_PROTO, 6, 0xff),
            (Field::ETH_TYPE, 0x800, 0xffff),
            (Field::DL_VLAN, 5, 0xfff),
        ];
        assert_eq!(
            hex(&fields, |m, out| encode_match(m, Version::V1_3, out)),
            "0001001b80000a02080080000c021005800014010680001c0200500000000000".replace(' ', "")
        );
        assert_eq!(
            hex(&fields, encode_nxm),
            "000006020800000009041005 1fff00000c0106 000014020050".replace(' ', "")
        );
    }
}
