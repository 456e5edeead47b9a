//! Making and collecting diagnostics.

use weft_syntax::diagnostic::{Diagnostic, Severity};
use weft_syntax::span::Span;

/// An error.
pub(crate) fn error(
    code: &'static str,
    span: Span,
    message: impl Into<String>,
    label: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        span,
        message: message.into(),
        label: label.into(),
        help: None,
        related: Vec::new(),
    }
}

/// A warning.
pub(crate) fn warning(
    code: &'static str,
    span: Span,
    message: impl Into<String>,
    label: impl Into<String>,
) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..error(code, span, message, label) }
}

/// Additions to a diagnostic in the making.
pub(crate) trait Detail {
    /// A way out, when there is one.
    fn help(self, help: impl Into<Option<String>>) -> Self;
    /// Another place that explains it.
    fn related(self, span: Span, text: impl Into<String>) -> Self;
}

impl Detail for Diagnostic {
    fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push((span, text.into()));
        self
    }
}

/// The diagnostics found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    diagnostics: Vec<Diagnostic>,
    silence: u32,
}

impl Report {
    /// Adds a diagnostic, unless the checker is looking at something for the second time.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.silence == 0 {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Nothing is added until [`Report::resume`].
    pub(crate) fn silence(&mut self) {
        self.silence += 1;
    }

    /// Ends one [`Report::silence`].
    pub(crate) fn resume(&mut self) {
        self.silence = self.silence.saturating_sub(1);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// All of them by place.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
        self.diagnostics
    }
}

/// `did you mean …?` for the candidate nearest to a misspelt name, if one is near enough.
pub(crate) fn did_you_mean<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(name, candidate), differs_in_case(name, candidate), candidate))
        .filter(|(distance, _, candidate)| *distance <= limit && *candidate != name)
        .min()
        .map(|(_, _, candidate)| format!("did you mean `{candidate}`?"))
}

/// Whether one name begins with a capital letter and the other does not: they name different things.
fn differs_in_case(a: &str, b: &str) -> bool {
    let is_capital = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    is_capital(a) != is_capital(b)
}

/// The number of insertions, deletions and replacements of characters between two names, letters of
/// either case alike.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_when_it_is_near() {
        assert_eq!(
            did_you_mean("adresses", ["addresses", "acls"]).as_deref(),
            Some("did you mean `addresses`?")
        );
        assert_eq!(did_you_mean("zone", ["addresses", "acls"]), None);
        assert_eq!(edit_distance("Port", "port"), 0);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }
}
