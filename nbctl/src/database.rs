//! Rows in memory, with who refers to whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{Atom, BaseType, ColumnType, DatabaseSchema, ReferenceKind, TableSchema, Value};

use crate::error::TransactionError;
use crate::transaction::Transaction;

/// All columns of a row by name, `_uuid` not among them.
pub type Row = BTreeMap<Arc<str>, Value>;

/// A row's place: its table and its UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The table.
    pub table: Arc<str>,
    /// The UUID.
    pub uuid: Uuid,
}

/// One row's change by a transaction, garbage collection and purged references included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowEdit {
    /// The table.
    pub table: Arc<str>,
    /// The row's UUID.
    pub uuid: Uuid,
    /// The row before; None when it is new.
    pub old: Option<Arc<Row>>,
    /// The row after; None when it is deleted.
    pub new: Option<Arc<Row>>,
}

/// The namespace of UUIDs made up here.
const NAMESPACE: Uuid = Uuid::from_u128(0x3a1c_54f0_6e0b_4d6e_9b1e_7766_656e_6200);

/// A database of a schema in memory. It keeps the promises of ovsdb-server at commit: rows of tables
/// that are no roots go when nothing refers to them, weak references go with the row they name, strong
/// ones hold it, indexes are unique.
///
/// UUIDs of inserted rows are made from the table's name and a counter, so that the same commands give
/// the same rows.
#[derive(Debug, Clone)]
pub struct Database {
    schema: Arc<DatabaseSchema>,
    tables: BTreeMap<Arc<str>, TableRows>,
    edits: Vec<RowEdit>,
}

/// The referring row and how it refers.
type Referrer = (RowId, ReferenceKind);

#[derive(Debug, Clone, Default)]
struct TableRows {
    rows: BTreeMap<Uuid, Arc<Row>>,
    /// How often whom refers to a row, be it there or not.
    referrers: HashMap<Uuid, BTreeMap<Referrer, usize>>,
    /// For each index of the schema: rows by the values of its columns.
    indexes: Vec<HashMap<Vec<Value>, BTreeSet<Uuid>>>,
    /// How many UUIDs were made up.
    inserted: u64,
}

impl Database {
    /// An empty database.
    #[must_use]
    pub fn new(schema: Arc<DatabaseSchema>) -> Self {
        let empty = |table: &TableSchema| TableRows {
            indexes: vec![HashMap::new(); table.indexes.len()],
            ..TableRows::default()
        };
        let tables = schema.tables.iter().map(|(name, table)| (Arc::clone(name), empty(table))).collect();
        Self { schema, tables, edits: Vec::new() }
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<DatabaseSchema> {
        &self.schema
    }

    /// The rows of a table in the order of their UUIDs; none when there is no such table.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = (Uuid, &Arc<Row>)> {
        let rows = self.tables.get(table).into_iter();
        rows.flat_map(|table| table.rows.iter().map(|(uuid, row)| (*uuid, row)))
    }

    /// A row.
    #[must_use]
    pub fn row(&self, table: &str, uuid: Uuid) -> Option<&Arc<Row>> {
        self.tables.get(table)?.rows.get(&uuid)
    }

    /// A column of a row.
    #[must_use]
    pub fn column(&self, id: &RowId, column: &str) -> Option<&Value> {
        self.row(&id.table, id.uuid)?.get(column)
    }

    /// The rows with a value in a column, in the order of their UUIDs.
    #[must_use]
    pub fn find(&self, table: &str, column: &str, value: &Value) -> Vec<RowId> {
        let Some((name, rows)) = self.tables.get_key_value(table) else { return Vec::new() };
        let indexes = self.schema.table(table).map(|table| table.indexes.as_slice()).unwrap_or_default();
        let is_ours = |index: &Vec<Arc<str>>| matches!(index.as_slice(), [only] if **only == *column);
        let uuids: Vec<Uuid> = match indexes.iter().position(is_ours) {
            Some(at) => {
                rows.indexes[at].get(std::slice::from_ref(value)).into_iter().flatten().copied().collect()
            }
            None => {
                let matching = rows.rows.iter().filter(|(_, row)| row.get(column) == Some(value));
                matching.map(|(uuid, _)| *uuid).collect()
            }
        };
        uuids.into_iter().map(|uuid| RowId { table: Arc::clone(name), uuid }).collect()
    }

    /// The rows that refer to a row, strongly or weakly.
    pub fn referrers(&self, id: &RowId) -> impl Iterator<Item = (&RowId, ReferenceKind)> {
        let referrers = self.tables.get(&id.table).and_then(|table| table.referrers.get(&id.uuid));
        referrers.into_iter().flat_map(|all| all.keys().map(|(row, kind)| (row, *kind)))
    }

    /// Makes the changes of `change` as one transaction: all of them or, on an error, none.
    ///
    /// # Errors
    /// That of `change`, or what the database does not allow.
    pub fn transact<T, E: From<TransactionError>>(
        &mut self,
        change: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = Transaction::new(self);
        match change(&mut transaction) {
            Ok(result) => transaction.commit().map(|()| result).map_err(E::from),
            Err(error) => {
                transaction.roll_back();
                Err(error)
            }
        }
    }

