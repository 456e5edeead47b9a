//! Whether actions go with a match (`ofpacts_check` in Open vSwitch).

use crate::action::{Action, ConnectionTracking, Learn, LearnSource, LearnTarget, Nat, OlderSet, Zone};
use crate::field::Field;
use crate::flow_match::Match;
use crate::port::Port;

const VLAN_PRESENT: u128 = 0x1000;
const IPV4: u128 = 0x0800;
const IPV6: u128 = 0x86dd;
const TCP: u128 = 6;
const UDP: u128 = 17;
const FTP: u16 = 21;
const TFTP: u16 = 69;
const CT_INVALID: u128 = 0x10;
const PACKET_TYPE_NSH: u128 = 0x1_894f;
const ETHERNET_TYPE_NSH: u128 = 0x894f;
/// A packet type that nothing has.
const PACKET_TYPE_UNKNOWN: u128 = 0xffff_ffff;
const MAX_METER: u32 = 0xffff_0000;

/// Whether `actions` of a flow of `table` go with `matches`.
///
/// # Errors
/// Why not.
pub(crate) fn check(actions: &[Action], matches: &Match, table: u8) -> Result<(), &'static str> {
    original_tuple(matches)?;
    Checked { packet: matches.clone(), tags: 0, table }.all(actions)
}

/// What is known of a packet where it is in a list of actions.
#[derive(Clone)]
struct Checked {
    /// What the flow matches, changed by what actions did.
    packet: Match,
    /// VLAN tags pushed onto the one that the match may have.
    tags: u8,
    table: u8,
}

