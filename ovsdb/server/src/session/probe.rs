use std::time::Duration;

use tokio::time::Instant;

/// Notices a client that no longer answers, or no longer reads.
#[derive(Debug)]
pub(super) struct Probe {
    heard: Instant,
    wrote: Instant,
    is_probing: bool,
}

/// What is to be done about a client now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing before this time.
    WaitUntil(Instant),
    /// Ask it for a sign of life.
    Ask,
    /// It has not answered for so many seconds.
    Silent(u64),
    /// It has not read for so many seconds.
    Stalled(u64),
}

/// A client that takes nothing of what is to be sent to it is kept for this long.
const STALL_LIMIT: Duration = Duration::from_secs(60);

impl Probe {
    pub(super) fn new(now: Instant) -> Self {
        Self { heard: now, wrote: now, is_probing: false }
    }

    /// Notes that the client sent something.
    pub(super) fn heard(&mut self) {
        self.heard = Instant::now();
        self.is_probing = false;
    }

    /// Notes that the client took something, or that there was nothing for it.
    pub(super) fn wrote(&mut self) {
        self.wrote = Instant::now();
    }

    /// Judges; `interval` without a value does not probe.
    pub(super) fn judge(&mut self, now: Instant, interval: Option<Duration>, has_backlog: bool) -> Verdict {
        if has_backlog && now.duration_since(self.wrote) >= STALL_LIMIT {
            return Verdict::Stalled(STALL_LIMIT.as_secs());
        }
        let stall = self.wrote + STALL_LIMIT;
        let far = now + STALL_LIMIT;
        let Some(interval) = interval else {
            return Verdict::WaitUntil(if has_backlog { stall } else { far });
        };
        let silent = now.duration_since(self.heard);
        let next = if self.is_probing {
            if silent >= interval * 2 {
                return Verdict::Silent(interval.as_secs());
            }
            self.heard + interval * 2
        } else {
            if silent >= interval {
                self.is_probing = true;
                return Verdict::Ask;
            }
            self.heard + interval
        };
        Verdict::WaitUntil(if has_backlog { next.min(stall) } else { next })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Probe, Verdict};

    #[test]
    fn a_silent_client_is_asked_once_and_then_given_up() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let interval = Some(Duration::from_secs(5));
        let mut probe = Probe::new(start);
        assert_eq!(probe.judge(at(4), interval, false), Verdict::WaitUntil(at(5)));
        assert_eq!(probe.judge(at(5), interval, false), Verdict::Ask);
        assert_eq!(probe.judge(at(6), interval, false), Verdict::WaitUntil(at(10)));
        assert_eq!(probe.judge(at(10), interval, false), Verdict::Silent(5));
    }

    #[test]
    fn a_client_that_does_not_read_is_given_up_even_without_probes() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut probe = Probe::new(start);
        assert_eq!(probe.judge(at(59), None, true), Verdict::WaitUntil(at(60)));
        assert_eq!(probe.judge(at(60), None, false), Verdict::WaitUntil(at(120)));
        assert_eq!(probe.judge(at(60), None, true), Verdict::Stalled(60));
    }
}
