use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb_schema::Atom;

use crate::catalog::{Catalog, TableId, TableInfo};
use crate::column_index::ColumnIndex;
use crate::monitor::{InitialTexts, RowsText, TableMonitor};
use crate::row::Row;

/// Below this number of rows a scan costs less than an index.
const ROWS_WORTH_AN_INDEX: usize = 64;

/// The rows of one table, as last published.
#[derive(Debug)]
pub(crate) struct Table {
    rows: HashTable<Slot>,
    /// One for each index of the schema, by the values of its columns.
    unique: Vec<HashTable<Row>>,
    /// Built for a column when a condition first asks for it.
    columns: Vec<OnceLock<ColumnIndex>>,
    /// The rows with weak references to rows of this table: target, table, row.
    referrers: BTreeSet<(Uuid, TableId, Uuid)>,
    /// What monitors of all rows write first.
    initial_texts: Mutex<Vec<InitialTexts>>,
}

#[derive(Debug)]
struct Slot {
    row: Row,
    /// Strong references to the row from other rows.
    references: u32,
    /// By which rows are spread over the texts of [`InitialTexts`].
    spread: u32,
}

impl Slot {
    fn new(row: Row) -> Self {
        let spread = spread(row.uuid());
        Self { row, references: 0, spread }
    }
}

/// Bits of the uuid's hash that the table of rows does not use.
fn spread(uuid: Uuid) -> u32 {
    (hash_uuid(uuid) >> 24) as u32
}

fn hash_uuid(uuid: Uuid) -> u64 {
    FxBuildHasher.hash_one(uuid.as_u128())
}

/// The hash of the values that an index compares.
pub(crate) fn hash_columns(row: &Row, columns: &[usize]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    columns.iter().for_each(|&column| row.get(column).hash(&mut hasher));
    hasher.finish()
}

/// Whether two rows have the same values where an index compares them.
pub(crate) fn equal_columns(a: &Row, b: &Row, columns: &[usize]) -> bool {
    columns.iter().all(|&column| a.get(column) == b.get(column))
}

impl Table {
    pub(crate) fn new(info: &TableInfo) -> Self {
        Self {
            rows: HashTable::new(),
            unique: info.indexes.iter().map(|_| HashTable::new()).collect(),
            columns: info.columns.iter().map(|_| OnceLock::new()).collect(),
            referrers: BTreeSet::new(),
            initial_texts: Mutex::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, uuid: Uuid) -> Option<&Row> {
        self.slot(uuid).map(|slot| &slot.row)
    }

    /// How many strong references other rows hold.
    pub(crate) fn references(&self, uuid: Uuid) -> u32 {
        self.slot(uuid).map_or(0, |slot| slot.references)
    }

    fn slot(&self, uuid: Uuid) -> Option<&Slot> {
        self.rows.find(hash_uuid(uuid), |slot| slot.row.uuid() == uuid)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().map(|slot| &slot.row)
    }

    /// The row with the same values in an index of the schema.
    pub(crate) fn find_unique(&self, info: &TableInfo, index: usize, row: &Row) -> Option<&Row> {
        let columns = &info.indexes[index];
        self.unique[index].find(hash_columns(row, columns), |other| equal_columns(row, other, columns))
    }

    /// The rows among which are all that hold the atom in a column; `None` if a scan is as good.
    pub(crate) fn find_in_column<'t>(
        &'t self,
        column: usize,
        key: &Atom,
    ) -> Option<impl Iterator<Item = &'t Row> + use<'t>> {
        let index = match self.columns[column].get() {
            Some(index) => index,
            None if self.len() < ROWS_WORTH_AN_INDEX => return None,
            None => self.columns[column].get_or_init(|| self.index_column(column)),
        };
        Some(index.find(key).filter_map(|uuid| self.get(uuid)))
    }

    fn index_column(&self, column: usize) -> ColumnIndex {
        let mut index = ColumnIndex::default();
        self.iter().for_each(|row| index.insert(row.uuid(), row.get(column)));
        index
    }

    /// The rows with weak references to a row.
    pub(crate) fn referrers(&self, uuid: Uuid) -> impl Iterator<Item = (TableId, Uuid)> {
        let range = (uuid, TableId::MIN, Uuid::nil())..=(uuid, TableId::MAX, Uuid::max());
        self.referrers.range(range).map(|&(_, table, row)| (table, row))
    }

