//! Matches in text.

use super::error::ParseError;
use super::number::number;
use super::pairs::{Pair, Pairs, Part};
use super::subfield::subfield;
use super::value::matched_value;
use crate::field::Field;
use crate::flow_match::Match;
use crate::subfield::Subfield;

/// Protocols that have names, with Ethernet type and IP protocol (`ofp_parse_protocol` in Open vSwitch).
const PROTOCOLS: [(&str, u128, Option<u128>); 17] = [
    ("ip", 0x0800, None),
    ("ipv4", 0x0800, None),
    ("ip4", 0x0800, None),
    ("arp", 0x0806, None),
    ("icmp", 0x0800, Some(1)),
    ("tcp", 0x0800, Some(6)),
    ("udp", 0x0800, Some(17)),
    ("sctp", 0x0800, Some(132)),
    ("ipv6", 0x86dd, None),
    ("ip6", 0x86dd, None),
    ("icmp6", 0x86dd, Some(58)),
    ("tcp6", 0x86dd, Some(6)),
    ("udp6", 0x86dd, Some(17)),
    ("sctp6", 0x86dd, Some(132)),
    ("rarp", 0x8035, None),
    ("mpls", 0x8847, None),
    ("mplsm", 0x8848, None),
];

/// The field of a name, also of those by which only `ovs-ofctl dump-flows` calls fields.
fn named(name: &str) -> Option<Field> {
    match name {
        "gtpu_flags" => Some(Field::TUN_GTPU_FLAGS),
        "gtpu_msgtype" => Some(Field::TUN_GTPU_MSGTYPE),
        _ => Field::from_name(name),
    }
}

/// What OpenFlow 1.0 writes for a packet without a VLAN tag.
const NO_VLAN: u128 = 0xffff;

/// When a field is set: what others depend on comes first, the types of ICMP before what neighbour discovery has.
fn rank(field: Field) -> u8 {
    match field {
        Field::IP_PROTO | Field::IP_FRAG => 0,
        Field::CT_STATE
        | Field::VLAN_TCI
        | Field::DL_VLAN
        | Field::VLAN_VID
        | Field::ICMPV4_TYPE
        | Field::ICMPV6_TYPE
        | Field::ICMPV4_CODE
        | Field::ICMPV6_CODE
        | Field::TCP_SRC
        | Field::TCP_DST => 1,
        _ => 2,
    }
}

/// A match as it is read: fields whose meaning depends on the protocol wait for the end.
#[derive(Default)]
pub(super) struct Reading<'a> {
    found: Match,
    later: Vec<(Part<'a>, Subfield, u128, u128)>,
}

