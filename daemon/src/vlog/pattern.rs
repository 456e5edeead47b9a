//! Log line patterns, as the manual page ovs-appctl(8) describes them.

use super::clock::format_time;
use super::level::Level;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Everything a log line may show.
pub(super) struct Record<'a> {
    pub(super) program: &'a str,
    pub(super) module: &'a str,
    pub(super) level: Level,
    pub(super) message: &'a str,
    /// The sequence number of the message.
    pub(super) number: u64,
    pub(super) time: DateTime<Utc>,
    /// Since the start of the process.
    pub(super) elapsed: Duration,
    /// The name of the thread; empty for the main one.
    pub(super) thread: &'a str,
    /// The facility times eight, when one was chosen.
    pub(super) facility: Option<u8>,
}

const FACILITY_LOCAL0: u8 = 16 << 3;
const DEFAULT_TIME: &str = "%Y-%m-%d %H:%M:%S.###";

/// Fills `pattern` in with `record`.
pub(super) fn expand(pattern: &str, record: &Record<'_>) -> String {
    let mut line = String::with_capacity(pattern.len() + record.message.len() + 64);
    let mut rest = pattern;
    while let Some(percent) = rest.find('%') {
        line.push_str(&rest[..percent]);
        rest = &rest[percent + 1..];
        let field = Field::take(&mut rest);
        let Some(letter) = rest.chars().next() else { break };
        rest = &rest[letter.len_utf8()..];
        field.push(&mut line, &conversion(letter, &mut rest, record));
    }
    line.push_str(rest);
    line
}

fn conversion(letter: char, rest: &mut &str, record: &Record<'_>) -> String {
    match letter {
        'A' => record.program.to_owned(),
        'B' => {
            let facility = record.facility.unwrap_or(FACILITY_LOCAL0);
            (u32::from(facility) + u32::from(record.level.syslog_severity())).to_string()
        }
        'c' => {
            take_braces(rest);
            record.module.to_owned()
        }
        'd' => format_time(record.time, take_braces(rest).unwrap_or(DEFAULT_TIME), false),
        'D' => format_time(record.time, take_braces(rest).unwrap_or(DEFAULT_TIME), true),
        'E' => nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        'm' => record.message.trim_end_matches('\n').to_owned(),
        'N' => record.number.to_string(),
        'n' => "\n".to_owned(),
        'p' => record.level.name().to_owned(),
        'P' => std::process::id().to_string(),
        'r' => record.elapsed.as_millis().to_string(),
        't' if record.thread.is_empty() => "main".to_owned(),
        't' => record.thread.to_owned(),
        'T' if record.thread.is_empty() => String::new(),
        'T' => format!("({})", record.thread),
        other => other.to_string(),
    }
}

/// Takes `{...}` off the front of `rest`, if it begins so.
fn take_braces<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let inner = rest.strip_prefix('{')?;
    let (inside, after) = inner.split_once('}').unwrap_or((inner, ""));
    *rest = after;
    Some(inside)
}

/// The width and padding between `%` and a conversion's letter.
struct Field {
    left: bool,
    pad: char,
    width: usize,
}

impl Field {
    /// Widths beyond this one serve nobody and would only cost memory.
    const MAX_WIDTH: usize = 1000;

    fn take(rest: &mut &str) -> Self {
        let left = take_char(rest, '-');
        let pad = if take_char(rest, '0') { '0' } else { ' ' };
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let width = rest[..digits].parse().unwrap_or(0).min(Self::MAX_WIDTH);
        *rest = &rest[digits..];
        Self { left, pad, width }
    }

    fn push(&self, line: &mut String, text: &str) {
        let padding = std::iter::repeat_n(self.pad, self.width.saturating_sub(text.len()));
        if self.left {
            line.push_str(text);
            line.extend(padding);
        } else {
            line.extend(padding);
            line.push_str(text);
        }
    }
}

fn take_char(rest: &mut &str, expected: char) -> bool {
    match rest.strip_prefix(expected) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, expand};
    use crate::vlog::level::{Destination, Level};
    use std::time::Duration;

    fn record() -> Record<'static> {
        Record {
            program: "ovn-northd",
            module: "ovn_northd",
            level: Level::Warn,
            message: "hello\n",
            number: 1,
            time: "2026-11-22T07:33:44.266Z".parse().unwrap(),
            elapsed: Duration::from_millis(1500),
            thread: "",
            facility: None,
        }
    }

    #[test]
    fn the_default_file_line_is_the_one_that_tools_read() {
        let line = expand(Destination::File.default_pattern(), &record());
        assert_eq!(line, "2026-11-22T07:33:44.266Z|00001|ovn_northd|WARN|hello");
    }

    #[test]
    fn fields_are_padded_to_their_width() {
        assert_eq!(expand("[%7p][%-7p][%07p][%-07N]", &record()), "[   WARN][WARN   ][000WARN][1000000]");
    }

    #[test]
    fn the_remaining_conversions_are_filled_in() {
        assert_eq!(
            expand("%A %B %c{2} %r %t%T %%|%x|%n", &record()),
            "ovn-northd 132 ovn_northd 1500 main %|x|\n"
        );
        let named = Record { thread: "monitor", facility: Some(3 << 3), ..record() };
        assert_eq!(expand("%B %t%T", &named), "28 monitor(monitor)");
        assert_eq!(expand("%P", &record()), std::process::id().to_string());
        assert_eq!(expand("%D{%H:%M", &record()), "07:33");
        assert_eq!(expand("end%", &record()), "end");
    }
}
