//! Actions that set and copy fields.

use super::actions::Encoder;
use super::buffer::{nicira, put_u16, standard};
use super::entry::{nxm_header, put_entry, put_header};
use crate::action::OlderSet;
use crate::field::{Field, low_bits};
use crate::subfield::Subfield;
use crate::version::Version;

const VLAN_PRESENT: u64 = 0x1000;
const ETHERNET_TYPE_VLAN: u16 = 0x8100;

/// A set of a field: before OpenFlow 1.5 only whole fields have it, parts are loaded.
pub(super) fn put_set(encoder: &mut Encoder, out: &mut Vec<u8>, field: Field, value: u128, mask: u128) {
    if field == Field::VLAN_TCI {
        encoder.tags[0] = value & u128::from(VLAN_PRESENT) != 0;
    }
    let mask = Some(mask).filter(|&mask| mask != field.info().whole_mask());
    match mask {
        Some(mask) if encoder.version < Version::V1_5 => put_loads(out, field, value, mask),
        _ => put_set_field(encoder, out, field, value, mask),
    }
}

fn put_set_field(encoder: &Encoder, out: &mut Vec<u8>, field: Field, value: u128, mask: Option<u128>) {
    standard(out, 25, |b| put_entry(b, field, encoder.version.minor(), value, mask));
}

/// A load of bits: from OpenFlow 1.5 on a set of a field.
pub(super) fn put_load(encoder: &mut Encoder, out: &mut Vec<u8>, target: Subfield, value: u128) {
    let (value, mask) = (value << target.offset, target.mask());
    match encoder.version {
        Version::V1_5 => put_set(encoder, out, target.field, value, mask),
        _ => put_loads(out, target.field, value, mask),
    }
}

/// Loads of at most 64 consecutive bits of the mask; of a field whose header has no room there, one set with a mask.
fn put_loads(out: &mut Vec<u8>, field: Field, value: u128, mask: u128) {
    let header = nxm_header(field);
    if header == 0 || field.has_variable_length() {
        let mask = Some(mask).filter(|&mask| mask != field.info().whole_mask());
        return nicira(out, 33, |b| put_entry(b, field, 0, value, mask));
    }
    for run in runs(mask & field.info().full_mask()) {
        let bits = Subfield { field, ..run };
        nicira(out, 7, |b| {
            put_u16(b, bits.offset_and_width());
            b.extend(header.to_be_bytes());
            b.extend((((value >> bits.offset) & low_bits(bits.bits)) as u64).to_be_bytes());
        });
    }

    fn runs(mut mask: u128) -> impl Iterator<Item = Subfield> {
        std::iter::from_fn(move || {
            let offset = (mask != 0).then(|| mask.trailing_zeros())?;
            let bits = (mask >> offset).trailing_ones().min(64);
            mask &= !(low_bits(bits) << offset);
            Some(Subfield { field: Field::METADATA, offset, bits })
        })
    }
}

pub(super) fn put_move(encoder: &Encoder, out: &mut Vec<u8>, source: Subfield, target: Subfield) {
    let numbers = [target.bits, source.offset, target.offset];
    if encoder.version >= Version::V1_5 {
        return standard(out, 28, |b| {
            numbers.iter().for_each(|&number| put_u16(b, number as u16));
            put_u16(b, 0);
            put_header(b, source.field, encoder.version.minor());
            put_header(b, target.field, encoder.version.minor());
        });
    }
    nicira(out, 6, |b| {
        numbers.iter().for_each(|&number| put_u16(b, number as u16));
        put_header(b, source.field, 0);
        put_header(b, target.field, 0);
    });
}

pub(super) fn put_older(encoder: &mut Encoder, out: &mut Vec<u8>, set: OlderSet, value: u64) {
    if matches!(set, OlderSet::PushVlanId | OlderSet::PushVlanPriority) && !encoder.tags[0] {
        encoder.push_vlan(ETHERNET_TYPE_VLAN, out);
    }
    let (field, value) = match set {
        OlderSet::VlanId | OlderSet::PushVlanId => {
            encoder.tags[0] = true;
            (Field::VLAN_VID, value | VLAN_PRESENT)
        }
        OlderSet::VlanPriority | OlderSet::PushVlanPriority => {
            encoder.tags[0] = true;
            (Field::VLAN_PCP, value)
        }
        OlderSet::EthernetSource => (Field::ETH_SRC, value),
        OlderSet::EthernetDestination => (Field::ETH_DST, value),
        OlderSet::Ipv4Source => (Field::IPV4_SRC, value),
        OlderSet::Ipv4Destination => (Field::IPV4_DST, value),
        OlderSet::TypeOfService => (Field::IP_DSCP_SHIFTED, value >> 2),
        OlderSet::CongestionNotification => (Field::IP_ECN, value),
        OlderSet::MplsLabel => (Field::MPLS_LABEL, value),
        OlderSet::MplsTrafficClass => (Field::MPLS_TC, value),
        OlderSet::TunnelId | OlderSet::TunnelId64 => (Field::TUN_ID, value),
        OlderSet::TimeToLive => return standard(out, 23, |b| b.push(value as u8)),
        OlderSet::MplsTimeToLive => return standard(out, 15, |b| b.push(value as u8)),
        OlderSet::TransportSource | OlderSet::TransportDestination => {
            return put_transport_port(encoder, out, set == OlderSet::TransportSource, value);
        }
    };
    put_set_field(encoder, out, field, value.into(), None);
}

/// A port is a field of the protocol that the flow matches; without one, the oldest form is left.
fn put_transport_port(encoder: &Encoder, out: &mut Vec<u8>, source: bool, value: u64) {
    let field = match encoder.protocol {
        Some(6) => [Field::TCP_DST, Field::TCP_SRC],
        Some(17) => [Field::UDP_DST, Field::UDP_SRC],
        Some(132) => [Field::SCTP_DST, Field::SCTP_SRC],
        _ => return standard(out, if source { 9 } else { 10 }, |b| put_u16(b, value as u16)),
    }[usize::from(source)];
    put_set_field(encoder, out, field, value.into(), None);
}
