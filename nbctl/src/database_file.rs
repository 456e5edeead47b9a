//! The standalone database files of ovsdb-server (ovsdb(5), *Standalone Database File Format*).

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use weft_ovsdb_schema::{TableSchema, Value};

use crate::database::{Database, RowId};
use crate::error::{FileError, TransactionError};
use crate::operation::read_value;
use crate::transaction::Transaction;

const MAGIC: &str = "OVSDB JSON ";

/// Whether the text begins like a standalone or clustered database file.
#[must_use]
pub fn is_database_file(text: &str) -> bool {
    text.starts_with("OVSDB ")
}

/// Plays the transactions of a standalone database file. Tables and columns that the database's schema
/// does not have are left out: the file may be of another version. Checksums are not compared.
///
/// # Errors
/// The file is clustered, damaged or of another database.
pub fn load_database_file(database: &mut Database, text: &str) -> Result<(), FileError> {
    if text.starts_with("OVSDB CLUSTER") {
        let way_out = "this is a clustered database; `ovsdb-tool cluster-to-standalone` converts it";
        return Err(FileError::Format(way_out.to_owned()));
    }
    let mut rest = text;
    let mut is_schema = true;
    while !rest.is_empty() {
        let line = 1 + text[..text.len() - rest.len()].matches('\n').count();
        let fail = |message: String| FileError::Line { line, message };
        let (record, after) = split_record(rest).map_err(fail)?;
        if is_schema {
            let name = record.get("name").and_then(Json::as_str).unwrap_or_default();
            if *name != *database.schema().name {
                return Err(fail(format!("the file is of {name}, not of {}", database.schema().name)));
            }
        } else {
            database
                .transact(|transaction| play(transaction, &record))
                .map_err(|error: TransactionError| fail(error.to_string()))?;
        }
        is_schema = false;
        rest = after;
    }
    if is_schema {
        return Err(FileError::Format("the file is empty".to_owned()));
    }
    Ok(())
}

/// The first record and what follows it: a line with the length, then as many bytes.
fn split_record(text: &str) -> Result<(Map<String, Json>, &str), String> {
    let (header, rest) = text.split_once('\n').ok_or("a record's header is cut off")?;
    let fields = header.strip_prefix(MAGIC).ok_or("a record must begin with OVSDB JSON")?;
    let length: usize = fields
        .split(' ')
        .next()
        .and_then(|length| length.parse().ok())
        .ok_or("a record's header has no length")?;
    let (body, after) = rest.split_at_checked(length).ok_or("the last record is cut off")?;
    let record = serde_json::from_str(body).map_err(|error| error.to_string())?;
    Ok((record, after))
}

fn play(transaction: &mut Transaction<'_>, record: &Map<String, Json>) -> Result<(), TransactionError> {
    let schema = Arc::clone(transaction.database().schema());
    // Since Open vSwitch 2.16 changed rows hold differences instead of values.
    let is_difference = record.get("_is_diff").is_some_and(|flag| flag == true);
    for (name, rows) in record {
        let Some(table) = schema.table(name) else { continue };
        for (uuid, row) in rows.as_object().into_iter().flatten() {
            let uuid = uuid.parse().map_err(|_| TransactionError::Operation(format!("{uuid} is no UUID")))?;
            let id = RowId { table: Arc::clone(&table.name), uuid };
            match row.as_object() {
                None => transaction.delete(&id)?,
                Some(row) => write(transaction, table, &id, row, is_difference)?,
            }
        }
    }
    Ok(())
}

fn write(
    transaction: &mut Transaction<'_>,
    table: &TableSchema,
    id: &RowId,
    row: &Map<String, Json>,
    is_difference: bool,
) -> Result<(), TransactionError> {
    let old = transaction.database().row(&id.table, id.uuid).cloned();
    let mut columns: Vec<(&str, Value)> = Vec::new();
    for (name, json) in row {
        let Some(column) = table.column(name) else { continue };
        let value = read_value(column, json)?;
        let value = match old.as_ref().and_then(|row| row.get(&column.name)) {
            Some(before) if is_difference => before.apply_diff(&value, column)?,
            _ => value,
        };
        columns.push((&column.name, value));
    }
    match old {
        Some(_) => transaction.update(id, columns),
        None => transaction.insert_at(id, columns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(records: &[&str]) -> Result<Database, FileError> {
        let text: String =
            records.iter().map(|record| format!("{MAGIC}{} 0\n{record}\n", record.len() + 1)).collect();
        let schema = weft_ovsdb_schema::northbound().unwrap();
        let mut database = Database::new(Arc::new(schema));
        load_database_file(&mut database, &text).map(|()| database)
    }

    const SCHEMA: &str = r#"{"name":"OVN_Northbound","version":"1.0.0","tables":{}}"#;
    const ROW: &str = "00000000-0000-0000-0000-000000000001";

    #[test]
    fn differences_change_rows_and_nulls_delete_them() {
        let insert = format!(
            r#"{{"_date":1,"Address_Set":{{"{ROW}":{{"name":"a","addresses":["set",["x","y"]]}}}},"New":{{}}}}"#
        );
        let difference =
            format!(r#"{{"_is_diff":true,"Address_Set":{{"{ROW}":{{"addresses":["set",["y","z"]]}}}}}}"#);
        let database = load(&[SCHEMA, &insert, &difference]).unwrap();
        let (_, row) = database.rows("Address_Set").next().unwrap();
        assert_eq!(row["addresses"], Value::set(["x", "z"]));
        let delete = format!(r#"{{"Address_Set":{{"{ROW}":null}}}}"#);
        assert_eq!(load(&[SCHEMA, &insert, &delete]).unwrap().rows("Address_Set").count(), 0);
    }

    #[test]
    fn files_of_other_databases_and_damaged_ones_are_refused() {
        assert!(load(&[]).is_err());
        assert!(load(&[r#"{"name":"OVN_Southbound"}"#]).is_err());
        assert!(load(&[SCHEMA, "{"]).is_err());
    }
}
