//! Dumps of flows (OpenFlow 1.5.1, sections 7.3.5.2 to 7.3.5.4).

use super::counters::{Counters, known};
use super::flow_mod::{ALL_TABLES, ANY_GROUP, importance, read_importance};
use super::flow_parts::{put_instructions, put_match, read_instructions, read_match};
use super::wire::{MessageError, put_length_at, put_u16, put_u32, put_u64, put_zeros, read_entry, read_port};
use crate::decode::Reader;
use crate::flow::{Flow, FlowFlags, FlowStatistics};
use crate::flow_match::Match;
use crate::port::Port;
use crate::version::Version;

/// Which flows a dump or an aggregate is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FlowQuery {
    /// The table, or [`ALL_TABLES`].
    pub table: u8,
    /// Flows must have this output port, unless it is [`Port::NONE`].
    pub out_port: Port,
    /// Flows must have this group, unless it is [`ANY_GROUP`].
    pub out_group: u32,
    /// What their cookie is.
    pub cookie: u64,
    /// The bits of the cookie that count.
    pub cookie_mask: u64,
    /// A match that covers theirs.
    pub matching: Match,
}

impl FlowQuery {
    /// All flows of all tables.
    pub fn all() -> FlowQuery {
        FlowQuery {
            table: ALL_TABLES,
            out_port: Port::NONE,
            out_group: ANY_GROUP,
            cookie: 0,
            cookie_mask: 0,
            matching: Match::any(),
        }
    }

    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<FlowQuery, MessageError> {
        let table = r.u8()?;
        r.take(3)?;
        let (out_port, out_group) = (read_port(r)?, r.u32()?);
        r.take(4)?;
        let (cookie, cookie_mask) = (r.u64()?, r.u64()?);
        Ok(FlowQuery { table, out_port, out_group, cookie, cookie_mask, matching: read_match(r)? })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        out.push(self.table);
        put_zeros(out, 3);
        put_u32(out, self.out_port.to_u32());
        put_u32(out, self.out_group);
        put_zeros(out, 4);
        put_u64(out, self.cookie);
        put_u64(out, self.cookie_mask);
        put_match(out, &self.matching, version);
    }
}

/// A flow of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpedFlow {
    /// The flow.
    pub flow: Flow,
    /// What it counted.
    pub statistics: FlowStatistics,
}

/// Bytes of a flow before its match, from OpenFlow 1.5 on and before.
const HEAD: usize = 24;
const OLD_HEAD: usize = 48;

impl DumpedFlow {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<DumpedFlow, MessageError> {
        if version < Version::V1_5 {
            return DumpedFlow::decode_old(r, version);
        }
        let mut r = read_entry(r, HEAD)?;
        r.take(2)?;
        let table = r.u8()?;
        r.take(1)?;
        let (priority, idle_timeout_s, hard_timeout_s) = (r.u16()?, r.u16()?, r.u16()?);
        let (flags, importance, cookie) = (FlowFlags::from_wire(r.u16()?), r.u16()?, r.u64()?);
        let matches = read_match(&mut r)?;
        let statistics = Counters::decode(&mut r)?.of_flow();
        let actions = read_instructions(&mut r, version)?;
        let flow = Flow {
            table,
            priority,
            cookie,
            idle_timeout_s,
            hard_timeout_s,
            importance,
            flags,
            matches,
            actions,
        };
        Ok(DumpedFlow { flow, statistics })
    }

    fn decode_old(r: &mut Reader<'_>, version: Version) -> Result<DumpedFlow, MessageError> {
        let mut r = read_entry(r, OLD_HEAD)?;
        let table = r.u8()?;
        r.take(1)?;
        let (duration_s, duration_ns) = (r.u32()?, r.u32()?);
        let (priority, idle_timeout_s, hard_timeout_s) = (r.u16()?, r.u16()?, r.u16()?);
        let (flags, importance) = (FlowFlags::from_wire(r.u16()?), read_importance(&mut r, version)?);
        r.take(2)?;
        let (cookie, packets, bytes) = (r.u64()?, known(r.u64()?), known(r.u64()?));
        let matches = read_match(&mut r)?;
        let actions = read_instructions(&mut r, version)?;
        let flow = Flow {
            table,
            priority,
            cookie,
            idle_timeout_s,
            hard_timeout_s,
            importance,
            flags,
            matches,
            actions,
        };
        let statistics =
            FlowStatistics { duration_s, duration_ns, packets, bytes, ..FlowStatistics::default() };
        Ok(DumpedFlow { flow, statistics })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let DumpedFlow { flow, statistics } = self;
        let start = out.len();
        put_zeros(out, if version < Version::V1_5 { 2 } else { 4 });
        out.extend([flow.table, 0]);
        if version < Version::V1_5 {
            put_u32(out, statistics.duration_s);
            put_u32(out, statistics.duration_ns);
        }
        let importance = importance(flow, version);
        let timeouts = [flow.idle_timeout_s, flow.hard_timeout_s];
        for number in [flow.priority, timeouts[0], timeouts[1], flow.flags.to_wire(), importance] {
            put_u16(out, number);
        }
        if version < Version::V1_5 {
            put_zeros(out, 2);
        }
        put_u64(out, flow.cookie);
        if version < Version::V1_5 {
            put_u64(out, statistics.packets.unwrap_or(u64::MAX));
            put_u64(out, statistics.bytes.unwrap_or(u64::MAX));
        }
        put_match(out, &flow.matches, version);
        if version >= Version::V1_5 {
            Counters::from(*statistics).encode(out);
        }
        put_instructions(out, flow, version);
        put_length_at(out, start, start);
    }
}

/// What all flows of a query counted together.
pub(crate) fn decode_aggregate(r: &mut Reader<'_>, version: Version) -> Result<Counters, MessageError> {
    if version >= Version::V1_5 {
        return Counters::decode(r);
    }
    let (packets, bytes, flows) = (known(r.u64()?), known(r.u64()?), Some(r.u32()?));
    r.take(4)?;
    Ok(Counters { packets, bytes, flows, ..Counters::default() })
}

/// Writes what all flows of a query counted together.
pub(crate) fn encode_aggregate(counters: &Counters, version: Version, out: &mut Vec<u8>) {
    if version >= Version::V1_5 {
        return counters.encode(out);
    }
    put_u64(out, counters.packets.unwrap_or(u64::MAX));
    put_u64(out, counters.bytes.unwrap_or(u64::MAX));
    put_u32(out, counters.flows.unwrap_or_default());
    put_zeros(out, 4);
}
