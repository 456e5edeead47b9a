//! All output tables, and the operations that bring the database's rows to what rules emit.

use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb::{RowId, Transaction, Where};
use weft_ovsdb_schema::{ColumnSchema, DatabaseSchema, Value as Datum};
use weft_plan::plan::OutputTable;
use weft_value::Value;

use super::blame::Blame;
use super::columns::{ColumnError, References, column_value, key_value};
use super::row_operations::Changes;
use super::row_table::UUID_COLUMN;
use super::row_table::{DatumKey, Desired, RowKey, RowTable, TableError};
use super::touched::Touched;

/// How much of a database's tables is this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writing {
    /// Whole rows: those that no rule emits are deleted.
    #[default]
    WholeRows,
    /// Columns of rows that others insert and delete.
    UpdateOnly,
}

/// The output tables of one database.
#[derive(Debug, Default)]
pub struct Rows {
    writing: Writing,
    /// The tables, in the plan's order.
    pub tables: Vec<RowTable>,
    by_name: HashMap<String, usize, FxBuildHasher>,
    /// For each table, those with columns that refer to its rows.
    referring: Vec<Vec<usize>>,
    /// Rows that wait for a row they refer to.
    held_back: Vec<(usize, RowKey)>,
}

/// What a flush has asked for.
#[derive(Debug, Default)]
pub struct RowsInFlight {
    asked: Vec<Asked>,
}

/// The operations on the rows of one key.
#[derive(Debug)]
struct Asked {
    /// Position of the table.
    table: usize,
    key: AskedKey,
    /// Positions in the transaction.
    operations: Range<usize>,
}

#[derive(Debug)]
enum AskedKey {
    /// A row that is emitted.
    Emitted(RowKey),
    /// Rows that nobody emits.
    Stray(DatumKey),
}

/// A row that could not be written as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowWarning {
    /// The table.
    pub table: String,
    /// What is wrong, with the row's key.
    pub message: String,
}

pub(super) struct Resolver<'a>(pub(super) &'a Rows);

impl References for Resolver<'_> {
    fn find(&self, table: &str, key: &[Value]) -> Option<Uuid> {
        let table = self.0.tables.get(*self.0.by_name.get(table)?)?;
        table.desired.get(key)?.uuid
    }
}

