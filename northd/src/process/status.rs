//! What the control socket shows of the process, and what it asks of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// One fact that the worker tells and the control socket shows.
#[derive(Debug, Clone, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    /// Tells it.
    pub fn set(&self, truth: bool) {
        self.0.store(truth, Ordering::Relaxed);
    }

    /// Shows it.
    #[must_use]
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A count that the worker keeps and the control socket shows and clears.
#[derive(Debug, Clone, Default)]
pub struct Count(Arc<AtomicU64>);

impl Count {
    /// One more.
    pub fn increment(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Shows it.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Back to zero.
    pub fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The state of the process as others see it.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// The operator paused it.
    pub is_paused: Flag,
    /// It holds the lock of the Southbound database.
    pub is_active: Flag,
    /// It is connected to the Northbound database and has its contents.
    pub is_northbound_connected: Flag,
    /// It is connected to the Southbound database and has its contents.
    pub is_southbound_connected: Flag,
    /// How often everything was derived from nothing.
    pub recomputes: Count,
    /// How many transactions were taken in.
    pub computes: Count,
}

impl Status {
    /// `active`, `standby` or `paused`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.is_paused.get(), self.is_active.get()) {
            (true, _) => "paused",
            (false, true) => "active",
            (false, false) => "standby",
        }
    }
}

/// What the control socket asks of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Let go of the lock and write nothing until resumed.
    Pause,
    /// Go on.
    Resume,
    /// Derive everything from nothing.
    Recompute,
    /// Accept an older state of the Northbound cluster.
    ResetNorthbound,
    /// Accept an older state of the Southbound cluster.
    ResetSouthbound,
}
