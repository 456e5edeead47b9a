//! Adding and removing headers.

use super::error::ParseError;
use super::number::{bytes, number, u8_of, u16_of};
use super::pairs::{Pairs, Part};
use crate::action::{Action, Encapsulation, EncapsulationProperty, HEADERS, PACKET_TYPE_OF_NEXT_HEADER};

/// Namespaces of packet types.
const NAMESPACES: u128 = 5;

/// The most bytes of a piece of metadata.
const MAX_METADATA: usize = 124;

/// `header` or `header(property,…)`.
pub(super) fn encapsulate(part: Part<'_>) -> Result<Action, ParseError> {
    let pair = Pairs::new(part).next().ok_or_else(|| part.error("the header is missing"))?;
    let header = HEADERS.iter().find(|h| h.0 == pair.key.text);
    let (name, packet_type) = header.ok_or_else(|| {
        let known: Vec<&str> = HEADERS.iter().map(|h| h.0).collect();
        pair.key.error(format!("`{}` is none of the headers {}", pair.key.text, known.join(", ")))
    })?;
    let mut properties = Vec::new();
    for property in Pairs::new(pair.value) {
        properties.push(match (*name, property.key.text) {
            ("nsh", "md_type") => {
                let kind = u8_of(property.value)?;
                if !(1..=2).contains(&kind) {
                    return Err(property.value.error("the type of metadata is 1 or 2"));
                }
                EncapsulationProperty::NshMetadataType(kind)
            }
            ("nsh", "tlv") => metadata(property.value)?,
            (_, other) => return Err(property.key.error(format!("{name} has no property `{other}`"))),
        });
    }
    let packet_type = *packet_type;
    Ok(Action::Encap(Box::new(Encapsulation { packet_type, header_length: 0, properties })))
}

/// `class,type,0xbytes`.
fn metadata(part: Part<'_>) -> Result<EncapsulationProperty, ParseError> {
    let syntax = || part.error("metadata are written as tlv(0xclass,type,0xbytes)");
    let (class, rest) = part.split_once(",").ok_or_else(syntax)?;
    let (kind, data_part) = rest.split_once(",").ok_or_else(syntax)?;
    let data = metadata_bytes(data_part)?;
    if data.len() > MAX_METADATA {
        return Err(data_part.error(format!("metadata have at most {MAX_METADATA} bytes")));
    }
    Ok(EncapsulationProperty::NshMetadata { class: u16_of(class)?, kind: u8_of(kind)?, data })
}

/// Bytes as one hexadecimal number, whose first digit may lack as it is printed without zeros in front; `0` is none.
fn metadata_bytes(part: Part<'_>) -> Result<Vec<u8>, ParseError> {
    if part.text == "0" {
        return Ok(Vec::new());
    }
    let digits = part.text.strip_prefix("0x").ok_or_else(|| part.error("bytes begin with 0x"))?;
    let (_, digits) = part.split_at(part.text.len() - digits.len());
    if !digits.text.is_ascii() {
        return Err(digits.error("bytes are pairs of hexadecimal digits"));
    }
    let (first, rest) = digits.split_at(digits.text.len() % 2);
    let wrong = |_| first.error("bytes are pairs of hexadecimal digits");
    let digit = (!first.is_empty()).then(|| u8::from_str_radix(first.text, 16).map_err(wrong)).transpose()?;
    Ok(digit.into_iter().chain(bytes(rest)?).collect())
}

/// Nothing, or `packet_type(ns=number,type=number)`.
pub(super) fn decapsulate(part: Part<'_>) -> Result<Action, ParseError> {
    let Some(pair) = Pairs::new(part).next() else { return Ok(Action::Decap(PACKET_TYPE_OF_NEXT_HEADER)) };
    let syntax = || part.error("what remains is written as packet_type(ns=number,type=number)");
    if pair.key.text != "packet_type" {
        return Err(syntax());
    }
    let mut arguments = Pairs::new(pair.value);
    let mut argument = |name| arguments.next().filter(|a| a.key.text == name).ok_or_else(syntax);
    let namespace = number(argument("ns")?.value, NAMESPACES - 1)? as u32;
    let kind = u32::from(u16_of(argument("type")?.value)?);
    Ok(Action::Decap(namespace << 16 | kind))
}
