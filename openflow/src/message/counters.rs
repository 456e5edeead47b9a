//! What flows counted: OXS, the extensible statistics of OpenFlow 1.5 (section 7.2.4.2).

use super::error::ErrorCode;
use super::wire::{MessageError, pad_to_8, put_length_at, put_u16, put_u32, put_u64};
use crate::decode::Reader;
use crate::flow::FlowStatistics;

const BASIC: u16 = 0x8002;
const DURATION: u8 = 0;
const IDLE_TIME: u8 = 1;
const FLOW_COUNT: u8 = 3;
const PACKET_COUNT: u8 = 4;
const BYTE_COUNT: u8 = 5;

/// What one flow or many counted; nothing where the switch does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Counters {
    /// Seconds and nanoseconds since it was added.
    pub duration: Option<(u32, u32)>,
    /// Seconds since its last packet; from OpenFlow 1.5 on.
    pub idle_s: Option<u32>,
    /// Flows.
    pub flows: Option<u32>,
    /// Packets.
    pub packets: Option<u64>,
    /// Bytes.
    pub bytes: Option<u64>,
}

/// What a flow counted. A flow whose switch does not tell its age is new.
impl From<FlowStatistics> for Counters {
    fn from(flow: FlowStatistics) -> Counters {
        Counters {
            duration: Some((flow.duration_s, flow.duration_ns)),
            idle_s: flow.idle_age_s,
            flows: None,
            packets: flow.packets,
            bytes: flow.bytes,
        }
    }
}

impl Counters {
    /// The counters of a single flow.
    pub(super) fn of_flow(self) -> FlowStatistics {
        let (duration_s, duration_ns) = self.duration.unwrap_or_default();
        let Counters { packets, bytes, idle_s: idle_age_s, .. } = self;
        FlowStatistics { duration_s, duration_ns, packets, bytes, idle_age_s, hard_age_s: None }
    }

    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<Counters, MessageError> {
        const LENGTH: MessageError =
            MessageError::refused(ErrorCode::BAD_LENGTH, "statistics have another length");
        r.take(2)?;
        let length = usize::from(r.u16()?);
        let mut entries = r.part(length.checked_sub(4).ok_or(LENGTH)?)?;
        r.take(length.next_multiple_of(8) - length)?;
        let mut counters = Counters::default();
        while !entries.is_empty() {
            let (class, field) = (entries.u16()?, entries.u8()? >> 1);
            let length = usize::from(entries.u8()?);
            let mut value = entries.part(length)?;
            if class != BASIC {
                continue;
            }
            match (field, length) {
                (DURATION, 8) => counters.duration = Some((value.u32()?, value.u32()?)),
                (IDLE_TIME, 8) => counters.idle_s = Some(value.u32()?),
                (FLOW_COUNT, 4) => counters.flows = Some(value.u32()?),
                (PACKET_COUNT, 8) => counters.packets = Some(value.u64()?),
                (BYTE_COUNT, 8) => counters.bytes = Some(value.u64()?),
                (DURATION..=BYTE_COUNT, _) => return Err(LENGTH),
                _ => {}
            }
        }
        Ok(counters)
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        put_u32(out, 0);
        let wide = |seconds: u32, rest: u32| u64::from(seconds) << 32 | u64::from(rest);
        for (field, value) in [
            (DURATION, self.duration.map(|(s, ns)| wide(s, ns))),
            (IDLE_TIME, self.idle_s.map(|s| wide(s, 0))),
            (PACKET_COUNT, self.packets),
            (BYTE_COUNT, self.bytes),
        ] {
            if let Some(value) = value {
                put_u16(out, BASIC);
                out.extend([field << 1, 8]);
                put_u64(out, value);
            }
        }
        if let Some(flows) = self.flows {
            put_u16(out, BASIC);
            out.extend([FLOW_COUNT << 1, 4]);
            put_u32(out, flows);
        }
        put_length_at(out, start + 2, start);
        pad_to_8(out, start);
    }
}

/// A counter of older versions: all bits are set where the switch does not count.
pub(crate) fn known(count: u64) -> Option<u64> {
    (count != u64::MAX).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_that_nobody_knows_are_passed_over() {
        let bytes = [0, 0, 0, 22, 0x80, 2, 9 << 1, 2, 7, 7, 0x80, 2, 4 << 1, 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0];
        let counters = Counters::decode(&mut Reader::new(&bytes)).expect("whole statistics");
        assert_eq!(counters, Counters { packets: Some(5), ..Counters::default() });
    }

    #[test]
    fn a_counter_of_another_size_is_refused() {
        let bytes = [0, 0, 0, 12, 0x80, 2, 4 << 1, 4, 0, 0, 0, 5, 0, 0, 0, 0];
        let error = Counters::decode(&mut Reader::new(&bytes)).expect_err("four bytes for eight");
        assert_eq!(error.code(), ErrorCode::BAD_LENGTH);
    }
}
