//! What memory is used for: gauges, the control command `memory/show`, and notes on growth.

use crate::unixctl::Commands;
use nix::sys::resource::{UsageWho, getrusage};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time from one look at the resident set size to the next.
const INTERVAL: Duration = Duration::from_secs(10);

/// A handle on the number of one kind of thing in memory; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// Sets the number of things there are.
    pub fn set(&self, n: u64) {
        self.0.store(n, Ordering::Relaxed);
    }
}

/// The gauges of a daemon by name; clones share them.
#[derive(Clone, Default)]
pub struct Gauges(Arc<Inner>);

#[derive(Default)]
struct Inner {
    gauges: Mutex<BTreeMap<String, Gauge>>,
    count: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl Gauges {
    /// No gauges yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The gauge `name`, which is created at 0 unless it is there.
    pub fn gauge(&self, name: &str) -> Gauge {
        let mut gauges = self.0.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        gauges.entry(name.to_owned()).or_default().clone()
    }

    /// Has `count` set gauges each time before they are shown, for what is not counted all the time.
    pub fn before_showing(&self, count: impl Fn() + Send + 'static) {
        *self.0.count.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(count));
    }

    /// Registers `memory/show`, and notes in the log when the process has grown by half.
    pub fn register_commands(&self, commands: &Commands) {
        let gauges = self.clone();
        commands.register("memory/show", "", 0..=0, move |_| Ok(gauges.show()));
        let gauges = self.clone();
        let growth = Mutex::new(Growth::new(Instant::now()));
        commands.register_periodic(INTERVAL, move || {
            let Ok(peak_kb) = getrusage(UsageWho::RUSAGE_SELF).map(|usage| usage.max_rss()) else { return };
            let mut growth = growth.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(note) = growth.note(peak_kb, Instant::now()) {
                tracing::info!(target: "memory", "{note}");
                let usage = gauges.show();
                if !usage.is_empty() {
                    tracing::info!(target: "memory", "{usage}");
                }
            }
        });
    }

    /// `NAME:NUMBER` of each gauge that is not 0, in the order of names.
    fn show(&self) -> String {
        if let Some(count) = &*self.0.count.lock().unwrap_or_else(PoisonError::into_inner) {
            count();
        }
        let gauges = self.0.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = gauges.iter().map(|(name, gauge)| (name, gauge.0.load(Ordering::Relaxed)));
        let used = numbers.filter(|&(_, n)| n > 0).map(|(name, n)| format!("{name}:{n}"));
        used.collect::<Vec<_>>().join(" ")
    }
}

/// The last peak of the resident set size that was noted.
struct Growth {
    noted_kb: i64,
    noted_at: Instant,
}

impl Growth {
    fn new(start: Instant) -> Self {
        Self { noted_kb: 0, noted_at: start }
    }

    /// What to say about a peak of `peak_kb`: something for the first, and when it has grown by half.
    #[expect(clippy::cast_precision_loss, reason = "the percentage is shown without decimals")]
    fn note(&mut self, peak_kb: i64, now: Instant) -> Option<String> {
        let elapsed = now.duration_since(self.noted_at).as_secs_f64();
        let before_kb = self.noted_kb;
        if peak_kb < before_kb + before_kb / 2 {
            return None;
        }
        (self.noted_kb, self.noted_at) = (peak_kb, now);
        Some(if before_kb == 0 {
            format!("{peak_kb} kB peak resident set size after {elapsed:.1} seconds")
        } else {
            let percent = (peak_kb as f64 / before_kb as f64 - 1.0) * 100.0;
            format!(
                "peak resident set size grew {percent:.0}% in last {elapsed:.1} seconds, \
                 from {before_kb} kB to {peak_kb} kB"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Gauges, Growth};
    use std::time::{Duration, Instant};

    #[test]
    fn used_gauges_are_shown_on_one_line() {
        let gauges = Gauges::new();
        gauges.gauge("idl-cells-OVN_Southbound").set(189);
        gauges.gauge("idl-cells-OVN_Northbound").set(12);
        gauges.gauge("unused").set(0);
        assert_eq!(gauges.show(), "idl-cells-OVN_Northbound:12 idl-cells-OVN_Southbound:189");
    }

    #[test]
    fn growth_by_half_is_noted() {
        let start = Instant::now();
        let mut growth = Growth::new(start);
        let mut note = |kb, seconds| growth.note(kb, start + Duration::from_secs(seconds));
        assert_eq!(note(1000, 10).unwrap(), "1000 kB peak resident set size after 10.0 seconds");
        assert_eq!(note(1499, 20), None);
        assert_eq!(
            note(1500, 30).unwrap(),
            "peak resident set size grew 50% in last 20.0 seconds, from 1000 kB to 1500 kB"
        );
    }
}
