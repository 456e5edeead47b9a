//! Address translation inside of connection tracking.

use std::net::IpAddr;

/// Which address is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NatDirection {
    /// The source.
    Source,
    /// The destination.
    Destination,
}

/// How a port of a range is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NatAlgorithm {
    /// As the datapath likes.
    #[default]
    Unspecified,
    /// By a hash.
    Hash,
    /// At random.
    Random,
}

/// Addresses and ports to translate to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NatRange {
    /// The address, or the first one.
    pub first: IpAddr,
    /// The last address of a range.
    pub last: Option<IpAddr>,
    /// The first port; 0 for none.
    pub first_port: u16,
    /// The last port; 0 for none.
    pub last_port: u16,
}

/// `nat` of an [`Action::Ct`](crate::Action::Ct).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Nat {
    /// What is translated; without, what the connection says.
    pub direction: Option<NatDirection>,
    /// To what.
    pub range: Option<NatRange>,
    /// How ports are chosen.
    pub algorithm: NatAlgorithm,
    /// Whether a client keeps its address.
    pub persistent: bool,
}
