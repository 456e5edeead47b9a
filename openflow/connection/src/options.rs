//! How a switch is talked to.

use std::time::Duration;

use weft_openflow::Version;

use crate::address::SwitchAddress;

/// How a switch is talked to.
#[derive(Debug, Clone)]
pub struct SwitchOptions {
    /// Where it listens.
    pub address: SwitchAddress,
    /// The versions that are offered; the highest that the switch speaks too is taken.
    pub versions: Vec<Version>,
    /// After so long a silence an echo is asked for, and after as long again the connection is given up;
    /// without, a silent switch is waited for.
    pub probe_interval: Option<Duration>,
    /// How long connecting may take, with the agreement on a version.
    pub connect_timeout: Duration,
    /// Events that may wait to be taken.
    pub max_events: usize,
    /// Bytes that all parts of one answer may have.
    pub max_reply_bytes: usize,
}

impl SwitchOptions {
    /// OpenFlow 1.5 with the switch at `address`, without probes on a Unix socket and with one after five
    /// seconds on TCP.
    pub fn new(address: SwitchAddress) -> SwitchOptions {
        let local = matches!(address, SwitchAddress::Unix(_));
        SwitchOptions {
            address,
            versions: vec![Version::V1_5],
            probe_interval: (!local).then_some(Duration::from_secs(5)),
            connect_timeout: Duration::from_secs(10),
            max_events: 10_000,
            max_reply_bytes: 1 << 30,
        }
    }
}
