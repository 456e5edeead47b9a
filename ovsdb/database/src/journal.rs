//! Records of the journal: transactions as ovsdb-server writes them to its file (ovsdb(5), "Transaction records").

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use uuid::Uuid;
use weft_ovsdb_schema::{ColumnSeed, Json, OvsdbError, Value, parse_uuid, write_json_string};

use crate::catalog::{Catalog, TableId, TableInfo};
use crate::commit::Commit;
use crate::database::Database;
use crate::prepare::{Prepared, prepare};
use crate::row::{Row, VERSION_COLUMN};
use crate::sharing::Sharing;
use crate::transaction::Overlay;

impl Database {
    /// The record of a transaction, a JSON object; `None` if nothing of it need survive a restart.
    ///
    /// `date_ms` is the time in milliseconds since 1970.
    pub fn record(&self, prepared: &Prepared, date_ms: i64) -> Option<String> {
        let mut record = Record::default();
        for (table, uuid, old, new) in &prepared.changes.rows {
            record.add(&self.catalog().tables[*table], *table, *uuid, old.as_ref(), new.as_ref());
        }
        record.finish(Some(prepared.comment()).filter(|comment| !comment.is_empty()), date_ms, false)
    }

    /// A record of the whole database, which makes an empty one equal to it.
    pub fn snapshot_record(&self, comment: Option<&str>, date_ms: i64) -> String {
        let tables = (0..self.catalog().tables.len()).map(|table| self.rows(table));
        write_snapshot(self.catalog(), tables, comment, date_ms)
    }

    /// Applies a record of the journal; `None` if it changes nothing.
    ///
    /// # Errors
    /// The record is not of this schema, or does not fit the rows; nothing is changed.
    pub fn apply_record(&mut self, record: &str) -> Result<Option<std::sync::Arc<Commit>>, OvsdbError> {
        let rows = self.read_record(record)?;
        let changes = prepare(self.overlay_of(rows)?)?;
        if changes.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.apply(changes)))
    }

    fn read_record(&self, record: &str) -> Result<ReadRecord, OvsdbError> {
        let mut deserializer = serde_json::Deserializer::from_str(record);
        let read = RecordSeed(self.catalog()).deserialize(&mut deserializer);
        let read = read.and_then(|read| deserializer.end().map(|()| read));
        read.map_err(|error| self.what_is_wrong(record, &error))
    }

    /// The error for a record that could not be read, in ovsdb-server's words where it has some.
    fn what_is_wrong(&self, record: &str, error: &serde_json::Error) -> OvsdbError {
        let is_unknown = |name: &str| !name.starts_with('_') && self.catalog().table(name).is_none();
        if let Ok(json) = Json::parse(record)
            && let Some(members) = json.as_object()
            && let Some((name, _)) = members.iter().find(|(name, _)| is_unknown(name))
        {
            return OvsdbError::new("unknown table", format!("No table named {name}.")).about(&json);
        }
        OvsdbError::new("syntax error", error.to_string())
    }

    fn overlay_of(&self, record: ReadRecord) -> Result<Overlay<'_>, OvsdbError> {
        let mut overlay = Overlay::new(self);
        for RecordRow { table, uuid, columns } in record.rows {
            let row = overlay.get(table, uuid).cloned();
            match (row, columns) {
                (Some(row), None) => overlay.delete(table, &row),
                (None, None) => {
                    let details = format!("transaction deletes row {uuid} that does not exist");
                    return Err(OvsdbError::new("syntax error", details));
                }
                (Some(row), Some(columns)) => {
                    let values = with_columns(overlay.info(table), &row, columns, record.is_difference)?;
                    overlay.modify(table, &row, values);
                }
                (None, Some(columns)) => {
                    let info = overlay.info(table);
                    let mut values = info.default_values(uuid);
                    for (column, value) in columns {
                        values[column] = value;
                    }
                    overlay.insert(table, values);
                }
            }
        }
        Ok(overlay)
    }
}

fn with_columns(
    info: &TableInfo,
    row: &Row,
    columns: Vec<(usize, Value)>,
    is_difference: bool,
) -> Result<Vec<Value>, OvsdbError> {
    let mut values = row.values().to_vec();
    for (column, value) in columns {
        values[column] = if is_difference {
            let changed = values[column].apply_diff(&value, &info.columns[column]);
            changed.map_err(|error| OvsdbError::other(error.to_string()))?
        } else {
            value
        };
    }
    Ok(values)
}

/// The record that makes an empty database have these rows, the tables' in the order of the catalog.
pub(crate) fn write_snapshot<'r, R: Iterator<Item = &'r Row>>(
    catalog: &Catalog,
    tables: impl Iterator<Item = R>,
    comment: Option<&str>,
    date_ms: i64,
) -> String {
    let mut record = Record::default();
    for ((table, info), rows) in catalog.tables.iter().enumerate().zip(tables) {
        for row in rows {
            record.add(info, table, row.uuid(), None, Some(row));
        }
    }
    record.finish(comment, date_ms, true).unwrap_or_default()
}

