//! The fields that a group's choice of a bucket looks at.

use crate::decode::Reader;
use crate::decode::entry;
use crate::encode::put_entry;
use crate::field::Field;
use crate::message::wire::read_all;
use crate::message::{ErrorCode, MessageError};
use crate::version::Version;

/// OXM entries without masks, whose values are the bits that count (`oxm_pull_field_array`).
pub(super) fn read_selection_fields(r: &mut Reader<'_>) -> Result<Vec<(Field, u128)>, MessageError> {
    let refused = |code, reason| Err(MessageError::refused(code, reason));
    let mut fields: Vec<(Field, u128)> = Vec::new();
    let found = read_all(r, |r| Ok(entry(r)?))?;
    for entry in found {
        let Ok(entry) = entry else {
            return refused(ErrorCode::BAD_FIELD, "a group selects by an unknown field");
        };
        if entry.mask.is_some() {
            return refused(ErrorCode::BAD_MASK, "a field that a group selects by has a mask");
        }
        if fields.iter().any(|(field, _)| *field == entry.field) {
            return refused(ErrorCode::DUPLICATE_FIELD, "a group selects by a field twice");
        }
        fields.push((entry.field, entry.value));
    }
    Ok(fields)
}

pub(super) fn put_selection_fields(out: &mut Vec<u8>, fields: &[(Field, u128)], version: Version) {
    for (field, mask) in fields {
        put_entry(out, *field, version.minor(), *mask, None);
    }
}
