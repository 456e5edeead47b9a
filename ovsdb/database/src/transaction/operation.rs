//! What operations have in common.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{Json, Kind, ObjectReader, OvsdbError, Symbols, Value};

use super::context::SessionContext;
use super::overlay::Overlay;
use crate::catalog::{TableId, TableInfo};
use crate::condition::unknown_column;

/// A transaction between two operations.
pub(crate) struct Execution<'d, 's> {
    pub(crate) overlay: Overlay<'d>,
    pub(crate) context: &'s SessionContext<'s>,
    pub(crate) symbols: Symbols,
    pub(crate) durable: bool,
    pub(crate) comment: String,
    /// The shortest timeout of the waits so far.
    pub(crate) timeout_ms: Option<u64>,
}

/// Why an operation failed.
pub(crate) enum Failure {
    /// For good.
    Error(OvsdbError),
    /// It waits for rows that are not so yet.
    Wait,
}

impl From<OvsdbError> for Failure {
    fn from(error: OvsdbError) -> Self {
        Self::Error(error)
    }
}

/// An operation's members while they are read.
pub(crate) type Members<'j, 'a, 'n> = ObjectReader<'j, 'a, 'n>;

/// Which operation of how many, for messages.
pub(crate) struct Position {
    pub(crate) index: usize,
    pub(crate) count: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ovsdb operation {} of {}", self.index, self.count)
    }
}

impl<'d> Execution<'d, '_> {
    /// The member `table`.
    pub(crate) fn table(&self, members: &mut Members<'_, '_, '_>) -> Option<TableId> {
        let name = members.required("table", &[Kind::Identifier])?.as_str()?;
        let table = self.overlay.database.catalog().table(name);
        if table.is_none() {
            members.raise(format!("No table named {name}."));
        }
        table
    }

    /// Reads a `<row>`: the columns it names, with their values.
    pub(crate) fn read_row(
        &mut self,
        table: TableId,
        json: &Json<'_>,
    ) -> Result<Vec<(usize, Value)>, OvsdbError> {
        let info = self.overlay.info(table);
        let columns = json.as_object().ok_or_else(|| OvsdbError::syntax(json, "row must be JSON object"))?;
        columns.iter().map(|(name, value)| self.read_column(info, json, name, value)).collect()
    }

    fn read_column(
        &mut self,
        info: &TableInfo,
        row: &Json<'_>,
        name: &str,
        value: &Json<'_>,
    ) -> Result<(usize, Value), OvsdbError> {
        let column = info.column(name).ok_or_else(|| unknown_column(info, name, row))?;
        let value = info.columns[column].column_type.read(value, Some(&mut self.symbols))?;
        Ok((column, value))
    }

    /// The error of an operation that access control does not allow.
    pub(crate) fn prohibited(&self, what: &str, table: TableId) -> OvsdbError {
        let id = self.context.id.unwrap_or("(null)");
        let role = self.context.role.unwrap_or_default();
        let name = self.overlay.info(table).name();
        let details =
            format!("RBAC rules for client \"{id}\" role \"{role}\" prohibit {what} table \"{name}\".");
        OvsdbError::new("permission error", details)
    }
}

/// The members that an operation cannot do without; they are there once the reader has no error.
pub(crate) fn present<T>(member: Option<T>) -> Result<T, OvsdbError> {
    member.ok_or_else(|| OvsdbError::internal("a member is missing that was found"))
}

/// Reads an optional `<column-set>`; all columns if there is none.
pub(crate) fn read_columns(info: &TableInfo, json: Option<&Json<'_>>) -> Result<Vec<usize>, OvsdbError> {
    let Some(json) = json else { return Ok((0..info.columns.len()).collect()) };
    let names: Vec<Arc<str>> = info.schema.column_names(json)?;
    Ok(names.iter().filter_map(|name| info.column(name)).collect())
}

/// The result of an operation that says how many rows it found.
pub(crate) fn count_result(count: usize) -> String {
    format!("{{\"count\":{count}}}")
}

/// The result of an operation that inserted a row.
pub(crate) fn uuid_result(uuid: Uuid) -> String {
    format!("{{\"uuid\":[\"uuid\",\"{uuid}\"]}}")
}
