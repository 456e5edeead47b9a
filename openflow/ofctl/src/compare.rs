//! What differs, as text for people.

use weft_openflow::message::{Body, DumpedFlow, FlowMod, Message, MultipartReply};
use weft_openflow::parse::parse_flow;
use weft_openflow::{Flow, Version};

use crate::hexadecimal::hexadecimal;
use crate::ofctl::{Ofctl, Shown};

/// Flows that one run of `ovs-ofctl` is asked about.
const BATCH: usize = 10_000;

/// Where a message has its number.
const NUMBER: std::ops::Range<usize> = 4..8;

fn adding(flow: &Flow, version: Version) -> Vec<u8> {
    message(Body::FlowMod(FlowMod::add(flow.clone())), version)
}

fn dumping(dumped: &DumpedFlow, version: Version) -> Vec<u8> {
    let reply = MultipartReply::Flows(vec![dumped.clone()]);
    message(Body::MultipartReply { reply, more: false }, version)
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
pub(crate) fn difference(flow: &Flow, shown: &Shown, version: Version) -> Result<(), String> {
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

/// Has `ovs-ofctl` read the text of flows, and compares the message that it makes of a flow and its text with ours: of
/// the flow, and of what our parser makes of the text. Says what differs.
pub fn differences_of_text(ofctl: &Ofctl, flows: &[DumpedFlow], version: Version) -> Vec<String> {
    let mut differences = Vec::new();
    for flows in flows.chunks(BATCH) {
        let lines: Vec<String> = flows.iter().map(|dumped| dumped.flow.dump_text(None)).collect();
        for ((dumped, line), shown) in flows.iter().zip(&lines).zip(ofctl.parse_flows(&lines, version)) {
            let found = text_difference(&dumped.flow, line, shown, version).err();
            differences.extend(found.map(|error| format!("OpenFlow {version}: {line}\n{error}")));
        }
    }
    differences
}

fn text_difference(
    flow: &Flow,
    line: &str,
    shown: Result<Shown, String>,
    version: Version,
) -> Result<(), String> {
    let parsed = parse_flow(line).map_err(|error| error.to_string())?;
    if parsed.dump_text(None) != read_back(line) {
        return Err(format!("parses as {}", parsed.dump_text(None)));
    }
    match shown {
        Ok(shown) if line == read_back(line) => {
            difference(flow, &shown, version).and_then(|()| difference(&parsed, &shown, version))
        }
        Ok(shown) => difference(&parsed, &shown, version),
        // It prints what it does not read itself: a mask of a whole field that is not whole bytes.
        Err(reason) if reason.contains("invalid mask for field ip_dscp") => Ok(()),
        Err(reason) => Err(format!("is not refused: {reason}")),
    }
}

/// What is read of a text. `dec_ttl()` is printed of the action that may name controllers and names none; `ovs-ofctl` and
/// our parser read it as the action that cannot name any.
fn read_back(text: &str) -> String {
    text.replace("dec_ttl()", "dec_ttl")
}

/// Has `ovs-ofctl` print our messages that add and dump flows, and compares its text with ours, which our parser must
/// read back. Says what differs.
pub fn differences_of_bytes(ofctl: &Ofctl, flows: &[DumpedFlow], version: Version) -> Vec<String> {
    let mut differences = Vec::new();
    for flows in flows.chunks(BATCH) {
        let messages = flows
            .iter()
            .flat_map(|dumped| [adding(&dumped.flow, version), dumping(dumped, version)].concat());
        let shown = ofctl.show(&messages.collect::<Vec<u8>>());
        assert_eq!(shown.len(), 2 * flows.len(), "ovs-ofctl prints all messages");
        for (dumped, messages) in flows.iter().zip(shown.chunks(2)) {
            let found = shown_difference(dumped, messages, version).err();
            differences.extend(found.map(|error| format!("OpenFlow {version}: {error}")));
        }
    }
    differences
}

fn shown_difference(dumped: &DumpedFlow, messages: &[Vec<String>], version: Version) -> Result<(), String> {
    let DumpedFlow { flow, statistics } = dumped;
    // A message that adds has one line, a dump a line before that of its flow.
    let [adds, dumps] = messages else { return Err("there are two messages of a flow".to_string()) };
    let ([adds], [_, dump]) = (adds.as_slice(), dumps.as_slice()) else {
        return Err(format!("{} is shown as {messages:#?}", flow.dump_text(None)));
    };
    let wanted = added(&adding(flow, version), version)?;
    let text = adds.split_once("): ADD ").map_or("", |(_, text)| text);
    if text != wanted.add_text() {
        return Err(format!("{text} instead of {}", wanted.add_text()));
    }
    let dump = dump.trim_start();
    if dump != wanted.dump_text(Some(statistics)) {
        return Err(format!("{dump} instead of {}", wanted.dump_text(Some(statistics))));
    }
    match parse_flow(dump) {
        Ok(parsed) if parsed.dump_text(None) == read_back(&wanted.dump_text(None)) => Ok(()),
        Ok(parsed) => Err(format!("{dump} parses as {}", parsed.dump_text(None))),
        Err(error) => Err(format!("{dump} {error}")),
    }
}
