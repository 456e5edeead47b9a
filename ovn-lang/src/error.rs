//! What is wrong with a text, and where.

use std::ops::Range;

/// The first thing that is wrong with the text of a match or of actions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", .help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default())]
pub struct Error {
    /// What is wrong.
    pub message: String,
    /// The bytes of the text that it is about; empty at the end of the text.
    pub span: Range<usize>,
    /// What could be written instead, where that is known.
    pub help: Option<String>,
}

impl Error {
    /// Something is wrong with `span`.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Error {
        Error { message: message.into(), span, help: None }
    }

    /// Adds what could be written instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }
}

/// A result whose error has a place.
pub type Result<T> = std::result::Result<T, Error>;
