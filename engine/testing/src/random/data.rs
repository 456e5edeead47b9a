//! Random snapshots and transactions.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_lang::program::{Program, TableId};
use weft_lang::types::Type;
use weft_reference::{Row, RowEdit, Snapshot};
use weft_value::Value;

use super::domain::{Domain, Targets};
use super::generator::Generator;
use super::shape::{Reads, TableShape};

/// Edits of one transaction, at most.
const EDITS_MAX: usize = 5;

/// Rows of one table, unless told otherwise.
const ROWS_MAX: usize = 6;

/// A database that changes at random: the same changes for the same program and seed.
///
/// After each transaction references lead to rows that are there, as in a database: deleting a row
/// takes it out of sets and optional columns, and deletes the rows that cannot be without it. No two
/// rows have the values of an index, nor when rows of one transaction are given one by one.
/// Rows of one transaction can be given to an engine in any order or one by one: then references to
/// rows that are not there do occur.
#[derive(Debug)]
pub struct RandomData {
    generator: Generator,
    domain: Domain,
    tables: Vec<TableShape>,
    rows_max: usize,
    leaves_references: bool,
    snapshot: Snapshot,
    /// The database before the transaction that is being made.
    before: Snapshot,
}

impl RandomData {
    /// An empty database with the tables and columns that `program` reads.
    #[must_use]
    pub fn new(program: &Program, seed: u64) -> Self {
        let reads = Reads::of(program);
        Self {
            generator: Generator::new(seed),
            domain: Domain::of(&reads),
            tables: reads.tables(program),
            rows_max: ROWS_MAX,
            leaves_references: false,
            snapshot: Snapshot::default(),
            before: Snapshot::default(),
        }
    }

    /// The same with up to so many rows in a table.
    #[must_use]
    pub fn with_rows_max(mut self, rows_max: usize) -> Self {
        self.rows_max = rows_max;
        self
    }

    /// The same, but references to deleted rows stay: what a client sees that does not monitor all rows.
    #[must_use]
    pub fn leaving_references(mut self) -> Self {
        self.leaves_references = true;
        self
    }

    /// The database as it is after all transactions so far.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The next transaction: inserts, updates and deletes of a few rows, each row at most once. It may
    /// be empty.
    pub fn transaction(&mut self) -> Vec<RowEdit> {
        self.before = self.snapshot.clone();
        for _ in 0..=self.generator.below(EDITS_MAX) {
            self.edit();
        }
        edits_between(&self.before, &self.snapshot)
    }

    /// A transaction that fills empty tables to about half of their rows.
    pub fn fill(&mut self) -> Vec<RowEdit> {
        self.before = self.snapshot.clone();
        for _ in 0..self.tables.len() * self.rows_max / 2 {
            let table = self.generator.below(self.tables.len());
            self.insert(table);
        }
        edits_between(&self.before, &self.snapshot)
    }

    /// A transaction that leaves nothing.
    pub fn delete_everything(&mut self) -> Vec<RowEdit> {
        let before = std::mem::take(&mut self.snapshot);
        edits_between(&before, &self.snapshot)
    }

    fn edit(&mut self) {
        let table = self.generator.below(self.tables.len());
        let Some(shape) = self.tables.get(table) else { return };
        let rows: Vec<u128> =
            self.snapshot.tables.get(&shape.name).into_iter().flatten().map(|(uuid, _)| *uuid).collect();
        let row = self.generator.pick(&rows).copied();
        match (row, self.generator.below(100)) {
            (Some(uuid), 0..20) => self.delete(table, uuid),
            (Some(uuid), 20..60) => self.update(table, uuid),
            (Some(uuid), _) if rows.len() >= self.rows_max => self.delete(table, uuid),
            _ => self.insert(table),
        }
    }

    fn insert(&mut self, table: usize) {
        let targets = self.targets();
        let Some(shape) = self.tables.get(table) else { return };
        if targets.get(&shape.id).is_some_and(|rows| rows.len() >= self.rows_max) {
            return;
        }
        let mut row = Row::new();
        for column in &shape.columns {
            match self.domain.column(column, &targets, &mut self.generator) {
                Some(value) => {
                    row.insert(column.name.clone(), value);
                }
                None => return,
            }
        }
        let uuid = self.generator.uuid();
        self.put(table, uuid, row);
    }

