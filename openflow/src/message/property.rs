//! Properties: type, length without padding, value, zeros up to eight bytes (OpenFlow 1.4, section 7.2).

use super::error::ErrorCode;
use super::wire::{MessageError, pad_to_8, put_length_at, put_u16, put_u32};
use crate::decode::Reader;

/// Writes a property whose value `value` writes.
pub(crate) fn put_property(out: &mut Vec<u8>, kind: u16, value: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    put_u16(out, kind);
    put_u16(out, 0);
    value(out);
    put_length_at(out, start + 2, start);
    pad_to_8(out, start);
}

/// The next property: its type and its value.
///
/// # Errors
/// When its length is less than its head's, or more than there is.
pub(crate) fn next_property<'a>(r: &mut Reader<'a>) -> Result<(u16, Reader<'a>), MessageError> {
    const SHORT: MessageError =
        MessageError::refused(ErrorCode::BAD_PROPERTY_LENGTH, "a property is longer than what it is in");
    let kind = r.u16().map_err(|_| SHORT)?;
    let length = usize::from(r.u16().map_err(|_| SHORT)?);
    let value_length = length.checked_sub(4).ok_or(SHORT)?;
    let value = r.part(value_length).map_err(|_| SHORT)?;
    // Open vSwitch lets the padding of the last property be missing.
    let padding = (length.next_multiple_of(8) - length).min(r.len());
    r.take(padding)?;
    Ok((kind, value))
}

/// The whole value of a property, read by `read`.
pub(crate) fn property_value<'a, T>(
    mut value: Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, MessageError>,
) -> Result<T, MessageError> {
    let read = read(&mut value).map_err(|_| BAD_LENGTH)?;
    if value.is_empty() { Ok(read) } else { Err(BAD_LENGTH) }
}

/// A property whose value is a number of 8 bits.
pub(crate) fn put_u8_property(out: &mut Vec<u8>, kind: u16, number: u8) {
    put_property(out, kind, |b| b.push(number));
}

/// A property whose value is a number of 16 bits, with padding that counts into its length.
pub(crate) fn put_u16_property(out: &mut Vec<u8>, kind: u16, number: u16) {
    put_property(out, kind, |b| {
        put_u16(b, number);
        put_u16(b, 0);
    });
}

/// A property whose value is a number of 32 bits.
pub(crate) fn put_u32_property(out: &mut Vec<u8>, kind: u16, number: u32) {
    put_property(out, kind, |b| put_u32(b, number));
}

/// The number of 8 bits that a property's value begins with; the rest is padding, of which there is more and
/// less in the wild.
pub(crate) fn property_u8(mut value: Reader<'_>) -> Result<u8, MessageError> {
    value.u8().map_err(|_| BAD_LENGTH)
}

/// The number of 16 bits that a property's value begins with; the rest is padding, of which there is more and
/// less in the wild.
pub(crate) fn property_u16(mut value: Reader<'_>) -> Result<u16, MessageError> {
    value.u16().map_err(|_| BAD_LENGTH)
}

/// The number of 32 bits that is a property's value.
pub(crate) fn property_u32(value: Reader<'_>) -> Result<u32, MessageError> {
    property_value(value, |v| Ok(v.u32()?))
}

const BAD_LENGTH: MessageError =
    MessageError::refused(ErrorCode::BAD_PROPERTY_LENGTH, "a property's value has another length");

/// The error for a property that the message does not have.
pub(crate) const UNKNOWN_PROPERTY: MessageError =
    MessageError::refused(ErrorCode::BAD_PROPERTY, "an unknown property");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_counts_itself_and_not_its_padding() {
        let mut out = Vec::new();
        put_property(&mut out, 3, |b| b.extend([1, 2, 3, 4, 5]));
        assert_eq!(out, [0, 3, 0, 9, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0]);
        let mut r = Reader::new(&out);
        let (kind, mut value) = next_property(&mut r).expect("a whole property");
        assert_eq!((kind, value.rest(), r.len()), (3, &[1, 2, 3, 4, 5][..], 0));
    }

    #[test]
    fn lengths_that_cannot_be_are_refused() {
        for bytes in [&[0, 1, 0, 3][..], &[0, 1, 0, 9, 1, 2, 3, 4], &[0, 1, 0]] {
            let error = next_property(&mut Reader::new(bytes)).expect_err("a length that cannot be");
            assert_eq!(error.code(), ErrorCode::BAD_PROPERTY_LENGTH);
        }
        let error = property_u32(Reader::new(&[1, 2, 3])).expect_err("a byte too few");
        assert_eq!(error.code(), ErrorCode::BAD_PROPERTY_LENGTH);
    }
}
