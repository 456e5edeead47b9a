//! The stopwatches of a daemon by name.

use super::statistics::{Statistics, Unit};
use crate::unixctl::{Commands, Text};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A handle on one stopwatch; clones share it.
#[derive(Clone, Debug)]
pub struct Stopwatch {
    unit: Unit,
    statistics: Arc<Mutex<Statistics>>,
}

impl Stopwatch {
    /// Adds a sample in the stopwatch's unit.
    pub fn add_sample(&self, sample: u64) {
        lock(&self.statistics).add(sample);
    }

    /// Adds the time that `work` takes.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add_sample(self.unit.count(start.elapsed()));
        result
    }

    /// The summary of the samples so far.
    pub fn statistics(&self) -> Statistics {
        lock(&self.statistics).clone()
    }

    fn reset(&self) {
        *lock(&self.statistics) = Statistics::default();
    }
}

/// The stopwatches of a daemon; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Stopwatches(Arc<Mutex<BTreeMap<String, Stopwatch>>>);

impl Stopwatches {
    /// No stopwatches yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The stopwatch `name`, which is created in `unit` unless it is there.
    pub fn create(&self, name: &str, unit: Unit) -> Stopwatch {
        let create = || Stopwatch { unit, statistics: Arc::default() };
        lock(&self.0).entry(name.to_owned()).or_insert_with(create).clone()
    }

    /// Registers `stopwatch/show` and `stopwatch/reset`.
    pub fn register_commands(&self, commands: &Commands) {
        let stopwatches = self.clone();
        commands.register("stopwatch/show", "[NAME]", 0..=1, move |names| {
            stopwatches.show(names.first().map(String::as_str))
        });
        let stopwatches = self.clone();
        commands.register("stopwatch/reset", "[NAME]", 0..=1, move |names| {
            stopwatches.reset(names.first().map(String::as_str));
            Ok(String::new())
        });
    }

    fn show(&self, name: Option<&str>) -> Text {
        let show =
            |(name, stopwatch): (&String, &Stopwatch)| stopwatch.statistics().show(name, stopwatch.unit);
        let stopwatches = lock(&self.0);
        match name {
            None => Ok(stopwatches.iter().map(show).collect()),
            Some(name) => stopwatches.get_key_value(name).map(show).ok_or_else(|| "No such stopwatch".into()),
        }
    }

    fn reset(&self, name: Option<&str>) {
        let selected = |(candidate, _): &(&String, &Stopwatch)| name.is_none_or(|name| name == *candidate);
        lock(&self.0).iter().filter(selected).for_each(|(_, stopwatch)| stopwatch.reset());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Stopwatches, Unit};

    #[test]
    fn the_summary_has_the_established_layout() {
        let stopwatches = Stopwatches::new();
        let stopwatch = stopwatches.create("ovn-northd-loop", Unit::Msec);
        stopwatch.add_sample(2);
        stopwatch.add_sample(4);
        let expected = "Statistics for 'ovn-northd-loop'\n  Total samples: 2\n  Maximum: 4 msec\n  \
                        Minimum: 2 msec\n  95th percentile: 4.000000 msec\n  \
                        Short term average: 3.000000 msec\n  Long term average: 2.020000 msec\n";
        assert_eq!(stopwatches.show(Some("ovn-northd-loop")), Ok(expected.to_owned()));
        assert_eq!(stopwatches.show(Some("x")), Err("No such stopwatch".to_owned()));
    }

    #[test]
    fn a_reset_forgets_the_samples_of_the_selected_stopwatch() {
        let stopwatches = Stopwatches::new();
        let (a, b) = (stopwatches.create("a", Unit::Usec), stopwatches.create("b", Unit::Usec));
        assert_eq!(a.time(|| 7), 7);
        b.add_sample(1);
        stopwatches.reset(Some("a"));
        assert_eq!((a.statistics().n_samples, b.statistics().n_samples), (0, 1));
        stopwatches.reset(None);
        assert_eq!(stopwatches.create("b", Unit::Msec).statistics().n_samples, 0);
    }
}
