//! Matches as `ovs-ofctl` prints them (`match_format` in Open vSwitch).

use std::fmt::{self, Display, Write};

use super::value::{
    CT_STATES, TCP_FLAGS, TUNNEL_FLAGS, fragment, write_ethernet, write_flags, write_hex, write_ipv4,
    write_ipv6,
};
use crate::field::{Field, REGISTERS, TUNNEL_METADATA, low_bits};
use crate::flow_match::Match;
use crate::port::Port;

const IPV4: u128 = 0x0800;
const IPV6: u128 = 0x86dd;
const ARP: u128 = 0x0806;
const RARP: u128 = 0x8035;

impl Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer { of: self, out: String::new() };
        printer.metadata()?;
        printer.connection()?;
        printer.packet_type()?;
        let (named_type, named_protocol) = printer.protocol();
        printer.registers_and_tunnel()?;
        printer.link(named_type)?;
        printer.network(named_protocol)?;
        printer.mpls_and_nsh()?;
        printer.fragments_and_transport()?;
        f.write_str(printer.out.trim_end_matches(','))
    }
}

struct Printer<'a> {
    of: &'a Match,
    out: String,
}

/// How a number under a mask is written: exact, and with a mask.
#[derive(Clone, Copy)]
enum Style {
    /// `80`, `0x50/0xfff0`.
    Decimal,
    /// `0x5`, `0x5/0xff`.
    Hexadecimal,
    /// `7`, `0x00000007/0x0000000f`.
    PaddedDecimal,
    /// `0x7`, `0x7/0xf`, and `0x0` for zero.
    PrefixedHexadecimal,
}