    /// Makes the changes of `change` as one transaction without what a server does at commit: nothing is
    /// collected or purged, and rows may refer to rows that come later, or never.
    ///
    /// # Errors
    /// That of `change`.
    pub fn edit<T, E>(&mut self, change: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut transaction = Transaction::new(self);
        match change(&mut transaction) {
            Ok(result) => {
                transaction.log();
                Ok(result)
            }
            Err(error) => {
                transaction.roll_back();
                Err(error)
            }
        }
    }

    /// The changes since the last call, transaction by transaction, in each by table and UUID.
    pub fn take_edits(&mut self) -> Vec<RowEdit> {
        std::mem::take(&mut self.edits)
    }

    pub(crate) fn log(&mut self, edits: impl IntoIterator<Item = RowEdit>) {
        self.edits.extend(edits);
    }

    /// A UUID that no row of the table has had.
    pub(crate) fn make_uuid(&mut self, table: &str) -> Uuid {
        let Some(rows) = self.tables.get_mut(table) else { return Uuid::nil() };
        loop {
            rows.inserted += 1;
            let uuid = Uuid::new_v5(&NAMESPACE, format!("{table}/{}", rows.inserted).as_bytes());
            if !rows.rows.contains_key(&uuid) {
                return uuid;
            }
        }
    }

    /// Puts a row in the place of another one, or takes it away; gives the one before.
    pub(crate) fn put(&mut self, id: &RowId, row: Option<Arc<Row>>) -> Option<Arc<Row>> {
        let schema = Arc::clone(&self.schema);
        let table_schema = schema.table(&id.table)?;
        let rows = self.tables.get_mut(&id.table)?;
        let old = match &row {
            Some(new) => rows.rows.insert(id.uuid, Arc::clone(new)),
            None => rows.rows.remove(&id.uuid),
        };
        for (content, is_there) in [(&old, false), (&row, true)] {
            if let Some(content) = content {
                rows.note_indexes(table_schema, content, id.uuid, is_there);
            }
        }
        let changed = ChangedReferences::new(table_schema, old.as_deref(), row.as_deref());
        for (references, is_there) in [(changed.gone, false), (changed.come, true)] {
            for (target, kind) in references {
                let table = self.tables.entry(target.table).or_default();
                table.note_referrer(target.uuid, (id.clone(), kind), is_there);
            }
        }
        old
    }

    /// The rows that share a row's values in an index, itself among them.
    pub(crate) fn sharers(&self, table: &TableSchema, index: usize, row: &Row) -> usize {
        let key = index_key(table, index, row);
        let rows = self.tables.get(&table.name).and_then(|table| table.indexes.get(index));
        rows.and_then(|index| index.get(&key)).map_or(0, BTreeSet::len)
    }
}

impl TableRows {
    fn note_indexes(&mut self, table: &TableSchema, row: &Row, uuid: Uuid, is_there: bool) {
        for (position, index) in self.indexes.iter_mut().enumerate() {
            let key = index_key(table, position, row);
            if is_there {
                index.entry(key).or_default().insert(uuid);
            } else if let Some(uuids) = index.get_mut(&key) {
                uuids.remove(&uuid);
                if uuids.is_empty() {
                    index.remove(&key);
                }
            }
        }
    }

    fn note_referrer(&mut self, target: Uuid, referrer: Referrer, is_there: bool) {
        let referrers = self.referrers.entry(target).or_default();
        let count = referrers.entry(referrer.clone()).or_default();
        *count = if is_there { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            referrers.remove(&referrer);
        }
        if referrers.is_empty() {
            self.referrers.remove(&target);
        }
    }
}

fn index_key(table: &TableSchema, index: usize, row: &Row) -> Vec<Value> {
    let columns = table.indexes.get(index).map(Vec::as_slice).unwrap_or_default();
    columns.iter().map(|column| row.get(column).cloned().unwrap_or_else(Value::empty_set)).collect()
}

/// The references of those columns that two versions of a row have not in common, once for each place.
/// A router with a thousand routes that gets an option has none.
#[derive(Debug, Default)]
pub(crate) struct ChangedReferences {
    /// Those of the version before.
    pub(crate) gone: Vec<(RowId, ReferenceKind)>,
    /// Those of the version after.
    pub(crate) come: Vec<(RowId, ReferenceKind)>,
}

impl ChangedReferences {
    pub(crate) fn new(table: &TableSchema, old: Option<&Row>, new: Option<&Row>) -> Self {
        let mut changed = Self::default();
        for column in table.columns.values() {
            let (old, new) =
                (old.and_then(|row| row.get(&column.name)), new.and_then(|row| row.get(&column.name)));
            if old != new {
                add_references(&column.column_type, old, &mut changed.gone);
                add_references(&column.column_type, new, &mut changed.come);
            }
        }
        changed
    }
}

fn add_references(column: &ColumnType, value: Option<&Value>, found: &mut Vec<(RowId, ReferenceKind)>) {
    match value {
        Some(Value::Set(atoms)) => found.extend(atoms.iter().filter_map(|atom| target(&column.key, atom))),
        Some(Value::Map(pairs)) => {
            for (key, value) in pairs {
                found.extend(target(&column.key, key));
                found.extend(column.value.as_ref().and_then(|base| target(base, value)));
            }
        }
        None => {}
    }
}

/// The row that an atom of a type refers to.
pub(crate) fn target(base: &BaseType, atom: &Atom) -> Option<(RowId, ReferenceKind)> {
    let reference = base.reference.as_ref()?;
    Some((RowId { table: Arc::clone(&reference.table), uuid: atom.as_uuid()? }, reference.kind))
}
