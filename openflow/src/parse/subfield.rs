//! Bits of fields in text (`mf_parse_subfield` in Open vSwitch).

use super::error::ParseError;
use super::number::number;
use super::pairs::Part;
use crate::field::Field;
use crate::subfield::Subfield;

/// A field's name in `ovs-ofctl` or in OXM or NXM.
pub(super) fn field(part: Part<'_>) -> Result<Field, ParseError> {
    let name = part.text;
    let found =
        Field::from_name(name).or_else(|| Field::from_code_name(name.strip_suffix("_W").unwrap_or(name)));
    found.ok_or_else(|| part.error(format!("`{name}` is not a field")))
}

/// Whether OpenFlow has a number for `field`, without which actions cannot be about it.
pub(super) fn on_the_wire(part: Part<'_>, field: Field) -> Result<Field, ParseError> {
    match field.info().codes.is_empty() {
        true => Err(part.error(format!("actions cannot be about {field}"))),
        false => Ok(field),
    }
}

/// Bits at the start of `part`, and what follows them.
pub(super) fn leading<'a>(part: Part<'a>) -> Result<(Subfield, Part<'a>), ParseError> {
    let end = part.text.find(['[', '-']).unwrap_or(part.text.len());
    let (name, rest) = part.split_at(end);
    let field = on_the_wire(name, field(name)?)?;
    if !rest.text.starts_with('[') {
        return Ok((Subfield::whole(field), rest));
    }
    let close = rest.text.find(']').ok_or_else(|| rest.error("a `]` is missing"))?;
    let (range, after) = rest.split_at(close);
    let (range, after) = (range.split_at(1).1, after.split_at(1).1);
    if range.is_empty() {
        return Ok((Subfield::whole(field), after));
    }
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    let largest = u128::from(field.bits() - 1);
    let (first, last) = (number(first, largest)? as u32, number(last, largest)? as u32);
    if first > last {
        return Err(range.error("the first bit is after the last one"));
    }
    Ok((Subfield::new(field, first, last - first + 1), after))
}

/// Bits that `part` is about, without anything else.
pub(super) fn subfield(part: Part<'_>) -> Result<Subfield, ParseError> {
    match leading(part)? {
        (bits, rest) if rest.is_empty() => Ok(bits),
        (_, rest) => Err(rest.error("nothing can follow a field here")),
    }
}

/// The parts before and after `->`.
pub(super) fn arrow<'a>(part: Part<'a>) -> Result<(Part<'a>, Part<'a>), ParseError> {
    part.split_once("->").ok_or_else(|| part.error("`->` and a field are missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_have_names_of_all_kinds() {
        let read = |text| subfield(Part::new(text)).map(|bits| bits.to_string()).map_err(|e| e.position);
        assert_eq!(read("NXM_NX_REG0[]"), Ok("NXM_NX_REG0[]".to_string()));
        assert_eq!(read("reg0"), Ok("NXM_NX_REG0[]".to_string()));
        assert_eq!(read("OXM_OF_ETH_SRC[0..3]"), Ok("NXM_OF_ETH_SRC[0..3]".to_string()));
        assert_eq!(read("xxreg1[127]"), Ok("NXM_NX_XXREG1[127]".to_string()));
        assert_eq!(read("reg0[32]"), Err(5));
        assert_eq!(read("reg0[3..1]"), Err(5));
        assert_eq!(read("reg0[1]x"), Err(7));
        assert_eq!(read("nothing"), Err(0));
    }
}
