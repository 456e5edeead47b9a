//! Whether a match says enough about packets for a field to exist in them.

use crate::field::Field;
use crate::field_info::Prerequisite;
use crate::flow_match::Match;

const ARP: u128 = 0x0806;
const RARP: u128 = 0x8035;
const IPV4: u128 = 0x0800;
const IPV6: u128 = 0x86dd;
const NSH: u128 = 0x894f;
const MPLS: [u128; 2] = [0x8847, 0x8848];
const VLAN_PRESENT: u128 = 0x1000;
const LATER_FRAGMENT: u128 = 2;
const NEIGHBOUR_SOLICITATION: u128 = 135;
const NEIGHBOUR_ADVERTISEMENT: u128 = 136;

/// Namespace 1 of packet types has Ethernet types without an Ethernet header.
const ETHERNET_TYPES: u128 = 1;

impl Match {
    /// Whether packets that it matches have what `field` needs (`mf_are_match_prereqs_ok` in Open vSwitch).
    pub fn has_prerequisites_of(&self, field: Field) -> bool {
        let ethernet_type = self.ethernet_type();
        let is = |number| ethernet_type == Some(number);
        match field.info().prerequisite {
            Prerequisite::None => true,
            Prerequisite::Ethernet => self.value(Field::PACKET_TYPE) == 0,
            Prerequisite::Arp => is(ARP) || is(RARP),
            Prerequisite::Vlan => self.value(Field::VLAN_TCI) & VLAN_PRESENT != 0,
            Prerequisite::Ipv4 => is(IPV4),
            Prerequisite::Ipv6 => is(IPV6),
            Prerequisite::Ip => is(IPV4) || is(IPV6),
            Prerequisite::Nsh => is(NSH),
            Prerequisite::Mpls => MPLS.into_iter().any(is),
            Prerequisite::Ct => self.is_tracked(),
            Prerequisite::Tcp => self.is_transport(6),
            Prerequisite::Udp => self.is_transport(17),
            Prerequisite::Sctp => self.is_transport(132),
            Prerequisite::Icmpv4 => is(IPV4) && self.value(Field::IP_PROTO) == 1,
            Prerequisite::Icmpv6 => is(IPV6) && self.value(Field::IP_PROTO) == 58,
            Prerequisite::Nd => {
                self.is_neighbour_discovery(NEIGHBOUR_SOLICITATION)
                    || self.is_neighbour_discovery(NEIGHBOUR_ADVERTISEMENT)
            }
            Prerequisite::NdSolicit => self.is_neighbour_discovery(NEIGHBOUR_SOLICITATION),
            Prerequisite::NdAdvert => self.is_neighbour_discovery(NEIGHBOUR_ADVERTISEMENT),
        }
    }

    /// The value of `field`, 0 if it is not matched.
    pub(crate) fn value(&self, field: Field) -> u128 {
        self.get(field).map_or(0, |(value, _)| value)
    }

    /// The Ethernet type, whether of an Ethernet header or of a packet without one (`get_dl_type`).
    pub(crate) fn ethernet_type(&self) -> Option<u128> {
        match self.get(Field::PACKET_TYPE) {
            None | Some((0, _)) => self.get(Field::ETH_TYPE).map(|(value, _)| value),
            Some((value, _)) if value >> 16 == ETHERNET_TYPES => Some(value & 0xffff),
            Some(_) => None,
        }
    }

    pub(crate) fn is_ip(&self) -> bool {
        matches!(self.ethernet_type(), Some(IPV4 | IPV6))
    }

    fn is_transport(&self, protocol: u128) -> bool {
        let later = self.value(Field::IP_FRAG) & LATER_FRAGMENT != 0;
        self.is_ip() && self.value(Field::IP_PROTO) == protocol && !later
    }

    fn is_neighbour_discovery(&self, kind: u128) -> bool {
        self.ethernet_type() == Some(IPV6)
            && self.value(Field::IP_PROTO) == 58
            && self.value(Field::ICMPV6_TYPE) == kind
            && self.value(Field::ICMPV6_CODE) == 0
    }

    /// One of the states that only a valid connection has, or tracked and told not to be invalid (`is_ct_valid`).
    fn is_tracked(&self) -> bool {
        const INVALID: u128 = 0x10;
        const TRACKED: u128 = 0x20;
        const VALID: u128 = 0xcf;
        let (value, mask) = self.get(Field::CT_STATE).unwrap_or((0, 0));
        value & VALID != 0 || (value & TRACKED != 0 && mask & INVALID != 0 && value & INVALID == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(fields: &[(Field, u128)]) -> Match {
        let mut m = Match::any();
        for &(field, value) in fields {
            m.set_exact(field, value);
        }
        m
    }

    #[test]
    fn a_transport_port_needs_its_protocol() {
        let tcp = [(Field::ETH_TYPE, IPV6), (Field::IP_PROTO, 6)];
        assert!(matching(&tcp).has_prerequisites_of(Field::TCP_DST));
        assert!(!matching(&tcp).has_prerequisites_of(Field::UDP_DST));
        assert!(!matching(&tcp[1..]).has_prerequisites_of(Field::TCP_DST));
        let later = [tcp[0], tcp[1], (Field::IP_FRAG, 3)];
        assert!(!matching(&later).has_prerequisites_of(Field::TCP_DST));
    }

    #[test]
    fn the_original_tuple_needs_a_valid_connection() {
        let mut m = Match::any();
        assert!(!m.has_prerequisites_of(Field::CT_NW_DST));
        m.set(Field::CT_STATE, 0x20, 0x20);
        assert!(!m.has_prerequisites_of(Field::CT_NW_DST));
        m.set(Field::CT_STATE, 0, 0x10);
        assert!(m.has_prerequisites_of(Field::CT_NW_DST));
    }

    #[test]
    fn a_packet_without_ethernet_has_its_type_in_the_packet_type() {
        let m = matching(&[(Field::PACKET_TYPE, 0x1_0800)]);
        assert!(m.has_prerequisites_of(Field::IPV4_SRC));
        assert!(!m.has_prerequisites_of(Field::ETH_SRC));
    }
}