    pub(crate) fn insert_referrer(&mut self, target: Uuid, table: TableId, row: Uuid) {
        self.referrers.insert((target, table, row));
    }

    pub(crate) fn remove_referrer(&mut self, target: Uuid, table: TableId, row: Uuid) {
        self.referrers.remove(&(target, table, row));
    }

    /// What a monitor of all rows writes first: the rows in texts of some each.
    pub(crate) fn initial_texts(
        &self,
        catalog: &Arc<Catalog>,
        monitor: &Arc<TableMonitor>,
    ) -> Vec<Arc<RowsText>> {
        let mut known = self.initial_texts.lock().unwrap_or_else(PoisonError::into_inner);
        let position = known.iter().position(|texts| texts.are_of(monitor, self.len()));
        let position = position.unwrap_or_else(|| {
            known.retain(|texts| !texts.is_of(monitor));
            known.push(InitialTexts::new(monitor, self.len()));
            known.len() - 1
        });
        known[position].renewed(catalog, self.rows.iter().map(|slot| (slot.spread, &slot.row)))
    }

    /// Forgets what monitors write first if it was long unused; to be called at regular times.
    pub(crate) fn forget_unused_texts(&self) {
        let mut known = self.initial_texts.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain_mut(InitialTexts::is_in_use);
    }

    /// Puts one version of a row in the place of another.
    pub(crate) fn replace(&mut self, info: &TableInfo, old: Option<&Row>, new: Option<&Row>) {
        self.update_indexes(info, old, new);
        let Some(uuid) = new.or(old).map(Row::uuid) else { return };
        let texts = self.initial_texts.get_mut().unwrap_or_else(PoisonError::into_inner);
        texts.iter_mut().for_each(|texts| texts.spoil(spread(uuid)));
        let entry = self.rows.entry(
            hash_uuid(uuid),
            |slot| slot.row.uuid() == uuid,
            |slot| hash_uuid(slot.row.uuid()),
        );
        match (entry, new) {
            (Entry::Occupied(mut slot), Some(new)) => slot.get_mut().row = new.clone(),
            (Entry::Occupied(slot), None) => _ = slot.remove(),
            (Entry::Vacant(place), Some(new)) => _ = place.insert(Slot::new(new.clone())),
            (Entry::Vacant(_), None) => {}
        }
    }

    fn update_indexes(&mut self, info: &TableInfo, old: Option<&Row>, new: Option<&Row>) {
        for (index, columns) in self.unique.iter_mut().zip(&info.indexes) {
            if let Some(entry) =
                old.and_then(|old| index.find_entry(hash_columns(old, columns), |row| row.is(old)).ok())
            {
                entry.remove();
            }
            if let Some(new) = new {
                index
                    .insert_unique(hash_columns(new, columns), new.clone(), |row| hash_columns(row, columns));
            }
        }
        for (column, index) in self.columns.iter_mut().enumerate() {
            let Some(index) = index.get_mut() else { continue };
            if let (Some(old), Some(new)) = (old, new)
                && old.get(column) == new.get(column)
            {
                continue;
            }
            if let Some(old) = old {
                index.remove(old.uuid(), old.get(column));
            }
            if let Some(new) = new {
                index.insert(new.uuid(), new.get(column));
            }
        }
    }

    /// Changes how many strong references there are to a row.
    pub(crate) fn add_references(&mut self, uuid: Uuid, change: i64) {
        if let Some(slot) = self.rows.find_mut(hash_uuid(uuid), |slot| slot.row.uuid() == uuid) {
            let references = i64::from(slot.references) + change;
            slot.references = u32::try_from(references).unwrap_or(if references < 0 { 0 } else { u32::MAX });
        }
    }

    pub(crate) fn shrink_to_fit(&mut self, info: &TableInfo) {
        self.rows.shrink_to_fit(|slot| hash_uuid(slot.row.uuid()));
        for (index, columns) in self.unique.iter_mut().zip(&info.indexes) {
            index.shrink_to_fit(|row| hash_columns(row, columns));
        }
    }
}
