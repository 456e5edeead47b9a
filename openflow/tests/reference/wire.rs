//! Messages around flows, as far as the comparison with `ovs-ofctl` needs them.

use weft_openflow::{Flow, FlowStatistics, Version, encode_instructions, encode_match};

/// The match and the instructions of a flow-mod.
pub(crate) fn content(flow: &Flow, version: Version) -> Vec<u8> {
    let mut out = Vec::new();
    encode_match(&flow.matches, version, &mut out);
    encode_instructions(&flow.actions, &flow.matches, version, &mut out);
    out
}

/// Where match and instructions begin in a flow-mod.
pub(crate) const CONTENT: usize = 48;

/// A flow-mod that adds `flow` (OpenFlow 1.5.1, section 7.3.4.2).
pub(crate) fn flow_mod(flow: &Flow, version: Version, id: u32) -> Vec<u8> {
    const FLOW_MOD: u8 = 14;
    let content = content(flow, version);
    let mut out = vec![version.wire(), FLOW_MOD];
    out.extend(((CONTENT + content.len()) as u16).to_be_bytes());
    out.extend(id.to_be_bytes());
    out.extend(flow.cookie.to_be_bytes());
    out.extend([0; 8]);
    out.extend([flow.table, 0]);
    out.extend(flow.idle_timeout_s.to_be_bytes());
    out.extend(flow.hard_timeout_s.to_be_bytes());
    out.extend(flow.priority.to_be_bytes());
    out.extend([0xff; 12]);
    out.extend(flow.flags.to_wire().to_be_bytes());
    out.extend(flow.importance.to_be_bytes());
    out.extend(content);
    out
}

/// A reply of OpenFlow 1.4 with one flow and what was counted for it (OpenFlow 1.4.1, section 7.3.5.2).
pub(crate) fn flow_reply(flow: &Flow, statistics: &FlowStatistics, id: u32) -> Vec<u8> {
    const MULTIPART_REPLY: u8 = 19;
    const FLOW: [u8; 8] = [0, 1, 0, 0, 0, 0, 0, 0];
    let version = Version::V1_4;
    let content = content(flow, version);
    let mut out = vec![version.wire(), MULTIPART_REPLY];
    out.extend(((8 + 8 + 48 + content.len()) as u16).to_be_bytes());
    out.extend(id.to_be_bytes());
    out.extend(FLOW);
    out.extend(((48 + content.len()) as u16).to_be_bytes());
    out.extend([flow.table, 0]);
    out.extend(statistics.duration_s.to_be_bytes());
    out.extend(statistics.duration_ns.to_be_bytes());
    out.extend(flow.priority.to_be_bytes());
    out.extend(flow.idle_timeout_s.to_be_bytes());
    out.extend(flow.hard_timeout_s.to_be_bytes());
    out.extend(flow.flags.to_wire().to_be_bytes());
    out.extend(flow.importance.to_be_bytes());
    out.extend([0; 2]);
    out.extend(flow.cookie.to_be_bytes());
    out.extend(statistics.packets.unwrap_or(u64::MAX).to_be_bytes());
    out.extend(statistics.bytes.unwrap_or(u64::MAX).to_be_bytes());
    out.extend(content);
    out
}
