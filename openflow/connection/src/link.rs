//! The connection as handles see it.

use std::sync::atomic::{AtomicU32, Ordering};

use weft_openflow::Version;
use weft_openflow::message::SwitchFeatures;

use crate::exchange::Xids;

/// A connection that stands.
#[derive(Debug)]
pub(crate) struct Link {
    /// Counts connections.
    pub(crate) generation: u64,
    pub(crate) version: Version,
    pub(crate) features: SwitchFeatures,
    /// The number of the next message.
    next_xid: AtomicU32,
    /// The number of the next bundle.
    next_bundle: AtomicU32,
}

/// Numbers below it are those of the greeting.
const FIRST_XID: u32 = 16;

impl Link {
    pub(crate) fn new(generation: u64, version: Version, features: SwitchFeatures) -> Link {
        let (next_xid, next_bundle) = (AtomicU32::new(FIRST_XID), AtomicU32::new(1));
        Link { generation, version, features, next_xid, next_bundle }
    }

    /// `count` numbers that follow each other. Number 0 is for messages that the switch sends unasked; it
    /// comes up once in four thousand million.
    pub(crate) fn take_xids(&self, count: u32) -> Xids {
        loop {
            let first = self.next_xid.fetch_add(count, Ordering::Relaxed);
            let wraps = first == 0 || first.checked_add(count).is_none();
            if !wraps {
                return Xids { first, count };
            }
        }
    }

    pub(crate) fn take_bundle(&self) -> u32 {
        self.next_bundle.fetch_add(1, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_after_the_highest_without_zero() {
        let features = SwitchFeatures {
            datapath_id: 1,
            buffers: 0,
            tables: 254,
            auxiliary_id: 0,
            capabilities: 0,
            reserved: 0,
        };
        let link = Link::new(1, Version::V1_5, features);
        link.next_xid.store(u32::MAX - 2, Ordering::Relaxed);
        let ranges: Vec<Xids> = (0..3).map(|_| link.take_xids(2)).collect();
        for range in &ranges {
            assert!(range.first != 0 && range.first.checked_add(1).is_some(), "{range:?}");
        }
        assert_eq!(ranges[0], Xids { first: u32::MAX - 2, count: 2 });
        assert_eq!(ranges[0].place(u32::MAX - 1), Some(1));
        assert_eq!(ranges[0].place(u32::MAX), None);
    }
}
