//! Waiting between attempts.

use std::time::Duration;

/// How long to wait before the next attempt to connect: 1 s, then twice as long each time up to 8 s, as Open
/// vSwitch does it.
///
/// Each remote is tried once without waiting after a connection that worked.
#[derive(Clone, Debug)]
pub struct Backoff {
    remotes: usize,
    failures: usize,
}

impl Backoff {
    /// The first wait.
    pub const LEAST: Duration = Duration::from_secs(1);
    /// The longest wait.
    pub const GREATEST: Duration = Duration::from_secs(8);

    /// For this number of remotes.
    pub fn new(remotes: usize) -> Self {
        Self { remotes: remotes.max(1), failures: 0 }
    }

    /// Notes that a connection worked.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Notes that a connection failed or was lost, and says how long to wait before the next.
    pub fn failed(&mut self) -> Duration {
        self.failures += 1;
        match self.failures.checked_sub(self.remotes) {
            None => Duration::ZERO,
            Some(waits) => Self::LEAST.saturating_mul(1 << waits.min(16)).min(Self::GREATEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(remotes: usize) -> Vec<u64> {
        let mut backoff = Backoff::new(remotes);
        (0..7).map(|_| backoff.failed().as_secs()).collect()
    }

    #[test]
    fn waits_double_up_to_eight_seconds() {
        assert_eq!(waits(1), [1, 2, 4, 8, 8, 8, 8]);
    }

    #[test]
    fn every_other_remote_is_tried_before_the_first_wait() {
        assert_eq!(waits(3), [0, 0, 1, 2, 4, 8, 8]);
    }

    #[test]
    fn success_starts_over() {
        let mut backoff = Backoff::new(1);
        let before = [backoff.failed(), backoff.failed()];
        backoff.succeeded();
        assert_eq!((before[1], backoff.failed()), (2 * Backoff::LEAST, Backoff::LEAST));
    }
}
