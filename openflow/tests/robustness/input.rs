//! Any bytes as something of OpenFlow: what the fuzz target `wire` and its bounded run in the tests share.

use weft_openflow::decode::{
    DecodeError, decode_actions, decode_fields, decode_fields_loosely, decode_instructions, decode_match,
};
use weft_openflow::message::{Body, Message};
use weft_openflow::parse::{parse_flow, parse_instructions, parse_match};
use weft_openflow::{
    Action, Actions, Match, Version, encode_actions, encode_fields, encode_instructions, encode_match,
};

/// The most bytes that a length on the wire can say.
const LARGEST: usize = u16::MAX as usize;

/// How much longer than the input something may get: a mask of single bits becomes a load of 24 bytes for each.
const GROWTH: usize = 64;

/// Takes the first byte as the kind of input and the rest as the input. Says whether it was any good.
///
/// # Panics
/// If what was understood is not understood again after it was written.
pub(crate) fn run(input: &[u8]) -> bool {
    let Some((kind, bytes)) = input.split_first() else { return false };
    let version = if kind & 0x10 == 0 { Version::V1_5 } else { Version::V1_3 };
    match kind & 0xf {
        0 => decode_match(bytes).is_ok_and(|(found, _)| again(&found, version)),
        1 => decode_fields(bytes).is_ok_and(|found| again(&found, version)),
        2 => decode_fields_loosely(bytes).is_ok_and(|(found, _)| !found.to_string().is_empty()),
        3 => decode_actions(bytes, version).is_ok_and(|found| actions_again(&found, bytes.len(), version)),
        4 => decode_instructions(bytes, version)
            .is_ok_and(|found| instructions_again(&found, bytes.len(), version)),
        5 => text(bytes, |text| parse_flow(text).ok().map(|flow| flow.dump_text(None))),
        6 => text(bytes, |text| parse_match(text).ok().map(|found| found.to_string())),
        7 => text(bytes, |text| parse_instructions(text).ok().map(|found| Action::list_text(&found))),
        8 => message(bytes, version),
        _ => false,
    }
}

/// A match from the wire comes back from it.
fn again(found: &Match, version: Version) -> bool {
    let mut out = Vec::new();
    encode_match(found, version, &mut out);
    assert_eq!(decode_match(&out), Ok((found.clone(), out.len())));
    let mut out = Vec::new();
    encode_fields(found, version, &mut out);
    assert_eq!(decode_fields(&out).as_ref(), Ok(found));
    true
}

/// What actions become on the wire stays the same on it.
fn actions_again(found: &Actions, bytes: usize, version: Version) -> bool {
    written_again(
        found,
        bytes,
        |actions, out| encode_actions(actions, version, out),
        |bytes| decode_actions(bytes, version),
    )
}

fn instructions_again(found: &Actions, bytes: usize, version: Version) -> bool {
    let of = Match::any();
    written_again(
        found,
        bytes,
        |actions, out| encode_instructions(actions, &of, version, out),
        |bytes| decode_instructions(bytes, version),
    )
}

/// Actions that were `bytes` long are written, read and written again; nothing grows out of measure.
fn written_again(
    found: &Actions,
    bytes: usize,
    write: impl Fn(&Actions, &mut Vec<u8>),
    read: impl Fn(&[u8]) -> Result<Actions, DecodeError>,
) -> bool {
    let written = |actions: &Actions| {
        let mut out = Vec::new();
        write(actions, &mut out);
        out
    };
    let first = written(found);
    assert!(first.len() <= GROWTH * bytes, "{bytes} bytes become {}", first.len());
    assert!(Action::list_text(found).len() <= GROWTH * (bytes + 1));
    if first.len() <= LARGEST {
        let second = read(&first).expect("what was written is read");
        assert_eq!(written(&second), first);
    }
    true
}

/// A message whose version and length are made right is written, read and written again.
fn message(bytes: &[u8], version: Version) -> bool {
    let [_, kind, _, _, rest @ ..] = bytes else { return false };
    let Ok(length) = u16::try_from(bytes.len()) else { return false };
    let [high, low] = length.to_be_bytes();
    let bytes: Vec<u8> = [version.wire(), *kind, high, low].into_iter().chain(rest.iter().copied()).collect();
    let Ok(found) = Message::decode(&bytes, version) else { return false };
    let Ok(first) = found.encode(version) else { return true };
    if matches!(found.body, Body::PacketIn(_)) {
        // It is written in Open vSwitch's form, which has no packet without bytes as the standard's has.
        return true;
    }
    let again = |bytes: &[u8]| {
        let read = Message::decode(bytes, version).expect("what was written is read");
        read.encode(version).expect("what was read is written")
    };
    assert_eq!(again(&first), first);
    true
}

/// What is read from text and printed is read again to the same.
fn text(bytes: &[u8], through: impl Fn(&str) -> Option<String>) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Some(printed) = through(text) else { return false };
    assert_eq!(through(&printed).as_ref(), Some(&printed), "from {text}");
    true
}
