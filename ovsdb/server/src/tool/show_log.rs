//! `show-log`: the records of a file, for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::DateTime;
use weft_ovsdb_journal::OpenMode;
use weft_ovsdb_schema::{DatabaseSchema, Json, JsonObject, parse_json};

use super::command_line::Settings;
use super::files::open_log;

/// Dates below this are in seconds, which old servers wrote, not in milliseconds.
const GREATEST_DATE_S: i64 = i32::MAX as i64;

/// The text for all records.
pub(super) fn show(settings: &Settings, path: &Path) -> Result<String, String> {
    let mut log = open_log(path, OpenMode::ReadOnly)?;
    let mut log_text = LogText { text: String::new(), verbosity: settings.verbosity, names: BTreeMap::new() };
    let mut schema = None;
    let mut index = 0;
    while let Some(record) = log.read().map_err(|error| error.to_string())? {
        // Writing to a string cannot fail, here and below.
        let _ = write!(log_text.text, "record {index}:");
        if index == 0 {
            let found = parse_json(&record.json).map_err(|error| error.to_string())?;
            let checksum = found.checksum.as_deref().unwrap_or_default();
            let _ = writeln!(
                log_text.text,
                " \"{}\" schema, version=\"{}\", cksum=\"{checksum}\"",
                found.name, found.version
            );
            schema = Some(found);
        } else {
            let json = Json::parse(&record.json).map_err(|error| error.to_string())?;
            if let Some(record) = json.as_object() {
                log_text.add_record(record, schema.as_ref());
            }
        }
        log_text.text.push('\n');
        index += 1;
    }
    Ok(log_text.text)
}

struct LogText {
    text: String,
    verbosity: usize,
    /// The names of rows that are there, by uuid.
    names: BTreeMap<String, String>,
}

impl LogText {
    fn add_record(&mut self, record: &JsonObject<'_>, schema: Option<&DatabaseSchema>) {
        if let Some(date) = record.get("_date").and_then(Json::as_integer) {
            let date_ms = if date < GREATEST_DATE_S { date.saturating_mul(1000) } else { date };
            if let Some(date) = DateTime::from_timestamp_millis(date_ms) {
                let _ = write!(self.text, " {}", date.format("%Y-%m-%d %H:%M:%S%.3f"));
            }
        }
        if let Some(comment) = record.get("_comment").and_then(Json::as_str) {
            let _ = write!(self.text, " \"{comment}\"");
        }
        if self.verbosity == 0 {
            return;
        }
        let is_difference = record.get("_is_diff").and_then(Json::as_boolean) == Some(true);
        let tables = record.iter().filter(|(name, _)| !name.starts_with('_'));
        for (index, (table, rows)) in
            tables.filter_map(|(name, json)| Some((name, json.as_object()?))).enumerate()
        {
            if index == 0 {
                self.text.push('\n');
            }
            for (uuid, columns) in rows.iter() {
                self.add_row(table, uuid, columns, is_difference, schema);
            }
        }
    }

    fn add_row(
        &mut self,
        table: &str,
        uuid: &str,
        columns: &Json<'_>,
        is_difference: bool,
        schema: Option<&DatabaseSchema>,
    ) {
        let short = uuid.get(..8).unwrap_or(uuid);
        let new_name = columns.as_object().and_then(|columns| columns.get("name")).map(Json::to_string);
        let _ = match (self.names.get(uuid), &new_name) {
            (None, Some(name)) => writeln!(self.text, "  table {table} insert row {name} ({short}):"),
            (None, None) => writeln!(self.text, "  table {table} insert row {short}:"),
            (Some(name), _) => {
                let suffix = if is_difference { " diff" } else { "" };
                writeln!(self.text, "  table {table} row {name} ({short}){suffix}:")
            }
        };
        let Some(columns) = columns.as_object() else {
            self.text.push_str("    delete row\n");
            self.names.remove(uuid);
            return;
        };
        if self.verbosity > 1 {
            for (column, value) in columns.iter() {
                let _ = writeln!(self.text, "    {column}={}", value_text(table, column, value, schema));
            }
        }
        match new_name {
            Some(name) => _ = self.names.insert(uuid.to_owned(), name),
            None => _ = self.names.entry(uuid.to_owned()).or_insert_with(|| short.to_owned()),
        }
    }
}

fn value_text(table: &str, column: &str, value: &Json<'_>, schema: Option<&DatabaseSchema>) -> String {
    let column = schema.and_then(|schema| schema.column(table, column));
    let decoded = column.and_then(|column| Some((column, column.column_type.read(value, None).ok()?)));
    match decoded {
        Some((column, value)) => {
            let mut text = String::new();
            value.write_text(&column.column_type, &mut text);
            text
        }
        None => value.to_string(),
    }
}
