//! Points in time as text.

use chrono::{DateTime, Local, Utc};
use std::fmt::Write;

/// Formats `time` after `pattern`, a `strftime(3)` pattern in which `#` are digits of the millisecond.
///
/// A pattern that `strftime` would not understand is given back as it is.
pub(super) fn format_time(time: DateTime<Utc>, pattern: &str, utc: bool) -> String {
    let mut text = String::new();
    let result = if utc {
        write!(text, "{}", time.format(pattern))
    } else {
        write!(text, "{}", time.with_timezone(&Local).format(pattern))
    };
    if result.is_err() {
        pattern.clone_into(&mut text);
    }
    let millisecond = format!("{:03}", time.timestamp_subsec_millis().min(999));
    let mut digits = millisecond.chars();
    text.chars().map(|c| if c == '#' { digits.next().unwrap_or(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::format_time;
    use chrono::{DateTime, Utc};

    #[test]
    fn number_signs_become_milliseconds() {
        let time: DateTime<Utc> = "2026-11-22T07:33:44.266Z".parse().unwrap();
        assert_eq!(format_time(time, "%Y-%m-%dT%H:%M:%S.###Z", true), "2026-11-22T07:33:44.266Z");
        assert_eq!(format_time(time, "%h %e %T", true), "Nov 22 07:33:44");
        assert_eq!(format_time(time, "%S.#", true), "44.2");
    }

    #[test]
    fn a_pattern_nobody_understands_stays_as_it_is() {
        let time = DateTime::<Utc>::UNIX_EPOCH;
        assert_eq!(format_time(time, "%!", true), "%!");
    }
}
