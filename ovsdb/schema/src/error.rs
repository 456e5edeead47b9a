use thiserror::Error;

use crate::json::OvsdbError;

/// Why a schema was refused.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// The compact text form is malformed at a line (counted from 1).
    #[error("line {line}: {message}")]
    Text {
        /// Line in the input, counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The JSON form is not JSON.
    #[error("schema is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The JSON form contradicts RFC 7047 section 3.2.
    #[error("{0}")]
    Protocol(#[from] OvsdbError),
    /// The text form is well formed but contradicts RFC 7047 section 3.2.
    #[error("{place}: {message}")]
    Invalid {
        /// Database, table or `table.column` at fault.
        place: String,
        /// What is wrong there.
        message: String,
    },
}

impl SchemaError {
    pub(crate) fn invalid(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { place: place.into(), message: message.into() }
    }
}
