//! What rows of databases say about remotes and TLS files.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_database::{Database, Row, TableId};
use weft_ovsdb_schema::{Atom, AtomicType, Value};

use super::configuration::RemoteOptions;
use crate::server::Server;
use crate::storage::Hosted;

/// A column of a database, as `db:DB,TABLE,COLUMN` names it.
#[derive(Debug)]
pub(crate) struct ColumnPlace {
    pub database: Arc<Hosted>,
    table: TableId,
    column: usize,
}

/// A row that describes a remote.
#[derive(Debug)]
pub(super) struct RemoteRow {
    pub target: String,
    pub table: String,
    pub uuid: Uuid,
    pub has_is_connected: bool,
    pub has_status: bool,
}

impl ColumnPlace {
    /// Finds the column that `db:DB,TABLE,COLUMN` names.
    ///
    /// # Errors
    /// Answers what is wrong, in ovsdb-server's words.
    pub(crate) fn find(server: &Server, text: &str) -> Result<Self, String> {
        let mut words = text.strip_prefix("db:").unwrap_or(text).split(',').filter(|word| !word.is_empty());
        let (Some(name), Some(table_name), Some(column_name)) = (words.next(), words.next(), words.next())
        else {
            return Err(format!("\"{text}\": invalid syntax"));
        };
        let database =
            server.database(name).ok_or_else(|| format!("\"{text}\": no database named {name}"))?;
        let (table, column) = {
            let contents = database.contents();
            let catalog = contents.catalog();
            let table = catalog
                .table(table_name)
                .ok_or_else(|| format!("\"{text}\": no table named {table_name}"))?;
            let column = catalog.tables[table].column(column_name);
            let missing = || format!("\"{text}\": table \"{table_name}\" has no column \"{column_name}\"");
            (table, column.ok_or_else(missing)?)
        };
        Ok(Self { database, table, column })
    }

    fn rows<'d>(&self, contents: &'d Database) -> impl Iterator<Item = &'d Row> {
        contents.rows(self.table)
    }

    /// The first string that is not empty, of all rows.
    ///
    /// # Errors
    /// The column does not hold strings.
    pub(crate) fn first_string(&self, text: &str) -> Result<Option<String>, String> {
        let contents = self.database.contents();
        let info = &contents.catalog().tables[self.table];
        let column = &info.columns[self.column];
        if column.column_type.key.atomic != AtomicType::String || column.column_type.is_map() {
            return Err(format!(
                "\"{text}\": table \"{}\" column \"{}\" is not string or set of strings",
                info.name(),
                column.name
            ));
        }
        let found = self.rows(&contents).flat_map(|row| strings(row.get(self.column)));
        Ok(found.filter(|text| !text.is_empty()).map(str::to_owned).next())
    }

    /// The remotes that the column lists, as strings or as rows of another table.
    pub(super) fn add_remotes(&self, remotes: &mut BTreeMap<String, RemoteOptions>) {
        let contents = self.database.contents();
        for row in self.rows(&contents) {
            for target in strings(row.get(self.column)) {
                add_remote(remotes, target);
            }
        }
        for (table, row) in self.referred_rows(&contents) {
            let reader = RowReader { contents: &contents, table, row: &row };
            let Some(target) = reader.string("target").filter(|target| !target.is_empty()) else {
                tracing::info!(
                    target: "ovsdb_server", per_minute = 1,
                    "Table `{}' has missing or invalid `target' column", contents.catalog().tables[table].name()
                );
                continue;
            };
            let Some(options) = add_remote(remotes, &target) else { continue };
            let number =
                |name| reader.value(name).and_then(Value::as_integer).and_then(|n| u64::try_from(n).ok());
            if let Some(max_backoff_ms) = number("max_backoff") {
                options.max_backoff_ms = max_backoff_ms;
            }
            if let Some(probe_interval_ms) = number("inactivity_probe") {
                options.probe_interval_ms = probe_interval_ms;
            }
            if let Some(read_only) = reader.value("read_only").and_then(Value::as_boolean) {
                options.read_only = read_only;
            }
            options.role = reader.string("role").filter(|role| !role.is_empty());
        }
    }

    /// The rows that the column refers to.
    fn referred_rows(&self, contents: &Database) -> Vec<(TableId, Row)> {
        let catalog = contents.catalog();
        let column_type = &catalog.tables[self.table].columns[self.column].column_type;
        let Some(reference) = column_type.key.reference.as_ref().filter(|_| !column_type.is_map()) else {
            return Vec::new();
        };
        let Some(table) = catalog.table(&reference.table) else { return Vec::new() };
        let atoms =
            self.rows(contents).filter_map(|row| row.get(self.column).as_set()).flat_map(|set| set.iter());
        let rows = atoms.filter_map(Atom::as_uuid).filter_map(|uuid| contents.row(table, uuid));
        rows.map(|row| (table, row.clone())).collect()
    }

    /// The rows that describe remotes, to be told of their status.
    pub(super) fn remote_rows(&self) -> Vec<RemoteRow> {
        let contents = self.database.contents();
        let rows = self.referred_rows(&contents).into_iter().filter_map(|(table, row)| {
            let info = &contents.catalog().tables[table];
            let target = RowReader { contents: &contents, table, row: &row }.string("target")?;
            Some(RemoteRow {
                target,
                table: info.name().to_owned(),
                uuid: row.uuid(),
                has_is_connected: info.column("is_connected").is_some(),
                has_status: info.column("status").is_some(),
            })
        });
        rows.collect()
    }
}

/// Checks a remote that somebody wants to add.
///
/// # Errors
/// Answers what is wrong, in ovsdb-server's words.
pub(crate) fn check_remote(server: &Server, target: &str) -> Result<(), String> {
    if target.starts_with("pfd:") {
        return Err("pfd: remotes can only be specified on the command line".to_owned());
    }
    if target.starts_with("db:") { ColumnPlace::find(server, target).map(drop) } else { Ok(()) }
}

struct RowReader<'r> {
    contents: &'r Database,
    table: TableId,
    row: &'r Row,
}

impl RowReader<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        let column = self.contents.catalog().tables[self.table].column(name)?;
        Some(self.row.get(column))
    }

    fn string(&self, name: &str) -> Option<String> {
        self.value(name).and_then(Value::as_str).map(str::to_owned)
    }
}

fn add_remote<'r>(
    remotes: &'r mut BTreeMap<String, RemoteOptions>,
    target: &str,
) -> Option<&'r mut RemoteOptions> {
    if target.starts_with("pfd:") {
        tracing::warn!(
            target: "ovsdb_server", per_minute = 1,
            "pfd: remotes can only be specified on the command line; ignoring \"{target}\" from database"
        );
        return None;
    }
    Some(remotes.entry(target.to_owned()).or_insert_with(|| RemoteOptions::of(target)))
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_set().into_iter().flat_map(|set| set.iter()).filter_map(Atom::as_str)
}
