//! What of the emitted rows may differ from what the database holds.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use weft_value::Value;

use super::row_table::RowKey;

/// A member of a written column, by the column's position among them.
pub(super) type Member = (u16, Value);

/// What of a row is to be compared with the database.
#[derive(Debug)]
pub(super) enum Touched {
    /// All of it.
    Whole,
    /// These members of set columns. The rest is as it should be.
    Members(BTreeSet<Member>),
}

/// The rows of a table that are to be compared.
#[derive(Debug, Default)]
pub(super) struct TouchedRows {
    rows: HashMap<RowKey, Touched, FxBuildHasher>,
    /// Rows that the database refused. They are not as they should be, but wait until they are touched.
    refused: HashSet<RowKey, FxBuildHasher>,
}

impl TouchedRows {
    /// All of a row is to be compared.
    pub(super) fn whole(&mut self, key: RowKey) {
        self.rows.insert(key, Touched::Whole);
    }

    /// Members of a row are to be compared.
    pub(super) fn members(&mut self, key: RowKey, members: impl IntoIterator<Item = Member>) {
        if self.refused.contains(&key) {
            self.whole(key);
            return;
        }
        match self.rows.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Touched::Members(members.into_iter().collect()));
            }
            Entry::Occupied(mut entry) => {
                if let Touched::Members(known) = entry.get_mut() {
                    known.extend(members);
                }
            }
        }
    }

    /// The database refused a row: all of it is to be compared, once something touches it.
    pub(super) fn refused(&mut self, key: RowKey) {
        self.refused.insert(key);
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows' keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &RowKey> {
        self.rows.keys()
    }

    /// Takes all of them, in the order of their keys.
    pub(super) fn take(&mut self) -> Vec<(RowKey, Touched)> {
        let mut rows: Vec<(RowKey, Touched)> = std::mem::take(&mut self.rows).into_iter().collect();
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        self.refused.retain(|key| rows.binary_search_by(|(row, _)| row.cmp(key)).is_err());
        rows
    }
}
