//! Spreading packets over links.

use super::buffer::{nicira, put_u16, put_zeros};
use super::entry::nxm_header;
use crate::action::{Bundle, Multipath};
use crate::wire::BUNDLE_MEMBER_TYPE;

pub(super) fn put_multipath(out: &mut Vec<u8>, multipath: &Multipath) {
    nicira(out, 10, |b| {
        put_u16(b, multipath.fields.wire());
        put_u16(b, multipath.basis);
        put_zeros(b, 2);
        put_u16(b, multipath.algorithm.wire());
        put_u16(b, multipath.max_link);
        b.extend(multipath.argument.to_be_bytes());
        put_zeros(b, 2);
        put_u16(b, multipath.target.offset_and_width());
        b.extend(nxm_header(multipath.target.field).to_be_bytes());
    });
}

pub(super) fn put_bundle(out: &mut Vec<u8>, bundle: &Bundle) {
    nicira(out, if bundle.target.is_some() { 13 } else { 12 }, |b| {
        put_u16(b, bundle.algorithm.wire());
        put_u16(b, bundle.fields.wire());
        put_u16(b, bundle.basis);
        b.extend(BUNDLE_MEMBER_TYPE.to_be_bytes());
        put_u16(b, bundle.members.len() as u16);
        put_u16(b, bundle.target.map_or(0, |bits| bits.offset_and_width()));
        b.extend(bundle.target.map_or(0, |bits| nxm_header(bits.field)).to_be_bytes());
        put_zeros(b, 4);
        bundle.members.iter().for_each(|member| put_u16(b, member.0));
    });
}
