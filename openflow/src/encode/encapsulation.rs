//! Adding and removing headers.

use super::buffer::{nicira, pad, put_u16, put_zeros};
use crate::action::{Encapsulation, EncapsulationProperty};
use crate::wire::encapsulation::{CLASS_NSH, METADATA, METADATA_TYPE};

pub(super) fn put_encap(out: &mut Vec<u8>, encapsulation: &Encapsulation) {
    nicira(out, 46, |b| {
        put_u16(b, encapsulation.header_length);
        b.extend(encapsulation.packet_type.to_be_bytes());
        for property in &encapsulation.properties {
            put_property(b, property);
        }
    });
}

/// Class, type and length before the content; only metadata count their padding.
fn put_property(out: &mut Vec<u8>, property: &EncapsulationProperty) {
    let start = out.len();
    put_u16(out, CLASS_NSH);
    match property {
        EncapsulationProperty::NshMetadataType(kind) => out.extend([METADATA_TYPE, 5, *kind]),
        EncapsulationProperty::NshMetadata { class, kind, data } => {
            out.extend([METADATA, 8 + data.len().next_multiple_of(8) as u8]);
            put_u16(out, *class);
            out.extend([*kind, data.len() as u8]);
            out.extend(data);
        }
    }
    pad(out, start);
}

pub(super) fn put_decap(out: &mut Vec<u8>, packet_type: u32) {
    nicira(out, 47, |b| {
        put_zeros(b, 2);
        b.extend(packet_type.to_be_bytes());
    });
}
