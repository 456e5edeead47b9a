//! The databases of a test.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use weft_nbctl::{Database, RowEdit, RowId, TransactionError};
use weft_ovsdb_schema::Value as Stored;
use weft_plan::plan::Plan;
use weft_syntax::ast::{Expr, Name, TestStep};

use super::constant::{Names, stored};
use crate::schemas::Schemas;
use crate::session::{InputEdit, net};

/// Databases that test steps change, and the rows that they have named.
pub(super) struct World<'w> {
    plan: &'w Plan,
    schemas: &'w Schemas,
    northbound: &'w str,
    databases: BTreeMap<String, Database>,
    rows: BTreeMap<String, Uuid>,
}

impl<'w> World<'w> {
    pub(super) fn new(plan: &'w Plan, schemas: &'w Schemas, northbound: &'w str) -> Self {
        let empty = |(name, schema): (&String, &Arc<_>)| (name.clone(), Database::new(Arc::clone(schema)));
        let databases = schemas.iter().map(empty).collect();
        Self { plan, schemas, northbound, databases, rows: BTreeMap::new() }
    }

    /// What constants of later steps may refer to.
    pub(super) fn names(&self) -> Names<'_> {
        Names { rows: &self.rows, outputs: &self.plan.outputs }
    }

    /// The Northbound database.
    pub(super) fn northbound(&self) -> Option<&Database> {
        self.databases.get(self.northbound)
    }

    /// Carries out a step that changes rows; the net changes of rows, or why it failed.
    ///
    /// `nbctl` does what a server does at commit. The typed steps write rows as they stand: they may refer
    /// to rows that come later.
    pub(super) fn change(&mut self, step: &TestStep) -> Result<Vec<InputEdit>, String> {
        match step {
            TestStep::Nbctl { commands } => {
                let database =
                    self.databases.get_mut(self.northbound).ok_or("there is no Northbound database")?;
                for (command, _) in commands {
                    weft_nbctl::run(database, command)
                        .map_err(|error| format!("nbctl {command:?}: {error}"))?;
                }
            }
            TestStep::Insert { database, table, name, fields, .. } => {
                let columns = self.columns(database, table, fields)?;
                let columns = columns.iter().map(|(column, value)| (column.as_str(), value.clone()));
                let inserted = self.database(database)?.edit(|it| it.insert(&table.text, columns));
                let id = inserted.map_err(|error: TransactionError| error.to_string())?;
                if let Some(name) = name {
                    self.rows.insert(name.text.clone(), id.uuid);
                }
            }
            TestStep::Update { database, table, column, value, fields, .. } => {
                let columns = self.columns(database, table, fields)?;
                let rows = self.matching(database, table, column, value)?;
                let write = |it: &mut weft_nbctl::Transaction<'_>| {
                    rows.iter().try_for_each(|id| {
                        it.update(id, columns.iter().map(|(column, value)| (column.as_str(), value.clone())))
                    })
                };
                self.database(database)?.edit(write).map_err(|error| error.to_string())?;
            }
            TestStep::Delete { database, table, column, value, .. } => {
                let rows = self.matching(database, table, column, value)?;
                let delete =
                    |it: &mut weft_nbctl::Transaction<'_>| rows.iter().try_for_each(|id| it.delete(id));
                self.database(database)?.edit(delete).map_err(|error| error.to_string())?;
            }
            TestStep::ExpectFlows { .. } | TestStep::ExpectRows { .. } | TestStep::ExpectWarnings { .. } => {}
        }
        Ok(self.take_edits())
    }

    fn take_edits(&mut self) -> Vec<InputEdit> {
        let mut edits = Vec::new();
        for (name, database) in &mut self.databases {
            let new = database.take_edits().into_iter();
            edits.extend(new.map(|edit| InputEdit { database: name.clone(), edit }));
        }
        net(&edits)
    }

    /// The deletion of every row.
    pub(super) fn delete_everything(&self) -> Vec<InputEdit> {
        let mut edits = Vec::new();
        for (name, database) in &self.databases {
            for table in database.schema().tables.keys() {
                edits.extend(database.rows(table).map(|(uuid, row)| InputEdit {
                    database: name.clone(),
                    edit: RowEdit { table: Arc::clone(table), uuid, old: Some(Arc::clone(row)), new: None },
                }));
            }
        }
        edits
    }

    fn database(&mut self, name: &Name) -> Result<&mut Database, String> {
        self.databases.get_mut(&name.text).ok_or_else(|| format!("there is no database {}", name.text))
    }

    fn column(&self, database: &Name, table: &Name, column: &Name, expr: &Expr) -> Result<Stored, String> {
        let schema = self.schemas.get(&database.text);
        let found = schema.and_then(|schema| schema.column(&table.text, &column.text));
        let found = found.ok_or_else(|| format!("{} has no column {}", table.text, column.text))?;
        let value = self.names().value(expr).and_then(|value| stored(&value, &found.column_type));
        value.map_err(|problem| format!("{}.{}: {problem}", table.text, column.text))
    }

    fn columns(
        &self,
        database: &Name,
        table: &Name,
        fields: &[(Name, Expr)],
    ) -> Result<Vec<(String, Stored)>, String> {
        let field = |(column, expr): &(Name, Expr)| {
            Ok((column.text.clone(), self.column(database, table, column, expr)?))
        };
        fields.iter().map(field).collect()
    }

    /// The rows with a value in a column; there must be one.
    fn matching(
        &self,
        database: &Name,
        table: &Name,
        column: &Name,
        value: &Expr,
    ) -> Result<Vec<RowId>, String> {
        let wanted = self.column(database, table, column, value)?;
        let rows = self.databases.get(&database.text);
        let rows = rows.map(|rows| rows.find(&table.text, &column.text, &wanted)).unwrap_or_default();
        if rows.is_empty() {
            return Err(format!(
                "no row of {}.{} has {} == {wanted}",
                database.text, table.text, column.text
            ));
        }
        Ok(rows)
    }
}
