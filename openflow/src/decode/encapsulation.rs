//! Adding and removing headers.

use super::error::{DecodeError, Problem};
use super::reader::Reader;
use crate::action::{Action, Encapsulation, EncapsulationProperty, HEADERS};
use crate::wire::encapsulation::{CLASS_NSH, METADATA, METADATA_TYPE};

pub(super) fn encapsulate(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    let (header_length, packet_type) = (body.u16()?, body.u32()?);
    if HEADERS.iter().all(|(_, known)| *known != packet_type) {
        return Err(place.error(Problem::Argument("a header of this type cannot be added")));
    }
    let mut properties = Vec::new();
    while !body.is_empty() {
        properties.push(property(&mut body)?);
    }
    Ok(Action::Encap(Box::new(Encapsulation { packet_type, header_length, properties })))
}

fn property(body: &mut Reader<'_>) -> Result<EncapsulationProperty, DecodeError> {
    let place = *body;
    let (class, kind, length) = (body.u16()?, body.u8()?, usize::from(body.u8()?));
    let content = length.checked_sub(4).ok_or_else(|| place.error(Problem::Length(length)))?;
    let mut content = body.part(content)?;
    body.take(length.next_multiple_of(8) - length)?;
    match (class, kind) {
        (CLASS_NSH, METADATA_TYPE) if length <= 8 => content.u8().map(EncapsulationProperty::NshMetadataType),
        (CLASS_NSH, METADATA) => {
            let (class, kind, data_length) = (content.u16()?, content.u8()?, usize::from(content.u8()?));
            if content.len() != data_length.next_multiple_of(8) {
                return Err(place.error(Problem::Length(length)));
            }
            let data = content.take(data_length)?.to_vec();
            Ok(EncapsulationProperty::NshMetadata { class, kind, data })
        }
        _ => Err(place.error(Problem::Argument("this property is not known"))),
    }
}

pub(super) fn decapsulate(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let place = body;
    body.take(2)?;
    let packet_type = body.u32()?;
    if !body.is_empty() {
        return Err(place.error(Problem::Argument("removing a header takes no properties")));
    }
    Ok(Action::Decap(packet_type))
}