impl Rows {
    /// The output tables of a plan that are in this database.
    ///
    /// # Errors
    /// When the database lacks a table or column.
    pub fn new<'a>(
        outputs: impl Iterator<Item = &'a OutputTable>,
        schema: &DatabaseSchema,
        writing: Writing,
    ) -> Result<Self, TableError> {
        let mut rows = Self { writing, ..Self::default() };
        for output in outputs {
            let table =
                schema.table(&output.table).ok_or_else(|| TableError::NoTable(output.table.clone()))?;
            rows.by_name.insert(output.table.clone(), rows.tables.len());
            rows.tables.push(RowTable::new(output, table)?);
        }
        let referring = |name: &str| {
            let tables = rows.tables.iter().enumerate();
            tables.filter(|(_, table)| table.refers_to(name)).map(|(position, _)| position).collect()
        };
        rows.referring = rows.tables.iter().map(|table| referring(&table.name)).collect();
        Ok(rows)
    }

    /// A table by its name.
    #[must_use]
    pub fn table_mut(&mut self, name: &str) -> Option<&mut RowTable> {
        self.by_name.get(name).and_then(|position| self.tables.get_mut(*position))
    }

    /// The UUID of the row emitted under a key, if it is emitted and resolved.
    #[must_use]
    pub fn find(&self, table: &str, key: &[Value]) -> Option<Uuid> {
        Resolver(self).find(table, key)
    }

    /// The UUID of a row that is not emitted any more, or was not at some time since the last flush.
    pub(super) fn uuid_before(&self, table: &str, key: &[Value]) -> Option<Uuid> {
        self.tables.get(*self.by_name.get(table)?)?.uuids_before.get(key).copied()
    }

    /// A row of a table, by its position, came to be or went: those that refer to it are other rows now.
    pub fn row_came_or_went(&mut self, position: usize, key: &RowKey) {
        for referring in self.referring.get(position).into_iter().flatten() {
            if let Some(table) = self.tables.get_mut(*referring) {
                table.touch_referrers(key);
            }
        }
    }

    /// Gives every emitted row that needs one its UUID: that of the row that the database holds under
    /// its key, else a new one. To be called before [`Rows::flush`].
    pub fn assign_uuids(&mut self) {
        for (table, key) in std::mem::take(&mut self.held_back) {
            if let Some(table) = self.tables.get_mut(table) {
                table.touched.whole(key);
            }
        }
        // A key may itself refer to rows: those come first, at most one more round for each step of
        // references.
        let mut remaining = usize::MAX;
        loop {
            let mut assigned = Vec::new();
            let mut waiting = 0;
            for (position, table) in self.tables.iter().enumerate() {
                for key in table.touched.keys() {
                    match table.desired.get(key) {
                        Some(Desired { uuid: None, .. }) => {}
                        _ => continue,
                    }
                    match self.datum_key(table, key) {
                        Ok(datum_key) => assigned.push((position, key.clone(), datum_key)),
                        Err(_) => waiting += 1,
                    }
                }
            }
            for (position, key, datum_key) in assigned {
                self.assign_uuid(position, &key, datum_key);
            }
            if waiting == 0 || waiting >= remaining {
                return;
            }
            remaining = waiting;
        }
    }

    /// Gives emitted rows that the database does not hold the UUIDs of rows that it holds under their
    /// keys: another northd wrote them while this one stood by. Gives up rows whose keys others changed.
    /// Says whether there were any; then whatever refers to them has to be compared with the database again.
    pub fn adopt_rows(&mut self) -> bool {
        let mut has_adopted = false;
        for table in &mut self.tables {
            let seen = table.dirty_actual.iter();
            let seen = seen.filter_map(|seen| Some((table.keys.get(seen)?.clone(), seen.clone())));
            for (key, datum_key) in seen.collect::<Vec<(RowKey, DatumKey)>>() {
                has_adopted |= table.adopt_row(&key, &datum_key) || table.leave_moved_row(&key, &datum_key);
            }
        }
        let mut is_settled = !has_adopted;
        while !is_settled {
            is_settled = true;
            for position in 0..self.tables.len() {
                is_settled &= !self.adopt_referring_rows(position);
            }
        }
        has_adopted
    }

    /// The same for one table whose keys refer to rows that may have other UUIDs now.
    fn adopt_referring_rows(&mut self, position: usize) -> bool {
        let Some(table) = self.tables.get(position) else { return false };
        if !table.key.iter().any(|column| column.column_type.key.reference.is_some()) {
            return false;
        }
        let keys = table.desired.keys();
        let keys = keys.filter_map(|key| Some((key.clone(), self.datum_key(table, key).ok()?)));
        let keys: Vec<(RowKey, DatumKey)> = keys.collect();
        let Some(table) = self.tables.get_mut(position) else { return false };
        let mut has_adopted = false;
        for (key, datum_key) in keys {
            has_adopted |= table.adopt_row(&key, &datum_key);
            table.keys.insert(datum_key, key);
        }
        has_adopted
    }

    fn assign_uuid(&mut self, position: usize, key: &RowKey, datum_key: DatumKey) {
        let Some(table) = self.tables.get_mut(position) else { return };
        let held = if table.key.is_empty() { table.actual.keys().min().copied() } else { None };
        let held = held.or_else(|| table.uuid_of_key(key));
        let held =
            held.or_else(|| table.rows_of_key.get(&datum_key).and_then(|rows| rows.iter().min().copied()));
        if let Some(desired) = table.desired.get_mut(key) {
            desired.uuid = Some(held.unwrap_or_else(Uuid::new_v4));
        }
        table.keys.insert(datum_key, key.clone());
    }

    fn datum_key(&self, table: &RowTable, key: &RowKey) -> Result<DatumKey, ColumnError> {
        let pairs = table.key.iter().zip(key.iter());
        pairs.map(|(column, value)| key_value(value, &column.column_type, &Resolver(self))).collect()
    }

    /// How many rows are to be compared with the database, some of them on both sides.
    #[must_use]
    pub fn touched(&self) -> usize {
        self.tables.iter().map(|table| table.touched.len() + table.dirty_actual.len()).sum()
    }

    /// How many rows are emitted.
    #[must_use]
    pub fn emitted(&self) -> usize {
        self.tables.iter().map(RowTable::len).sum()
    }

    /// Appends the operations that are due. The database must answer them before the next flush.
    pub fn flush(&mut self, transaction: &mut Transaction) -> (RowsInFlight, Vec<RowWarning>) {
        let mut in_flight = RowsInFlight::default();
        let mut warnings = Vec::new();
        for position in 0..self.tables.len() {
            let Some(table) = self.tables.get_mut(position) else { continue };
            let mut stray = Vec::new();
            for datum_key in std::mem::take(&mut table.dirty_actual) {
                match table.keys.get(&datum_key) {
                    Some(key) if table.desired.contains_key(key) => table.touched.whole(key.clone()),
                    _ => stray.push(datum_key),
                }
            }
            for (key, touched) in table.touched.take() {
                let first = transaction.len();
                match self.flush_row(position, &key, touched, transaction, &mut warnings) {
                    Ok(true) => in_flight.asked.push(Asked {
                        table: position,
                        key: AskedKey::Emitted(key),
                        operations: first..transaction.len(),
                    }),
                    Ok(false) => {}
                    Err(gone) => stray.extend(gone),
                }
            }
            stray.sort_unstable();
            stray.dedup();
            for datum_key in stray {
                let first = transaction.len();
                if self.flush_stray(position, &datum_key, transaction) {
                    in_flight.asked.push(Asked {
                        table: position,
                        key: AskedKey::Stray(datum_key),
                        operations: first..transaction.len(),
                    });
                }
            }
        }
        self.tables.iter_mut().for_each(|table| table.uuids_before.clear());
        (in_flight, warnings)
    }

    /// The transaction failed: what was asked for is to be asked for again, but for the row that is to
    /// blame, which waits until something about it changes. Returns that row, for a warning.
    pub fn ask_again(&mut self, in_flight: RowsInFlight, blame: Blame) -> Option<String> {
        let mut blamed = None;
        for Asked { table, key, operations } in in_flight.asked {
            let Some(table) = self.tables.get_mut(table) else { continue };
            let is_to_blame = match (blame, &key) {
                (Blame::Operation(operation), _) => operations.contains(&operation),
                (Blame::Row(row), AskedKey::Stray(key)) => {
                    table.rows_of_key.get(key).is_some_and(|rows| rows.contains(&row))
                }
                _ => false,
            };
            if is_to_blame {
                blamed = Some(format!("{} {key:?}", table.name));
                if let AskedKey::Emitted(key) = key {
                    table.touched.refused(key);
                }
                continue;
            }
            match key {
                AskedKey::Emitted(key) => table.touched.whole(key),
                AskedKey::Stray(key) => {
                    table.dirty_actual.insert(key);
                }
            }
        }
        blamed
    }

    /// Whether something was asked for; for a row that is not emitted any more, or refers to one that is
    /// not, the database's keys under which it stood.
    fn flush_row(
        &mut self,
        position: usize,
        key: &RowKey,
        touched: Touched,
        transaction: &mut Transaction,
        warnings: &mut Vec<RowWarning>,
    ) -> Result<bool, Vec<DatumKey>> {
        let Some(table) = self.tables.get(position) else { return Ok(false) };
        if let Touched::Members(members) = touched
            && let Some(has_asked) = self.flush_members(table, key, &members, transaction)
        {
            return Ok(has_asked);
        }
        let Some(desired) = table.desired.get(key) else {
            return Err(self.stood_under(table, key));
        };
        let mut warn = |message: String| warnings.push(RowWarning { table: table.name.clone(), message });
        if desired.rows.len() > 1 {
            warn(format!("{} rows are emitted for one key {key:?}; the least is taken", desired.rows.len()));
        }
        let columns = match (desired.uuid, self.wanted_columns(table, desired, key)) {
            (Some(_), Ok(columns)) => columns,
            (_, Err(error)) => {
                warn(format!("row {key:?} waits: {error}"));
                let is_held = desired.uuid.is_some_and(|uuid| table.actual.contains_key(&uuid));
                let must_go = is_held && matches!(error, ColumnError::Unresolved(_));
                let gone = if must_go { Err(self.stood_under(table, key)) } else { Ok(false) };
                self.held_back.push((position, key.clone()));
                return gone;
            }
            (None, Ok(_)) => return Ok(false),
        };
        let Some(uuid) = desired.uuid else { return Ok(false) };
        let Some(held) = table.actual.get(&uuid) else {
            if self.writing == Writing::UpdateOnly {
                return Ok(false);
            }
            self.insert(table, uuid, &columns, transaction);
            delete_others(table, uuid, &columns, transaction);
            return Ok(true);
        };
        let mut changes = Changes::default();
        for (position, column) in table.write.iter().enumerate() {
            let index = table.key.len() + position;
            if let (Some(old), Some(new), Some(keep)) =
                (held.get(index), columns.get(index), table.keep.get(position))
            {
                changes.compare(column, old, new, keep);
            }
        }
        changes.write(&table.name, uuid, transaction);
        let has_deleted =
            self.writing == Writing::WholeRows && delete_others(table, uuid, &columns, transaction);
        Ok(has_deleted || !changes.is_empty())
    }

    /// The database's keys under which a row stood that is not emitted any more. A reference in its
    /// key may lead nowhere by now: then the keys given out are searched.
    fn stood_under(&self, table: &RowTable, key: &RowKey) -> Vec<DatumKey> {
        if let Ok(datum_key) = self.datum_key(table, key) {
            return vec![datum_key];
        }
        let stood = table.keys.iter().filter(|(_, held)| *held == key);
        stood.map(|(datum_key, _)| datum_key.clone()).collect()
    }

    fn insert(&self, table: &RowTable, uuid: Uuid, columns: &[Datum], transaction: &mut Transaction) {
        let init: Vec<(&ColumnSchema, Datum)> = table
            .init_columns
            .iter()
            .zip(&table.init)
            .filter_map(|(column, (_, value))| {
                column_value(value, &column.column_type, &Resolver(self)).ok().map(|value| (column, value))
            })
            .collect();
        let given = table.columns().zip(columns);
        let given = given.filter(|(column, value)| {
            *column.name != *UUID_COLUMN && **value != column.column_type.default_value()
        });
        let all: Vec<(&ColumnSchema, &Datum)> =
            given.chain(init.iter().map(|(column, value)| (*column, value))).collect();
        let all = all.iter().map(|(column, value)| (&*column.name, *value));
        transaction.insert(&table.name, RowId::Explicit(uuid), all);
    }

    /// The values of all key and written columns.
    fn wanted_columns(
        &self,
        table: &RowTable,
        desired: &Desired,
        key: &RowKey,
    ) -> Result<Vec<Datum>, ColumnError> {
        let mut columns = self.datum_key(table, key)?.into_vec();
        let emitted = desired.rows.keys().next();
        for (position, column) in table.write.iter().enumerate() {
            let position = position as u16;
            let value = emitted
                .and_then(|columns| columns.iter().find(|(at, _)| *at == position))
                .map(|(_, value)| value);
            let first = (position, Value::None);
            let members: Vec<&Value> = desired
                .members
                .range(first..)
                .take_while(|((at, _), _)| *at == position)
                .map(|((_, member), _)| member)
                .collect();
            let value = match value {
                Some(value) => column_value(value, &column.column_type, &Resolver(self))?,
                None if members.is_empty() => column.column_type.default_value(),
                None => column.column_type.empty_value(),
            };
            columns.push(if members.is_empty() {
                value
            } else {
                self.with_members(value, &members, column)?
            });
        }
        Ok(columns)
    }

    fn with_members(
        &self,
        value: Datum,
        members: &[&Value],
        column: &ColumnSchema,
    ) -> Result<Datum, ColumnError> {
        let more = if column.column_type.value.is_some() {
            let pairs = members.iter().filter_map(|member| match member {
                Value::Tuple(pair) => Some((pair.first()?.clone(), pair.get(1)?.clone())),
                _ => None,
            });
            Value::Map(std::sync::Arc::new(pairs.collect()))
        } else {
            Value::List(members.iter().map(|member| (*member).clone()).collect())
        };
        let more = column_value(&more, &column.column_type, &Resolver(self))?;
        Ok(match (value, more) {
            (Datum::Set(a), Datum::Set(b)) => Datum::Set(a.iter().chain(b.iter()).cloned().collect()),
            (Datum::Map(a), Datum::Map(b)) => Datum::Map(a.iter().chain(b.iter()).cloned().collect()),
            (_, more) => more,
        })
    }

    /// Deletes rows that no rule emits. Rows of tables that are not roots go with the last reference.
    fn flush_stray(&mut self, position: usize, datum_key: &DatumKey, transaction: &mut Transaction) -> bool {
        let Some(table) = self.tables.get_mut(position) else { return false };
        let Some(rows) = table.rows_of_key.get(datum_key) else {
            table.keys.remove(datum_key);
            return false;
        };
        if !table.is_root || self.writing == Writing::UpdateOnly {
            return false;
        }
        let mut has_asked = false;
        for row in rows {
            let is_singleton_in_use =
                table.key.is_empty() && table.desired.values().any(|desired| desired.uuid == Some(*row));
            if table.is_owned(*row) && !is_singleton_in_use {
                transaction.delete(&table.name, &Where::Uuid(*row));
                has_asked = true;
            }
        }
        has_asked
    }
}

/// Deletes the other rows that the database holds under a row's key.
fn delete_others(table: &RowTable, uuid: Uuid, columns: &[Datum], transaction: &mut Transaction) -> bool {
    let datum_key = columns.get(..table.key.len()).unwrap_or_default();
    let mut has_deleted = false;
    for row in table.rows_of_key.get(datum_key).into_iter().flatten() {
        if *row != uuid && table.is_root && table.is_owned(*row) {
            transaction.delete(&table.name, &Where::Uuid(*row));
            has_deleted = true;
        }
    }
    has_deleted
}
