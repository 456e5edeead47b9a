//! How long something is there.

use std::fmt::{self, Display, Formatter};

/// Seconds and nanoseconds, as `12s`, `1.500s`, `0.000000001s` (`ofp_print_duration` in Open vSwitch).
pub(crate) struct Duration(pub(crate) (u32, u32));

impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (seconds, nanoseconds) = self.0;
        write!(f, "{seconds}")?;
        match (nanoseconds / 1_000_000, nanoseconds % 1_000_000) {
            (0, 0) => {}
            (milliseconds, 0) => write!(f, ".{milliseconds:03}")?,
            _ => f.write_str(format!(".{nanoseconds:09}").trim_end_matches('0'))?,
        }
        f.write_str("s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_milliseconds_have_three_decimals_and_finer_times_as_many_as_they_need() {
        let text = |s, ns| Duration((s, ns)).to_string();
        assert_eq!(text(12, 0), "12s");
        assert_eq!(text(1, 500_000_000), "1.500s");
        assert_eq!(text(0, 1), "0.000000001s");
        assert_eq!(text(3, 1_200_000), "3.0012s");
    }
}
