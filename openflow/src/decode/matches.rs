//! Matches from the wire (`oxm_pull_match`, `nx_pull_match` in Open vSwitch).

use super::entry::{Entry, entry};
use super::error::{DecodeError, Problem, UnknownField};
use super::reader::Reader;
use crate::flow_match::Match;
use crate::wire::MATCH_OXM;

/// Decodes the `ofp_match` at the start of `bytes`; also gives the bytes it takes, padding included.
///
/// # Errors
/// Whatever Open vSwitch rejects too: unknown fields, missing prerequisites, repeated fields, bad masks and values.
pub fn decode_match(bytes: &[u8]) -> Result<(Match, usize), DecodeError> {
    let mut from = Reader::new(bytes);
    let kind = from.u16()?;
    if kind != MATCH_OXM {
        return Err(Reader::new(bytes).error(Problem::MatchType(kind)));
    }
    let length = usize::from(from.u16()?);
    let content = length.checked_sub(4).ok_or_else(|| from.error(Problem::Length(length)))?;
    let entries = from.part(content)?;
    from.take(length.next_multiple_of(8) - length)?;
    Ok((strict(entries)?, from.offset()))
}

/// Decodes OXM or NXM entries, which fill `bytes` and have no header or padding.
///
/// # Errors
/// Those of [`decode_match`].
pub fn decode_fields(bytes: &[u8]) -> Result<Match, DecodeError> {
    strict(Reader::new(bytes))
}

/// Decodes OXM or NXM entries that describe a packet, such as those of a packet-in: prerequisites may lack, and fields
/// that Weft does not know come beside the match.
///
/// # Errors
/// Those of [`decode_match`] except for unknown fields and missing prerequisites.
pub fn decode_fields_loosely(bytes: &[u8]) -> Result<(Match, Vec<UnknownField>), DecodeError> {
    let mut from = Reader::new(bytes);
    let (mut fields, mut unknown) = (Match::any(), Vec::new());
    while !from.is_empty() {
        let place = from;
        match entry(&mut from)? {
            Ok(entry) => add(&mut fields, place, &entry)?,
            Err(field) => unknown.push(field),
        }
    }
    Ok((fields.without_implied_packet_type(), unknown))
}

fn strict(mut from: Reader<'_>) -> Result<Match, DecodeError> {
    let mut fields = Match::any();
    while !from.is_empty() {
        let place = from;
        let entry = entry(&mut from)?.map_err(|field| place.error(Problem::UnknownField(field)))?;
        if !fields.has_prerequisites_of(entry.field) {
            return Err(place.error(Problem::Prerequisite(entry.field)));
        }
        add(&mut fields, place, &entry)?;
    }
    Ok(fields.without_implied_packet_type())
}

fn add(fields: &mut Match, place: Reader<'_>, entry: &Entry) -> Result<(), DecodeError> {
    let info = entry.field.info();
    let whole = info.whole_mask();
    let mask = entry.mask.unwrap_or(whole);
    if !info.maskable && mask != 0 && mask != whole {
        return Err(place.error(Problem::Mask(entry.field)));
    }
    if fields.has_bits_of(entry.field) {
        return Err(place.error(Problem::Repeated(entry.field)));
    }
    if mask == 0 && entry.field.has_variable_length() {
        // It would match every packet that has the field, which a match here cannot say.
        return Err(place.error(Problem::Mask(entry.field)));
    }
    fields.set(entry.field, entry.value, mask);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Field;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    fn problem(hex: &str) -> Problem {
        decode_fields(&bytes(hex)).expect_err("these bytes are no match").problem
    }

    #[test]
    fn fields_come_with_masks_and_experimenters() {
        // Ethernet type, masked IPv4 source, register 16 (of Nicira's experimenter).
        let all = "80000a020800 80001708 0a000000ff000000 ffff220800002320 00000007";
        let found = decode_fields(&bytes(all)).expect("a match");
        assert_eq!(found.to_string(), "ip,reg16=0x7,nw_src=10.0.0.0/8");
    }

    #[test]
    fn a_match_is_padded() {
        let (found, length) =
            decode_match(&bytes("0001000a 80000a020806 0000 0000 0000ffff")).expect("a match");
        assert_eq!((found.to_string().as_str(), length), ("arp", 16));
        assert_eq!(decode_match(&bytes("0001 0004 00000000 99")), Ok((Match::any(), 8)));
    }

    #[test]
    fn what_open_vswitch_rejects_is_rejected() {
        assert_eq!(problem("80001604 0a000001"), Problem::Prerequisite(Field::IPV4_SRC));
        assert_eq!(problem("80000a020800 80000a020800"), Problem::Repeated(Field::ETH_TYPE));
        assert_eq!(problem("80000a020800 80000b04 0800fff0"), Problem::Mask(Field::ETH_TYPE));
        assert_eq!(problem("80000a020800 80001708 0a000001ff000000"), Problem::OutsideMask(Field::IPV4_SRC));
        assert_eq!(problem("80000a020800 80001201 04"), Problem::Value(Field::IP_ECN));
        assert_eq!(problem("80000a02 08"), Problem::Short { needed: 2, left: 1 });
        let unknown = UnknownField { class: 0x8000, experimenter: 0, number: 100, length: 1 };
        assert_eq!(problem("8000c80100"), Problem::UnknownField(unknown));
    }

    #[test]
    fn what_describes_a_packet_may_lack_prerequisites() {
        let (found, unknown) = decode_fields_loosely(&bytes("80001604 0a000001 8000c80100")).expect("fields");
        assert_eq!(found.get(Field::IPV4_SRC), Some((0x0a00_0001, 0xffff_ffff)));
        assert_eq!(unknown, [UnknownField { class: 0x8000, experimenter: 0, number: 100, length: 1 }]);
    }
}
