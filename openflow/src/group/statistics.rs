//! What groups counted, and what groups a switch can have.

use super::config::GroupKind;
use crate::decode::Reader;
use crate::message::MessageError;
use crate::message::wire::{put_length_at, put_u32, put_u64, put_zeros, read_all, read_entry};

/// What a bucket counted. All bits are set where the switch does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BucketStatistics {
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What a group counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupStatistics {
    /// The group's number.
    pub id: u32,
    /// Flows and groups that use it.
    pub references: u32,
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
    /// Seconds and nanoseconds since it was added.
    pub duration: (u32, u32),
    /// What each bucket counted.
    pub buckets: Vec<BucketStatistics>,
}

impl GroupStatistics {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<GroupStatistics, MessageError> {
        let mut r = read_entry(r, 40)?;
        r.take(2)?;
        let (id, references) = (r.u32()?, r.u32()?);
        r.take(4)?;
        let (packets, bytes) = (r.u64()?, r.u64()?);
        let duration = (r.u32()?, r.u32()?);
        let buckets = read_all(&mut r, |r| Ok(BucketStatistics { packets: r.u64()?, bytes: r.u64()? }))?;
        Ok(GroupStatistics { id, references, packets, bytes, duration, buckets })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        put_zeros(out, 4);
        put_u32(out, self.id);
        put_u32(out, self.references);
        put_zeros(out, 4);
        put_u64(out, self.packets);
        put_u64(out, self.bytes);
        put_u32(out, self.duration.0);
        put_u32(out, self.duration.1);
        for bucket in &self.buckets {
            put_u64(out, bucket.packets);
            put_u64(out, bucket.bytes);
        }
        put_length_at(out, start, start);
    }
}

/// What groups a switch can have; arrays are in the order of [`GroupKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupFeatures {
    /// Bit `n` is set for the `n`th kind.
    pub kinds: u32,
    /// Bits `OFPGFC_*`.
    pub capabilities: u32,
    /// How many groups of each kind.
    pub max_groups: [u32; 4],
    /// The actions in buckets of each kind: bit `n` is set for the action of type `n`.
    pub actions: [u32; 4],
}

impl GroupFeatures {
    /// Whether groups of `kind` are possible.
    pub fn supports(&self, kind: GroupKind) -> bool {
        self.kinds & (1 << kind as u32) != 0
    }

    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<GroupFeatures, MessageError> {
        let (kinds, capabilities) = (r.u32()?, r.u32()?);
        let max_groups = [r.u32()?, r.u32()?, r.u32()?, r.u32()?];
        let actions = [r.u32()?, r.u32()?, r.u32()?, r.u32()?];
        Ok(GroupFeatures { kinds, capabilities, max_groups, actions })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let head = [self.kinds, self.capabilities];
        for number in head.iter().chain(&self.max_groups).chain(&self.actions) {
            put_u32(out, *number);
        }
    }
}
