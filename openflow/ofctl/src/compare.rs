//! What differs, as text for people.

use weft_openflow::message::{Body, DumpedFlow, FlowMod, Message, MultipartReply};
use weft_openflow::parse::parse_flow;
use weft_openflow::{Flow, FlowStatistics, Version};

use crate::hexadecimal::hexadecimal;
use crate::ofctl::{Ofctl, Shown};

/// Flows that one run of `ovs-ofctl` is asked about.
const BATCH: usize = 10_000;

/// Bytes of a message before its number, and after it.
const NUMBER: std::ops::Range<usize> = 4..8;

fn adding(flow: &Flow, version: Version) -> Vec<u8> {
    message(Body::FlowMod(FlowMod::add(flow.clone())), version)
}

fn dumping(flow: &Flow, statistics: FlowStatistics, version: Version) -> Vec<u8> {
    let flows = vec![DumpedFlow { flow: flow.clone(), statistics }];
    message(Body::MultipartReply { reply: MultipartReply::Flows(flows), more: false }, version)
}

fn message(body: Body, version: Version) -> Vec<u8> {
    Message::new(0, body).encode(version).expect("a flow fits into a message")
}

/// The flow that a message adds.
fn added(bytes: &[u8], version: Version) -> Result<Flow, String> {
    match Message::decode(bytes, version) {
        Ok(Message { body: Body::FlowMod(change), .. }) => Ok(change.flow),
        Ok(other) => Err(format!("it is read as {other:?}")),
        Err(error) => Err(format!("it is refused: {error}")),
    }
}

/// The bytes of a message without its number.
fn unnumbered(bytes: &[u8]) -> [&[u8]; 2] {
    [bytes.get(..NUMBER.start).unwrap_or_default(), bytes.get(NUMBER.end..).unwrap_or_default()]
}

/// Compares a flow with what `ovs-ofctl` shows of the message that adds it.
///
/// # Errors
/// Says what differs: our bytes, our text of its bytes, or our text when the flow went over the wire once more.
pub fn difference(flow: &Flow, shown: &Shown, version: Version) -> Result<(), String> {
    let ours = adding(flow, version);
    if unnumbered(&ours) != unnumbered(&shown.bytes) {
        let (ours, theirs) = (hexadecimal(&ours), hexadecimal(&shown.bytes));
        return Err(format!("bytes: {ours}\ninstead of {theirs}"));
    }
    let decoded = added(&shown.bytes, version)?;
    if decoded.add_text() != shown.text {
        return Err(format!("text: {} instead of {}", decoded.add_text(), shown.text));
    }
    let again = added(&adding(&decoded, version), version)?;
    match again.add_text() == shown.text {
        true => Ok(()),
        false => Err(format!("text: {} when it went over the wire again", again.add_text())),
    }
}

/// Has `ovs-ofctl` read flows as text, and compares what it makes of them with what we do: the bytes of the message
/// that adds the flow, and its text; or that it is refused. Says what differs.
pub fn differences_of_text(ofctl: &Ofctl, lines: &[String], version: Version) -> Vec<String> {
    let mut differences = Vec::new();
    for lines in lines.chunks(BATCH) {
        for (line, shown) in lines.iter().zip(ofctl.parse_flows(lines, version)) {
            let found = match (parse_flow(line), shown) {
                (Ok(flow), Ok(shown)) => difference(&flow, &shown, version),
                // It prints what it does not read itself: a mask of a whole field that is not whole bytes.
                (Ok(flow), Err(reason)) if is_mask_refused(&reason) && flow.dump_text(None) == *line => {
                    Ok(())
                }
                (Ok(_), Err(reason)) => Err(format!("is not refused: {reason}")),
                (Err(error), Ok(_)) => Err(error.to_string()),
                (Err(_), Err(_)) => Ok(()),
            };
            differences.extend(found.err().map(|error| format!("OpenFlow {version}: {line}\n{error}")));
        }
    }
    differences
}

fn is_mask_refused(reason: &str) -> bool {
    reason.contains("invalid mask for field ip_dscp")
}

/// Has `ovs-ofctl` print our messages that add and dump flows, and compares its text with ours, which our parser must
/// read back. Says what differs.
pub fn differences_of_bytes(
    ofctl: &Ofctl,
    flows: &[(Flow, FlowStatistics)],
    version: Version,
) -> Vec<String> {
    let mut differences = Vec::new();
    for flows in flows.chunks(BATCH) {
        let messages = flows.iter().flat_map(|(flow, statistics)| {
            [adding(flow, version), dumping(flow, *statistics, version)].concat()
        });
        let shown = ofctl.show(&messages.collect::<Vec<u8>>());
        assert_eq!(shown.len(), 2 * flows.len(), "ovs-ofctl prints all messages");
        for ((flow, statistics), messages) in flows.iter().zip(shown.chunks(2)) {
            let found = shown_difference(flow, statistics, messages, version).err();
            differences.extend(found.map(|error| format!("OpenFlow {version}: {error}")));
        }
    }
    differences
}

fn shown_difference(
    flow: &Flow,
    statistics: &FlowStatistics,
    messages: &[Vec<String>],
    version: Version,
) -> Result<(), String> {
    // A message that adds has one line, a dump a line before that of its flow.
    let [adds, dumps] = messages else { return Err("there are two messages of a flow".to_string()) };
    let ([adds], [_, dumped]) = (adds.as_slice(), dumps.as_slice()) else {
        return Err(format!("{} is shown as {messages:#?}", flow.dump_text(None)));
    };
    let wanted = added(&adding(flow, version), version)?;
    let text = adds.split_once("): ADD ").map_or("", |(_, text)| text);
    if text != wanted.add_text() {
        return Err(format!("{text} instead of {}", wanted.add_text()));
    }
    let dumped = dumped.trim_start();
    if dumped != wanted.dump_text(Some(statistics)) {
        return Err(format!("{dumped} instead of {}", wanted.dump_text(Some(statistics))));
    }
    // What is printed where the action names no controllers, `ovs-ofctl` and our parser read as the action that
    // cannot name any.
    let read_back = wanted.dump_text(None).replace("dec_ttl()", "dec_ttl");
    match parse_flow(dumped) {
        Ok(parsed) if parsed.dump_text(None) == read_back => Ok(()),
        Ok(parsed) => Err(format!("{dumped} parses as {}", parsed.dump_text(None))),
        Err(error) => Err(format!("{dumped} {error}")),
    }
}
