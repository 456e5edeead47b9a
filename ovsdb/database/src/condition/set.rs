use rustc_hash::FxHashSet;
use uuid::Uuid;
use weft_ovsdb_schema::{Json, OvsdbError, Symbols};

use super::clause::{Clause, Function};
use crate::catalog::TableInfo;
use crate::row::{Row, UUID_COLUMN};
use crate::table::Table;

/// Clauses in a fixed order, so that equal conditions are equal however they were written.
///
/// Transactions ask for rows that satisfy every clause, monitors for rows that satisfy any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Condition {
    pub(crate) clauses: Vec<Clause>,
}

impl Condition {
    /// Reads an array of clauses.
    pub(crate) fn read(
        table: &TableInfo,
        json: &Json<'_>,
        symbols: Option<&mut Symbols>,
    ) -> Result<Self, OvsdbError> {
        let mut symbols = symbols;
        let elements = json.as_array().unwrap_or_default();
        let read = |clause| Clause::read(table, clause, symbols.as_deref_mut());
        let mut clauses = elements.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        clauses.sort_unstable();
        clauses.dedup();
        Ok(Self { clauses })
    }

    /// Whether there is no clause.
    pub(crate) fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// The columns that clauses compare.
    pub(crate) fn columns(&self) -> impl Iterator<Item = usize> {
        let compares = |clause: &&Clause| !matches!(clause.function, Function::True | Function::False);
        self.clauses.iter().filter(compares).map(|clause| clause.column)
    }

    /// Whether the row satisfies every clause.
    pub(crate) fn matches_all(&self, row: &Row) -> bool {
        self.clauses.iter().all(|clause| clause.matches(row))
    }

    /// Whether every row satisfies a clause, as a monitor's condition has it: none also is one for all rows.
    pub(crate) fn is_true(&self) -> bool {
        self.is_empty() || self.clauses.iter().any(|clause| clause.function == Function::True)
    }

    /// Whether the row satisfies a clause, or there is none.
    pub(crate) fn matches_any(&self, row: &Row) -> bool {
        self.is_true() || self.clauses.iter().any(|clause| clause.matches(row))
    }

    /// The uuid that every row satisfying all clauses has; `None` if that is not said.
    pub(crate) fn uuid(&self) -> Option<Uuid> {
        let of_uuid = |clause: &&Clause| clause.asks_for_uuid();
        self.clauses.iter().find(of_uuid)?.argument.as_uuid()
    }

    /// Calls for rows of the table among which are all that satisfy every clause.
    pub(crate) fn for_each_candidate<'t>(&self, table: &'t Table, mut visit: impl FnMut(&'t Row)) {
        let find = |clause: &Clause| table.find_in_column(clause.column, clause.key()?);
        match self.clauses.iter().find_map(find) {
            Some(rows) => rows.for_each(visit),
            None => table.iter().for_each(&mut visit),
        }
    }

    /// The rows of the table that satisfy a clause which `other` does not have, or the reverse: among them are all
    /// that satisfy one of the two conditions and not the other.
    pub(crate) fn rows_that_may_differ<'t>(&self, other: &Self, table: &'t Table) -> Vec<&'t Row> {
        if self.is_true() || other.is_true() {
            return table.iter().collect();
        }
        let (mine, theirs): (FxHashSet<&Clause>, FxHashSet<&Clause>) =
            (self.clauses.iter().collect(), other.clauses.iter().collect());
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        for clause in mine.symmetric_difference(&theirs).copied() {
            rows_satisfying(clause, table, |row| {
                if seen.insert(row.uuid()) {
                    found.push(row);
                }
            });
        }
        found
    }

    /// The rows of the table that satisfy a clause, or all if there is none.
    pub(crate) fn rows_matching_any<'t>(&self, table: &'t Table) -> Vec<&'t Row> {
        if self.is_true() {
            return table.iter().collect();
        }
        self.rows_that_may_differ(&Self { clauses: vec![Clause::never()] }, table)
    }
}

impl Clause {
    fn asks_for_uuid(&self) -> bool {
        self.column == UUID_COLUMN && matches!(self.function, Function::Equal | Function::Includes)
    }

    fn never() -> Self {
        Self {
            function: Function::False,
            column: UUID_COLUMN,
            argument: weft_ovsdb_schema::Value::empty_set(),
        }
    }
}

fn rows_satisfying<'t>(clause: &Clause, table: &'t Table, mut visit: impl FnMut(&'t Row)) {
    if clause.function == Function::False {
        return;
    }
    if let Some(uuid) = clause.argument.as_uuid().filter(|_| clause.asks_for_uuid()) {
        table.get(uuid).into_iter().for_each(visit);
        return;
    }
    let mut visit_matching = |row: &'t Row| {
        if clause.matches(row) {
            visit(row);
        }
    };
    match clause.key().and_then(|key| table.find_in_column(clause.column, key)) {
        Some(rows) => rows.for_each(&mut visit_matching),
        None => table.iter().for_each(&mut visit_matching),
    }
}
