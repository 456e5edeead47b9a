//! The translation between two databases in memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;
use weft_nbctl::{Database, RowEdit, TransactionError, transact};
use weft_northd::side::Side;
use weft_northd::translator::{Translator, TranslatorError};
use weft_ovsdb::{MonitorSpec, Row, RowChange, Transaction};
use weft_ovsdb_schema::{ColumnSchema, SchemaError, northbound, southbound};
use weft_plan::plan::Plan;

use crate::measure::{Span, Stopwatch};

/// Why a scenario cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The plan does not run.
    #[error(transparent)]
    Translator(#[from] TranslatorError),
    /// A transaction that a database refuses.
    #[error("{database}: {error}")]
    Transaction {
        /// The database.
        database: &'static str,
        /// What it says.
        error: TransactionError,
    },
    /// Operations that are not JSON.
    #[error("operations: {0}")]
    Json(#[from] serde_json::Error),
    /// A schema that is built in does not parse.
    #[error("schema: {0}")]
    Schema(#[from] SchemaError),
}

/// What one change cost, from decoded rows to an encoded transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Until the Southbound transaction of the change was encoded.
    pub translated: Span,
    /// Taking in what the Southbound database then reported.
    pub echoed: Span,
    /// Operations on the Southbound database.
    pub operations: usize,
}

/// Both databases and the translation between them.
pub struct Loopback {
    /// The translation.
    pub translator: Translator,
    northbound: Database,
    southbound: Database,
}

impl Loopback {
    /// Empty databases.
    ///
    /// # Errors
    /// When the plan does not run.
    pub fn new(plan: Arc<Plan>) -> Result<Self, LoopbackError> {
        let (northbound, southbound) = (northbound()?, southbound()?);
        let translator = Translator::new(plan, &weft_rules::registry(), &northbound, &southbound)?;
        let database = |schema| Database::new(Arc::new(schema));
        Ok(Self { translator, northbound: database(northbound), southbound: database(southbound) })
    }

    /// Northbound transactions as the monitor would report them; not yet taken in.
    ///
    /// # Errors
    /// When the database refuses one.
    pub fn load(&mut self, transactions: &[Vec<Value>]) -> Result<Vec<RowChange>, LoopbackError> {
        for operations in transactions {
            transact(&mut self.northbound, operations)
                .map_err(|error| LoopbackError::Transaction { database: "Northbound", error })?;
        }
        let edits = self.northbound.take_edits();
        Ok(row_changes(edits, self.translator.monitored(Side::Northbound)))
    }

    /// Takes in Northbound changes, and gives the transaction that is due.
    pub fn translate(&mut self, changes: &[RowChange]) -> Transaction {
        self.translator.take_in(Side::Northbound, changes);
        self.translator.derive();
        self.translator.flush_southbound().transaction
    }

    /// Commits to the Southbound database, and reports.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn commit(&mut self, transaction: &Transaction) -> Result<Vec<RowChange>, LoopbackError> {
        let operations: Vec<Value> = serde_json::from_str(&format!("[{}]", transaction.encoded()))?;
        transact(&mut self.southbound, &operations)
            .map_err(|error| LoopbackError::Transaction { database: "Southbound", error })?;
        Ok(row_changes(self.southbound.take_edits(), self.translator.monitored(Side::Southbound)))
    }

    /// One Northbound transaction, until nothing is due any more.
    ///
    /// # Errors
    /// When a database refuses a transaction.
    pub fn change(&mut self, operations: &[Value]) -> Result<Cost, LoopbackError> {
        let changes = self.load(std::slice::from_ref(&operations.to_vec()))?;
        let stopwatch = Stopwatch::start();
        let transaction = self.translate(&changes);
        let translated = stopwatch.read();
        let operations = transaction.len();
        Ok(Cost { translated, echoed: self.settle(transaction)?, operations })
    }

    /// Commits, and commits what is due then in either database, until nothing is due any more. Gives the
    /// time that the translation took.
    ///
    /// # Errors
    /// When a database refuses a transaction.
    pub fn settle(&mut self, mut transaction: Transaction) -> Result<Span, LoopbackError> {
        let mut echoed = Span::default();
        loop {
            let (side, report) = if transaction.is_empty() {
                let due = self.translator.flush_northbound(false).transaction;
                if due.is_empty() {
                    return Ok(echoed);
                }
                (Side::Northbound, self.commit_northbound(&due)?)
            } else {
                (Side::Southbound, self.commit(&transaction)?)
            };
            let stopwatch = Stopwatch::start();
            self.translator.take_in(side, &report);
            self.translator.derive();
            transaction = self.translator.flush_southbound().transaction;
            self.translator.maintain();
            self.translator.reclaim();
            echoed += stopwatch.read();
        }
    }

    fn commit_northbound(&mut self, transaction: &Transaction) -> Result<Vec<RowChange>, LoopbackError> {
        let operations: Vec<Value> = serde_json::from_str(&format!("[{}]", transaction.encoded()))?;
        self.load(&[operations])
    }

    /// How many rows a Southbound table has.
    #[must_use]
    pub fn southbound_rows(&self, table: &str) -> usize {
        self.southbound.rows(table).count()
    }
}

/// Edits of a database as a monitor reports them at once: one change for each row.
fn row_changes(edits: Vec<RowEdit>, monitored: &MonitorSpec) -> Vec<RowChange> {
    let mut positions: HashMap<(Arc<str>, Uuid), usize> = HashMap::new();
    let mut merged: Vec<RowEdit> = Vec::new();
    for edit in edits {
        match positions.entry((Arc::clone(&edit.table), edit.uuid)) {
            Entry::Occupied(held) => merged[*held.get()].new = edit.new,
            Entry::Vacant(free) => {
                free.insert(merged.len());
                merged.push(edit);
            }
        }
    }
    let change = |edit: RowEdit| {
        let table = monitored.position(&edit.table)?;
        let columns = &monitored.tables.get(table)?.columns;
        let row = |row: Option<Arc<weft_nbctl::Row>>| {
            let row = row?;
            let value = |column: &ColumnSchema| {
                row.get(&column.name).cloned().unwrap_or_else(|| column.column_type.default_value())
            };
            Some(Row::from(columns.iter().map(value).collect::<Vec<_>>()))
        };
        let (old, new) = (row(edit.old), row(edit.new));
        (old != new).then_some(RowChange { table, uuid: edit.uuid, old, new })
    };
    merged.into_iter().filter_map(change).collect()
}
