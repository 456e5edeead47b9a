//! OXM and NXM headers and entries (`nx_pull_header`, `nx_pull_entry` in Open vSwitch).

use super::error::{DecodeError, Problem, UnknownField};
use super::reader::Reader;
use crate::field::Field;
use crate::field_table;
use crate::subfield::Subfield;

const CLASS_EXPERIMENTER: u16 = 0xffff;

/// The header of an entry: what it is about and how many bytes follow it.
pub(super) struct Header {
    /// The field, or how an unknown one is identified.
    pub(super) field: Result<Field, UnknownField>,
    pub(super) masked: bool,
    /// Bytes of value and mask.
    pub(super) length: usize,
}

/// A field with its value and mask.
pub(crate) struct Entry {
    pub(crate) field: Field,
    pub(crate) value: u128,
    /// None for an entry without a mask.
    pub(crate) mask: Option<u128>,
}

/// A field of whatever length, or the field of a fixed length that the header has.
fn known(class: u16, experimenter: u32, number: u8, length: usize) -> Option<Field> {
    let field = field_table::by_code(class, experimenter, number)?;
    let info = field.info();
    (field.has_variable_length() || length == info.bytes as usize).then_some(field)
}

/// Reads a header.
///
/// # Errors
/// A length that is shorter than the experimenter, or too few bytes. An unknown field is none.
pub(super) fn header(from: &mut Reader<'_>) -> Result<Header, DecodeError> {
    let start = *from;
    let class = from.u16()?;
    let number_and_mask = from.u8()?;
    let mut length = usize::from(from.u8()?);
    let (number, masked) = (number_and_mask >> 1, number_and_mask & 1 != 0);
    let mut experimenter = 0;
    if class == CLASS_EXPERIMENTER {
        experimenter = from.u32()?;
        length = length.checked_sub(4).ok_or_else(|| start.error(Problem::Length(length)))?;
    }
    let bytes = if masked { length / 2 } else { length };
    let field = known(class, experimenter, number, bytes)
        .filter(|_| !masked || length % 2 == 0)
        .ok_or(UnknownField { class, experimenter, number, length });
    Ok(Header { field, masked, length })
}

/// Reads the header of a field that an action is about, without value or mask.
///
/// # Errors
/// An unknown field, or one with a mask.
pub(super) fn field(from: &mut Reader<'_>) -> Result<Field, DecodeError> {
    let start = *from;
    let header = header(from)?;
    let field = header.field.map_err(|unknown| start.error(Problem::UnknownField(unknown)))?;
    if header.masked { Err(start.error(Problem::Mask(field))) } else { Ok(field) }
}

/// Reads the four bytes of a header, as older actions of Nicira's have them; none if they are zero.
///
/// # Errors
/// An unknown field.
pub(super) fn short_field(from: &mut Reader<'_>) -> Result<Option<Field>, DecodeError> {
    let start = *from;
    let (class, number, length) = (from.u16()?, from.u8()?, from.u8()?);
    if (class, number, length) == (0, 0, 0) {
        return Ok(None);
    }
    let (number, length) = (number >> 1, usize::from(length));
    let unknown = UnknownField { class, experimenter: 0, number, length };
    let field = known(class, 0, number, length).filter(|_| class != CLASS_EXPERIMENTER);
    field.map(Some).ok_or_else(|| start.error(Problem::UnknownField(unknown)))
}

/// The bits `offset` to `offset + bits - 1` of `field`, read at `place`.
///
/// # Errors
/// Bits that the field does not have.
pub(super) fn subfield(
    place: Reader<'_>,
    field: Field,
    offset: u32,
    bits: u32,
) -> Result<Subfield, DecodeError> {
    if bits == 0 || offset + bits > field.bits() {
        return Err(place.error(Problem::Bits { field, offset, bits }));
    }
    Ok(Subfield { field, offset, bits })
}

/// Bits that an action writes.
///
/// # Errors
/// A field that cannot be set.
pub(super) fn writable(place: Reader<'_>, bits: Subfield) -> Result<Subfield, DecodeError> {
    if bits.field.info().writable { Ok(bits) } else { Err(place.error(Problem::ReadOnly(bits.field))) }
}

/// Offset and width in 16 bits, as Nicira's actions carry them.
pub(super) fn offset_and_width(packed: u16) -> (u32, u32) {
    (u32::from(packed >> 6), u32::from(packed & 0x3f) + 1)
}

/// Reads a header with a value, and a mask if it says so.
///
/// # Errors
/// Those of a header, too few bytes, a value outside of its mask or of what the field can hold. The inner result has
/// an unknown field, whose value is skipped.
pub(crate) fn entry(from: &mut Reader<'_>) -> Result<Result<Entry, UnknownField>, DecodeError> {
    let start = *from;
    let header = header(from)?;
    let mut content = from.part(header.length)?;
    let field = match header.field {
        Ok(field) => field,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let bytes = if header.masked { header.length / 2 } else { header.length };
    let mut number = || content.number(bytes)?.ok_or_else(|| start.error(Problem::Value(field)));
    let value = number()?;
    let mask = if header.masked { Some(number()?) } else { None };
    if mask.is_some_and(|mask| value & !mask != 0) {
        return Err(start.error(Problem::OutsideMask(field)));
    }
    if !field.allows(value) {
        return Err(start.error(Problem::Value(field)));
    }
    Ok(Ok(Entry { field, value, mask }))
}
