//! Actions that learn flows.

use std::net::IpAddr;

use weft_openflow::{Action as Flow, Field, Learn, LearnSource, LearnSpec, LearnTarget, Subfield};

use super::encoder::Encoder;
use super::table;
use crate::action::LbAffinity;
use crate::symbol::{LogicalFlag, logical_field as field};

const IPV4: u128 = 0x0800;
const IPV6: u128 = 0x86dd;
const ECMP_IDLE_S: u16 = 20;
const ECMP_HARD_S: u16 = 30;

/// The learned flow matches what this packet has in the field.
fn same(field: Field) -> LearnSpec {
    copied(field, field)
}

/// The learned flow matches in `to` what this packet has in `from`.
fn copied(to: Field, from: Field) -> LearnSpec {
    let source = LearnSource::Field(Subfield::whole(from));
    LearnSpec { source, target: LearnTarget::Match(Subfield::whole(to)) }
}

fn exactly(field: Field, value: u128) -> LearnSpec {
    LearnSpec { source: LearnSource::Value(value), target: LearnTarget::Match(Subfield::whole(field)) }
}

fn load(bits: Subfield, value: u128) -> LearnSpec {
    LearnSpec { source: LearnSource::Value(value), target: LearnTarget::Load(bits) }
}

fn raise(flag: LogicalFlag) -> LearnSpec {
    load(Subfield::new(field::FLAGS, flag as u32, 1), 1)
}

/// Source and destination port.
fn ports(protocol: u8) -> (Field, Field) {
    match protocol {
        17 => (Field::UDP_SRC, Field::UDP_DST),
        132 => (Field::SCTP_SRC, Field::SCTP_DST),
        _ => (Field::TCP_SRC, Field::TCP_DST),
    }
}

impl Encoder<'_> {
    /// Packets of the connection from the same next hop, and replies, are known again.
    pub(super) fn commit_ecmp_next_hop(&mut self, ipv6: bool, protocol: u8) {
        let (source, destination) =
            if ipv6 { (Field::IPV6_SRC, Field::IPV6_DST) } else { (Field::IPV4_SRC, Field::IPV4_DST) };
        let (source_port, destination_port) = ports(protocol);
        let ethernet_type = exactly(Field::ETH_TYPE, if ipv6 { IPV6 } else { IPV4 });
        let ip_protocol = exactly(Field::IP_PROTO, protocol.into());
        let found = raise(LogicalFlag::LookupEcmpNextHop);
        let learn = |table, specs| {
            Flow::Learn(Box::new(Learn {
                table,
                idle_timeout_s: ECMP_IDLE_S,
                hard_timeout_s: ECMP_HARD_S,
                delete_learned: true,
                specs,
                ..Learn::default()
            }))
        };
        let forward = vec![
            same(field::DATAPATH),
            same(Field::ETH_SRC),
            ethernet_type,
            same(source),
            same(destination),
            ip_protocol,
            same(source_port),
            same(destination_port),
            found,
        ];
        let back = vec![
            same(field::DATAPATH),
            ethernet_type,
            copied(source, destination),
            copied(destination, source),
            ip_protocol,
            copied(source_port, destination_port),
            copied(destination_port, source_port),
            found,
        ];
        self.out.push(learn(table::ECMP_NEXT_HOP_MAC, forward));
        self.out.push(learn(table::ECMP_NEXT_HOP, back));
    }

    /// Later connections of the client get the same backend.
    pub(super) fn commit_lb_affinity(&mut self, affinity: &LbAffinity) {
        let number = |address: IpAddr| match address {
            IpAddr::V4(address) => u128::from(u32::from(address)),
            IpAddr::V6(address) => u128::from(address),
        };
        let ipv6 = affinity.vip.is_ipv6();
        let (ethernet_type, source, destination) = match ipv6 {
            true => (IPV6, Field::IPV6_SRC, Field::IPV6_DST),
            false => (IPV4, Field::IPV4_SRC, Field::IPV4_DST),
        };
        let mut specs = vec![
            same(field::DATAPATH),
            exactly(Field::ETH_TYPE, ethernet_type),
            same(source),
            exactly(destination, number(affinity.vip)),
        ];
        if affinity.protocol != 0 {
            specs.push(exactly(Field::IP_PROTO, affinity.protocol.into()));
            specs.push(exactly(ports(affinity.protocol).1, affinity.vip_port.into()));
        }
        specs.push(raise(LogicalFlag::UseLbAffinity));
        let (consolidated, is_switch) = (self.place.register_consolidation, self.place.is_switch);
        let address = match ipv6 {
            true if !consolidated && is_switch => Field::xxreg(0),
            true => Field::xxreg(1),
            false => Field::reg(4),
        };
        specs.push(load(Subfield::whole(address), number(affinity.backend)));
        if affinity.backend_port != 0 {
            let register = if consolidated { Field::reg(2) } else { Field::reg(8) };
            specs.push(load(Subfield::new(register, 0, 16), affinity.backend_port.into()));
        }
        self.out.push(Flow::Learn(Box::new(Learn {
            table: table::LB_AFFINITY,
            idle_timeout_s: affinity.timeout_s,
            delete_learned: true,
            cookie: (self.place.uuid >> 96) as u64,
            specs,
            ..Learn::default()
        })));
    }
}
