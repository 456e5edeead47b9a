//! Who extended OpenFlow: numbers of experimenters.

pub(crate) use crate::wire::{NICIRA, ONF};

/// Netronome, who defined how groups select buckets.
pub(crate) const NETRONOME: u32 = 0x0000_154d;
