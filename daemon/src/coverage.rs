//! How often things happen: event counters with rates, and the control commands `coverage/*`.

use crate::unixctl::{Commands, Text};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The time from one reading of the counters to the next.
const INTERVAL: Duration = Duration::from_secs(5);
const INTERVALS_PER_MINUTE: usize = 12;
const MINUTES_PER_HOUR: usize = 60;

/// A handle on the count of one kind of event; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Counts one event.
    pub fn increment(&self) {
        self.add(1);
    }

    /// Counts `n` events.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// How many events there were.
    pub fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters of a daemon by name; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Counters(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    counters: BTreeMap<String, History>,
    /// How many intervals have been read, modulo the intervals of an hour.
    interval: usize,
}

#[derive(Debug)]
struct History {
    counter: Counter,
    last_total: u64,
    /// Events in each interval of the last minute.
    minute: [u64; INTERVALS_PER_MINUTE],
    /// Events in each minute of the last hour.
    hour: [u64; MINUTES_PER_HOUR],
}

impl Counters {
    /// No counters yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The counter `name`, which is created at 0 unless it is there.
    pub fn counter(&self, name: &str) -> Counter {
        let history = || History {
            counter: Counter::default(),
            last_total: 0,
            minute: [0; INTERVALS_PER_MINUTE],
            hour: [0; MINUTES_PER_HOUR],
        };
        self.state().counters.entry(name.to_owned()).or_insert_with(history).counter.clone()
    }

    /// Registers `coverage/show` and `coverage/read-counter`, and the regular reading of rates.
    pub fn register_commands(&self, commands: &Commands) {
        let counters = self.clone();
        commands.register("coverage/show", "", 0..=0, move |_| Ok(counters.show()));
        let counters = self.clone();
        commands.register("coverage/read-counter", "COUNTER", 1..=1, move |names| {
            counters.read(names.first().map_or("", String::as_str))
        });
        let counters = self.clone();
        commands.register_periodic(INTERVAL, move || counters.read_interval());
    }

    /// Ends an interval: what was counted since the last one enters the rates.
    fn read_interval(&self) {
        let mut state = self.state();
        let (minute, within) = (state.interval / INTERVALS_PER_MINUTE, state.interval % INTERVALS_PER_MINUTE);
        state.interval = (state.interval + 1) % (INTERVALS_PER_MINUTE * MINUTES_PER_HOUR);
        for history in state.counters.values_mut() {
            let total = history.counter.total();
            let count = total - history.last_total;
            history.last_total = total;
            history.minute[within] = count;
            history.hour[minute] = if within == 0 { count } else { history.hour[minute] + count };
        }
    }

    fn read(&self, name: &str) -> Text {
        match self.state().counters.get(name) {
            Some(history) => Ok(format!("{}\n", history.counter.total())),
            None => Err("No such counter".into()),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "rates are shown with a few digits only")]
    fn show(&self) -> String {
        let state = self.state();
        let last = (state.interval + INTERVALS_PER_MINUTE - 1) % INTERVALS_PER_MINUTE;
        let hit = || state.counters.iter().filter(|(_, history)| history.counter.total() > 0);
        let mut hasher = DefaultHasher::new();
        hit().for_each(|(name, _)| name.hash(&mut hasher));
        let mut text = format!(
            "Event coverage, avg rate over last: {} seconds, last minute, last hour,  hash={:08x}:\n",
            INTERVAL.as_secs(),
            hasher.finish() & 0xffff_ffff
        );
        for (name, history) in hit() {
            let interval_rate = history.minute[last] as f64 / INTERVAL.as_secs_f64();
            let minute_rate = history.minute.iter().sum::<u64>() as f64 / 60.0;
            let hour_rate = history.hour.iter().sum::<u64>() as f64 / 3600.0;
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{name:<24} {interval_rate:5.1}/sec {minute_rate:9.3}/sec {hour_rate:13.4}/sec   total: {}",
                history.counter.total()
            );
        }
        let _ = writeln!(text, "{} events never hit", state.counters.len() - hit().count());
        text
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Counters;

    #[test]
    fn rates_and_totals_are_shown_for_what_happened() {
        let counters = Counters::new();
        counters.counter("never");
        counters.counter("txn_success").add(60);
        counters.read_interval();
        counters.counter("txn_success").increment();
        let text = counters.show();
        let (first, rest) = text.split_once('\n').unwrap();
        assert!(
            first
                .starts_with("Event coverage, avg rate over last: 5 seconds, last minute, last hour,  hash=")
        );
        assert_eq!(
            rest,
            "txn_success               12.0/sec     1.000/sec        0.0167/sec   total: 61\n1 events never hit\n"
        );
    }

    #[test]
    fn old_events_leave_the_rates() {
        let counters = Counters::new();
        counters.counter("x").add(720);
        for _ in 0..12 {
            counters.read_interval();
        }
        assert!(counters.show().contains("12.000/sec        0.2000/sec"));
        counters.read_interval();
        assert!(counters.show().contains(" 0.000/sec        0.2000/sec"));
        for _ in 0..12 * 60 {
            counters.read_interval();
        }
        assert!(counters.show().contains(" 0.000/sec        0.0000/sec   total: 720"));
    }

    #[test]
    fn a_counter_is_read_by_name() {
        let counters = Counters::new();
        counters.counter("x").add(3);
        assert_eq!(counters.read("x"), Ok("3\n".into()));
        assert_eq!(counters.read("y"), Err("No such counter".into()));
    }
}
