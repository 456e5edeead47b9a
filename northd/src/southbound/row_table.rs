//! One output table: the rows that rules emit and those that the database holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb_schema::{
    Atom, AtomSet, AtomicType, BaseType, ColumnSchema, ColumnType, TableSchema, Value as Datum,
};
use weft_plan::plan::OutputTable;
use weft_value::Value;

use super::columns::{NoReferences, column_value};
use super::referrers::{Referrers, references};
use super::touched::{Member, TouchedRows};

type FastMap<K, V> = HashMap<K, V, FxBuildHasher>;
type FastSet<T> = HashSet<T, FxBuildHasher>;

/// The values of a row's key columns, as rules know them.
pub type RowKey = Arc<[Value]>;

/// The values of a row's key columns, as the database knows them.
pub type DatumKey = Box<[Datum]>;

/// A row as some head emits it: values of written columns by position among them.
pub type EmittedColumns = Vec<(u16, Value)>;

/// A row that rules emit.
#[derive(Debug, Default)]
pub(super) struct Desired {
    /// What heads emit, with counts. More than one is a conflict; the least is taken.
    pub(super) rows: BTreeMap<EmittedColumns, i64>,
    /// Members of set and map columns, with counts.
    pub(super) members: BTreeMap<(u16, Value), i64>,
    /// The UUID that the row has or will have.
    pub(super) uuid: Option<Uuid>,
}

impl Desired {
    fn is_gone(&self) -> bool {
        self.rows.is_empty() && self.members.is_empty()
    }
}

/// Why a table of the plan cannot be written to the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The database has no such table.
    #[error("the database has no table {0}")]
    NoTable(String),
    /// The table has no such column.
    #[error("table {0} has no column {1}")]
    NoColumn(String, String),
}

/// The name of a row's UUID where rules use it as a key: such a row has the UUID that the rules give it.
pub const UUID_COLUMN: &str = "_uuid";

/// The UUID as a column.
fn uuid_column(schema: &TableSchema) -> ColumnSchema {
    ColumnSchema {
        name: UUID_COLUMN.into(),
        table: schema.name.clone(),
        column_type: ColumnType::scalar(BaseType::unconstrained(AtomicType::Uuid)),
        ephemeral: false,
        mutable: false,
    }
}

/// One output table.
#[derive(Debug)]
pub struct RowTable {
    /// Its name.
    pub name: String,
    pub(super) is_root: bool,
    pub(super) key: Vec<ColumnSchema>,
    pub(super) write: Vec<ColumnSchema>,
    pub(super) init: Vec<(String, Value)>,
    /// For each written column, the map keys that are somebody else's.
    pub(super) keep: Vec<AtomSet>,
    /// A written or key column (by position among key, then write) and the values of owned rows.
    pub(super) owns: Option<(usize, Vec<Datum>)>,
    pub(super) init_columns: Vec<ColumnSchema>,
    pub(super) desired: FastMap<RowKey, Desired>,
    /// Which emitted rows refer to which.
    pub(super) referrers: Referrers,
    /// Values of key columns, then of written columns.
    pub(super) actual: FastMap<Uuid, Box<[Datum]>>,
    pub(super) rows_of_key: FastMap<DatumKey, Vec<Uuid>>,
    pub(super) keys: FastMap<DatumKey, RowKey>,
    /// The UUIDs of rows that are not emitted any more since the last flush.
    pub(super) uuids_before: FastMap<RowKey, Uuid>,
    pub(super) touched: TouchedRows,
    pub(super) dirty_actual: FastSet<DatumKey>,
}

