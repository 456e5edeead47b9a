//! Structures with a length and padding.

use crate::wire::{EXPERIMENTER_ACTION, NICIRA};

pub(crate) fn put_u16(out: &mut Vec<u8>, number: u16) {
    out.extend(number.to_be_bytes());
}

pub(crate) fn put_zeros(out: &mut Vec<u8>, count: usize) {
    out.resize(out.len() + count, 0);
}

/// Zeros up to a multiple of eight bytes from `start`.
pub(crate) fn pad(out: &mut Vec<u8>, start: usize) {
    out.resize(start + (out.len() - start).next_multiple_of(8), 0);
}

/// Type, length, body, and zeros up to eight bytes, which count into the length.
pub(super) fn standard(out: &mut Vec<u8>, kind: u16, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    put_u16(out, kind);
    put_u16(out, 0);
    body(out);
    pad(out, start);
    let length = (out.len() - start) as u16;
    out[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// An action of Nicira's: its subtype follows the vendor.
pub(super) fn nicira(out: &mut Vec<u8>, subtype: u16, body: impl FnOnce(&mut Vec<u8>)) {
    standard(out, EXPERIMENTER_ACTION, |b| {
        b.extend(NICIRA.to_be_bytes());
        put_u16(b, subtype);
        body(b);
    });
}

/// Type, length without padding, data, and zeros up to eight bytes.
pub(super) fn put_property(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    let start = out.len();
    put_u16(out, kind);
    put_u16(out, 4 + data.len() as u16);
    out.extend(data);
    pad(out, start);
}
