use std::sync::Arc;

use thiserror::Error;
use weft_ovsdb_schema::{BaseType, ColumnSchema, ColumnType, DatabaseSchema, TableSchema, write_json_string};

use super::decode::MonitorVersion;

/// A table to monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSelection {
    /// The table's name.
    pub table: String,
    /// Which of its columns.
    pub columns: Columns,
    /// Columns whose values are reported and then forgotten: in a later change's old row, and in its new
    /// row where they did not change, they hold their defaults. None by default.
    pub transient: Vec<String>,
}

/// Columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// All that the schema declares, in its order.
    All,
    /// These, in this order; possibly none, when the rows' uuids are all that matters.
    Only(Vec<String>),
}

impl TableSelection {
    /// All columns of a table.
    pub fn all(table: impl Into<String>) -> Self {
        Self { table: table.into(), columns: Columns::All, transient: Vec::new() }
    }

    /// Some columns of a table.
    pub fn columns(table: impl Into<String>, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let columns = Columns::Only(columns.into_iter().map(Into::into).collect());
        Self { table: table.into(), columns, transient: Vec::new() }
    }

    /// Makes columns transient: for large tables whose rows the owner of the session digests itself.
    #[must_use]
    pub fn with_transient(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.transient = columns.into_iter().map(Into::into).collect();
        self
    }
}

/// A selection that the schema does not cover.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SelectionError {
    /// The schema lacks the table.
    #[error("database {database} has no table {table}")]
    NoTable {
        /// The database's name.
        database: String,
        /// The name of no table.
        table: String,
    },
    /// The schema lacks the column.
    #[error("table {table} has no column {column}")]
    NoColumn {
        /// The table's name.
        table: String,
        /// The name of no column.
        column: String,
    },
    /// A table or column is selected more than once.
    #[error("{name} is selected twice")]
    Twice {
        /// The table, or `table.column`.
        name: String,
    },
}

/// A monitored table and the schema of its monitored columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitoredTable {
    /// The table's name.
    pub name: Arc<str>,
    /// The columns, in the order of every [`Row`](crate::Row) of this table.
    pub columns: Vec<ColumnSchema>,
    /// Positions of the columns that are not kept.
    pub(crate) transient: Vec<usize>,
}

impl MonitoredTable {
    /// The position of a column in the table's rows.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|candidate| &*candidate.name == column)
    }
}

/// What to monitor in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorSpec {
    /// The database's name.
    pub database: Arc<str>,
    /// The tables.
    pub tables: Vec<MonitoredTable>,
}

impl MonitorSpec {
    /// Looks the selected tables and columns up in the schema.
    ///
    /// # Errors
    /// The schema lacks a table or column, or one is selected twice.
    pub fn new(schema: &DatabaseSchema, selections: &[TableSelection]) -> Result<Self, SelectionError> {
        let mut tables: Vec<MonitoredTable> = Vec::with_capacity(selections.len());
        for selection in selections {
            if tables.iter().any(|table| *table.name == *selection.table) {
                return Err(SelectionError::Twice { name: selection.table.clone() });
            }
            tables.push(select_columns(schema, selection)?);
        }
        Ok(Self { database: Arc::clone(&schema.name), tables })
    }

    /// The position of a table.
    pub fn position(&self, table: &str) -> Option<usize> {
        self.tables.iter().position(|candidate| &*candidate.name == table)
    }

    /// What is left of the selection in a server that may run another version of the schema.
    pub(crate) fn available(&self, server: &DatabaseSchema) -> Available {
        let mut available = Available { tables: Vec::new(), missing: Vec::new() };
        for table in &self.tables {
            let Some(served) = server.table(&table.name) else {
                available.missing.push(table.name.to_string());
                available.tables.push(None);
                continue;
            };
            let mut columns = Vec::with_capacity(table.columns.len());
            for column in &table.columns {
                let same = |served: &ColumnSchema| same_encoding(&column.column_type, &served.column_type);
                if served.column(&column.name).is_some_and(same) {
                    columns.push(Arc::clone(&column.name));
                } else {
                    available.missing.push(format!("{}.{}", table.name, column.name));
                }
            }
            available.tables.push(Some(columns));
        }
        available
    }

    /// Appends the `<monitor-requests>` or `<monitor-cond-requests>` object
    /// (RFC 7047 section 4.1.5; ovsdb-server(7) section 4.1.12).
    pub(crate) fn write_requests(&self, available: &Available, version: MonitorVersion, out: &mut String) {
        out.push('{');
        let served = self
            .tables
            .iter()
            .zip(&available.tables)
            .filter_map(|(table, columns)| columns.as_ref().map(|columns| (&table.name, columns)));
        for (index, (table, columns)) in served.enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_json_string(table, out);
            out.push_str(":[{\"columns\":[");
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_string(column, out);
            }
            out.push(']');
            if version != MonitorVersion::Plain {
                out.push_str(",\"where\":[true]");
            }
            out.push_str("}]");
        }
        out.push('}');
    }
}

/// The part of a [`MonitorSpec`] that a server can serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Available {
    /// For every table of the specification its columns that the server has, or `None` without the table.
    pub(crate) tables: Vec<Option<Vec<Arc<str>>>>,
    /// What the server lacks or declares with another type, as `table` or `table.column`.
    pub(crate) missing: Vec<String>,
}

/// Whether values and differences of the two types mean the same. Constraints may differ between versions.
fn same_encoding(ours: &ColumnType, theirs: &ColumnType) -> bool {
    let atomic = |base: &Option<BaseType>| base.as_ref().map(|base| base.atomic);
    ours.key.atomic == theirs.key.atomic
        && atomic(&ours.value) == atomic(&theirs.value)
        && ours.is_composite() == theirs.is_composite()
}

fn select_columns(
    schema: &DatabaseSchema,
    selection: &TableSelection,
) -> Result<MonitoredTable, SelectionError> {
    let table = schema.table(&selection.table).ok_or_else(|| SelectionError::NoTable {
        database: schema.name.to_string(),
        table: selection.table.clone(),
    })?;
    let Columns::Only(names) = &selection.columns else {
        let columns = table.columns.values().cloned().collect();
        return Ok(monitored_table(selection, table, columns));
    };
    let mut columns: Vec<ColumnSchema> = Vec::with_capacity(names.len());
    for name in names {
        if columns.iter().any(|column| *column.name == **name) {
            return Err(SelectionError::Twice { name: format!("{}.{name}", selection.table) });
        }
        let column = table.column(name).ok_or_else(|| SelectionError::NoColumn {
            table: selection.table.clone(),
            column: name.clone(),
        })?;
        columns.push(column.clone());
    }
    Ok(monitored_table(selection, table, columns))
}

fn monitored_table(
    selection: &TableSelection,
    table: &TableSchema,
    columns: Vec<ColumnSchema>,
) -> MonitoredTable {
    let is_transient = |column: &ColumnSchema| selection.transient.iter().any(|name| **name == *column.name);
    let positions = columns.iter().enumerate().filter(|(_, column)| is_transient(column));
    let transient = positions.map(|(position, _)| position).collect();
    MonitoredTable { name: Arc::clone(&table.name), columns, transient }
}