impl Printer<'_> {
    fn number(&mut self, name: &str, field: Field, style: Style) -> fmt::Result {
        let Some((value, mask)) = self.of.get(field) else { return Ok(()) };
        write!(self.out, "{name}=")?;
        let exact = mask == low_bits(field.bits());
        let digits = (field.info().bytes * 2) as usize;
        match style {
            Style::Decimal | Style::PaddedDecimal if exact => write!(self.out, "{value}")?,
            Style::Hexadecimal if exact => write_hex(&mut self.out, value)?,
            Style::PrefixedHexadecimal if exact => write!(self.out, "{value:#x}")?,
            Style::Decimal | Style::PrefixedHexadecimal => write!(self.out, "{value:#x}/{mask:#x}")?,
            Style::Hexadecimal => {
                write_hex(&mut self.out, value)?;
                self.out.push('/');
                write_hex(&mut self.out, mask)?;
            }
            Style::PaddedDecimal => {
                write!(self.out, "0x{value:0digits$x}/0x{mask:0digits$x}")?;
            }
        }
        self.out.push(',');
        Ok(())
    }

    fn ethernet(&mut self, name: &str, field: Field) -> fmt::Result {
        self.masked(name, field, |out, value, mask| write_ethernet(out, value, mask))
    }

    fn ipv4(&mut self, name: &str, field: Field) -> fmt::Result {
        self.masked(name, field, |out, value, mask| write_ipv4(out, value as u32, mask as u32))
    }

    fn ipv6(&mut self, name: &str, field: Field) -> fmt::Result {
        self.masked(name, field, |out, value, mask| write_ipv6(out, value, mask))
    }

    fn masked(
        &mut self,
        name: &str,
        field: Field,
        write: fn(&mut dyn Write, u128, u128) -> fmt::Result,
    ) -> fmt::Result {
        let Some((value, mask)) = self.of.get(field) else { return Ok(()) };
        write!(self.out, "{name}=")?;
        write(&mut self.out, value, mask)?;
        self.out.push(',');
        Ok(())
    }

    fn value(&self, field: Field) -> Option<u128> {
        self.of.get(field).map(|(value, _)| value)
    }

    fn metadata(&mut self) -> fmt::Result {
        self.number("pkt_mark", Field::PKT_MARK, Style::Hexadecimal)?;
        self.number("recirc_id", Field::RECIRC_ID, Style::Hexadecimal)?;
        self.number("dp_hash", Field::DP_HASH, Style::Hexadecimal)?;
        self.number("conj_id", Field::CONJ_ID, Style::Decimal)?;
        self.number("skb_priority", Field::SKB_PRIORITY, Style::Hexadecimal)?;
        self.port("actset_output", Field::ACTSET_OUTPUT)
    }

    fn port(&mut self, name: &str, field: Field) -> fmt::Result {
        let Some(value) = self.value(field) else { return Ok(()) };
        write!(self.out, "{name}={},", Port(value as u16))
    }

    fn connection(&mut self) -> fmt::Result {
        if let Some((value, mask)) = self.of.get(Field::CT_STATE) {
            self.out.push_str("ct_state=");
            write_flags(&mut self.out, CT_STATES, value as u32, mask as u32 & 0xff, 0xff)?;
            self.out.push(',');
        }
        self.number("ct_zone", Field::CT_ZONE, Style::Decimal)?;
        self.number("ct_mark", Field::CT_MARK, Style::Hexadecimal)?;
        self.number("ct_label", Field::CT_LABEL, Style::Hexadecimal)?;
        self.ipv4("ct_nw_src", Field::CT_NW_SRC)?;
        self.ipv6("ct_ipv6_src", Field::CT_IPV6_SRC)?;
        self.ipv4("ct_nw_dst", Field::CT_NW_DST)?;
        self.ipv6("ct_ipv6_dst", Field::CT_IPV6_DST)?;
        if self.of.get(Field::CT_NW_PROTO).is_some() {
            self.number("ct_nw_proto", Field::CT_NW_PROTO, Style::Decimal)?;
            self.number("ct_tp_src", Field::CT_TP_SRC, Style::Decimal)?;
            self.number("ct_tp_dst", Field::CT_TP_DST, Style::Decimal)?;
        }
        Ok(())
    }

    /// Prints the name of the protocol; says whether that tells the Ethernet type, and the IP protocol.
    fn protocol(&mut self) -> (bool, bool) {
        let Some(ethernet_type) = self.value(Field::ETH_TYPE) else { return (false, false) };
        let protocol = self.value(Field::IP_PROTO);
        let (name, named_protocol) = match (ethernet_type, protocol) {
            (IPV4, Some(1)) => ("icmp", true),
            (IPV4, Some(6)) => ("tcp", true),
            (IPV4, Some(17)) => ("udp", true),
            (IPV4, Some(132)) => ("sctp", true),
            (IPV4, _) => ("ip", false),
            (IPV6, Some(58)) => ("icmp6", true),
            (IPV6, Some(6)) => ("tcp6", true),
            (IPV6, Some(17)) => ("udp6", true),
            (IPV6, Some(132)) => ("sctp6", true),
            (IPV6, _) => ("ipv6", false),
            (ARP, _) => ("arp", false),
            (RARP, _) => ("rarp", false),
            (0x8847, _) => ("mpls", false),
            (0x8848, _) => ("mplsm", false),
            _ => return (false, false),
        };
        self.out.push_str(name);
        self.out.push(',');
        (true, named_protocol)
    }

    fn registers_and_tunnel(&mut self) -> fmt::Result {
        for n in 0..REGISTERS {
            self.number(Field::reg(n).name(), Field::reg(n), Style::Hexadecimal)?;
        }
        self.number("tun_id", Field::TUN_ID, Style::Hexadecimal)?;
        self.ipv4("tun_src", Field::TUN_SRC)?;
        self.ipv4("tun_dst", Field::TUN_DST)?;
        self.ipv6("tun_ipv6_src", Field::TUN_IPV6_SRC)?;
        self.ipv6("tun_ipv6_dst", Field::TUN_IPV6_DST)?;
        self.number("tun_gbp_id", Field::TUN_GBP_ID, Style::Decimal)?;
        self.unmasked("tun_gbp_flags", Field::TUN_GBP_FLAGS, true)?;
        self.erspan_and_gtpu()?;
        if let Some((value, mask)) = self.of.get(Field::TUN_FLAGS) {
            self.out.push_str("tun_flags=");
            write_flags(&mut self.out, TUNNEL_FLAGS, value as u32, mask as u32, u32::MAX)?;
            self.out.push(',');
        }
        for n in 0..TUNNEL_METADATA {
            self.tunnel_metadata(Field::tun_metadata(n))?;
        }
        self.number("metadata", Field::METADATA, Style::Hexadecimal)
    }

    /// A field that prints without its mask.
    fn unmasked(&mut self, name: &str, field: Field, hexadecimal: bool) -> fmt::Result {
        let Some(value) = self.value(field) else { return Ok(()) };
        match hexadecimal && value != 0 {
            true => write!(self.out, "{name}={value:#x},"),
            false => write!(self.out, "{name}={value},"),
        }
    }

    /// A field whose length is what its value and mask need; a mask of all these bytes is not told.
    fn tunnel_metadata(&mut self, field: Field) -> fmt::Result {
        let Some((value, mask)) = self.of.get(field) else { return Ok(()) };
        write!(self.out, "{field}=")?;
        write_hex(&mut self.out, value)?;
        let bytes = (u128::BITS - mask.leading_zeros()).div_ceil(8);
        if mask != low_bits(8 * bytes) {
            self.out.push('/');
            write_hex(&mut self.out, mask)?;
        }
        self.out.push(',');
        Ok(())
    }

    fn erspan_and_gtpu(&mut self) -> fmt::Result {
        self.unmasked("tun_erspan_ver", Field::TUN_ERSPAN_VER, false)?;
        match self.value(Field::TUN_ERSPAN_VER) {
            Some(1) => self.unmasked("tun_erspan_idx", Field::TUN_ERSPAN_IDX, true)?,
            Some(2) => {
                self.unmasked("tun_erspan_dir", Field::TUN_ERSPAN_DIR, false)?;
                self.unmasked("tun_erspan_hwid", Field::TUN_ERSPAN_HWID, true)?;
            }
            _ => {}
        }
        self.unmasked("gtpu_flags", Field::TUN_GTPU_FLAGS, true)?;
        self.unmasked("gtpu_msgtype", Field::TUN_GTPU_MSGTYPE, false)
    }

    /// Namespace and type, unless it is Ethernet's.
    fn packet_type(&mut self) -> fmt::Result {
        let Some(value) = self.value(Field::PACKET_TYPE).filter(|&value| value != 0) else { return Ok(()) };
        let number = |number: u128| if number > 9 { format!("{number:#x}") } else { number.to_string() };
        write!(self.out, "packet_type=({},{}),", number(value >> 16), number(value & 0xffff))
    }

    fn link(&mut self, named_type: bool) -> fmt::Result {
        self.port("in_port", Field::IN_PORT)?;
        if let Some((value, mask)) = self.of.get(Field::VLAN_TCI) {
            self.vlan(value, mask)?;
        }
        self.ethernet("dl_src", Field::ETH_SRC)?;
        self.ethernet("dl_dst", Field::ETH_DST)?;
        match self.value(Field::ETH_TYPE) {
            Some(value) if !named_type => write!(self.out, "dl_type=0x{value:04x},"),
            _ => Ok(()),
        }
    }

    fn vlan(&mut self, value: u128, mask: u128) -> fmt::Result {
        let (id, priority, present) = (mask & 0x0fff, mask & 0xe000, mask & value & 0x1000 != 0);
        let whole = (id == 0 || id == 0x0fff) && (priority == 0 || priority == 0xe000);
        if present && whole && (id | priority) != 0 {
            if id != 0 {
                write!(self.out, "dl_vlan={},", value & 0x0fff)?;
            }
            if priority != 0 {
                write!(self.out, "dl_vlan_pcp={},", value >> 13)?;
            }
            return Ok(());
        }
        match mask {
            0xffff => write!(self.out, "vlan_tci=0x{value:04x},"),
            _ => write!(self.out, "vlan_tci=0x{value:04x}/0x{mask:04x},"),
        }
    }

    fn network(&mut self, named_protocol: bool) -> fmt::Result {
        if self.of.ethernet_type() == Some(IPV6) {
            self.ipv6("ipv6_src", Field::IPV6_SRC)?;
            self.ipv6("ipv6_dst", Field::IPV6_DST)?;
            match self.of.get(Field::IPV6_LABEL) {
                Some((value, 0xf_ffff)) => write!(self.out, "ipv6_label=0x{value:05x},")?,
                Some((value, mask)) => write!(self.out, "ipv6_label=0x{value:05x}/0x{mask:05x},")?,
                None => {}
            }
        }
        self.ipv4("arp_spa", Field::ARP_SPA)?;
        self.ipv4("arp_tpa", Field::ARP_TPA)?;
        self.ipv4("nw_src", Field::IPV4_SRC)?;
        self.ipv4("nw_dst", Field::IPV4_DST)?;
        if !named_protocol {
            self.number("nw_proto", Field::IP_PROTO, Style::Decimal)?;
        }
        if let Some(operation) = self.value(Field::ARP_OP) {
            write!(self.out, "arp_op={},", operation & 0xff)?;
        }
        self.ethernet("arp_sha", Field::ARP_SHA)?;
        self.ethernet("arp_tha", Field::ARP_THA)?;
        if let Some((value, _)) = self.of.get(Field::IP_DSCP_SHIFTED) {
            write!(self.out, "nw_tos={},", value << 2)?;
        }
        self.number("nw_ecn", Field::IP_ECN, Style::Decimal)?;
        self.number("nw_ttl", Field::IP_TTL, Style::Decimal)
    }

    fn mpls_and_nsh(&mut self) -> fmt::Result {
        self.number("mpls_label", Field::MPLS_LABEL, Style::Decimal)?;
        self.number("mpls_tc", Field::MPLS_TC, Style::Decimal)?;
        self.number("mpls_ttl", Field::MPLS_TTL, Style::Decimal)?;
        self.number("mpls_bos", Field::MPLS_BOS, Style::Decimal)?;
        self.number("nsh_flags", Field::NSH_FLAGS, Style::PaddedDecimal)?;
        self.number("nsh_ttl", Field::NSH_TTL, Style::PaddedDecimal)?;
        self.number("nsh_mdtype", Field::NSH_MDTYPE, Style::PaddedDecimal)?;
        self.number("nsh_np", Field::NSH_NP, Style::PaddedDecimal)?;
        self.number("nsh_spi", Field::NSH_SPI, Style::PrefixedHexadecimal)?;
        self.number("nsh_si", Field::NSH_SI, Style::PaddedDecimal)?;
        for n in 1..=4 {
            self.number(Field::nsh_context(n).name(), Field::nsh_context(n), Style::PrefixedHexadecimal)?;
        }
        Ok(())
    }

    fn fragments_and_transport(&mut self) -> fmt::Result {
        if let Some((value, mask)) = self.of.get(Field::IP_FRAG) {
            write!(self.out, "nw_frag={},", fragment(value as u8, mask as u8))?;
        }
        self.number("icmp_type", Field::ICMPV4_TYPE, Style::Decimal)?;
        self.number("icmp_code", Field::ICMPV4_CODE, Style::Decimal)?;
        self.number("icmp_type", Field::ICMPV6_TYPE, Style::Decimal)?;
        self.number("icmp_code", Field::ICMPV6_CODE, Style::Decimal)?;
        self.ipv6("nd_target", Field::ND_TARGET)?;
        self.ethernet("nd_sll", Field::ND_SLL)?;
        self.ethernet("nd_tll", Field::ND_TLL)?;
        self.number("nd_reserved", Field::ND_RESERVED, Style::PaddedDecimal)?;
        self.number("nd_options_type", Field::ND_OPTIONS_TYPE, Style::Decimal)?;
        for (source, target) in [
            (Field::TCP_SRC, Field::TCP_DST),
            (Field::UDP_SRC, Field::UDP_DST),
            (Field::SCTP_SRC, Field::SCTP_DST),
        ] {
            self.number("tp_src", source, Style::Decimal)?;
            self.number("tp_dst", target, Style::Decimal)?;
        }
        if let Some((value, mask)) = self.of.get(Field::TCP_FLAGS) {
            self.out.push_str("tcp_flags=");
            write_flags(&mut self.out, TCP_FLAGS, value as u32, mask as u32, 0xfff)?;
            self.out.push(',');
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fields: &[(Field, u128, u128)]) -> String {
        let mut m = Match::any();
        for &(field, value, mask) in fields {
            m.set(field, value, mask);
        }
        m.to_string()
    }

    #[test]
    fn protocols_have_names() {
        assert_eq!(text(&[(Field::ETH_TYPE, 0x800, 0xffff), (Field::IP_PROTO, 6, 0xff)]), "tcp");
        assert_eq!(text(&[(Field::ETH_TYPE, 0x86dd, 0xffff), (Field::IP_PROTO, 58, 0xff)]), "icmp6");
        assert_eq!(text(&[(Field::ETH_TYPE, 0x800, 0xffff), (Field::IP_PROTO, 2, 0xff)]), "ip,nw_proto=2");
        assert_eq!(text(&[(Field::ETH_TYPE, 0x1234, 0xffff)]), "dl_type=0x1234");
        assert_eq!(text(&[(Field::IP_PROTO, 6, 0xff)]), "nw_proto=6");
    }

    #[test]
    fn the_order_is_that_of_ovs() {
        assert_eq!(
            text(&[
                (Field::TCP_DST, 0x3ea, 0xfffe),
                (Field::IPV4_SRC, 0x0a00_0001, 0xffff_ffff),
                (Field::ETH_TYPE, 0x800, 0xffff),
                (Field::IP_PROTO, 6, 0xff),
                (Field::CT_STATE, 0x22, 0x22),
                (Field::CT_MARK, 1, 1),
                (Field::reg(14), 5, 0xffff_ffff),
                (Field::METADATA, 1, u128::from(u64::MAX)),
                (Field::CONJ_ID, 1, 0xffff_ffff),
            ]),
            "conj_id=1,ct_state=+est+trk,ct_mark=0x1/0x1,tcp,reg14=0x5,metadata=0x1,nw_src=10.0.0.1,\
             tp_dst=0x3ea/0xfffe"
        );
    }

    #[test]
    fn vlan_tags_print_as_their_parts_where_they_can() {
        assert_eq!(text(&[(Field::DL_VLAN, 5, 0xfff)]), "dl_vlan=5");
        assert_eq!(text(&[(Field::VLAN_TCI, 0x1000, 0x1000)]), "vlan_tci=0x1000/0x1000");
        assert_eq!(text(&[(Field::VLAN_TCI, 0, 0x1000)]), "vlan_tci=0x0000/0x1000");
        assert_eq!(text(&[(Field::VLAN_TCI, 0x7005, 0xffff)]), "dl_vlan=5,dl_vlan_pcp=3");
    }
}
