//! An in-memory OVSDB database, and commands on it in the manner of ovn-nbctl.
//!
//! Tests beside the rules, `weft run` and examples describe networks with the commands that people
//! know; [`run`] carries them out on a [`Database`] without any server.
//! A [`Database`] can also be filled from the files that OVN people have: [`load_database_file`] reads
//! the standalone files of ovsdb-server, [`read_case_file`] transactions as lines of JSON.

mod address;
mod case_file;
mod command;
mod commands;
mod database;
mod database_file;
mod error;
mod operation;
mod records;
mod symbols;
mod transaction;
mod value_text;
mod words;

pub use case_file::{CaseStep, read_case_file};
pub use command::run;
pub use database::{Database, Row, RowEdit, RowId};
pub use database_file::{is_database_file, load_database_file};
pub use error::{CommandError, FileError, TransactionError};
pub use operation::transact;
pub use transaction::Transaction;
pub use words::split_words;
