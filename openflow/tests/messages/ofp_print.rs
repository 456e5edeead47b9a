//! `ovs-ofctl ofp-print` says what Open vSwitch understands of a message.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use weft_ofctl::Ofctl;
use weft_openflow::Version;
use weft_openflow::message::{Body, Message, MultipartReply};

use crate::any_body::any_message;

/// The texts that Open vSwitch must print for a message.
fn texts(message: &Message, version: Version) -> Vec<String> {
    match &message.body {
        Body::GroupMod(change) if !change.group.buckets.is_empty() => {
            let text = change.group.text(version);
            // Commands for buckets are printed without the type.
            vec![text.split_once("bucket=").map_or(text.clone(), |(_, buckets)| buckets.to_string())]
        }
        Body::MeterMod(change) => vec![change.meter.to_string()],
        Body::MultipartReply { reply: MultipartReply::Groups(groups), .. } => {
            groups.iter().map(|group| group.text(version)).collect()
        }
        Body::MultipartReply { reply: MultipartReply::Meters(meters), .. } => {
            meters.iter().map(ToString::to_string).collect()
        }
        Body::MultipartReply { reply: MultipartReply::GroupStatistics(groups), .. } => {
            groups.iter().map(ToString::to_string).collect()
        }
        Body::MultipartReply { reply: MultipartReply::MeterStatistics(meters), .. } => {
            meters.iter().map(ToString::to_string).collect()
        }
        Body::MultipartReply { reply: MultipartReply::MeterFeatures(features), .. } => {
            vec![features.to_string()]
        }
        Body::MultipartReply { reply: MultipartReply::Flows(flows), .. } => {
            flows.iter().map(|dumped| dumped.flow.dump_text(Some(&dumped.statistics))).collect()
        }
        Body::Error(error) => error.code.name(version).map(str::to_string).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether Open vSwitch looks into what the message carries for somebody else, which is arbitrary here.
fn carries_arbitrary_bytes(message: &Message) -> bool {
    matches!(
        message.body,
        Body::Error(_) | Body::PacketIn(_) | Body::Resume(_) | Body::Hello(_) | Body::RequestForward(_)
    )
}

#[test]
fn open_vswitch_understands_any_message_and_prints_groups_and_meters_as_we_do() {
    let test = "open_vswitch_understands_any_message_and_prints_groups_and_meters_as_we_do";
    let Some(ofctl) = Ofctl::installed(test) else { return };
    let mut runner = TestRunner::deterministic();
    let mut wrong = Vec::new();
    for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
        let strategy = any_message(version);
        for _ in 0..400 {
            let message = strategy.new_tree(&mut runner).expect("a strategy that rejects nothing").current();
            let bytes = message.encode(version).expect("a message of the version");
            let printed = ofctl.print(&bytes);
            let understood = !printed.contains("***") && !printed.contains("decode error");
            if !understood && !carries_arbitrary_bytes(&message) {
                wrong.push(printed.clone());
            }
            let missing = texts(&message, version).into_iter().filter(|text| !printed.contains(text));
            wrong.extend(missing.map(|text| format!("{text:?} is not in {printed}")));
        }
    }
    wrong.sort_by_key(String::len);
    let shortest: Vec<_> = wrong.iter().take(5).collect();
    assert!(wrong.is_empty(), "{} texts differ, such as {shortest:#?}", wrong.len());
}