impl Checked {
    fn all(&mut self, actions: &[Action]) -> Result<(), &'static str> {
        actions.iter().try_for_each(|action| self.one(action))
    }

    /// Actions inside of others: what they do to the packet does not last.
    fn nested(&self, actions: &[Action]) -> Result<(), &'static str> {
        self.clone().all(actions)
    }

    fn needs(&self, field: Field) -> Result<(), &'static str> {
        let wrong = "an action is about a field that packets may not have; match what it depends on";
        if self.packet.has_prerequisites_of(field) { Ok(()) } else { Err(wrong) }
    }

    fn tagged(&self) -> bool {
        self.packet.value(Field::VLAN_TCI) & VLAN_PRESENT != 0
    }

    fn one(&mut self, action: &Action) -> Result<(), &'static str> {
        match action {
            Action::Output { port, .. } | Action::OutputTruncated { port, .. } => output_port(*port),
            Action::Enqueue { port, .. } => match port.is_output() && *port < Port::MAX {
                true => Ok(()),
                false if [Port::IN_PORT, Port::LOCAL].contains(port) => Ok(()),
                false => Err("packets cannot be sent out of this port"),
            },
            Action::OutputField { source, .. } => self.needs(source.field),
            Action::Push(bits) => self.needs(bits.field),
            Action::Pop(bits) => self.needs(bits.field),
            Action::Bundle(bundle) => {
                bundle.target.map_or(Ok(()), |target| self.needs(target.field))?;
                bundle.members.iter().try_for_each(|&member| member_port(member))
            }
            Action::Multipath(multipath) => self.needs(multipath.target.field),
            Action::Older(set, _) => self.older(*set),
            Action::SetField { field, value, .. } => self.set(*field, *value),
            Action::Load { target, value } => self.set(target.field, value << target.offset),
            Action::Move { source, target } => {
                self.needs(source.field)?;
                self.needs(target.field)
            }
            Action::Resubmit { original_tuple: true, .. } => self.needs(Field::CT_NW_SRC),
            Action::Learn(learn) => self.learn(learn),
            Action::Clone(actions) | Action::WriteActions(actions) => self.nested(actions),
            Action::Ct(ct) => self.ct(ct),
            Action::Nat(nat) => self.nat(nat),
            Action::Meter(id) => match (1..=MAX_METER).contains(id) {
                true => Ok(()),
                false => Err("this meter cannot be"),
            },
            Action::DeleteField(field) => match field.has_variable_length() {
                true => Ok(()),
                false => Err("only metadata of tunnels can be deleted"),
            },
            Action::FinTimeout { .. } => match self.packet.value(Field::IP_PROTO) == TCP {
                true => Ok(()),
                false => Err("fin_timeout needs a match of TCP"),
            },
            Action::GotoTable(next) => match *next > self.table && *next < u8::MAX {
                true => Ok(()),
                false => Err("goto_table goes forward only"),
            },
            _ => self.header(action),
        }
    }

    fn set(&mut self, field: Field, value: u128) -> Result<(), &'static str> {
        self.needs(field)?;
        if field == Field::VLAN_VID && !self.tagged() {
            return Err("vlan_vid needs a match of a VLAN tag, or push_vlan before");
        }
        if field == Field::VLAN_TCI {
            self.packet.set(Field::VLAN_TCI, value, 0xffff);
        }
        Ok(())
    }

    fn older(&mut self, set: OlderSet) -> Result<(), &'static str> {
        match set {
            OlderSet::VlanId | OlderSet::VlanPriority if !self.tagged() => {
                Err("a match of a VLAN tag is needed, or push_vlan before")
            }
            OlderSet::VlanId | OlderSet::VlanPriority | OlderSet::PushVlanId | OlderSet::PushVlanPriority => {
                self.packet.set(Field::VLAN_TCI, VLAN_PRESENT, VLAN_PRESENT);
                Ok(())
            }
            OlderSet::Ipv4Source | OlderSet::Ipv4Destination => self.needs(Field::IPV4_SRC),
            OlderSet::TypeOfService | OlderSet::CongestionNotification | OlderSet::TimeToLive => {
                self.needs(Field::IP_TTL)
            }
            OlderSet::TransportSource | OlderSet::TransportDestination => self
                .needs(Field::TCP_SRC)
                .or_else(|_| self.needs(Field::UDP_SRC))
                .or_else(|_| self.needs(Field::SCTP_SRC)),
            OlderSet::MplsLabel | OlderSet::MplsTrafficClass | OlderSet::MplsTimeToLive => {
                self.needs(Field::MPLS_TTL)
            }
            OlderSet::EthernetSource
            | OlderSet::EthernetDestination
            | OlderSet::TunnelId
            | OlderSet::TunnelId64 => Ok(()),
        }
    }

    /// Actions that change what kind of packet it is.
    fn header(&mut self, action: &Action) -> Result<(), &'static str> {
        match action {
            Action::PushVlan(_) if self.tags > 0 && self.tagged() => {
                Err("a packet has two VLAN tags at most")
            }
            Action::PushVlan(_) => {
                self.tags += u8::from(self.tagged());
                self.packet.set(Field::VLAN_TCI, VLAN_PRESENT, VLAN_PRESENT);
                Ok(())
            }
            Action::PopVlan | Action::StripVlan if !self.tagged() => Err("a match of a VLAN tag is needed"),
            Action::PopVlan | Action::StripVlan => {
                match self.tags.checked_sub(1) {
                    Some(left) => self.tags = left,
                    None => self.packet.remove(Field::VLAN_TCI),
                }
                Ok(())
            }
            Action::DecTtl | Action::DecTtlFor(_) => self.needs(Field::IP_TTL),
            Action::DecMplsTtl => self.needs(Field::MPLS_TTL),
            Action::DecNshTtl => {
                let nsh = self.packet.value(Field::PACKET_TYPE) == PACKET_TYPE_NSH
                    || self.packet.value(Field::ETH_TYPE) == ETHERNET_TYPE_NSH;
                if nsh { Ok(()) } else { Err("dec_nsh_ttl needs a Network Service Header") }
            }
            Action::PushMpls(kind) => {
                self.needs(Field::ETH_SRC)?;
                self.packet.set_exact(Field::ETH_TYPE, u128::from(*kind));
                self.packet.remove(Field::IP_PROTO);
                Ok(())
            }
            Action::PopMpls(kind) => {
                self.needs(Field::ETH_SRC)?;
                self.needs(Field::MPLS_TTL)?;
                self.packet.set_exact(Field::ETH_TYPE, u128::from(*kind));
                Ok(())
            }
            Action::Encap(encapsulation) => {
                self.encapsulated(encapsulation.packet_type.into());
                Ok(())
            }
            Action::Decap(_) => {
                self.decapsulated();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn encapsulated(&mut self, packet_type: u128) {
        self.packet.set_exact(Field::PACKET_TYPE, packet_type);
        if packet_type >> 16 == 1 {
            self.packet.set_exact(Field::ETH_TYPE, packet_type & 0xffff);
        }
        if !self.packet.is_ip() {
            self.packet.remove(Field::IP_PROTO);
        }
    }

    fn decapsulated(&mut self) {
        let packet_type = match self.packet.value(Field::PACKET_TYPE) {
            0 => 1 << 16 | self.packet.value(Field::ETH_TYPE),
            _ => PACKET_TYPE_UNKNOWN,
        };
        self.packet.set_exact(Field::PACKET_TYPE, packet_type);
        if packet_type == PACKET_TYPE_UNKNOWN {
            self.packet.set_exact(Field::ETH_TYPE, 0xffff);
        }
    }

    fn ct(&self, ct: &ConnectionTracking) -> Result<(), &'static str> {
        let protocol = self.packet.value(Field::IP_PROTO);
        if !self.packet.is_ip() {
            return Err("ct needs a match of IP");
        }
        if ct.commit && self.packet.value(Field::CT_STATE) & CT_INVALID != 0 {
            return Err("an invalid connection cannot be committed");
        }
        if (ct.helper == FTP && protocol != TCP) || (ct.helper == TFTP && protocol != UDP) {
            return Err("the helper is of another protocol");
        }
        match ct.zone {
            Zone::Field(bits) => self.needs(bits.field),
            Zone::Number(_) => self.nested(&ct.actions),
        }
    }

    fn nat(&self, nat: &Nat) -> Result<(), &'static str> {
        let kind = match nat.range {
            Some(range) if range.first.is_ipv4() => self.packet.ethernet_type() == Some(IPV4),
            Some(_) => self.packet.ethernet_type() == Some(IPV6),
            None => self.packet.is_ip(),
        };
        if kind { Ok(()) } else { Err("the addresses of nat are not those of packets that are matched") }
    }

    fn learn(&self, learn: &Learn) -> Result<(), &'static str> {
        let mut learned = Checked { packet: Match::any(), tags: 0, table: learn.table };
        for spec in &learn.specs {
            if let LearnSource::Field(source) = spec.source {
                self.needs(source.field)?;
            }
            match spec.target {
                LearnTarget::Match(to) => {
                    learned.needs(to.field)?;
                    if let LearnSource::Value(value) = spec.source {
                        learned.packet.set(to.field, value << to.offset, to.mask());
                    }
                }
                LearnTarget::Load(to) => learned.needs(to.field)?,
                LearnTarget::Output(_) => {}
            }
        }
        Ok(())
    }
}

