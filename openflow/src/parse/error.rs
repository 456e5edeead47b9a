//! What can be wrong with text.

use std::fmt::{self, Display, Formatter};

/// Text that is no flow, match or action, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Bytes before the place.
    pub position: usize,
    /// What is wrong there, and what would be right.
    pub message: String,
}

impl Display for ParseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.position, self.message)
    }
}

impl std::error::Error for ParseError {}