impl RowTable {
    /// The table of a plan's output, over the database's schema of it.
    ///
    /// # Errors
    /// When the database lacks a column.
    pub fn new(output: &OutputTable, schema: &TableSchema) -> Result<Self, TableError> {
        let column = |name: &String| {
            let found =
                if name == UUID_COLUMN { Some(uuid_column(schema)) } else { schema.column(name).cloned() };
            found.ok_or_else(|| TableError::NoColumn(output.table.clone(), name.clone()))
        };
        let columns =
            |names: &[String]| names.iter().map(column).collect::<Result<Vec<ColumnSchema>, TableError>>();
        let (key, write) = (columns(&output.key)?, columns(&output.write)?);
        let keep_of = |column: &ColumnSchema| {
            let kept = output.keep.iter().filter(|(name, _)| **name == *column.name);
            kept.flat_map(|(_, keys)| keys).map(|key| Atom::string(key.as_str())).collect()
        };
        let keep = write.iter().map(keep_of).collect();
        let owns = match &output.owns {
            None => None,
            Some((name, values)) => {
                let found = key.iter().chain(&write).enumerate().find(|(_, column)| *column.name == **name);
                let (position, column) =
                    found.ok_or_else(|| TableError::NoColumn(output.table.clone(), name.clone()))?;
                let value = |value: &Value| column_value(value, &column.column_type, &NoReferences).ok();
                Some((position, values.iter().filter_map(value).collect()))
            }
        };
        let init_names: Vec<String> = output.init.iter().map(|(name, _)| name.clone()).collect();
        Ok(Self {
            name: output.table.clone(),
            is_root: schema.is_root,
            init_columns: columns(&init_names)?,
            key,
            write,
            init: output.init.clone(),
            keep,
            owns,
            desired: FastMap::default(),
            referrers: Referrers::default(),
            actual: FastMap::default(),
            rows_of_key: FastMap::default(),
            keys: FastMap::default(),
            uuids_before: FastMap::default(),
            touched: TouchedRows::default(),
            dirty_actual: FastSet::default(),
        })
    }

    /// The UUID that a key asks for, where the key is one.
    pub(super) fn uuid_of_key(&self, key: &RowKey) -> Option<Uuid> {
        match (&self.key[..], &key[..]) {
            ([column], [Value::Uuid(uuid)]) if *column.name == *UUID_COLUMN => Some(Uuid::from_u128(*uuid)),
            _ => None,
        }
    }

