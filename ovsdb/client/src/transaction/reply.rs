use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;
use weft_ovsdb_schema::Uuid;

/// What a successful operation gave (RFC 7047 section 5.2).
#[derive(Clone, Debug)]
pub enum OperationResult {
    /// The uuid of an inserted row.
    Inserted(Uuid),
    /// Number of rows that an update, mutation or deletion matched.
    Matched(u64),
    /// Selected rows: the JSON text of each column's value, which
    /// [`ColumnSchema::decode`](weft_ovsdb_schema::ColumnSchema::decode) reads.
    Selected(Vec<IndexMap<String, Box<RawValue>>>),
    /// Other operations give nothing.
    Done,
}

/// The operation that made a transaction fail (RFC 7047 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationError {
    /// Position of the operation; `None` if all went well but the commit did not.
    pub operation: Option<usize>,
    /// The error's short name, such as `constraint violation`.
    pub error: String,
    /// A description for people; may be empty.
    pub details: String,
}

impl fmt::Display for OperationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some(operation) => write!(formatter, "operation {operation}: {}", self.error)?,
            None => write!(formatter, "commit: {}", self.error)?,
        }
        if self.details.is_empty() { Ok(()) } else { write!(formatter, ": {}", self.details) }
    }
}

/// Why a transaction gave no results.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransactError {
    /// The server refused it; nothing was changed.
    #[error("transaction failed: {0}")]
    Failed(OperationError),
    /// The server did not understand the request; nothing was changed. Holds the JSON-RPC error.
    #[error("transaction request refused: {0}")]
    Refused(String),
    /// There was no connection; nothing was sent.
    #[error("not connected")]
    NotConnected,
    /// The connection was lost, or became useless, before the reply: the transaction may or may not have been
    /// committed. The next [`Event::Resynced`](crate::Event::Resynced) tells.
    #[error("the connection was lost before the reply; the transaction may have been committed")]
    CommitUnknown,
}

#[derive(Deserialize)]
struct RawResult {
    uuid: Option<(String, Uuid)>,
    count: Option<u64>,
    rows: Option<Vec<IndexMap<String, Box<RawValue>>>>,
    error: Option<String>,
    details: Option<String>,
}

/// Reads the reply to a transaction of `count` operations: one result each, up to the first error; an error
/// after the last operation's result is the commit's.
///
/// # Errors
/// The transaction failed, or the reply does not fit it.
pub(crate) fn parse_reply(json: &str, count: usize) -> Result<Vec<OperationResult>, TransactError> {
    let unclear = |_| TransactError::CommitUnknown;
    let raw: Vec<Option<RawResult>> = serde_json::from_str(json).map_err(unclear)?;
    let mut results = Vec::with_capacity(count);
    for (index, result) in raw.into_iter().enumerate() {
        let Some(result) = result else { break };
        if let Some(error) = result.error {
            let operation = Some(index).filter(|&index| index < count);
            let details = result.details.unwrap_or_default();
            return Err(TransactError::Failed(OperationError { operation, error, details }));
        }
        results.push(match (result.uuid, result.count, result.rows) {
            (Some((_, uuid)), _, _) => OperationResult::Inserted(uuid),
            (_, Some(count), _) => OperationResult::Matched(count),
            (_, _, Some(rows)) => OperationResult::Selected(rows),
            (None, None, None) => OperationResult::Done,
        });
    }
    if results.len() == count { Ok(results) } else { Err(TransactError::CommitUnknown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(json: &str, count: usize) -> String {
        parse_reply(json, count).unwrap_err().to_string()
    }

    #[test]
    fn results_are_typed() {
        let json =
            r#"[{"uuid":["uuid","00000000-0000-0000-0000-000000000001"]},{"count":2},{"rows":[{"a":1}]},{}]"#;
        let results = parse_reply(json, 4).unwrap();
        assert!(matches!(results[0], OperationResult::Inserted(uuid) if uuid == Uuid::from_u128(1)));
        assert!(matches!(results[1], OperationResult::Matched(2)));
        assert!(matches!(&results[2], OperationResult::Selected(rows) if rows[0]["a"].get() == "1"));
        assert!(matches!(results[3], OperationResult::Done));
    }

    #[test]
    fn the_failing_operation_is_named() {
        let json = r#"[{},{"error":"constraint violation","details":"too many"},null]"#;
        assert_eq!(failure(json, 3), "transaction failed: operation 1: constraint violation: too many");
        let commit = r#"[{},{"error":"referential integrity violation"}]"#;
        assert_eq!(failure(commit, 1), "transaction failed: commit: referential integrity violation");
    }

    #[test]
    fn a_reply_that_does_not_fit_leaves_the_outcome_unknown() {
        for json in ["[{}]", "{}", "[{},null]"] {
            assert_eq!(parse_reply(json, 2).unwrap_err(), TransactError::CommitUnknown);
        }
    }
}
