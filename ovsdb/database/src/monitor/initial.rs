use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;

use super::table_monitor::TableMonitor;
use crate::catalog::Catalog;
use crate::row::Row;

/// How many rows become text at once, so that a session's turn stays short.
pub(super) const ROWS_PER_TEXT: usize = 128;

/// Looks without a user after which the texts of a monitor are forgotten.
const IDLE_LOOKS: u32 = 30;

/// Some rows of a table as a monitor writes them first.
#[derive(Debug)]
pub(crate) struct RowsText {
    monitor: Arc<TableMonitor>,
    catalog: Arc<Catalog>,
    /// Until they are written.
    rows: Mutex<Vec<Row>>,
    text: OnceLock<Bytes>,
}

impl RowsText {
    /// `rows` must not be empty.
    pub(super) fn new(monitor: &Arc<TableMonitor>, catalog: &Arc<Catalog>, rows: Vec<Row>) -> Arc<Self> {
        let (monitor, catalog) = (Arc::clone(monitor), Arc::clone(catalog));
        Arc::new(Self { monitor, catalog, rows: Mutex::new(rows), text: OnceLock::new() })
    }

    /// Members of a `<table-update>`, each with a comma before it.
    pub(super) fn text(&self) -> Bytes {
        let write = || {
            let rows = std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner));
            self.monitor.compose_rows(&self.catalog, &rows)
        };
        self.text.get_or_init(write).clone()
    }
}

/// All rows of a table as a monitor without conditions writes them first.
///
/// They are spread over texts by the hash of their uuids, so that a change of a row spoils one text and no other.
#[derive(Debug)]
pub(crate) struct InitialTexts {
    monitor: Arc<TableMonitor>,
    texts: Vec<Spread>,
    /// How often it was looked at since it was last used.
    looks: u32,
}

#[derive(Clone, Debug)]
enum Spread {
    /// Rows have changed since.
    Spoiled,
    Rows(Arc<RowsText>),
    NoRows,
}

impl InitialTexts {
    /// For a table of so many rows, all to be written.
    pub(crate) fn new(monitor: &Arc<TableMonitor>, rows: usize) -> Self {
        let count = (rows / ROWS_PER_TEXT).next_power_of_two();
        Self { monitor: Arc::clone(monitor), texts: vec![Spread::Spoiled; count], looks: 0 }
    }

    /// Whether these are the texts of a monitor.
    pub(crate) fn is_of(&self, monitor: &Arc<TableMonitor>) -> bool {
        Arc::ptr_eq(&self.monitor, monitor)
    }

    /// Whether these are the texts of a monitor, and neither too few nor too many for so many rows.
    pub(crate) fn are_of(&self, monitor: &Arc<TableMonitor>, rows: usize) -> bool {
        let count = (rows / ROWS_PER_TEXT).next_power_of_two();
        self.is_of(monitor) && count <= self.texts.len() * 2 && self.texts.len() <= count * 2
    }

    /// Notes that a row has changed, whose uuid has this hash.
    pub(crate) fn spoil(&mut self, hash: u32) {
        let at = self.position(hash);
        self.texts[at] = Spread::Spoiled;
    }

    /// The texts, after the spoiled ones were made anew from the rows, which come with the hashes of their uuids.
    pub(crate) fn renewed<'r>(
        &mut self,
        catalog: &Arc<Catalog>,
        rows: impl Iterator<Item = (u32, &'r Row)>,
    ) -> Vec<Arc<RowsText>> {
        self.looks = 0;
        if self.texts.iter().any(|text| matches!(text, Spread::Spoiled)) {
            let spoiled = |text: &Spread| matches!(text, Spread::Spoiled).then(Vec::new);
            let mut renewed: Vec<Option<Vec<Row>>> = self.texts.iter().map(spoiled).collect();
            for (hash, row) in rows {
                if let Some(rows) = &mut renewed[self.position(hash)] {
                    rows.push(row.clone());
                }
            }
            for (text, rows) in self.texts.iter_mut().zip(renewed) {
                match rows {
                    Some(rows) if rows.is_empty() => *text = Spread::NoRows,
                    Some(rows) => *text = Spread::Rows(RowsText::new(&self.monitor, catalog, rows)),
                    None => {}
                }
            }
        }
        let texts = self.texts.iter().filter_map(|text| match text {
            Spread::Rows(rows) => Some(Arc::clone(rows)),
            Spread::Spoiled | Spread::NoRows => None,
        });
        texts.collect()
    }

    /// Whether they are still worth their memory, as one of the looks that are taken at regular times.
    pub(crate) fn is_in_use(&mut self) -> bool {
        self.looks += 1;
        self.looks <= IDLE_LOOKS
    }

    fn position(&self, hash: u32) -> usize {
        hash as usize & (self.texts.len() - 1)
    }
}
