//! The argument of `--n-threads`.

/// The largest number of threads that `--n-threads` grants.
pub const MAX_THREADS: u32 = 256;

/// A number of threads, and what to log about how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadCount {
    /// The number, in 1 to [`MAX_THREADS`].
    pub count: u32,
    /// A warning when the number asked for was out of range.
    pub warning: Option<String>,
}

/// Reads the argument of `--n-threads` as `strtoul(3)` does and brings it into range.
///
/// Text without leading digits counts as 0, which is raised to 1 with a warning.
pub fn thread_count(text: &str) -> ThreadCount {
    let digits = text.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let asked = match &digits[..end] {
        "" => 0,
        digits => digits.parse().unwrap_or(u32::MAX),
    };
    let count = asked.clamp(1, MAX_THREADS);
    let warning = (count != asked)
        .then(|| format!("Setting n_threads to {count} as --n-threads option was set to : [{text}]"));
    ThreadCount { count, warning }
}

#[cfg(test)]
mod tests {
    use super::thread_count;

    #[test]
    fn a_number_in_range_is_taken_silently() {
        assert_eq!(thread_count("4").count, 4);
        assert_eq!(thread_count("4").warning, None);
        assert_eq!(thread_count("8x").count, 8);
    }

    #[test]
    fn a_number_out_of_range_is_clamped_with_a_warning() {
        for (text, count) in [("0", 1), ("x", 1), ("-3", 1), ("257", 256), ("99999999999", 256)] {
            let result = thread_count(text);
            assert_eq!(result.count, count);
            let warning = format!("Setting n_threads to {count} as --n-threads option was set to : [{text}]");
            assert_eq!(result.warning, Some(warning));
        }
    }
}
