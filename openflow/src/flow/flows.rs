//! Flows.

use crate::action::Actions;
use crate::flow_match::Match;

/// A flow of a switch, or one to add to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Its table.
    pub table: u8,
    /// Of the flows that match, that with the highest priority counts.
    pub priority: u16,
    /// A number of the controller's.
    pub cookie: u64,
    /// Seconds without a packet after which it goes; 0 for never.
    pub idle_timeout_s: u16,
    /// Seconds after which it goes; 0 for never.
    pub hard_timeout_s: u16,
    /// How much it resists when a full table makes room; since OpenFlow 1.4.
    pub importance: u16,
    /// What else there is to it.
    pub flags: FlowFlags,
    /// The packets that it is about.
    pub matches: Match,
    /// What happens to them, instructions included.
    pub actions: Actions,
}

/// Flags of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FlowFlags {
    /// Whether the controller hears of its end.
    pub send_flow_removed: bool,
    /// Whether it is refused if it overlaps another of its priority.
    pub check_overlap: bool,
    /// Whether counting begins again if it is there already.
    pub reset_counts: bool,
    /// Whether its packets need not be counted.
    pub no_packet_counts: bool,
    /// Whether its bytes need not be counted.
    pub no_byte_counts: bool,
}

impl Flow {
    /// The priority of a flow without one.
    pub const DEFAULT_PRIORITY: u16 = 0x8000;
}

/// The flow that drops every packet of table 0, with the default priority.
impl Default for Flow {
    fn default() -> Self {
        Flow {
            table: 0,
            priority: Flow::DEFAULT_PRIORITY,
            cookie: 0,
            idle_timeout_s: 0,
            hard_timeout_s: 0,
            importance: 0,
            flags: FlowFlags::default(),
            matches: Match::any(),
            actions: Actions::new(),
        }
    }
}

impl FlowFlags {
    /// The bits of `OFPFF_*` that OpenFlow 1.3 and later have.
    pub fn to_wire(self) -> u16 {
        self.all().into_iter().enumerate().fold(0, |bits, (n, flag)| bits | u16::from(flag) << n)
    }

    /// The flags of the bits of `OFPFF_*`; unknown ones are left out.
    pub fn from_wire(bits: u16) -> FlowFlags {
        let has = |n: u32| bits & 1 << n != 0;
        FlowFlags {
            send_flow_removed: has(0),
            check_overlap: has(1),
            reset_counts: has(2),
            no_packet_counts: has(3),
            no_byte_counts: has(4),
        }
    }

    /// Each flag, by its bit on the wire.
    fn all(self) -> [bool; 5] {
        [
            self.send_flow_removed,
            self.check_overlap,
            self.reset_counts,
            self.no_packet_counts,
            self.no_byte_counts,
        ]
    }

    /// The names of those that are set, in the order in which `ovs-ofctl` writes them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        let names = ["send_flow_rem", "check_overlap", "reset_counts", "no_packet_counts", "no_byte_counts"];
        names.into_iter().zip(self.all()).filter_map(|(name, set)| set.then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_lead_back_from_the_wire() {
        for bits in 0..32 {
            assert_eq!(FlowFlags::from_wire(bits).to_wire(), bits);
        }
        assert_eq!(FlowFlags::from_wire(1).names().collect::<Vec<_>>(), ["send_flow_rem"]);
    }
}
