//! What a command has to say.

/// What a command prints, and how it went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// For standard output, with its last line ended.
    pub output: String,
    /// For standard error at the end, its last line a summary; empty when there is nothing to sum up.
    pub summary: String,
    /// Whether the exit status is 1.
    pub has_failed: bool,
}

/// A number of things, as people write it: `1 rule`, `2 rules`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    if count == 1 {
        format!("1 {thing}")
    } else if let Some(stem) = thing.strip_suffix('y') {
        format!("{count} {stem}ies")
    } else {
        format!("{count} {thing}s")
    }
}
