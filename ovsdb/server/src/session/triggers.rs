use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::storage::Hosted;

/// A transaction that waits for other rows.
#[derive(Debug)]
pub(super) struct Trigger {
    /// The request's id, as JSON text.
    pub id: String,
    pub params: String,
    pub database: Arc<Hosted>,
    pub since: Instant,
    /// When the wait is over; `None` is never.
    pub deadline: Option<Instant>,
    /// Whether the database has changed since the last try.
    pub is_due: bool,
}

impl Trigger {
    pub(super) fn deadline(since: Instant, timeout_ms: Option<u64>) -> Option<Instant> {
        timeout_ms.and_then(|timeout_ms| since.checked_add(Duration::from_millis(timeout_ms)))
    }

    /// Whether it is to be tried again.
    pub(super) fn is_ready(&self, now: Instant) -> bool {
        self.is_due || self.deadline.is_some_and(|deadline| now >= deadline)
    }
}
