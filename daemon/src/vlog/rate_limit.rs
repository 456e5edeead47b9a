//! A token bucket for each call site that asks for a limit.

/// Tokens that one message costs; one token arrives each millisecond for each message per minute.
const MESSAGE_TOKENS: u64 = 60_000;

/// Limits the messages of one call site.
#[derive(Debug)]
pub(super) struct RateLimit {
    per_minute: u64,
    tokens: u64,
    last_fill_ms: u64,
    dropped: u64,
    first_dropped_ms: u64,
    last_dropped_ms: u64,
}

/// Whether a message may pass.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may, and nothing was dropped before it.
    Pass,
    /// It may; first say this about the messages dropped before it.
    PassAfter(String),
    /// It may not.
    Drop,
}

impl RateLimit {
    /// A limit of `per_minute` messages a minute, and as many in a burst.
    pub(super) fn new(per_minute: u64, now_ms: u64) -> Self {
        Self {
            per_minute,
            tokens: per_minute.saturating_mul(MESSAGE_TOKENS),
            last_fill_ms: now_ms,
            dropped: 0,
            first_dropped_ms: 0,
            last_dropped_ms: 0,
        }
    }

    /// Decides about one message at `now_ms`, on a clock that never goes back.
    pub(super) fn admit(&mut self, now_ms: u64) -> Verdict {
        let arrived = self.per_minute.saturating_mul(now_ms.saturating_sub(self.last_fill_ms));
        let capacity = self.per_minute.saturating_mul(MESSAGE_TOKENS);
        self.tokens = self.tokens.saturating_add(arrived).min(capacity);
        self.last_fill_ms = now_ms;
        let Some(left) = self.tokens.checked_sub(MESSAGE_TOKENS) else {
            if self.dropped == 0 {
                self.first_dropped_ms = now_ms;
            }
            self.last_dropped_ms = now_ms;
            self.dropped += 1;
            return Verdict::Drop;
        };
        self.tokens = left;
        match std::mem::take(&mut self.dropped) {
            0 => Verdict::Pass,
            dropped => Verdict::PassAfter(format!(
                "Dropped {dropped} log messages in last {} seconds (most recently, {} seconds ago) \
                 due to excessive rate",
                now_ms.saturating_sub(self.first_dropped_ms) / 1000,
                now_ms.saturating_sub(self.last_dropped_ms) / 1000,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RateLimit, Verdict};

    #[test]
    fn a_burst_passes_and_the_rest_is_counted() {
        let mut limit = RateLimit::new(2, 1000);
        assert_eq!(limit.admit(1000), Verdict::Pass);
        assert_eq!(limit.admit(1001), Verdict::Pass);
        assert_eq!(limit.admit(1002), Verdict::Drop);
        assert_eq!(limit.admit(11_002), Verdict::Drop);
        let text = "Dropped 2 log messages in last 40 seconds (most recently, 30 seconds ago) \
                    due to excessive rate";
        assert_eq!(limit.admit(41_002), Verdict::PassAfter(text.into()));
        assert_eq!(limit.admit(41_002), Verdict::Drop);
    }
}
