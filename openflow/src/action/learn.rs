//! Flows that flows add: the `learn` action (`ovs-actions`(7)).

use crate::subfield::Subfield;

/// The flow to add when a packet comes by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Learn {
    /// Seconds without a packet after which it goes; 0 for never.
    pub idle_timeout_s: u16,
    /// Seconds after which it goes; 0 for never.
    pub hard_timeout_s: u16,
    /// Idle seconds after a connection ended; 0 for no change.
    pub fin_idle_timeout_s: u16,
    /// Seconds after a connection ended; 0 for no change.
    pub fin_hard_timeout_s: u16,
    /// Its priority.
    pub priority: u16,
    /// Its cookie.
    pub cookie: u64,
    /// Its table.
    pub table: u8,
    /// Whether the controller hears of its end.
    pub send_flow_removed: bool,
    /// Whether it goes with the flow that has the action.
    pub delete_learned: bool,
    /// The most flows of this kind; 0 for any number.
    pub limit: u32,
    /// The bit that says whether the limit was kept.
    pub result: Option<Subfield>,
    /// What it matches and does.
    pub specs: Vec<LearnSpec>,
}

impl Default for Learn {
    fn default() -> Self {
        Learn {
            idle_timeout_s: 0,
            hard_timeout_s: 0,
            fin_idle_timeout_s: 0,
            fin_hard_timeout_s: 0,
            priority: 0x8000,
            cookie: 0,
            table: 1,
            send_flow_removed: false,
            delete_learned: false,
            limit: 0,
            result: None,
            specs: Vec::new(),
        }
    }
}

/// One part of a learned flow: bits from `source` go to `target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LearnSpec {
    /// Where the bits come from.
    pub source: LearnSource,
    /// Where they go.
    pub target: LearnTarget,
}

/// Where bits of a learned flow come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LearnSource {
    /// A number, known now.
    Value(u128),
    /// The packet that is learned from.
    Field(Subfield),
}

/// Where bits of a learned flow go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LearnTarget {
    /// The match.
    Match(Subfield),
    /// An action that sets a field.
    Load(Subfield),
    /// An output action, whose port has this many bits.
    Output(u32),
}

impl LearnSpec {
    /// How many bits it is about.
    pub fn bits(&self) -> u32 {
        match self.target {
            LearnTarget::Match(to) | LearnTarget::Load(to) => to.bits,
            LearnTarget::Output(bits) => bits,
        }
    }
}
