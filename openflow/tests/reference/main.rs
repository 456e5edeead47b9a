//! Flows as the `ovs-ofctl` of an installed Open vSwitch takes and shows them, where `OVN_PREFIX` names it, and as it
//! once did, from a file that is always there.

mod actions;
mod flows;
mod matches;
mod ofctl;
mod random;
mod recorded;
mod wire;

use weft_openflow::decode::{decode_fields, decode_instructions, decode_match};
use weft_openflow::parse::parse_flow;
use weft_openflow::{Flow, FlowFlags, FlowStatistics, Match, Version, encode_nxm};

use crate::flows::random_flow;
use crate::ofctl::{Ofctl, Shown};
use crate::random::Random;
use crate::wire::{CONTENT, content, flow_mod, flow_reply};

/// Flows of one run of `ovs-ofctl`.
const BATCH: u64 = 10_000;

/// How many random flows are compared: `WEFT_RANDOM_FLOWS`, or enough for every run of the tests.
fn count() -> u64 {
    std::env::var("WEFT_RANDOM_FLOWS")
        .map_or(2000, |count| count.parse().expect("WEFT_RANDOM_FLOWS is a number"))
}

/// The flow of a flow-mod, from the wire.
fn decoded(bytes: &[u8], version: Version) -> Flow {
    let u16_at = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let (matches, length) = decode_match(&bytes[CONTENT..]).expect("a match");
    let actions = decode_instructions(&bytes[CONTENT + length..], version).expect("instructions");
    Flow {
        table: bytes[24],
        priority: u16_at(30),
        cookie: u64::from_be_bytes(bytes[8..16].try_into().expect("eight bytes")),
        idle_timeout_s: u16_at(26),
        hard_timeout_s: u16_at(28),
        importance: u16_at(46),
        flags: FlowFlags::from_wire(u16_at(44)),
        matches,
        actions,
    }
}

