//! How commands name tables, columns and rows.

use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{Atom, ColumnSchema, DatabaseSchema, ReferenceKind, TableSchema, Value};

use crate::command::Context;
use crate::database::{Database, RowId};

/// Where commands look for the name of a row: a column, or a key of a map column.
const NAMES: &[(&str, &str, Option<&str>)] = &[
    ("Logical_Switch", "name", None),
    ("Logical_Switch", "external_ids", Some("neutron:network_name")),
    ("Logical_Switch_Port", "name", None),
    ("Logical_Switch_Port", "external_ids", Some("neutron:port_name")),
    ("Logical_Router", "name", None),
    ("Logical_Router", "external_ids", Some("neutron:router_name")),
    ("Logical_Router_Port", "name", None),
    ("Address_Set", "name", None),
    ("Port_Group", "name", None),
    ("ACL", "name", None),
    ("HA_Chassis", "chassis_name", None),
    ("HA_Chassis_Group", "name", None),
    ("Load_Balancer", "name", None),
    ("Load_Balancer_Group", "name", None),
    ("Load_Balancer_Health_Check", "vip", None),
    ("Forwarding_Group", "name", None),
    ("Meter", "name", None),
    ("NAT", "external_ip", None),
    ("Chassis_Template_Var", "chassis", None),
    ("Connection", "target", None),
];

/// Finds one by name: exact, then regardless of case and of `-` for `_`, then the only one that begins
/// with the text.
fn find_name<'n, T>(
    candidates: impl Iterator<Item = (&'n Arc<str>, T)> + Clone,
    text: &str,
    what: &str,
) -> Result<T, String> {
    let fold = |name: &str| name.to_ascii_lowercase().replace('-', "_");
    let folded = fold(text);
    if let Some((_, found)) = candidates.clone().find(|(name, _)| fold(name) == folded) {
        return Ok(found);
    }
    let mut beginning = candidates.filter(|(name, _)| fold(name).starts_with(&folded));
    match (beginning.next(), beginning.next()) {
        (Some((_, found)), None) => Ok(found),
        (None, _) => Err(format!("there is no {what} {text}")),
        (Some(_), Some(_)) => Err(format!("{text} may be more than one {what}")),
    }
}

/// The table that a text names.
pub(crate) fn find_table<'s>(schema: &'s DatabaseSchema, text: &str) -> Result<&'s TableSchema, String> {
    find_name(schema.tables.iter(), text, "table")
}

/// The column of a table that a text names.
pub(crate) fn find_column<'s>(table: &'s TableSchema, text: &str) -> Result<&'s ColumnSchema, String> {
    find_name(table.columns.iter(), text, &format!("column in {}", table.name))
}

impl Context<'_, '_> {
    /// The row of a table that a text names: `@x`, a UUID or its beginning, `.` for the only row, or a
    /// name.
    pub(crate) fn find_record(&self, table: &str, text: &str) -> Result<Option<RowId>, String> {
        if text.starts_with('@') {
            let named = self.symbols.get(text).filter(|id| *id.table == *table);
            return Ok(named.filter(|id| self.database().row(table, id.uuid).is_some()));
        }
        if let Some(id) = by_uuid(self.database(), table, text) {
            return Ok(Some(id));
        }
        let mut rows = self.database().rows(table);
        if let (".", Some((uuid, _)), None) = (text, rows.next(), rows.next()) {
            return Ok(Some(RowId { table: table.into(), uuid }));
        }
        let found = by_name(self.database(), table, text);
        match found.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.clone())),
            _ => Err(format!("several rows of {table} are named {text}; use a UUID")),
        }
    }

    /// The row of a table that a text names; it must be there.
    pub(crate) fn record(&self, table: &str, text: &str) -> Result<RowId, String> {
        let described = table.to_ascii_lowercase().replace('_', " ");
        self.find_record(table, text)?.ok_or_else(|| format!("there is no {described} {text}"))
    }

    /// The row of a table whose column refers strongly to a row.
    pub(crate) fn parent(&self, id: &RowId, table: &str) -> Option<RowId> {
        let strong = self.database().referrers(id).filter(|(_, kind)| *kind == ReferenceKind::Strong);
        strong.map(|(referrer, _)| referrer).find(|referrer| *referrer.table == *table).cloned()
    }
}

fn by_uuid(database: &Database, table: &str, text: &str) -> Option<RowId> {
    let of = |uuid| RowId { table: table.into(), uuid };
    if let Ok(uuid) = Uuid::parse_str(text) {
        return database.row(table, uuid).is_some().then(|| of(uuid));
    }
    let is_beginning = text.len() >= 4 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if !is_beginning {
        return None;
    }
    let begins = |uuid: &Uuid| uuid.hyphenated().to_string().starts_with(text);
    let mut found = database.rows(table).map(|(uuid, _)| uuid).filter(begins);
    match (found.next(), found.next()) {
        (Some(uuid), None) => Some(of(uuid)),
        _ => None,
    }
}

fn by_name(database: &Database, table: &str, text: &str) -> Vec<RowId> {
    let mut found = Vec::new();
    for (_, column, key) in NAMES.iter().filter(|(named, ..)| *named == table) {
        match key {
            None => {
                let is_optional = database
                    .schema()
                    .column(table, column)
                    .is_some_and(|column| column.column_type.is_optional());
                // An absent name is not the empty one.
                if !(is_optional && text.is_empty()) {
                    found.extend(database.find(table, column, &Value::scalar(text)));
                }
            }
            Some(key) => {
                let has = |value: &Value| value.as_map().and_then(|map| map.get_str(key)) == Some(text);
                let rows = database.rows(table).filter(|(_, row)| row.get(*column).is_some_and(has));
                found.extend(rows.map(|(uuid, _)| RowId { table: table.into(), uuid }));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// `key=value` pairs as a map of strings; words without `=` are left out, as ovn-nbctl does.
pub(crate) fn string_map(words: &[String]) -> Value {
    Value::map(
        words.iter().filter_map(|word| word.split_once('=')).map(|(k, v)| (Atom::from(k), Atom::from(v))),
    )
}