    /// Inserts or replaces a row, unless another one has the values of an index.
    fn put(&mut self, table: usize, uuid: u128, row: Row) {
        let shape = &self.tables[table];
        if !self.has_twin(shape, uuid, &row) {
            self.snapshot.apply(&RowEdit { table: shape.name.clone(), uuid, row: Some(row) });
        }
    }

    /// Whether another row has the values of an index that this one has, or had them before the
    /// transaction.
    fn has_twin(&self, shape: &TableShape, uuid: u128, row: &Row) -> bool {
        [&self.before, &self.snapshot].iter().any(|snapshot| {
            let rows = snapshot.tables.get(&shape.name).into_iter().flatten();
            let mut others = rows.filter(|(other, _)| **other != uuid);
            others.any(|(_, other)| {
                shape.keys.iter().any(|key| key.iter().all(|column| other.get(column) == row.get(column)))
            })
        })
    }

    fn update(&mut self, table: usize, uuid: u128) {
        let targets = self.targets();
        let shape = &self.tables[table];
        let Some(mut row) = self.snapshot.row(&shape.name, uuid).cloned() else { return };
        for _ in 0..=self.generator.below(2) {
            if let Some(column) = self.generator.pick(&shape.columns)
                && let Some(value) = self.domain.column(column, &targets, &mut self.generator)
            {
                row.insert(column.name.clone(), value);
            }
        }
        self.put(table, uuid, row);
    }

    fn delete(&mut self, table: usize, uuid: u128) {
        let mut gone = vec![(table, uuid)];
        while let Some((table, uuid)) = gone.pop() {
            let shape = &self.tables[table];
            let target = shape.id;
            self.snapshot.apply(&RowEdit { table: shape.name.clone(), uuid, row: None });
            if !self.leaves_references {
                gone.extend(self.forget(target, uuid));
            }
        }
    }

    /// Takes a deleted row out of all columns. Gives the rows that cannot be without it, or would have the
    /// values of an index that another has.
    fn forget(&mut self, target: TableId, uuid: u128) -> Vec<(usize, u128)> {
        let mut orphans = Vec::new();
        let mut changed = Vec::new();
        for (position, shape) in self.tables.iter().enumerate() {
            let Some(rows) = self.snapshot.tables.get_mut(&shape.name) else { continue };
            for (owner, row) in rows {
                for column in shape.columns.iter().filter(|column| refers_to(&column.ty, target)) {
                    match row.get(&column.name).map(|value| without(&column.ty, value, uuid)) {
                        Some(Some(value)) if row.get(&column.name) != Some(&value) => {
                            row.insert(column.name.clone(), value);
                            changed.push((position, *owner, row.clone()));
                        }
                        Some(None) => orphans.push((position, *owner)),
                        _ => {}
                    }
                }
            }
        }
        let twins =
            changed.iter().filter(|(table, owner, row)| self.has_twin(&self.tables[*table], *owner, row));
        orphans.extend(twins.map(|(table, owner, _)| (*table, *owner)));
        orphans
    }

    fn targets(&self) -> Targets {
        let rows = |shape: &TableShape| {
            let rows = self.snapshot.tables.get(&shape.name).into_iter().flatten();
            (shape.id, rows.map(|(uuid, _)| *uuid).collect())
        };
        self.tables.iter().map(rows).collect()
    }
}

fn refers_to(ty: &Type, target: TableId) -> bool {
    match ty {
        Type::Row(table) => *table == target,
        Type::Option(inner) | Type::Set(inner) | Type::List(inner) => refers_to(inner, target),
        Type::Map(key, value) => refers_to(key, target) || refers_to(value, target),
        _ => false,
    }
}

