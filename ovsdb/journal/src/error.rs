use std::io;

use thiserror::Error;

/// What an error is about, in OVSDB's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The file system refused.
    Io,
    /// A record is damaged.
    Syntax,
    /// Anything else, such as a file of another kind.
    Other,
}

/// Why a log cannot be opened, read or written; the text is that of ovsdb-server.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}: {details}", match .kind {
    ErrorKind::Io => "I/O error",
    ErrorKind::Syntax => "syntax error",
    ErrorKind::Other => "ovsdb error",
})]
pub struct LogError {
    /// What it is about.
    pub kind: ErrorKind,
    /// The text, with the file's name.
    pub details: String,
    /// The system's error number behind an I/O error.
    pub number: Option<i32>,
}

impl LogError {
    /// An I/O error; `what` says what was tried, and on which file.
    pub fn io(error: &io::Error, what: impl Into<String>) -> Self {
        let what = what.into();
        let number = error.raw_os_error();
        let reason = match (number, error.kind()) {
            (None, io::ErrorKind::UnexpectedEof) => "End of file".to_owned(),
            _ => strerror(error),
        };
        Self { kind: ErrorKind::Io, details: format!("{what} ({reason})"), number }
    }

    pub(crate) fn syntax(details: String) -> Self {
        Self { kind: ErrorKind::Syntax, details, number: None }
    }

    pub(crate) fn other(details: String) -> Self {
        Self { kind: ErrorKind::Other, details, number: None }
    }
}

/// The text of an error as strerror(3) gives it: without the number that the standard library adds.
fn strerror(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => text.trim_end_matches(&format!(" (os error {number})")).to_owned(),
        None => text,
    }
}
