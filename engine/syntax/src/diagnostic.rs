//! What the compiler has to say to a rule author.

use crate::span::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rules run; look at it.
    Warning,
    /// The rules do not run.
    Error,
}

/// One message, with its place. Plain data: rendering belongs to the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, as `E0301`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The place it is about.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What stands under the marked place, as `expected int, found string`.
    pub label: String,
    /// A way out.
    pub help: Option<String>,
    /// Other places that explain it.
    pub related: Vec<(Span, String)>,
}
