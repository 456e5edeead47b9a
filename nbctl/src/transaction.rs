//! Changes to a database that happen together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_ovsdb_schema::{Atom, BaseType, ColumnSchema, DatabaseSchema, ReferenceKind, TableSchema, Value};

use crate::database::{ChangedReferences, Database, Row, RowEdit, RowId, target};
use crate::error::TransactionError;

/// A transaction under way. Reads see its changes.
#[derive(Debug)]
pub struct Transaction<'a> {
    database: &'a mut Database,
    /// The touched rows as they were before.
    originals: BTreeMap<RowId, Option<Arc<Row>>>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(database: &'a mut Database) -> Self {
        Self { database, originals: BTreeMap::new() }
    }

    /// The database with the changes so far.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.database
    }

    /// A UUID for a row to be inserted.
    ///
    /// # Errors
    /// There is no such table.
    pub fn make_uuid(&mut self, table: &str) -> Result<RowId, TransactionError> {
        let name = Arc::clone(&table_of(self.database.schema(), table)?.name);
        let uuid = self.database.make_uuid(table);
        Ok(RowId { table: name, uuid })
    }

    /// Inserts a row; columns that are not given have their defaults.
    ///
    /// # Errors
    /// There is no such table or column.
    pub fn insert<'c>(
        &mut self,
        table: &str,
        columns: impl IntoIterator<Item = (&'c str, Value)>,
    ) -> Result<RowId, TransactionError> {
        let id = self.make_uuid(table)?;
        self.insert_at(&id, columns)?;
        Ok(id)
    }

    /// Inserts a row with a UUID of the caller's.
    ///
    /// # Errors
    /// There is no such table or column, or a row of that UUID is there.
    pub fn insert_at<'c>(
        &mut self,
        id: &RowId,
        columns: impl IntoIterator<Item = (&'c str, Value)>,
    ) -> Result<(), TransactionError> {
        let schema = self.schema();
        let table = table_of(&schema, &id.table)?;
        let defaults = table.columns.values();
        let mut row: Row =
            defaults.map(|column| (Arc::clone(&column.name), column.column_type.default_value())).collect();
        for (name, value) in columns {
            row.insert(Arc::clone(&column_of(table, name)?.name), value);
        }
        if self.database.row(&id.table, id.uuid).is_some() {
            return Err(TransactionError::DuplicateRow { table: Arc::clone(&id.table), uuid: id.uuid });
        }
        self.put(id, Some(Arc::new(row)));
        Ok(())
    }

    /// Sets columns of a row.
    ///
    /// # Errors
    /// There is no such row, or no such column.
    pub fn update<'c>(
        &mut self,
        id: &RowId,
        columns: impl IntoIterator<Item = (&'c str, Value)>,
    ) -> Result<(), TransactionError> {
        let schema = self.schema();
        let table = table_of(&schema, &id.table)?;
        let mut row = Row::clone(self.row(id)?);
        for (name, value) in columns {
            row.insert(Arc::clone(&column_of(table, name)?.name), value);
        }
        self.put(id, Some(Arc::new(row)));
        Ok(())
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// There is no such row.
    pub fn delete(&mut self, id: &RowId) -> Result<(), TransactionError> {
        self.row(id)?;
        self.put(id, None);
        Ok(())
    }

    /// Adds a member to a set column.
    ///
    /// # Errors
    /// There is no such row, or no such column.
    pub fn add_member(
        &mut self,
        id: &RowId,
        column: &str,
        member: impl Into<Atom>,
    ) -> Result<(), TransactionError> {
        let members = self.members(id, column)?;
        self.update(id, [(column, Value::set(members.into_iter().chain([member.into()])))])
    }

    /// Takes a member out of a set column.
    ///
    /// # Errors
    /// There is no such row, or no such column.
    pub fn remove_member(&mut self, id: &RowId, column: &str, member: &Atom) -> Result<(), TransactionError> {
        let members = self.members(id, column)?;
        self.update(id, [(column, Value::set(members.into_iter().filter(|other| other != member)))])
    }

    fn members(&self, id: &RowId, column: &str) -> Result<Vec<Atom>, TransactionError> {
        let value = self.row(id)?.get(column);
        let atoms = value.and_then(Value::as_set).ok_or_else(|| unknown_column(&id.table, column))?;
        Ok(atoms.iter().cloned().collect())
    }

    fn row(&self, id: &RowId) -> Result<&Arc<Row>, TransactionError> {
        self.database
            .row(&id.table, id.uuid)
            .ok_or_else(|| TransactionError::MissingRow { table: Arc::clone(&id.table), uuid: id.uuid })
    }

    /// Shared, so that rows can change while a table's schema is looked at.
    fn schema(&self) -> Arc<DatabaseSchema> {
        Arc::clone(self.database.schema())
    }

    fn put(&mut self, id: &RowId, row: Option<Arc<Row>>) {
        let old = self.database.put(id, row);
        self.originals.entry(id.clone()).or_insert(old);
    }

    /// Restores all rows.
    pub(crate) fn roll_back(self) {
        for (id, row) in self.originals {
            self.database.put(&id, row);
        }
    }

    /// Collects garbage, checks what the schema promises and logs the changes; or restores all rows.
    pub(crate) fn commit(mut self) -> Result<(), TransactionError> {
        self.collect_garbage();
        self.purge_weak_references();
        if let Err(error) = self.check() {
            self.roll_back();
            return Err(error);
        }
        self.log();
        Ok(())
    }

    /// Logs the changes.
    pub(crate) fn log(self) {
        let mut edits = Vec::new();
        for (id, old) in self.originals {
            let new = self.database.row(&id.table, id.uuid).cloned();
            if old != new {
                edits.push(RowEdit { table: id.table, uuid: id.uuid, old, new });
            }
        }
        self.database.log(edits);
    }

    /// Deletes rows of tables that are no roots which nothing refers to strongly any more (RFC 7047
    /// section 3.2, `isRoot`). A deleted row may have been the last to refer to others.
    fn collect_garbage(&mut self) {
        let schema = self.schema();
        loop {
            let mut garbage = BTreeSet::new();
            for (id, original) in &self.originals {
                let Some(table) = schema.table(&id.table) else { continue };
                let were_referred = self.changed_references(table, id, original.as_deref()).gone;
                let candidates = were_referred.into_iter().map(|(target, _)| target).chain([id.clone()]);
                garbage.extend(candidates.filter(|candidate| self.is_garbage(&schema, candidate)));
            }
            if garbage.is_empty() {
                return;
            }
            for id in &garbage {
                self.put(id, None);
            }
        }
    }

    /// The references of columns that the transaction changed.
    fn changed_references(
        &self,
        table: &TableSchema,
        id: &RowId,
        original: Option<&Row>,
    ) -> ChangedReferences {
        let row = self.database.row(&id.table, id.uuid);
        ChangedReferences::new(table, original, row.map(Arc::as_ref))
    }

    fn is_garbage(&self, schema: &DatabaseSchema, id: &RowId) -> bool {
        schema.table(&id.table).is_some_and(|table| !table.is_root)
            && self.database.row(&id.table, id.uuid).is_some()
            && self.database.referrers(id).all(|(_, kind)| kind == ReferenceKind::Weak)
    }

    /// Takes weak references to rows that are not there out of the rows that may have some: those
    /// written, and those that refer to a deleted one.
    fn purge_weak_references(&mut self) {
        let mut suspects = BTreeSet::new();
        for id in self.originals.keys() {
            if self.database.row(&id.table, id.uuid).is_some() {
                suspects.insert(id.clone());
            } else {
                suspects.extend(self.database.referrers(id).map(|(referrer, _)| referrer.clone()));
            }
        }
        let schema = self.schema();
        for id in suspects {
            let (Some(table), Some(row)) = (schema.table(&id.table), self.database.row(&id.table, id.uuid))
            else {
                continue;
            };
            let kept = |(name, value): (&Arc<str>, &Value)| {
                let column = table.column(name)?;
                self.without_dangling(column, value).map(|value| (Arc::clone(name), value))
            };
            let changed: Vec<(Arc<str>, Value)> = row.iter().filter_map(kept).collect();
            if !changed.is_empty() {
                let mut row = Row::clone(row);
                row.extend(changed);
                self.put(&id, Some(Arc::new(row)));
            }
        }
    }

    /// The value without weak references to rows that are not there, if it has any.
    fn without_dangling(&self, column: &ColumnSchema, value: &Value) -> Option<Value> {
        let column_type = &column.column_type;
        let bases = [Some(&column_type.key), column_type.value.as_ref()];
        let is_weak = |base: &&BaseType| {
            base.reference.as_ref().is_some_and(|reference| reference.kind == ReferenceKind::Weak)
        };
        bases.into_iter().flatten().find(is_weak)?;
        let dangles = |base: &BaseType, atom: &Atom| {
            is_weak(&base)
                && target(base, atom).is_some_and(|(id, _)| self.database.row(&id.table, id.uuid).is_none())
        };
        let kept = match value {
            Value::Set(atoms) => {
                Value::set(atoms.iter().filter(|atom| !dangles(&column_type.key, atom)).cloned())
            }
            Value::Map(pairs) => {
                let value_type = column_type.value.as_ref().unwrap_or(&column_type.key);
                let is_kept = |(key, value): &&(Atom, Atom)| {
                    !dangles(&column_type.key, key) && !dangles(value_type, value)
                };
                Value::map(pairs.iter().filter(is_kept).cloned())
            }
        };
        (kept.len() != value.len()).then_some(kept)
    }

    /// Checks the touched rows, and those that refer to deleted ones.
    fn check(&self) -> Result<(), TransactionError> {
        let schema = self.schema();
        for (id, original) in &self.originals {
            let table = table_of(&schema, &id.table)?;
            match self.database.row(&id.table, id.uuid) {
                Some(row) => self.check_row(table, id, original.as_deref(), row)?,
                None => self.check_deleted(id)?,
            }
            let is_exceeded = |max: &u64| self.database.rows(&id.table).count() as u64 > *max;
            if let Some(max) = table.max_rows.filter(is_exceeded) {
                return Err(TransactionError::TooManyRows { table: Arc::clone(&id.table), max });
            }
        }
        Ok(())
    }

    fn check_row(
        &self,
        table: &TableSchema,
        id: &RowId,
        original: Option<&Row>,
        row: &Row,
    ) -> Result<(), TransactionError> {
        for column in table.columns.values() {
            if let Some(value) = row.get(&column.name) {
                column.check(value)?;
            }
        }
        for (target, _) in ChangedReferences::new(table, original, Some(row)).come {
            if self.database.row(&target.table, target.uuid).is_none() {
                return Err(dangling(id, &target));
            }
        }
        for (position, index) in table.indexes.iter().enumerate() {
            if self.database.sharers(table, position, row) > 1 {
                let columns = index.join(", ");
                return Err(TransactionError::DuplicateIndex { table: Arc::clone(&id.table), columns });
            }
        }
        Ok(())
    }

    fn check_deleted(&self, id: &RowId) -> Result<(), TransactionError> {
        let mut referrers = self.database.referrers(id);
        referrers.next().map_or(Ok(()), |(referrer, _)| Err(dangling(referrer, id)))
    }
}

fn dangling(referrer: &RowId, target: &RowId) -> TransactionError {
    TransactionError::DanglingReference {
        table: Arc::clone(&referrer.table),
        uuid: referrer.uuid,
        target_table: Arc::clone(&target.table),
        target: target.uuid,
    }
}

fn unknown_column(table: &str, column: &str) -> TransactionError {
    TransactionError::UnknownColumn { table: table.to_owned(), column: column.to_owned() }
}

pub(crate) fn table_of<'s>(
    schema: &'s DatabaseSchema,
    name: &str,
) -> Result<&'s TableSchema, TransactionError> {
    schema.table(name).ok_or_else(|| TransactionError::UnknownTable(name.to_owned()))
}

pub(crate) fn column_of<'s>(
    table: &'s TableSchema,
    name: &str,
) -> Result<&'s ColumnSchema, TransactionError> {
    table.column(name).ok_or_else(|| unknown_column(&table.name, name))
}
