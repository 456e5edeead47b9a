//! Flows that went (OpenFlow 1.5.1, section 7.4.2).

use super::counters::{Counters, known};
use super::flow_parts::{put_match, read_match};
use super::wire::{MessageError, put_u16, put_u32, put_u64};
use crate::decode::Reader;
use crate::flow::{Flow, FlowStatistics};
use crate::version::Version;

/// Says that a flow went; for flows that were added with
/// [`send_flow_removed`](crate::FlowFlags::send_flow_removed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRemoved {
    /// The flow, without what is not told: its actions, flags and importance.
    pub flow: Flow,
    /// Why: `OFPRR_*`.
    pub reason: u8,
    /// What it counted.
    pub statistics: FlowStatistics,
}

impl FlowRemoved {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<FlowRemoved, MessageError> {
        if version >= Version::V1_5 {
            let (table, reason, priority) = (r.u8()?, r.u8()?, r.u16()?);
            let (idle_timeout_s, hard_timeout_s, cookie) = (r.u16()?, r.u16()?, r.u64()?);
            let matches = read_match(r)?;
            let statistics = Counters::decode(r)?.of_flow();
            let told = Flow { table, priority, cookie, idle_timeout_s, hard_timeout_s, ..Flow::default() };
            return Ok(FlowRemoved { flow: Flow { matches, ..told }, reason, statistics });
        }
        let (cookie, priority, reason, table) = (r.u64()?, r.u16()?, r.u8()?, r.u8()?);
        let (duration_s, duration_ns) = (r.u32()?, r.u32()?);
        let (idle_timeout_s, hard_timeout_s) = (r.u16()?, r.u16()?);
        let (packets, bytes) = (known(r.u64()?), known(r.u64()?));
        let matches = read_match(r)?;
        let told = Flow { table, priority, cookie, idle_timeout_s, hard_timeout_s, ..Flow::default() };
        let statistics =
            FlowStatistics { duration_s, duration_ns, packets, bytes, ..FlowStatistics::default() };
        Ok(FlowRemoved { flow: Flow { matches, ..told }, reason, statistics })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let FlowRemoved { flow, reason, statistics } = self;
        if version >= Version::V1_5 {
            out.extend([flow.table, *reason]);
            for number in [flow.priority, flow.idle_timeout_s, flow.hard_timeout_s] {
                put_u16(out, number);
            }
            put_u64(out, flow.cookie);
            put_match(out, &flow.matches, version);
            return Counters::from(*statistics).encode(out);
        }
        put_u64(out, flow.cookie);
        put_u16(out, flow.priority);
        out.extend([*reason, flow.table]);
        put_u32(out, statistics.duration_s);
        put_u32(out, statistics.duration_ns);
        put_u16(out, flow.idle_timeout_s);
        put_u16(out, flow.hard_timeout_s);
        put_u64(out, statistics.packets.unwrap_or(u64::MAX));
        put_u64(out, statistics.bytes.unwrap_or(u64::MAX));
        put_match(out, &flow.matches, version);
    }
}
