//! What the control socket shows of the process, and what it asks of it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::chassis_features::ChassisFeatures;
use super::metrics::Metrics;

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
    /// One that begins with this number.
    #[must_use]
    pub fn of(count: u64) -> Self {
        Self(Arc::new(AtomicU64::new(count)))
    }

    /// One more.
    pub fn increment(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Shows it.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets it.
    pub fn set(&self, count: u64) {
        self.0.store(count, Ordering::Relaxed);
    }

    /// Back to zero.
    pub fn clear(&self) {
        self.set(0);
    }
}

/// A text that the worker writes and the control socket shows.
#[derive(Debug, Clone)]
pub struct Shown(Arc<Mutex<String>>);

impl Shown {
    /// One that begins with this text.
    #[must_use]
    pub fn of(text: String) -> Self {
        Self(Arc::new(Mutex::new(text)))
    }

    /// Tells it.
    pub fn set(&self, text: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }

    /// Shows it.
    #[must_use]
    pub fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How long a derivation may take before the log says so, unless told otherwise.
const SLOW_MS: u64 = 500;

/// The state of the process as others see it.
#[derive(Clone)]
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
    /// How long a derivation may take before the log says so.
    pub slow_ms: Count,
    /// What the chassis can do, one line each.
    pub chassis_features: Shown,
    /// Figures.
    pub metrics: Metrics,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            is_paused: Flag::default(),
            is_active: Flag::default(),
            is_northbound_connected: Flag::default(),
            is_southbound_connected: Flag::default(),
            recomputes: Count::default(),
            computes: Count::default(),
            slow_ms: Count::of(SLOW_MS),
            chassis_features: Shown::of(ChassisFeatures::default().list()),
            metrics: Metrics::default(),
        }
    }
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
