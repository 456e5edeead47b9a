//! Any bytes as something of OpenFlow: what the fuzz target `wire` and its bounded run in the tests share.

use weft_openflow::decode::{
    decode_actions, decode_fields, decode_fields_loosely, decode_instructions, decode_match,
};
use weft_openflow::parse::{parse_flow, parse_instructions, parse_match};
use weft_openflow::{
    Action, Actions, Match, Version, encode_actions, encode_fields, encode_instructions, encode_match,
};

/// The most bytes that a length on the wire can say.
const LARGEST: usize = u16::MAX as usize;

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
        3 => decode_actions(bytes, version).is_ok_and(|found| actions_again(found, version)),
        4 => decode_instructions(bytes, version).is_ok_and(|found| instructions_again(found, version)),
        5 => text(bytes, |text| parse_flow(text).ok().map(|flow| flow.dump_text(None))),
        6 => text(bytes, |text| parse_match(text).ok().map(|found| found.to_string())),
        7 => text(bytes, |text| parse_instructions(text).ok().map(|found| Action::list_text(&found))),
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
fn actions_again(found: Actions, version: Version) -> bool {
    let written = |actions: &Actions| {
        let mut out = Vec::new();
        encode_actions(actions, version, &mut out);
        out
    };
    let first = written(&found);
    if first.len() <= LARGEST {
        let second = decode_actions(&first, version).expect("what was written is read");
        assert_eq!(written(&second), first);
    }
    Action::list_text(&found).len() < 1000 * LARGEST
}

fn instructions_again(found: Actions, version: Version) -> bool {
    let written = |actions: &Actions| {
        let mut out = Vec::new();
        encode_instructions(actions, &Match::any(), version, &mut out);
        out
    };
    let first = written(&found);
    if first.len() <= LARGEST {
        let second = decode_instructions(&first, version).expect("what was written is read");
        assert_eq!(written(&second), first);
    }
    Action::list_text(&found).len() < 1000 * LARGEST
}

/// What is read from text and printed is read again to the same.
fn text(bytes: &[u8], through: impl Fn(&str) -> Option<String>) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Some(printed) = through(text) else { return false };
    assert_eq!(through(&printed).as_ref(), Some(&printed), "from {text}");
    true
}
