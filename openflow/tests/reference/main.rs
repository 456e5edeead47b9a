//! Flows as the `ovs-ofctl` of an installed Open vSwitch takes and shows them, where `OVN_PREFIX` names it, and as it
//! once did, from a file that is always there.

mod actions;
mod flows;
mod matches;
mod random;
mod recorded;

use weft_ofctl::{Ofctl, differences_of_bytes, differences_of_text, hexadecimal};
use weft_openflow::decode::decode_fields;
use weft_openflow::message::DumpedFlow;
use weft_openflow::parse::parse_flow;
use weft_openflow::{Flow, FlowStatistics, Match, Version, encode_nxm};

use crate::flows::random_flow;
use crate::random::Random;

/// How many random flows are compared: `WEFT_RANDOM_FLOWS`, or enough for every run of the tests.
fn count() -> u64 {
    std::env::var("WEFT_RANDOM_FLOWS")
        .map_or(2000, |count| count.parse().expect("WEFT_RANDOM_FLOWS is a number"))
}

fn report(wrong: Vec<String>) {
    let few: Vec<&String> = wrong.iter().take(20).collect();
    assert!(wrong.is_empty(), "{} wrong, such as\n{few:#?}", wrong.len());
}

fn random_flows() -> Vec<DumpedFlow> {
    (0..count())
        .map(|seed| DumpedFlow { flow: random_flow(seed), statistics: random_statistics(seed) })
        .collect()
}

#[test]
fn random_flows_are_the_same_in_openflow_1_5() {
    if let Some(ofctl) = Ofctl::installed("random_flows_are_the_same_in_openflow_1_5") {
        report(differences_of_text(&ofctl, &random_flows(), Version::V1_5));
    }
}

#[test]
fn random_flows_are_the_same_in_openflow_1_3() {
    if let Some(ofctl) = Ofctl::installed("random_flows_are_the_same_in_openflow_1_3") {
        report(differences_of_text(&ofctl, &random_flows(), Version::V1_3));
    }
}

/// The other direction: our bytes become `ovs-ofctl`'s text, and that our flow.
#[test]
fn our_messages_are_what_ovs_ofctl_shows() {
    let Some(ofctl) = Ofctl::installed("our_messages_are_what_ovs_ofctl_shows") else { return };
    let flows = random_flows();
    for version in [Version::V1_3, Version::V1_5] {
        report(differences_of_bytes(&ofctl, &flows, version));
    }
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