/// The addresses of a tracked connection's first packet are of the kind that later packets have.
fn original_tuple(matches: &Match) -> Result<(), &'static str> {
    let has = |fields: [Field; 2]| fields.iter().any(|&field| matches.has_bits_of(field));
    let other = |kind| matches.ethernet_type() != Some(kind);
    let v4 = has([Field::CT_NW_SRC, Field::CT_NW_DST]) && other(IPV4);
    let v6 = has([Field::CT_IPV6_SRC, Field::CT_IPV6_DST]) && other(IPV6);
    if v4 || v6 { Err("addresses of the connection need a match of their kind of IP") } else { Ok(()) }
}

fn output_port(port: Port) -> Result<(), &'static str> {
    if port.is_output() { Ok(()) } else { Err("packets cannot be sent out of this port") }
}

fn member_port(port: Port) -> Result<(), &'static str> {
    if port.is_member() { Ok(()) } else { Err("this port cannot be in a bundle") }
}

#[cfg(test)]
mod tests {
    use crate::parse::parse_flow;

    fn accepted(flow: &str) -> bool {
        parse_flow(flow).is_ok()
    }

    #[test]
    fn sets_need_what_their_field_needs() {
        assert!(accepted("ip actions=set_field:1.2.3.4->ip_src"));
        assert!(!accepted("actions=set_field:1.2.3.4->ip_src"));
        assert!(accepted("tcp actions=mod_tp_dst:80"));
        assert!(!accepted("icmp actions=mod_tp_dst:80"));
        assert!(!accepted("ipv6 actions=mod_nw_src:1.2.3.4"));
    }

    #[test]
    fn headers_change_what_a_packet_is() {
        assert!(accepted("ip actions=push_mpls:0x8847,set_mpls_label(3)"));
        assert!(!accepted("ip actions=push_mpls:0x8847,dec_ttl"));
        assert!(accepted("mpls actions=pop_mpls:0x0800,dec_ttl"));
        assert!(accepted("actions=push_vlan:0x8100,set_vlan_vid:3"));
        assert!(!accepted("actions=set_vlan_vid:3"));
        assert!(accepted("dl_vlan=3 actions=pop_vlan"));
        assert!(!accepted("dl_vlan=3 actions=pop_vlan,pop_vlan"));
    }

    #[test]
    fn connections_are_of_ip() {
        assert!(accepted("ct_state=+new,ip,ct_nw_src=1.2.3.4 actions=drop"));
        assert!(!accepted("ct_state=+new,ipv6,ct_nw_src=1.2.3.4 actions=drop"));
        assert!(accepted("ip actions=ct(commit,nat(src=1.2.3.4))"));
        assert!(!accepted("ipv6 actions=ct(commit,nat(src=1.2.3.4))"));
        assert!(!accepted("arp actions=ct(commit)"));
        assert!(!accepted("udp actions=ct(commit,alg=ftp)"));
    }

    #[test]
    fn what_is_learned_has_prerequisites_too() {
        assert!(accepted("ip actions=learn(eth_type=0x800,NXM_OF_IP_SRC[])"));
        assert!(!accepted("ip actions=learn(NXM_OF_IP_SRC[])"));
        assert!(!accepted("actions=learn(eth_type=0x800,NXM_OF_IP_SRC[])"));
    }

    #[test]
    fn tables_go_forward() {
        assert!(accepted("table=3 actions=goto_table:4"));
        assert!(!accepted("table=3 actions=goto_table:3"));
    }
}
