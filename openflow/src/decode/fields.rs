//! Actions that set and copy fields.

use super::entry::{self, Entry, entry, offset_and_width, short_field, subfield, writable};
use super::error::{DecodeError, Problem};
use super::reader::Reader;
use crate::action::Action;
use crate::field::Field;
use crate::version::Version;

/// The standard's `set_field`; masks came with OpenFlow 1.5.
pub(super) fn set_field(mut body: Reader<'_>, version: Version) -> Result<Action, DecodeError> {
    let place = body;
    let found = known_entry(&mut body)?;
    body.padding()?;
    if found.mask.is_some() && version < Version::V1_5 {
        return Err(place.error(Problem::Mask(found.field)));
    }
    const VLAN_PRESENT: u128 = 0x1000;
    let without_tag = |bits: u128| bits & VLAN_PRESENT == 0;
    if found.field == Field::VLAN_VID && (without_tag(found.value) || found.mask.is_some_and(without_tag)) {
        return Err(place.error(Problem::Value(found.field)));
    }
    if found.field == Field::IN_PORT_OXM {
        return Err(place.error(Problem::ReadOnly(found.field)));
    }
    set(place, &found)
}

/// Nicira's second `reg_load`, which has an entry too.
pub(super) fn load_entry(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let found = known_entry(&mut body)?;
    body.padding()?;
    set(place, &found)
}

fn known_entry(body: &mut Reader<'_>) -> Result<Entry, DecodeError> {
    let place = *body;
    entry(body)?.map_err(|field| place.error(Problem::UnknownField(field)))
}

fn set(place: Reader<'_>, found: &Entry) -> Result<Action, DecodeError> {
    let info = found.field.info();
    if !info.writable {
        return Err(place.error(Problem::ReadOnly(found.field)));
    }
    let mask = found.mask.unwrap_or(info.whole_mask());
    Ok(Action::SetField { field: found.field, value: found.value, mask })
}

/// Nicira's first `reg_load`.
pub(super) fn load(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (offset, bits) = offset_and_width(body.u16()?);
    let field = required(&mut body)?;
    let target = writable(place, subfield(place, field, offset, bits)?)?;
    let value = u128::from(body.u64()?);
    if value >> bits != 0 {
        return Err(place.error(Problem::Value(field)));
    }
    Ok(Action::Load { target, value })
}

/// A field's four bytes, which must be there.
pub(super) fn required(body: &mut Reader<'_>) -> Result<Field, DecodeError> {
    let place = *body;
    short_field(body)?.ok_or_else(|| place.error(Problem::Argument("a field is missing")))
}

/// The ways to copy bits: widths and offsets in 16 bits each, `gap` bytes, and the headers of both fields.
pub(super) fn copy_field(mut body: Reader<'_>, gap: usize) -> Result<Action, DecodeError> {
    let place = body;
    let (bits, source, target) = (body.u16()?, body.u16()?, body.u16()?);
    body.take(gap)?;
    let (bits, source, target) = (u32::from(bits), u32::from(source), u32::from(target));
    let source = subfield(place, entry::field(&mut body)?, source, bits)?;
    let target = writable(place, subfield(place, entry::field(&mut body)?, target, bits)?)?;
    body.padding()?;
    Ok(Action::Move { source, target })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::actions::decode_actions;
    use crate::subfield::Subfield;

    fn decode(bytes: &[u8], version: Version) -> Result<Vec<Action>, Problem> {
        decode_actions(bytes, version).map_err(|error| error.problem)
    }

    #[test]
    fn a_register_load_keeps_its_form() {
        let bytes =
            [0xff, 0xff, 0, 24, 0, 0, 0x23, 0x20, 0, 7, 0x01, 0x03, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9];
        let target = Subfield::new(Field::reg(0), 4, 4);
        assert_eq!(decode(&bytes, Version::V1_3), Ok(vec![Action::Load { target, value: 9 }]));
        let unknown = Problem::UnknownAction { experimenter: 0x2320, number: 7 };
        assert_eq!(decode(&bytes, Version::V1_5), Err(unknown));
    }

    #[test]
    fn masks_of_set_field_came_with_openflow_1_5() {
        let bytes = [0, 25, 0, 16, 0, 1, 1, 8, 0, 0, 0, 5, 0, 0, 0, 15];
        let set = Action::SetField { field: Field::reg(0), value: 5, mask: 15 };
        assert_eq!(decode(&bytes, Version::V1_5), Ok(vec![set]));
        assert_eq!(decode(&bytes, Version::V1_3), Err(Problem::Mask(Field::reg(0))));
    }

    #[test]
    fn what_is_read_only_cannot_be_set() {
        let bytes = [0, 25, 0, 16, 0x80, 0, 0x0a, 2, 8, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(decode(&bytes, Version::V1_5), Err(Problem::ReadOnly(Field::ETH_TYPE)));
    }
}
