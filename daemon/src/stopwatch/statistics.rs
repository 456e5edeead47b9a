//! What a stopwatch knows about its samples.

use super::percentile::Percentile;
use std::fmt::Write;
use std::time::Duration;

/// The unit of a stopwatch's samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Msec,
    /// Microseconds.
    Usec,
    /// Nanoseconds.
    Nsec,
}

impl Unit {
    /// The name in control command outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Msec => "msec",
            Self::Usec => "usec",
            Self::Nsec => "nsec",
        }
    }

    /// `duration` in whole units.
    pub fn count(self, duration: Duration) -> u64 {
        let count = match self {
            Self::Msec => duration.as_millis(),
            Self::Usec => duration.as_micros(),
            Self::Nsec => duration.as_nanos(),
        };
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

/// The weight of a new sample in the short term average.
const SHORT_TERM_WEIGHT: f64 = 0.5;
/// The weight of a new sample in the long term average.
const LONG_TERM_WEIGHT: f64 = 0.01;

/// A summary of samples; all values are in the stopwatch's unit.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// How many samples there are.
    pub n_samples: u64,
    /// The largest sample.
    pub maximum: u64,
    /// The smallest sample.
    pub minimum: u64,
    /// An exponentially weighted average in which a sample has weight 0.5.
    pub short_term_average: f64,
    /// An exponentially weighted average in which a sample has weight 0.01.
    pub long_term_average: f64,
    percentile: Percentile,
}

impl Statistics {
    /// The 95th percentile, estimated when there are 50 samples or more.
    pub fn percentile_95(&self) -> f64 {
        self.percentile.value()
    }

    #[expect(clippy::cast_precision_loss, reason = "times this long do not occur")]
    pub(super) fn add(&mut self, sample: u64) {
        let value = sample as f64;
        if self.n_samples == 0 {
            (self.minimum, self.maximum) = (sample, sample);
            (self.short_term_average, self.long_term_average) = (value, value);
        } else {
            self.minimum = self.minimum.min(sample);
            self.maximum = self.maximum.max(sample);
            self.short_term_average += SHORT_TERM_WEIGHT * (value - self.short_term_average);
            self.long_term_average += LONG_TERM_WEIGHT * (value - self.long_term_average);
        }
        self.n_samples += 1;
        self.percentile.add(value);
    }

    /// The block of `stopwatch/show` for the stopwatch `name`.
    pub(super) fn show(&self, name: &str, unit: Unit) -> String {
        let unit = unit.name();
        let mut text = format!("Statistics for '{name}'\n  Total samples: {}\n", self.n_samples);
        // Writing to a string cannot fail.
        let _ = write!(text, "  Maximum: {} {unit}\n  Minimum: {} {unit}\n", self.maximum, self.minimum);
        for (title, value) in [
            ("95th percentile", self.percentile_95()),
            ("Short term average", self.short_term_average),
            ("Long term average", self.long_term_average),
        ] {
            let _ = writeln!(text, "  {title}: {value:.6} {unit}");
        }
        text
    }
}
