use std::collections::VecDeque;
use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{DatabaseSchema, Value};

use crate::catalog::{Catalog, TableId};
use crate::commit::{Change, Commit};
use crate::monitor::Registry;
use crate::prepare::{Changes, Prepared};
use crate::references::references;
use crate::row::Row;
use crate::table::Table;

/// How many commits are kept for clients that come back.
const HISTORY_COMMITS: usize = 100;

/// A database in memory: its schema, the published rows, and the last commits.
///
/// It does no input or output and starts no threads. A transaction runs without changing anything
/// ([`Database::transact`]), its record is written by whoever keeps a journal ([`Database::record`]), and then it is
/// published ([`Database::publish`]).
#[derive(Debug)]
pub struct Database {
    catalog: Arc<Catalog>,
    tables: Vec<Table>,
    sequence: u64,
    last_id: Uuid,
    history: VecDeque<Arc<Commit>>,
    history_atoms: usize,
    atoms: usize,
    registry: Registry,
}

impl Database {
    /// An empty database.
    pub fn new(schema: DatabaseSchema) -> Self {
        let catalog = Arc::new(Catalog::new(schema));
        let tables = catalog.tables.iter().map(Table::new).collect();
        // An id of its own, so that no client takes this database's past for that of another.
        let last_id = Uuid::new_v4();
        Self {
            catalog,
            tables,
            sequence: 0,
            last_id,
            history: VecDeque::new(),
            history_atoms: 0,
            atoms: 0,
            registry: Registry::default(),
        }
    }

    /// The schema, by positions.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.catalog.schema.name
    }

    /// The schema as `get_schema` gives it (RFC 7047 section 4.1.2).
    pub fn schema_json(&self) -> &str {
        &self.catalog.schema_json
    }

    /// How many commits were published.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The id of the last commit, or of the state before the first.
    pub fn last_id(&self) -> Uuid {
        self.last_id
    }

    /// How many rows a table has.
    pub fn row_count(&self, table: TableId) -> usize {
        self.tables[table].len()
    }

    /// The rows of a table, in no order.
    pub fn rows(&self, table: TableId) -> impl Iterator<Item = &Row> {
        self.tables[table].iter()
    }

    /// How many atoms all rows hold: a measure of the database's size.
    pub fn atoms(&self) -> usize {
        self.atoms
    }

    /// The row of a table.
    pub fn row(&self, table: TableId, uuid: Uuid) -> Option<&Row> {
        self.tables[table].get(uuid)
    }

    pub(crate) fn table(&self, table: TableId) -> &Table {
        &self.tables[table]
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The commits after one, if they are all known; `None` also if the id is of no commit.
    pub fn commits_after(&self, id: Uuid) -> Option<impl Iterator<Item = &Arc<Commit>>> {
        let known = if id == self.last_id { Some(self.history.len()) } else { None };
        let found = known.or_else(|| self.history.iter().position(|commit| commit.id == id).map(|at| at + 1));
        found.map(|at| self.history.iter().skip(at))
    }

    /// Publishes a transaction whose record is written, or need not be.
    ///
    /// No other transaction may have been published since this one was run.
    pub fn publish(&mut self, prepared: Prepared) -> Arc<Commit> {
        self.apply(prepared.changes)
    }

    pub(crate) fn apply(&mut self, changes: Changes) -> Arc<Commit> {
        let mut tables: Vec<(TableId, Vec<Change>)> = Vec::new();
        for (table, uuid, old, new) in changes.rows {
            self.tables[table].replace(&self.catalog.tables[table], old.as_ref(), new.as_ref());
            self.update_referrers(table, uuid, old.as_ref(), new.as_ref());
            self.atoms += new.as_ref().map_or(0, count_atoms);
            self.atoms -= old.as_ref().map_or(0, count_atoms);
            let change = Change { uuid, old, new };
            match tables.last_mut() {
                Some((last, changes)) if *last == table => changes.push(change),
                _ => tables.push((table, vec![change])),
            }
        }
        for ((table, uuid), change) in changes.references {
            self.tables[table].add_references(uuid, change);
        }
        self.sequence += 1;
        self.last_id = Uuid::new_v4();
        let commit =
            Commit { catalog: Arc::clone(&self.catalog), id: self.last_id, sequence: self.sequence, tables };
        let commit = Arc::new(commit);
        self.remember(Arc::clone(&commit));
        commit
    }

    fn update_referrers(&mut self, table: TableId, uuid: Uuid, old: Option<&Row>, new: Option<&Row>) {
        let catalog = Arc::clone(&self.catalog);
        for at in &catalog.tables[table].weak {
            let values = (old.map(|row| row.get(at.column)), new.map(|row| row.get(at.column)));
            if values.0 == values.1 {
                continue;
            }
            for target in values.0.iter().flat_map(|value| references(value, at)) {
                self.tables[at.table].remove_referrer(target, table, uuid);
            }
        }
        // Another column may refer to the same row, so that what remains is added after all removals.
        for at in &catalog.tables[table].weak {
            let Some(value) = new.map(|row| row.get(at.column)) else { continue };
            for target in references(value, at).filter(|target| *target != uuid) {
                self.tables[at.table].insert_referrer(target, table, uuid);
            }
        }
    }

    /// Forgets texts for new monitors that were long unused. To be called about once a second.
    pub fn forget_unused_texts(&self) {
        self.tables.iter().for_each(Table::forget_unused_texts);
    }

    fn remember(&mut self, commit: Arc<Commit>) {
        self.history_atoms += commit.atoms();
        self.history.push_back(commit);
        // A history larger than the database would cost a client more than the database.
        while self.history.len() > HISTORY_COMMITS
            || (self.history.len() > 1 && self.history_atoms > self.atoms)
        {
            let Some(oldest) = self.history.pop_front() else { break };
            self.history_atoms -= oldest.atoms();
        }
    }

    /// Forgets the commits so far, as after reading a journal, and gives back memory that is not used.
    pub fn forget_history(&mut self) {
        self.history.clear();
        self.history_atoms = 0;
        for (table, info) in self.tables.iter_mut().zip(&self.catalog.tables) {
            table.shrink_to_fit(info);
        }
    }
}

fn count_atoms(row: &Row) -> usize {
    row.values().iter().map(Value::len).sum()
}