/// What is wrong between a flow and what `ovs-ofctl` shows of it.
fn difference(flow: &Flow, shown: &Shown, version: Version) -> Result<(), String> {
    let ours = content(flow, version);
    if shown.bytes[CONTENT..] != ours {
        let (ours, theirs) = (hexadecimal(&ours), hexadecimal(&shown.bytes[CONTENT..]));
        return Err(format!("wire: {ours}\ninstead of {theirs}"));
    }
    let decoded = decoded(&shown.bytes, version);
    if decoded.add_text() != shown.text {
        return Err(format!("text: {} instead of {}", decoded.add_text(), shown.text));
    }
    let again = crate::decoded(&flow_mod(&decoded, version, 0), version);
    match again.add_text() == shown.text {
        true => Ok(()),
        false => Err(format!("text: {} when it went over the wire again", again.add_text())),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn report(wrong: Vec<String>) {
    let few: Vec<&String> = wrong.iter().take(20).collect();
    assert!(wrong.is_empty(), "{} wrong, such as\n{few:#?}", wrong.len());
}

fn compare(ofctl: &Ofctl, version: Version) {
    let mut wrong = Vec::new();
    for start in (0..count()).step_by(BATCH as usize) {
        let flows: Vec<Flow> = (start..count().min(start + BATCH)).map(random_flow).collect();
        let lines: Vec<String> = flows.iter().map(|flow| flow.dump_text(None)).collect();
        let shown = ofctl.parse_flows(&lines, version);
        assert_eq!(shown.len(), flows.len());
        for ((flow, line), shown) in flows.iter().zip(&lines).zip(&shown) {
            let parsed = parse_flow(line).map_err(|error| error.to_string());
            let found = parsed.and_then(|parsed| match parsed.dump_text(None) == *line {
                true => difference(&parsed, shown, version),
                false => Err(format!("parses as {}", parsed.dump_text(None))),
            });
            let found = found.and_then(|()| difference(flow, shown, version));
            wrong.extend(found.err().map(|error| format!("{line}\n{error}")));
        }
    }
    report(wrong);
}

#[test]
fn random_flows_are_the_same_in_openflow_1_5() {
    if let Some(ofctl) = Ofctl::installed("random_flows_are_the_same_in_openflow_1_5") {
        compare(&ofctl, Version::V1_5);
    }
}

#[test]
fn random_flows_are_the_same_in_openflow_1_3() {
    if let Some(ofctl) = Ofctl::installed("random_flows_are_the_same_in_openflow_1_3") {
        compare(&ofctl, Version::V1_3);
    }
}

/// The other direction: our bytes become `ovs-ofctl`'s text, and that our flow.
#[test]
fn our_messages_are_what_ovs_ofctl_shows() {
    let Some(ofctl) = Ofctl::installed("our_messages_are_what_ovs_ofctl_shows") else { return };
    let mut wrong = Vec::new();
    for start in (0..count()).step_by(BATCH as usize) {
        let ids = start..count().min(start + BATCH);
        let flows: Vec<Flow> = ids.clone().map(random_flow).collect();
        let statistics: Vec<FlowStatistics> = ids.map(random_statistics).collect();
        let mut messages = Vec::new();
        for (id, (flow, statistics)) in (0..).zip(flows.iter().zip(&statistics)) {
            messages.extend(flow_mod(flow, Version::V1_5, id));
            messages.extend(flow_reply(flow, statistics, id));
        }
        let shown = ofctl.show(&messages);
        assert_eq!(shown.len(), 2 * flows.len());
        for ((flow, statistics), messages) in flows.iter().zip(&statistics).zip(shown.chunks(2)) {
            wrong.extend(shown_difference(flow, statistics, messages).err());
        }
    }
    report(wrong);
}

fn random_statistics(seed: u64) -> FlowStatistics {
    let random = &mut Random(seed);
    let nanoseconds = [0, 5_000_000, 120, 999_999_999];
    FlowStatistics {
        duration_s: random.number(20) as u32,
        duration_ns: *random.pick(&nanoseconds),
        packets: Some(random.number(60) as u64),
        bytes: (!random.once_in(4)).then(|| random.number(60) as u64),
        ..FlowStatistics::default()
    }
}

fn shown_difference(
    flow: &Flow,
    statistics: &FlowStatistics,
    messages: &[Vec<String>],
) -> Result<(), String> {
    // A flow-mod has one line, a reply a line before that of its flow.
    let [added, dumped] = messages else { return Err("there are two messages of a flow".to_string()) };
    let ([added], [_, dumped]) = (added.as_slice(), dumped.as_slice()) else {
        return Err(format!("{} is shown as {messages:#?}", flow.dump_text(None)));
    };
    let through = |version| decoded(&flow_mod(flow, version, 0), version);
    let (newer, older) = (through(Version::V1_5), through(Version::V1_4));
    let added = added.split_once("): ADD ").map_or("", |(_, text)| text);
    if added != newer.add_text() {
        return Err(format!("{added} instead of {}", newer.add_text()));
    }
    let dumped = dumped.trim_start();
    if dumped != older.dump_text(Some(statistics)) {
        return Err(format!("{dumped} instead of {}", older.dump_text(Some(statistics))));
    }
    match parse_flow(dumped) {
        Ok(parsed) if parsed.dump_text(None) == older.dump_text(None) => Ok(()),
        Ok(parsed) => Err(format!("{dumped} parses as {}", parsed.dump_text(None))),
        Err(error) => Err(format!("{dumped} {error}")),
    }
}

/// Matches with Nicira's codes, which messages of Nicira's have.
#[test]
fn random_matches_are_the_same_in_nxm() {
    let Some(ofctl) = Ofctl::installed("random_matches_are_the_same_in_nxm") else { return };
    let matches: Vec<Match> = (0..count()).map(|seed| random_flow(seed).matches).collect();
    let encoded: Vec<Vec<u8>> = matches
        .iter()
        .map(|found| {
            let mut out = Vec::new();
            encode_nxm(found, &mut out);
            out
        })
        .collect();
    let shown = ofctl.nxm(&encoded);
    assert_eq!(shown.len(), matches.len());
    let mut wrong = Vec::new();
    for ((found, bytes), shown) in matches.iter().zip(&encoded).zip(&shown) {
        let padded = bytes.len().next_multiple_of(8);
        if shown.get(..bytes.len()) != Some(bytes) || shown.len() != padded {
            wrong.push(format!("{found}: {}\ninstead of {}", hexadecimal(bytes), hexadecimal(shown)));
        }
        if decode_fields(bytes).as_ref() != Ok(found) {
            wrong.push(format!("{found}: {:?}", decode_fields(bytes)));
        }
    }
    report(wrong);
}

/// Flows with pieces of others in the place of their own: both take them, or neither does.
#[test]
fn the_same_flows_are_refused() {
    let Some(ofctl) = Ofctl::installed("the_same_flows_are_refused") else { return };
    let mut wrong = Vec::new();
    // Each takes a process of its own.
    for seed in 0..(count() / 20).min(200) {
        let random = &mut Random(seed);
        let (one, other) = (random_flow(random.next()), random_flow(random.next()));
        let mixed =
            Flow { matches: one.matches, actions: other.actions, table: one.table, ..Flow::default() };
        let text = mixed.dump_text(None);
        let (theirs, ours) = (ofctl.accepts(&text), parse_flow(&text));
        if theirs.is_ok() != ours.is_ok() {
            wrong.push(format!("{text}\nours: {:?}\ntheirs: {theirs:?}", ours.err()));
        }
    }
    report(wrong);
}
