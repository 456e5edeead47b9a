//! Sampling of packets.

use crate::port::Port;
use crate::subfield::Subfield;

/// A number, or bits that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A number.
    Number(u32),
    /// At most 32 bits of a field.
    Field(Subfield),
}

/// The argument of [`Action::Sample`](crate::Action::Sample).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sample {
    /// How many of 65535 packets; not 0.
    pub probability: u16,
    /// Who gets them: an id of `Flow_Sample_Collector_Set`.
    pub collector_set: u32,
    /// The observation domain.
    pub domain: Source,
    /// The observation point.
    pub point: Source,
    /// The sampled port, [`Port::NONE`] for none.
    pub port: Port,
    /// 0, 1 for ingress, 2 for egress.
    pub direction: u8,
}