impl<'a> Reading<'a> {
    /// Takes `pair` if it is about the match; else it is none of it.
    ///
    /// # Errors
    /// A field with a wrong value.
    pub(super) fn take(&mut self, pair: Pair<'a>) -> Result<bool, ParseError> {
        let name = pair.key.text;
        if let Some((_, ethernet_type, protocol)) = PROTOCOLS.iter().find(|p| p.0 == name) {
            self.found.set_exact(Field::ETH_TYPE, *ethernet_type);
            if let Some(protocol) = protocol {
                self.found.set_exact(Field::IP_PROTO, *protocol);
            }
        } else if name == "eth" {
            self.found.set_exact(Field::PACKET_TYPE, 0);
        } else if let Some(field) = named(name) {
            self.field(pair, field)?;
        } else if name.contains('[') {
            let bits = subfield(pair.key)?;
            let value = number(pair.value, bits.mask() >> bits.offset)?;
            self.add(pair.key, bits, value << bits.offset, bits.mask());
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn field(&mut self, pair: Pair<'a>, field: Field) -> Result<(), ParseError> {
        if pair.value.is_empty() {
            return Err(pair.key.error(format!("{} needs a value", pair.key.text)));
        }
        let (found, mask) = matched_value(field, pair.value)?;
        if field == Field::DL_VLAN && found == NO_VLAN {
            self.add(pair.key, Subfield::whole(Field::VLAN_TCI), 0, NO_VLAN);
            return Ok(());
        }
        let mask = mask.unwrap_or(field.info().whole_mask());
        if !field.allows(found & mask) {
            return Err(pair.value.error(format!("{field} cannot have this value")));
        }
        self.add(pair.key, Subfield::whole(field), found & mask, mask);
        Ok(())
    }

    fn add(&mut self, place: Part<'a>, bits: Subfield, value: u128, mask: u128) {
        match bits.field {
            Field::ETH_TYPE | Field::PACKET_TYPE => self.found.set(bits.field, value, mask),
            _ => self.later.push((place, bits, value, mask)),
        }
    }

    /// The match, when everything was taken.
    ///
    /// # Errors
    /// A field whose prerequisites are not matched.
    pub(super) fn finish(mut self) -> Result<Match, ParseError> {
        self.later.sort_by_key(|(_, bits, _, _)| rank(bits.field));
        for (place, bits, value, mask) in std::mem::take(&mut self.later) {
            let field = self.meant(bits.field);
            if !self.found.has_prerequisites_of(field) {
                let wrong = format!("what {} depends on is not matched", place.text);
                return Err(place.error(wrong));
            }
            self.found.set(field, value, mask);
        }
        Ok(self.found.without_implied_packet_type())
    }

    /// The field that a name means under the protocols that are matched: Open vSwitch keeps addresses and ports of
    /// different protocols in one place.
    fn meant(&self, field: Field) -> Field {
        let can = |field: Field| self.found.has_prerequisites_of(field);
        let first = |fields: &[Field]| fields.iter().copied().find(|&f| can(f)).unwrap_or(field);
        match field {
            Field::IPV4_SRC => first(&[Field::IPV4_SRC, Field::ARP_SPA]),
            Field::IPV4_DST => first(&[Field::IPV4_DST, Field::ARP_TPA]),
            Field::IP_PROTO => first(&[Field::IP_PROTO, Field::ARP_OP]),
            Field::TCP_SRC | Field::ICMPV4_TYPE => first(&[
                Field::TCP_SRC,
                Field::UDP_SRC,
                Field::SCTP_SRC,
                Field::ICMPV4_TYPE,
                Field::ICMPV6_TYPE,
            ]),
            Field::TCP_DST | Field::ICMPV4_CODE => first(&[
                Field::TCP_DST,
                Field::UDP_DST,
                Field::SCTP_DST,
                Field::ICMPV4_CODE,
                Field::ICMPV6_CODE,
            ]),
            _ => field,
        }
    }
}

/// Parses a match in the form of `ovs-ofctl`: `tcp,reg0=0x5/0xff,nw_src=10.0.0.0/8`.
///
/// # Errors
/// What is no field, no value of a field, or a field whose prerequisites are not matched.
pub fn parse_match(text: &str) -> Result<Match, ParseError> {
    let mut reading = Reading::default();
    for pair in Pairs::new(Part::new(text)) {
        if !reading.take(pair)? {
            return Err(pair.key.error(format!("`{}` is not a field", pair.key.text)));
        }
    }
    reading.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> Result<String, (usize, String)> {
        parse_match(text).map(|m| m.to_string()).map_err(|e| (e.position, e.message))
    }

    fn same(text: &str) {
        assert_eq!(again(text).as_deref(), Ok(text));
    }

    #[test]
    fn what_prints_parses() {
        same("");
        same(
            "ct_state=+est+trk,ct_mark=0x1/0x1,tcp,reg14=0x5,metadata=0x1,nw_src=10.0.0.1,tp_dst=0x3ea/0xfffe",
        );
        same("icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1,nd_sll=00:00:00:00:00:01");
        same("arp,in_port=LOCAL,arp_spa=10.0.0.1,arp_op=2");
        same("vlan_tci=0x0000/0x1000");
        same("dl_vlan=5,dl_vlan_pcp=3");
    }

    #[test]
    fn other_forms_mean_the_same() {
        assert_eq!(again("nw_src=1.2.3.4,dl_type=0x806").as_deref(), Ok("arp,arp_spa=1.2.3.4"));
        assert_eq!(again("tp_src=53,udp6").as_deref(), Ok("udp6,tp_src=53"));
        assert_eq!(again("eth_type=0x800,ip_proto=6,tcp_dst=80").as_deref(), Ok("tcp,tp_dst=80"));
        assert_eq!(again("dl_vlan=0xffff").as_deref(), Ok("vlan_tci=0x0000"));
        assert_eq!(again("xxreg0=0x10000000000000002").as_deref(), Ok("reg0=0,reg1=0x1,reg2=0,reg3=0x2"));
        assert_eq!(again("reg1[4..7]=3").as_deref(), Ok("reg1=0x30/0xf0"));
        assert_eq!(again("ip,nw_src=10.1.2.3/255.0.0.0").as_deref(), Ok("ip,nw_src=10.0.0.0/8"));
    }

    #[test]
    fn errors_are_at_their_place() {
        assert_eq!(again("ip,nw_foo=1"), Err((3, "`nw_foo` is not a field".to_string())));
        assert_eq!(again("ip,tp_dst=1"), Err((3, "what tp_dst depends on is not matched".to_string())));
        assert_eq!(again("reg0=0x1ffffffff").map_err(|e| e.0), Err(5));
        assert_eq!(again("ip,nw_ecn=4"), Err((10, "nw_ecn cannot have this value".to_string())));
    }
}