/// The value without references to a row; None where nothing is left that could be a value.
fn without(ty: &Type, value: &Value, uuid: u128) -> Option<Value> {
    let gone = Value::Uuid(uuid);
    match value {
        value if *value == gone => matches!(ty, Type::Option(_)).then_some(Value::None),
        Value::Set(members) => {
            let kept = members.iter().filter(|member| **member != gone).cloned();
            Some(Value::Set(Arc::new(kept.collect())))
        }
        Value::Map(entries) => {
            let kept = entries.iter().filter(|(key, value)| **key != gone && **value != gone);
            let kept: BTreeMap<Value, Value> =
                kept.map(|(key, value)| (key.clone(), value.clone())).collect();
            Some(Value::Map(Arc::new(kept)))
        }
        value => Some(value.clone()),
    }
}

/// The edits that lead from one snapshot to another.
fn edits_between(before: &Snapshot, after: &Snapshot) -> Vec<RowEdit> {
    let mut edits = Vec::new();
    for (table, rows) in &before.tables {
        for uuid in rows.keys().filter(|uuid| after.row(table, **uuid).is_none()) {
            edits.push(RowEdit { table: table.clone(), uuid: *uuid, row: None });
        }
    }
    for (table, rows) in &after.tables {
        for (uuid, row) in rows.iter().filter(|(uuid, row)| before.row(table, **uuid) != Some(*row)) {
            edits.push(RowEdit { table: table.clone(), uuid: *uuid, row: Some(row.clone()) });
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compile, fixtures};

    fn program(name: &str) -> Program {
        let fixture = fixtures().into_iter().find(|fixture| fixture.name == name);
        compile(fixture.map_or("", |fixture| fixture.rules)).unwrap_or_default()
    }

    /// UUIDs that columns of references name.
    fn references(data: &RandomData) -> Vec<u128> {
        let rows = data.snapshot.tables.values().flat_map(BTreeMap::values);
        let values = rows.flat_map(BTreeMap::values).flat_map(|value| match value {
            Value::Set(members) => members.iter().cloned().collect(),
            other => vec![other.clone()],
        });
        values
            .filter_map(|value| match value {
                Value::Uuid(uuid) => Some(uuid),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn transactions_lead_from_one_snapshot_to_the_next() {
        let mut data = RandomData::new(&program("joins"), 7);
        let mut followed = Snapshot::default();
        let mut edits = 0;
        for round in 0..50 {
            let transaction = if round == 0 { data.fill() } else { data.transaction() };
            edits += transaction.len();
            transaction.iter().for_each(|edit| followed.apply(edit));
            assert_eq!(followed, *data.snapshot());
        }
        assert!(edits > 100, "{edits} edits");
        data.delete_everything().iter().for_each(|edit| followed.apply(edit));
        assert_eq!(followed, Snapshot::default());
    }

    #[test]
    fn references_lead_to_rows_unless_told_otherwise() {
        let program = program("joins");
        let dangling = |mut data: RandomData| {
            data.fill();
            let mut found = 0;
            for _ in 0..50 {
                data.transaction();
                let is_there = |uuid| data.snapshot.tables.values().any(|rows| rows.contains_key(uuid));
                found += references(&data).iter().filter(|uuid| !is_there(*uuid)).count();
            }
            found
        };
        assert_eq!(dangling(RandomData::new(&program, 3)), 0);
        assert!(dangling(RandomData::new(&program, 3).leaving_references()) > 0);
    }

    #[test]
    fn a_seed_gives_the_same_data_again() {
        let program = program("outputs");
        let (mut one, mut other) = (RandomData::new(&program, 5), RandomData::new(&program, 5));
        assert_eq!(one.fill(), other.fill());
        assert_eq!(one.transaction(), other.transaction());
        assert_ne!(one.fill(), RandomData::new(&program, 6).fill());
    }

    #[test]
    fn only_what_the_program_reads_has_values() {
        let program = compile("rule r { from p in nb.Port warn p.name }").unwrap_or_default();
        let mut data = RandomData::new(&program, 1);
        let edits = data.fill();
        assert!(!edits.is_empty());
        for edit in edits {
            assert_eq!(edit.table.to_string(), "nb.Port");
            assert!(edit.row.is_some_and(|row| row.keys().eq(["name"])));
        }
    }
}
