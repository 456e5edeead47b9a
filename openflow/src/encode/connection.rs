//! Connection tracking and address translation.

use std::net::IpAddr;

use super::actions::Encoder;
use super::buffer::{nicira, put_u16};
use super::entry::nxm_header;
use crate::action::{ConnectionTracking, Nat, NatAlgorithm, NatDirection, NatRange, Zone};

pub(super) fn put_ct(encoder: &mut Encoder, out: &mut Vec<u8>, ct: &ConnectionTracking) {
    nicira(out, 35, |b| {
        put_u16(b, u16::from(ct.commit) | u16::from(ct.force) << 1);
        match ct.zone {
            Zone::Field(bits) => {
                b.extend(nxm_header(bits.field).to_be_bytes());
                put_u16(b, bits.offset_and_width());
            }
            Zone::Number(number) => {
                b.extend([0; 4]);
                put_u16(b, number);
            }
        }
        b.extend([ct.table.unwrap_or(255), 0, 0, 0]);
        put_u16(b, ct.helper);
        encoder.nested(&ct.actions, b);
    });
}

pub(super) fn put_nat(out: &mut Vec<u8>, nat: &Nat) {
    let direction = match nat.direction {
        None => 0,
        Some(NatDirection::Source) => 1,
        Some(NatDirection::Destination) => 2,
    };
    let algorithm = match nat.algorithm {
        NatAlgorithm::Unspecified => 0,
        NatAlgorithm::Hash => 1 << 3,
        NatAlgorithm::Random => 1 << 4,
    };
    nicira(out, 36, |b| {
        b.extend([0, 0]);
        put_u16(b, direction | u16::from(nat.persistent) << 2 | algorithm);
        let mut parts = Vec::new();
        let present = nat.range.as_ref().map_or(0, |range| put_range(&mut parts, range));
        put_u16(b, present);
        b.extend(parts);
    });
}

/// The parts of a range; which ones there are.
fn put_range(out: &mut Vec<u8>, range: &NatRange) -> u16 {
    let mut present = 0;
    for (address, v4, v6) in [(Some(range.first), 0, 2), (range.last, 1, 3)] {
        match address {
            Some(IpAddr::V4(a)) if !a.is_unspecified() => {
                out.extend(a.octets());
                present |= 1 << v4;
            }
            Some(IpAddr::V6(a)) if !a.is_unspecified() => {
                out.extend(a.octets());
                present |= 1 << v6;
            }
            _ => {}
        }
    }
    for (port, bit) in [(range.first_port, 4), (range.last_port, 5)] {
        if port != 0 {
            put_u16(out, port);
            present |= 1 << bit;
        }
    }
    present
}
