//! OXM and NXM headers and entries.

use super::buffer::put_u16;
use crate::field::Field;
use crate::field_info::OxmCode;

/// Bytes of a field whose length a table of the switch says, where the table is not known.
const UNKNOWN_LENGTH: u32 = 124;

/// Bytes that a header says a field has.
fn length(field: Field) -> u32 {
    let info = field.info();
    if field.has_variable_length() { UNKNOWN_LENGTH } else { info.bytes }
}

/// The code that identifies `field` in OpenFlow 1.`version`; nothing for a field that has none.
pub(super) fn put_header(out: &mut Vec<u8>, field: Field, version: u8) {
    put_header_of(out, field, version, false, length(field));
}

fn put_header_of(out: &mut Vec<u8>, field: Field, version: u8, masked: bool, bytes: u32) {
    let Some(code) = field.info().code(version) else { return };
    let experimenter = if code.experimenter == 0 { 0 } else { 4 };
    put_u16(out, code.class);
    out.push(code.number << 1 | u8::from(masked));
    out.push((bytes * if masked { 2 } else { 1 } + experimenter) as u8);
    if code.experimenter != 0 {
        out.extend(code.experimenter.to_be_bytes());
    }
}

/// Header, value, and mask if there is one.
pub(crate) fn put_entry(out: &mut Vec<u8>, field: Field, version: u8, value: u128, mask: Option<u128>) {
    let info = field.info();
    let bytes = if field.has_variable_length() {
        (128 - (value | mask.unwrap_or(0)).leading_zeros()).div_ceil(8)
    } else {
        info.bytes
    };
    put_header_of(out, field, version, mask.is_some(), bytes);
    for number in std::iter::once(value).chain(mask) {
        out.extend(&number.to_be_bytes()[16 - bytes as usize..]);
    }
}

/// The four bytes of an NXM header, for places that have no room for more; zero for a field of an experimenter.
pub(super) fn nxm_header(field: Field) -> u32 {
    let number = |code: &OxmCode| u32::from(code.class) << 16 | u32::from(code.number) << 9 | length(field);
    field.info().code(0).filter(|code| code.experimenter == 0).map_or(0, number)
}
