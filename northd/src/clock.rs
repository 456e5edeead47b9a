//! The time of day, as databases hold it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the beginning of 1970.
#[must_use]
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
