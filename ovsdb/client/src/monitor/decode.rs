//! `<table-updates>` and `<table-updates2>`, decoded row by row into typed values without a tree in between.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use weft_ovsdb_schema::{ColumnSeed, Uuid, Value};

use super::spec::{MonitorSpec, MonitoredTable};

/// The monitor methods, which differ in what the server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitorVersion {
    /// `monitor` and `update`: old and new contents (RFC 7047 sections 4.1.5 and 4.1.6).
    Plain,
    /// `monitor_cond` and `update2`: differences (ovsdb-server(7) sections 4.1.12 and 4.1.14).
    Conditional,
    /// `monitor_cond_since` and `update3`: differences, with transaction ids to resume from
    /// (ovsdb-server(7) sections 4.1.15 and 4.1.16).
    Since,
}

impl MonitorVersion {
    /// The method that starts such a monitor.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Plain => "monitor",
            Self::Conditional => "monitor_cond",
            Self::Since => "monitor_cond_since",
        }
    }

    /// What to try when the server does not know the method.
    pub(crate) fn fallback(self) -> Option<Self> {
        match self {
            Self::Since => Some(Self::Conditional),
            Self::Conditional => Some(Self::Plain),
            Self::Plain => None,
        }
    }
}

/// What a server says about one row. Values are listed by the column's position; columns that are not monitored
/// are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowUpdate {
    /// The row exists; columns that are not listed hold their defaults.
    Insert(Vec<(usize, Value)>),
    /// The listed columns hold new values.
    Replace(Vec<(usize, Value)>),
    /// The listed columns changed by a difference.
    Modify(Vec<(usize, Value)>),
    /// The row is gone.
    Delete,
}

/// Decodes a `<table-updates>` or `<table-updates2>` object and hands every row to `sink` with the position of
/// its table; tables that are not monitored are skipped.
///
/// # Errors
/// The text is not such an object; rows before the error were handed over.
pub fn decode_table_updates(
    json: &str,
    spec: &MonitorSpec,
    version: MonitorVersion,
    sink: &mut dyn FnMut(usize, Uuid, RowUpdate),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(TablesVisitor { spec, version, sink })?;
    deserializer.end()
}

type Sink<'a> = &'a mut dyn FnMut(usize, Uuid, RowUpdate);

struct TablesVisitor<'a> {
    spec: &'a MonitorSpec,
    version: MonitorVersion,
    sink: Sink<'a>,
}

impl<'de> Visitor<'de> for TablesVisitor<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of tables")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut tables: A) -> Result<(), A::Error> {
        let positions = |name: &str| self.spec.position(name);
        while let Some(position) = tables.next_key_seed(NameSeed(&positions))? {
            match position.and_then(|index| self.spec.tables.get(index).map(|table| (index, table))) {
                Some((index, table)) => {
                    let sink = &mut *self.sink;
                    tables.next_value_seed(TableSeed { index, table, version: self.version, sink })?;
                }
                None => {
                    tables.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads an object's key and looks it up without copying it.
struct NameSeed<'a>(&'a dyn Fn(&str) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0)(name))
    }
}

/// Decodes the rows of one table.
struct TableSeed<'a> {
    index: usize,
    table: &'a MonitoredTable,
    version: MonitorVersion,
    sink: Sink<'a>,
}

impl<'de> DeserializeSeed<'de> for TableSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TableSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object of the rows of {}", self.table.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(uuid) = rows.next_key_seed(UuidSeed)? {
            let update = rows.next_value_seed(RowUpdateSeed { table: self.table, version: self.version })?;
            (self.sink)(self.index, uuid, update);
        }
        Ok(())
    }
}

struct UuidSeed;

impl<'de> DeserializeSeed<'de> for UuidSeed {
    type Value = Uuid;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Uuid, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for UuidSeed {
    type Value = Uuid;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row's uuid")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Uuid, E> {
        Uuid::try_parse(text).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// Decodes a `<row-update>` or `<row-update2>`.
struct RowUpdateSeed<'a> {
    table: &'a MonitoredTable,
    version: MonitorVersion,
}

impl<'de> DeserializeSeed<'de> for RowUpdateSeed<'_> {
    type Value = RowUpdate;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<RowUpdate, D::Error> {
        deserializer.deserialize_map(self)
    }
}

const MEMBERS: [&str; 6] = ["new", "old", "initial", "insert", "modify", "delete"];

impl<'de> Visitor<'de> for RowUpdateSeed<'_> {
    type Value = RowUpdate;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an update of a row of {}", self.table.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RowUpdate, A::Error> {
        let (mut new, mut was_there, mut update) = (None, false, None);
        let lookup = |name: &str| MEMBERS.iter().position(|member| *member == name);
        while let Some(member) = members.next_key_seed(NameSeed(&lookup))? {
            let member = member.and_then(|index| MEMBERS.get(index).copied());
            let row = RowSeed(self.table);
            match (self.version, member) {
                (MonitorVersion::Plain, Some("new")) => new = Some(members.next_value_seed(row)?),
                (MonitorVersion::Plain, Some("old")) => {
                    was_there = true;
                    members.next_value::<IgnoredAny>()?;
                }
                (MonitorVersion::Conditional | MonitorVersion::Since, Some("initial" | "insert")) => {
                    update = Some(RowUpdate::Insert(members.next_value_seed(row)?));
                }
                (MonitorVersion::Conditional | MonitorVersion::Since, Some("modify")) => {
                    update = Some(RowUpdate::Modify(members.next_value_seed(row)?));
                }
                (MonitorVersion::Conditional | MonitorVersion::Since, Some("delete")) => {
                    members.next_value::<IgnoredAny>()?;
                    update = Some(RowUpdate::Delete);
                }
                _ => return Err(A::Error::custom("unknown kind of row update")),
            }
        }
        match (update, new, was_there) {
            (Some(update), _, _) => Ok(update),
            (None, Some(new), true) => Ok(RowUpdate::Replace(new)),
            (None, Some(new), false) => Ok(RowUpdate::Insert(new)),
            (None, None, true) => Ok(RowUpdate::Delete),
            (None, None, false) => Err(A::Error::custom("empty row update")),
        }
    }
}

/// Decodes a `<row>` (RFC 7047 section 5.1).
struct RowSeed<'a>(&'a MonitoredTable);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Vec<(usize, Value)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = Vec<(usize, Value)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a row of {}", self.0.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut columns: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(self.0.columns.len());
        let positions = |name: &str| self.0.position(name);
        while let Some(position) = columns.next_key_seed(NameSeed(&positions))? {
            match position.and_then(|index| self.0.columns.get(index).map(|column| (index, column))) {
                Some((index, column)) => values.push((index, columns.next_value_seed(ColumnSeed(column))?)),
                None => {
                    columns.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(values)
    }
}