/// A record while it is written.
#[derive(Default)]
struct Record {
    text: String,
    table: Option<TableId>,
}

impl Record {
    fn add(&mut self, info: &TableInfo, table: TableId, uuid: Uuid, old: Option<&Row>, new: Option<&Row>) {
        let start = self.text.len();
        let known = self.table;
        if known != Some(table) {
            self.text.push_str(if known.is_some() { "}," } else { "{" });
            write_json_string(info.name(), &mut self.text);
            self.text.push_str(":{");
            self.table = Some(table);
        } else {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(uuid.hyphenated().encode_lower(&mut [0; 36]));
        self.text.push_str("\":");
        let Some(new) = new else {
            self.text.push_str("null");
            return;
        };
        let columns = self.add_columns(info, old, new);
        // A row that changed only where nothing is kept is not worth a record.
        if columns == 0 && old.is_some() {
            self.text.truncate(start);
            self.table = known;
        }
    }

    fn add_columns(&mut self, info: &TableInfo, old: Option<&Row>, new: &Row) -> usize {
        let mut written = 0;
        self.text.push('{');
        for column in info.own_columns().filter(|&column| !info.columns[column].ephemeral) {
            let (schema, value) = (&info.columns[column], new.get(column));
            let difference = match old {
                Some(old) if old.get(column) == value => continue,
                Some(old) => Some(old.get(column).diff(value, &schema.column_type)),
                None if *value == info.defaults[column] => continue,
                None => None,
            };
            if written > 0 {
                self.text.push(',');
            }
            written += 1;
            write_json_string(&schema.name, &mut self.text);
            self.text.push(':');
            difference.as_ref().unwrap_or(value).write_json(&mut self.text);
        }
        self.text.push('}');
        written
    }

    fn finish(mut self, comment: Option<&str>, date_ms: i64, even_if_empty: bool) -> Option<String> {
        match self.table {
            Some(_) => self.text.push_str("},"),
            None if even_if_empty => self.text.push('{'),
            None => return None,
        }
        if let Some(comment) = comment {
            self.text.push_str("\"_comment\":");
            write_json_string(comment, &mut self.text);
            self.text.push(',');
        }
        self.text.push_str("\"_is_diff\":true,\"_date\":");
        self.text.push_str(&date_ms.to_string());
        self.text.push('}');
        Some(self.text)
    }
}

/// A record that was read: rows may be differences, which only the whole record says.
#[derive(Default)]
struct ReadRecord {
    rows: Vec<RecordRow>,
    is_difference: bool,
}

struct RecordRow {
    table: TableId,
    uuid: Uuid,
    /// `None` deletes the row.
    columns: Option<Vec<(usize, Value)>>,
}

struct RecordSeed<'c>(&'c Catalog);

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = ReadRecord;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ReadRecord, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = ReadRecord;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the record of a transaction")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReadRecord, A::Error> {
        let mut record = ReadRecord::default();
        let mut sharing = Sharing::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "_is_diff" => record.is_difference = map.next_value()?,
                "_date" | "_comment" => _ = map.next_value::<IgnoredAny>()?,
                _ => {
                    let table = self.0.table(&name);
                    let table =
                        table.ok_or_else(|| A::Error::custom(format_args!("No table named {name}.")))?;
                    let info = &self.0.tables[table];
                    let (rows, sharing) = (&mut record.rows, &mut sharing);
                    map.next_value_seed(TableSeed { table, info, rows, sharing })?;
                }
            }
        }
        Ok(record)
    }
}

struct TableSeed<'c, 'r> {
    table: TableId,
    info: &'c TableInfo,
    rows: &'r mut Vec<RecordRow>,
    sharing: &'r mut Sharing,
}

impl<'de> DeserializeSeed<'de> for TableSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TableSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "rows of table {}", self.info.name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(text) = map.next_key::<String>()? {
            let uuid = parse_uuid(&text);
            let uuid =
                uuid.ok_or_else(|| A::Error::custom(format_args!("\"{text}\" is not a valid UUID")))?;
            let columns = map.next_value_seed(RowSeed { info: self.info, sharing: self.sharing })?;
            self.rows.push(RecordRow { table: self.table, uuid, columns });
        }
        Ok(())
    }
}

struct RowSeed<'c, 'r> {
    info: &'c TableInfo,
    sharing: &'r mut Sharing,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_, '_> {
    type Value = Option<Vec<(usize, Value)>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_, '_> {
    type Value = Option<Vec<(usize, Value)>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a row of table {} or null", self.info.name())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut columns = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let found = self.info.column(&name).filter(|&column| column > VERSION_COLUMN);
            let unknown =
                || A::Error::custom(format_args!("No column {name} in table {}.", self.info.name()));
            let column = found.ok_or_else(unknown)?;
            let value = map.next_value_seed(ColumnSeed(&self.info.columns[column]))?;
            columns.push((column, self.sharing.share(value)));
        }
        Ok(Some(columns))
    }
}
