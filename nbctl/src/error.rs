use std::sync::Arc;

use thiserror::Error;
use uuid::Uuid;
use weft_ovsdb_schema::ConstraintError;

/// Why a transaction was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransactionError {
    /// The schema has no such table.
    #[error("no table {0}")]
    UnknownTable(String),
    /// The schema has no such column.
    #[error("table {table} has no column {column}")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A row that is to be changed is not there.
    #[error("no row {uuid} in table {table}")]
    MissingRow {
        /// The table.
        table: Arc<str>,
        /// The row.
        uuid: Uuid,
    },
    /// A row is inserted with the UUID of another one.
    #[error("table {table} has a row {uuid} already")]
    DuplicateRow {
        /// The table.
        table: Arc<str>,
        /// The row.
        uuid: Uuid,
    },
    /// A value is not allowed in its column.
    #[error(transparent)]
    Constraint(#[from] ConstraintError),
    /// A column that never changes was to be changed.
    #[error("{table}.{column} cannot be changed")]
    Immutable {
        /// The table.
        table: Arc<str>,
        /// The column.
        column: Arc<str>,
    },
    /// A strong reference names a row that is not there.
    #[error("row {uuid} of {table} refers to row {target} of {target_table}, which is not there")]
    DanglingReference {
        /// The table of the referring row.
        table: Arc<str>,
        /// The referring row.
        uuid: Uuid,
        /// The table of the row that is not there.
        target_table: Arc<str>,
        /// The row that is not there.
        target: Uuid,
    },
    /// Two rows have the same values in the columns of an index.
    #[error("two rows of {table} have the same {columns}")]
    DuplicateIndex {
        /// The table.
        table: Arc<str>,
        /// The index's columns, joined by commas.
        columns: String,
    },
    /// The table has more rows than the schema allows.
    #[error("table {table} may have {max} rows at most")]
    TooManyRows {
        /// The table.
        table: Arc<str>,
        /// How many are allowed.
        max: u64,
    },
    /// An operation is malformed.
    #[error("{0}")]
    Operation(String),
}

/// Why a command failed; nothing of its line was done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommandError {
    /// The line is not words: an open quote, or nothing at all.
    #[error("{0}")]
    Words(String),
    /// A command could not be carried out.
    #[error("{command}: {message}")]
    Command {
        /// The command's name.
        command: String,
        /// What is wrong.
        message: String,
    },
    /// The database refused the result.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
}

/// Why a file could not be read into a database.
#[derive(Debug, Error)]
pub enum FileError {
    /// A line (counted from 1) is malformed, or refused by the database.
    #[error("line {line}: {message}")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The file is not what it should be.
    #[error("{0}")]
    Format(String),
}

/// Commands fail with words.
impl From<TransactionError> for String {
    fn from(error: TransactionError) -> Self {
        error.to_string()
    }
}
