//! Figures: what was measured, for people and for programs.

use std::io::Write as _;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value, json};

/// How long something took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// By the clock on the wall.
    pub elapsed: Duration,
    /// What of it this thread ran: what other programs take of the machine is not in it.
    pub busy: Duration,
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        self.elapsed += other.elapsed;
        self.busy += other.busy;
    }
}

/// A running measurement of this thread.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    started: Instant,
    busy_before: Duration,
}

impl Stopwatch {
    /// Starts to measure.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now(), busy_before: thread_time() }
    }

    /// The time since the start.
    #[must_use]
    pub fn read(&self) -> Span {
        Span { elapsed: self.started.elapsed(), busy: thread_time() - self.busy_before }
    }
}

/// How long this thread has run; zero where the system does not tell.
fn thread_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

/// The times of one kind of change.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time, in microseconds, below which this part (0 to 1) of all times lies; 0 without times.
    #[must_use]
    pub fn quantile_us(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let position = (part * sorted.len().saturating_sub(1) as f64).round() as usize;
        sorted.get(position).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    }

    /// The median, in microseconds.
    #[must_use]
    pub fn median_us(&self) -> f64 {
        self.quantile_us(0.5)
    }
}

/// Writes one line of JSON with a scenario's name and figures, numbers rounded to thousandths.
///
/// # Errors
/// When standard output is closed.
pub fn report(scenario: &str, figures: &[(&str, Value)]) -> std::io::Result<()> {
    let mut line = Map::new();
    line.insert("scenario".into(), json!(scenario));
    for (name, value) in figures {
        let value = match value.as_f64() {
            Some(number) if value.is_f64() => json!((number * 1e3).round() / 1e3),
            _ => value.clone(),
        };
        line.insert((*name).into(), value);
    }
    writeln!(std::io::stdout().lock(), "{}", Value::Object(line))
}

/// Writes a line for people to standard error, so that standard output is for programs.
///
/// # Errors
/// When standard error is closed.
pub fn say(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stderr().lock(), "{text}")
}

/// A line of `/proc/self/status`, such as `VmRSS` or `VmHWM`, in bytes; 0 where there is none.
#[must_use]
pub fn process_memory_bytes(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}

/// The arguments of a scenario: `--NAME=VALUE`, numbers.
#[must_use]
pub fn argument(name: &str, default: usize) -> usize {
    text_argument(name).and_then(|given| given.parse().ok()).unwrap_or(default)
}

/// An argument `--NAME=TEXT`.
#[must_use]
pub fn text_argument(name: &str) -> Option<String> {
    let prefix = format!("--{name}=");
    std::env::args().find_map(|word| word.strip_prefix(&prefix).map(str::to_owned))
}

/// Whether a scenario was given `--NAME`.
#[must_use]
pub fn is_given(name: &str) -> bool {
    std::env::args().any(|word| word.strip_prefix("--") == Some(name))
}
