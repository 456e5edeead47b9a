use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::changes::TableChanges;
use super::compose::start_table;
use super::initial::{ROWS_PER_TEXT, RowsText};
use super::selection::Selection;
use super::text::SharedText;
use crate::catalog::TableId;
use crate::condition::Condition;
use crate::database::Database;
use crate::row::Row;

/// How updates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// Old and new values (RFC 7047 section 4.1.6, `update`).
    Whole,
    /// Differences (ovsdb-server(7) section 4.1.14, `update2` and `update3`).
    Difference,
}

/// A monitored column and the kinds of changes in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MonitoredColumn {
    pub(crate) column: usize,
    pub(crate) selection: Selection,
}

/// What is monitored of one table. All sessions that monitor the same share one, with the texts written last.
#[derive(Debug)]
pub(crate) struct TableMonitor {
    pub(crate) table: TableId,
    pub(crate) format: Format,
    /// The union of the columns' selections.
    pub(crate) selection: Selection,
    /// In ascending order.
    pub(crate) columns: Vec<MonitoredColumn>,
    pub(crate) condition: Condition,
    last: Mutex<Option<LastUpdate>>,
}

/// The update for the commits from one position to another.
#[derive(Debug)]
struct LastUpdate {
    first: u64,
    last: u64,
    text: Option<Bytes>,
}

/// What makes two monitors of a table the same.
pub(super) type Key = (TableId, Format, Selection, Vec<MonitoredColumn>, Condition);

impl TableMonitor {
    pub(super) fn new(table: TableId, format: Format) -> Self {
        Self {
            table,
            format,
            selection: Selection::default(),
            columns: Vec::new(),
            condition: Condition::default(),
            last: Mutex::new(None),
        }
    }

    pub(super) fn with_condition(&self, condition: Condition) -> Self {
        let (columns, last) = (self.columns.clone(), Mutex::new(None));
        Self { table: self.table, format: self.format, selection: self.selection, columns, condition, last }
    }

    pub(super) fn key(&self) -> Key {
        (self.table, self.format, self.selection, self.columns.clone(), self.condition.clone())
    }

    /// The `<table-update>` of the rows that are there; `None` without any.
    pub(super) fn initial(self: &Arc<Self>, database: &Database) -> Option<SharedText> {
        if !self.selection.intersects(Selection::INITIAL) {
            return None;
        }
        let (catalog, table) = (database.catalog(), database.table(self.table));
        let texts = if self.condition.is_true() {
            table.initial_texts(catalog, self)
        } else {
            // Other conditions select few rows, or are asked for by one client.
            let rows = self.condition.rows_matching_any(table);
            let text = |rows: &[&Row]| RowsText::new(self, catalog, rows.iter().copied().cloned().collect());
            rows.chunks(ROWS_PER_TEXT).map(text).collect()
        };
        if texts.is_empty() {
            return None;
        }
        let (mut start, mut update) = (String::new(), SharedText::default());
        start_table(&catalog.tables[self.table], &mut start);
        update.push(start);
        for (index, rows) in texts.into_iter().enumerate() {
            update.push_rows(rows, index == 0);
        }
        update.push(Bytes::from_static(b"}"));
        Some(update)
    }

    /// The `<table-update>` of some commits; `None` if they change nothing that is monitored.
    pub(super) fn update(&self, database: &Database, changes: &TableChanges<'_>) -> Option<Bytes> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, end) = (changes.first(), changes.last());
        if let Some(update) = last.as_ref().filter(|update| (update.first, update.last) == (first, end)) {
            return update.text.clone();
        }
        let text = self.compose_update(database, changes);
        *last = Some(LastUpdate { first, last: end, text: text.clone() });
        text
    }
}