    /// The columns to be told of: key columns, then written columns.
    pub fn columns(&self) -> impl Iterator<Item = &ColumnSchema> + '_ {
        self.key.iter().chain(&self.write)
    }

    /// Whether a column refers to rows of that table.
    pub(super) fn refers_to(&self, name: &str) -> bool {
        let bases = |column: &ColumnType| [Some(column.key.clone()), column.value.clone()];
        let mut bases = self.columns().flat_map(|column| bases(&column.column_type)).flatten();
        bases.any(|base| base.reference.is_some_and(|reference| *reference.table == *name))
    }

    /// The position of a written column.
    #[must_use]
    pub fn written_column(&self, name: &str) -> Option<u16> {
        self.write.iter().position(|column| *column.name == *name).map(|position| position as u16)
    }

    /// A head emits a row `diff` times more. Says whether the row came to be or went.
    pub fn change_row(&mut self, key: RowKey, columns: EmittedColumns, diff: i64) -> bool {
        let targets = columns.iter().flat_map(|(column, value)| self.references(*column, value)).collect();
        self.change(key, targets, None, |desired| count(&mut desired.rows, columns, diff))
    }

    /// A head emits a member of a column `diff` times more. Says whether the row came to be or went.
    pub fn change_member(&mut self, key: RowKey, column: u16, member: Value, diff: i64) -> bool {
        let targets = self.references(column, &member);
        let touched = (column, member.clone());
        self.change(key, targets, Some(touched), |desired| {
            count(&mut desired.members, (column, member), diff)
        })
    }

    /// The keys that a value of a written column refers to.
    fn references(&self, column: u16, value: &Value) -> Vec<RowKey> {
        let column = self.write.get(usize::from(column));
        column.map_or_else(Vec::new, |column| references(value, &column.column_type))
    }

    /// Makes a change to what is emitted, which says whether that came (true), went or neither; it refers
    /// to `targets`, and is a member or more than that.
    fn change(
        &mut self,
        key: RowKey,
        targets: Vec<RowKey>,
        member: Option<Member>,
        change: impl FnOnce(&mut Desired) -> Option<bool>,
    ) -> bool {
        let was_there = self.desired.contains_key(&key);
        let desired = self.desired.entry(Arc::clone(&key)).or_default();
        let became = change(desired);
        let is_gone = desired.is_gone();
        if is_gone && let Some(uuid) = desired.uuid {
            self.uuids_before.insert(Arc::clone(&key), uuid);
        }
        if is_gone {
            self.desired.remove(&key);
        }
        if let Some(joined) = became {
            self.referrers.change(&key, targets, joined);
            match member {
                Some(member) => self.touched.members(Arc::clone(&key), [member]),
                None => self.touched.whole(Arc::clone(&key)),
            }
        }
        let is_new_or_gone = was_there == is_gone;
        if is_new_or_gone {
            let parts = self.key.iter().zip(key.iter());
            let targets = parts.flat_map(|(column, value)| references(value, &column.column_type)).collect();
            self.referrers.change(&key, targets, !is_gone);
            self.touched.whole(key);
        }
        is_new_or_gone
    }

    /// A row that emitted rows refer to came to be or went: they are other rows now, or have other members.
    pub(super) fn touch_referrers(&mut self, target: &RowKey) {
        let Self { referrers, desired, write, touched, .. } = self;
        for (referrer, references) in referrers.of(target) {
            let Some(desired) = desired.get(referrer) else { continue };
            let member = |position: usize| (position as u16, Value::Tuple(Arc::clone(target)));
            let columns =
                write.iter().enumerate().filter(|(_, column)| column.column_type.key.reference.is_some());
            let members = columns.map(|(position, _)| member(position));
            let members: Vec<Member> =
                members.filter(|member| desired.members.contains_key(member)).collect();
            // It may be part of its key, of a whole column, or of what the row refers to.
            if members.len() == references as usize {
                touched.members(Arc::clone(referrer), members);
            } else {
                touched.whole(Arc::clone(referrer));
            }
        }
    }

    /// The database holds this row; `columns` as [`RowTable::columns`] orders them.
    pub fn row_seen(&mut self, row: Uuid, columns: Box<[Datum]>) {
        self.row_gone(row);
        let key: DatumKey = columns.get(..self.key.len()).unwrap_or_default().into();
        self.rows_of_key.entry(key.clone()).or_default().push(row);
        self.dirty_actual.insert(key);
        self.actual.insert(row, columns);
    }

    /// The database does not hold this row any more.
    pub fn row_gone(&mut self, row: Uuid) {
        let Some(columns) = self.actual.remove(&row) else { return };
        let key: DatumKey = columns.get(..self.key.len()).unwrap_or_default().into();
        if let Some(rows) = self.rows_of_key.get_mut(&key) {
            rows.retain(|held| *held != row);
            if rows.is_empty() {
                self.rows_of_key.remove(&key);
            }
        }
        self.dirty_actual.insert(key);
    }

    /// Gives the emitted row the UUID of a row that the database holds under its key, unless it holds the
    /// emitted row. Says whether it did.
    pub(super) fn adopt_row(&mut self, key: &RowKey, datum_key: &DatumKey) -> bool {
        let held = self.rows_of_key.get(datum_key).and_then(|rows| rows.iter().min());
        let (Some(held), Some(desired)) = (held, self.desired.get_mut(key)) else { return false };
        match desired.uuid {
            Some(uuid) if !self.actual.contains_key(&uuid) => {
                desired.uuid = Some(*held);
                true
            }
            _ => false,
        }
    }

    /// Parts an emitted row from the row that the database holds for it, if others changed the key of that
    /// one: it takes another that stands under its key, or a new one. Says whether it did.
    pub(super) fn leave_moved_row(&mut self, key: &RowKey, datum_key: &DatumKey) -> bool {
        let Some(desired) = self.desired.get_mut(key) else { return false };
        let held = desired.uuid.and_then(|uuid| self.actual.get(&uuid));
        let has_moved = held.is_some_and(|columns| columns.get(..self.key.len()) != Some(&**datum_key));
        if has_moved {
            let other = self.rows_of_key.get(datum_key).and_then(|rows| rows.iter().min());
            desired.uuid = Some(other.copied().unwrap_or_else(Uuid::new_v4));
        }
        has_moved
    }

    /// Marks everything as to be compared with the database again.
    pub fn touch_all(&mut self) {
        self.desired.keys().for_each(|key| self.touched.whole(Arc::clone(key)));
        self.dirty_actual.extend(self.rows_of_key.keys().cloned());
    }

    /// Whether the row is one that this program may change or delete.
    pub(super) fn is_owned(&self, row: Uuid) -> bool {
        let Some((position, values)) = &self.owns else { return true };
        let actual = self.actual.get(&row).and_then(|columns| columns.get(*position));
        actual.is_some_and(|actual| values.contains(actual))
    }

    /// How many rows are emitted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.desired.len()
    }

    /// Whether no row is emitted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.desired.is_empty()
    }
}

/// Counts a key `diff` times more. Says whether it came (true) or went, if either.
fn count<K: Ord>(counts: &mut BTreeMap<K, i64>, key: K, diff: i64) -> Option<bool> {
    use std::collections::btree_map::Entry;
    match counts.entry(key) {
        Entry::Vacant(entry) => {
            entry.insert(diff);
            Some(true)
        }
        Entry::Occupied(mut entry) => {
            *entry.get_mut() += diff;
            (*entry.get() == 0).then(|| {
                entry.remove();
                false
            })
        }
    }
}
