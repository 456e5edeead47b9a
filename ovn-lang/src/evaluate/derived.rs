//! Packets that actions make from others, as far as they are known before the controller has made them.

use weft_openflow::Field;

use super::packet::Packet;
use crate::action::Nested;

const ARP: u128 = 0x0806;
const IPV6: u128 = 0x86dd;
const TCP: u128 = 6;
const SCTP: u128 = 132;
const ICMP: u128 = 1;
const ICMPV6: u128 = 58;
const UNREACHABLE: u128 = 3;
const UNREACHABLE_V6: u128 = 1;
const RESET: u128 = 4;

/// The packet on which the actions of `kind` run, made from `packet`.
pub(super) fn derived(kind: Nested, packet: &Packet) -> Packet {
    let mut new = packet.clone();
    match kind {
        Nested::Clone => {}
        Nested::Arp => {
            new.set_number(Field::ARP_SPA, packet.number(Field::IPV4_SRC));
            new.set_number(Field::ARP_TPA, packet.number(Field::IPV4_DST));
            forget(&mut new, &[Field::IP_FRAG, Field::IP_DSCP_SHIFTED, Field::IP_ECN, Field::IP_TTL]);
            new.set_number(Field::ETH_TYPE, ARP);
            new.set_number(Field::ARP_OP, 1);
            new.set_number(Field::ARP_SHA, packet.number(Field::ETH_SRC));
            new.set_number(Field::ARP_THA, 0);
        }
        Nested::NdNa | Nested::NdNaRouter => {
            exchange(&mut new, Field::ETH_SRC, Field::ETH_DST);
            new.set_number(Field::IPV6_DST, packet.number(Field::IPV6_SRC));
            new.set_number(Field::IPV6_SRC, packet.number(Field::ND_TARGET));
            new.set_number(Field::ICMPV6_TYPE, 136);
            new.set_number(Field::ND_SLL, 0);
            new.set_number(Field::ND_TLL, packet.number(Field::ETH_DST));
        }
        Nested::NdNs => {
            let destination = packet.number(Field::IPV6_DST);
            new.set_number(Field::IP_PROTO, ICMPV6);
            new.set_number(Field::IP_TTL, 255);
            new.set_number(Field::ICMPV6_TYPE, 135);
            new.set_number(Field::ICMPV6_CODE, 0);
            new.set_number(Field::ND_TARGET, destination);
            // The solicited-node multicast address (RFC 4291, section 2.7.1) and its Ethernet address.
            let group = 0xff02_0000_0000_0000_0000_0001_ff00_0000 | (destination & 0xff_ffff);
            new.set_number(Field::IPV6_DST, group);
            new.set_number(Field::ETH_DST, 0x3333_0000_0000 | (group & 0xffff_ffff));
        }
        Nested::Icmp4 | Nested::Icmp4Error | Nested::Icmp6 | Nested::Icmp6Error => {
            answer(&mut new, false);
            unreachable(&mut new);
        }
        Nested::TcpReset | Nested::SctpAbort => {
            answer(&mut new, false);
            reset(&mut new);
        }
        Nested::Reject => {
            answer(&mut new, true);
            match packet.number(Field::IP_PROTO) {
                TCP | SCTP => reset(&mut new),
                _ => unreachable(&mut new),
            }
        }
    }
    new
}

fn forget(packet: &mut Packet, fields: &[Field]) {
    for &field in fields {
        packet.set_number(field, 0);
    }
}

fn exchange(packet: &mut Packet, a: Field, b: Field) {
    let (left, right) = (packet.number(a), packet.number(b));
    packet.set_number(a, right);
    packet.set_number(b, left);
}

/// A packet with the time to live of a new one; back to where this one came from if its actions do not turn
/// the addresses themselves, as those of all but `reject` do.
fn answer(packet: &mut Packet, back: bool) {
    if back {
        exchange(packet, Field::ETH_SRC, Field::ETH_DST);
        exchange(packet, Field::IPV4_SRC, Field::IPV4_DST);
        exchange(packet, Field::IPV6_SRC, Field::IPV6_DST);
    }
    packet.set_number(Field::IP_TTL, 255);
}

fn unreachable(packet: &mut Packet) {
    if packet.number(Field::ETH_TYPE) == IPV6 {
        packet.set_number(Field::IP_PROTO, ICMPV6);
        packet.set_number(Field::ICMPV6_TYPE, UNREACHABLE_V6);
        packet.set_number(Field::ICMPV6_CODE, 1);
    } else {
        packet.set_number(Field::IP_PROTO, ICMP);
        packet.set_number(Field::ICMPV4_TYPE, UNREACHABLE);
        packet.set_number(Field::ICMPV4_CODE, 1);
    }
}

fn reset(packet: &mut Packet) {
    exchange(packet, Field::TCP_SRC, Field::TCP_DST);
    exchange(packet, Field::SCTP_SRC, Field::SCTP_DST);
    if packet.number(Field::IP_PROTO) == TCP {
        packet.set_number(Field::TCP_FLAGS, RESET);
    }
}
