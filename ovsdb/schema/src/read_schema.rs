//! The JSON form of a schema (RFC 7047 section 3.2), read as strictly and with the same complaints as ovsdb-server.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::atom::Real;
use crate::atom_set::AtomSet;
use crate::error::SchemaError;
use crate::json::{Json, JsonObject, Kind, ObjectReader, OvsdbError};
use crate::schema::{ColumnSchema, DatabaseSchema, TableSchema, is_identifier, is_version};
use crate::types::{AtomicType, BaseType, ColumnType, Reference, ReferenceKind};
use crate::value::Value;

/// Reads a schema in the JSON form of RFC 7047 section 3.2, with the members that ovsdb-server adds.
///
/// # Errors
/// The text is not JSON or no schema.
pub fn parse_json(input: &str) -> Result<DatabaseSchema, SchemaError> {
    Ok(DatabaseSchema::from_json(&Json::parse(input)?)?)
}

impl DatabaseSchema {
    /// Reads a `<database-schema>` (ovsdb-server's `ovsdb_schema_from_json`).
    ///
    /// # Errors
    /// The JSON is no schema, or refers to a table that it does not declare.
    pub fn from_json(json: &Json<'_>) -> Result<Self, OvsdbError> {
        let mut reader = ObjectReader::new(json, &"database schema");
        let name = reader.required("name", &[Kind::Identifier]).and_then(Json::as_str).unwrap_or_default();
        let version = reader.optional("version", &[Kind::String]).and_then(Json::as_str);
        let checksum = reader.optional("cksum", &[Kind::String]).and_then(Json::as_str);
        let tables = reader.required("tables", &[Kind::Object]).and_then(Json::as_object);
        reader.finish()?;
        if let Some(version) = version.filter(|version| !is_version(version)) {
            let details = format!("schema version \"{version}\" not in format x.y.z");
            return Err(OvsdbError::syntax(json, details));
        }
        let mut schema = Self {
            name: name.into(),
            version: version.unwrap_or_default().into(),
            checksum: checksum.filter(|checksum| !checksum.is_empty()).map(Arc::from),
            tables: IndexMap::new(),
        };
        for (name, table) in members(tables) {
            check_name(json, name)?;
            schema.tables.insert(name.into(), TableSchema::from_json(table, name)?);
        }
        schema.complete();
        schema.check_references()?;
        Ok(schema)
    }

    fn check_references(&self) -> Result<(), OvsdbError> {
        for column in self.tables.values().flat_map(|table| table.columns.values()) {
            let column_type = &column.column_type;
            for (base, place) in [(Some(&column_type.key), "key"), (column_type.value.as_ref(), "value")] {
                let reference = base.and_then(|base| base.reference.as_ref());
                if let Some(reference) = reference.filter(|to| !self.tables.contains_key(&to.table)) {
                    let (name, table) = (&column.name, &reference.table);
                    let details = format!("column {name} {place} refers to undefined table {table}");
                    return Err(OvsdbError::new("syntax error", details));
                }
            }
        }
        Ok(())
    }
}

fn members<'j, 'a>(object: Option<&'j JsonObject<'a>>) -> impl Iterator<Item = (&'j str, &'j Json<'a>)> {
    object.into_iter().flat_map(JsonObject::iter)
}

fn check_name(json: &Json<'_>, name: &str) -> Result<(), OvsdbError> {
    if name.starts_with('_') {
        return Err(OvsdbError::syntax(json, "names beginning with \"_\" are reserved"));
    }
    if is_identifier(name) { Ok(()) } else { Err(OvsdbError::syntax(json, "name must be a valid id")) }
}

impl TableSchema {
    /// Reads a `<table-schema>` (ovsdb-server's `ovsdb_table_schema_from_json`).
    ///
    /// # Errors
    /// The JSON is no table schema.
    pub fn from_json(json: &Json<'_>, name: &str) -> Result<Self, OvsdbError> {
        let subject = format!("table schema for table {name}");
        let mut reader = ObjectReader::new(json, &subject);
        let columns = reader.required("columns", &[Kind::Object]).and_then(Json::as_object);
        let mutable = reader.optional("mutable", &[Kind::Boolean]).and_then(Json::as_boolean);
        let max_rows = reader.optional("maxRows", &[Kind::Integer]).and_then(Json::as_integer);
        let is_root = reader.optional("isRoot", &[Kind::Boolean]).and_then(Json::as_boolean);
        let indexes = reader.optional("indexes", &[Kind::Array]).and_then(Json::as_array);
        reader.finish()?;
        if max_rows.is_some_and(|rows| rows <= 0) {
            return Err(OvsdbError::syntax(json, "maxRows must be at least 1"));
        }
        if columns.is_none_or(JsonObject::is_empty) {
            return Err(OvsdbError::syntax(json, "table must have at least one column"));
        }
        let mut table = Self {
            name: name.into(),
            is_root: is_root.unwrap_or(false),
            mutable: mutable.unwrap_or(true),
            max_rows: max_rows
                .and_then(|rows| u64::try_from(rows).ok())
                .filter(|&rows| rows < u64::from(u32::MAX)),
            columns: IndexMap::new(),
            indexes: Vec::new(),
        };
        for (column_name, column) in members(columns) {
            check_name(json, column_name)?;
            let mut column = ColumnSchema::from_json(column, column_name)?;
            column.table = Arc::clone(&table.name);
            table.columns.insert(column_name.into(), column);
        }
        for index in indexes.unwrap_or_default() {
            let index = table.index_from(json, index)?;
            table.indexes.push(index);
        }
        Ok(table)
    }

    fn index_from(&self, json: &Json<'_>, index: &Json<'_>) -> Result<Vec<Arc<str>>, OvsdbError> {
        let columns = self.column_names(index)?;
        if columns.is_empty() {
            return Err(OvsdbError::syntax(json, "index must have at least one column"));
        }
        for name in &columns {
            if self.columns.get(name).is_some_and(|column| column.ephemeral) {
                let details = format!("ephemeral columns (such as {name}) may not be indexed");
                return Err(OvsdbError::syntax(json, details));
            }
        }
        Ok(columns)
    }

    /// Reads a `<column-set>`: an array of distinct names of columns; `_uuid` and `_version` are columns too.
    ///
    /// # Errors
    /// The JSON is something else.
    pub fn column_names(&self, json: &Json<'_>) -> Result<Vec<Arc<str>>, OvsdbError> {
        let no_names = || OvsdbError::syntax(json, "array of distinct column names expected");
        let mut names: Vec<Arc<str>> = Vec::new();
        for element in json.as_array().ok_or_else(no_names)? {
            let name = element.as_str().ok_or_else(no_names)?;
            if !self.columns.contains_key(name) && name != "_uuid" && name != "_version" {
                return Err(OvsdbError::syntax(json, format!("{name} is not a valid column name")));
            }
            if names.iter().any(|known| **known == *name) {
                return Err(no_names());
            }
            names.push(name.into());
        }
        Ok(names)
    }
}

impl ColumnSchema {
    /// Reads a `<column-schema>` (ovsdb-server's `ovsdb_column_from_json`). The name of its table stays empty.
    ///
    /// # Errors
    /// The JSON is no column schema.
    pub fn from_json(json: &Json<'_>, name: &str) -> Result<Self, OvsdbError> {
        let subject = format!("schema for column {name}");
        let mut reader = ObjectReader::new(json, &subject);
        let mutable = reader.optional("mutable", &[Kind::Boolean]).and_then(Json::as_boolean);
        let ephemeral = reader.optional("ephemeral", &[Kind::Boolean]).and_then(Json::as_boolean);
        let column_type = reader.required("type", &[Kind::String, Kind::Object]);
        reader.finish()?;
        let mut column = Self {
            name: name.into(),
            table: "".into(),
            column_type: ColumnType::from_json(column_type.unwrap_or(&Json::Null))?,
            ephemeral: ephemeral.unwrap_or(false),
            mutable: mutable.unwrap_or(true),
        };
        column.complete();
        Ok(column)
    }
}

impl AtomicType {
    /// Reads an `<atomic-type>`.
    ///
    /// # Errors
    /// The JSON is none.
    pub fn from_json(json: &Json<'_>) -> Result<Self, OvsdbError> {
        let name = json.as_str().ok_or_else(|| OvsdbError::syntax(json, "atomic-type expected"))?;
        Self::from_name(name)
            .ok_or_else(|| OvsdbError::syntax(json, format!("\"{name}\" is not an atomic-type")))
    }
}

impl BaseType {
    /// Reads a `<base-type>` (ovsdb-server's `ovsdb_base_type_from_json`).
    ///
    /// # Errors
    /// The JSON is none.
    pub fn from_json(json: &Json<'_>) -> Result<Self, OvsdbError> {
        if let Json::String(_) = json {
            return AtomicType::from_json(json).map(Self::unconstrained);
        }
        let mut reader = ObjectReader::new(json, &"ovsdb type");
        let Some(atomic) = reader.required("type", &[Kind::String]) else {
            return reader.finish().map(|()| Self::unconstrained(AtomicType::Integer));
        };
        let mut base = Self::unconstrained(AtomicType::from_json(atomic)?);
        base.read_constraints(json, &mut reader)?;
        reader.finish()?;
        Ok(base)
    }

    fn read_constraints<'j>(
        &mut self,
        json: &Json<'_>,
        reader: &mut ObjectReader<'j, '_, '_>,
    ) -> Result<(), OvsdbError> {
        if let Some(allowed) = reader.optional("enum", &[]) {
            let key = Self::unconstrained(self.atomic);
            let enumeration = ColumnType { key, value: None, min: 1, max: None };
            self.enumeration = match enumeration.read(allowed, None)? {
                Value::Set(atoms) => Some(atoms),
                Value::Map(_) => Some(AtomSet::new()),
            };
            return Ok(());
        }
        match self.atomic {
            AtomicType::Integer => {
                let mut bound = |name| reader.optional(name, &[Kind::Integer]).and_then(Json::as_integer);
                self.integer_min = bound("minInteger").filter(|&min| min != i64::MIN);
                self.integer_max = bound("maxInteger").filter(|&max| max != i64::MAX);
                check_order(json, self.integer_min, self.integer_max, "Integer")
            }
            AtomicType::Real => {
                let mut bound = |name| match reader.optional(name, &[Kind::Number]) {
                    Some(Json::Integer(number)) => Real::new(*number as f64),
                    Some(Json::Real(number)) => Real::new(*number),
                    _ => None,
                };
                self.real_min = bound("minReal").filter(|min| min.get() != f64::MIN);
                self.real_max = bound("maxReal").filter(|max| max.get() != f64::MAX);
                check_order(json, self.real_min, self.real_max, "Real")
            }
            AtomicType::String => {
                self.length_min = read_length(reader, "minLength")?.filter(|&min| min > 0);
                self.length_max = read_length(reader, "maxLength")?.filter(|&max| max < u64::from(u32::MAX));
                check_order(json, self.length_min, self.length_max, "Length")
            }
            AtomicType::Uuid => {
                self.reference = read_reference(json, reader)?;
                Ok(())
            }
            AtomicType::Boolean => Ok(()),
        }
    }
}

fn check_order<T: PartialOrd>(
    json: &Json<'_>,
    min: Option<T>,
    max: Option<T>,
    what: &str,
) -> Result<(), OvsdbError> {
    if matches!((min, max), (Some(min), Some(max)) if min > max) {
        return Err(OvsdbError::syntax(json, format!("min{what} exceeds max{what}")));
    }
    Ok(())
}

fn read_length(reader: &mut ObjectReader<'_, '_, '_>, name: &'static str) -> Result<Option<u64>, OvsdbError> {
    let Some(json) = reader.optional(name, &[Kind::Integer]) else { return Ok(None) };
    let length = json.as_integer().and_then(|length| u32::try_from(length).ok());
    let details = || format!("{name} out of valid range 0 to {}", u32::MAX);
    length.map(|length| Some(u64::from(length))).ok_or_else(|| OvsdbError::syntax(json, details()))
}

fn read_reference(
    json: &Json<'_>,
    reader: &mut ObjectReader<'_, '_, '_>,
) -> Result<Option<Reference>, OvsdbError> {
    let Some(table) = reader.optional("refTable", &[Kind::Identifier]).and_then(Json::as_str) else {
        return Ok(None);
    };
    let kind = match reader.optional("refType", &[Kind::Identifier]).and_then(Json::as_str) {
        None | Some("strong") => ReferenceKind::Strong,
        Some("weak") => ReferenceKind::Weak,
        Some(other) => {
            let details = format!("refType must be \"strong\" or \"weak\" (not \"{other}\")");
            return Err(OvsdbError::syntax(json, details));
        }
    };
    Ok(Some(Reference { table: table.into(), kind }))
}

impl ColumnType {
    /// Reads a `<type>` (ovsdb-server's `ovsdb_type_from_json`).
    ///
    /// # Errors
    /// The JSON is none, or says that there are fewer elements than at least.
    pub fn from_json(json: &Json<'_>) -> Result<Self, OvsdbError> {
        match json {
            Json::String(_) => return BaseType::from_json(json).map(Self::scalar),
            Json::Object(_) => {}
            _ => return Err(OvsdbError::syntax(json, "ovsdb type expected")),
        }
        let mut reader = ObjectReader::new(json, &"ovsdb type");
        let key = reader.required("key", &[Kind::String, Kind::Object]);
        let value = reader.optional("value", &[Kind::String, Kind::Object]);
        let min = reader.optional("min", &[Kind::Integer]);
        let max = reader.optional("max", &[Kind::Integer, Kind::String]);
        reader.finish()?;
        let key = BaseType::from_json(key.unwrap_or(&Json::Null))?;
        let value = value.map(BaseType::from_json).transpose()?;
        let min = min.map_or(Ok(1), read_count)?;
        let max = match max {
            Some(Json::String(text)) if text == "unlimited" => None,
            max => Some(max.map_or(Ok(1), read_count)?),
        };
        if min > 1 || max == Some(0) {
            return Err(OvsdbError::syntax(json, "ovsdb type fails constraint checks"));
        }
        Ok(Self { key, value, min, max })
    }
}

fn read_count(json: &Json<'_>) -> Result<u64, OvsdbError> {
    let count =
        json.as_integer().and_then(|count| u32::try_from(count).ok()).filter(|&count| count < u32::MAX);
    count.map(u64::from).ok_or_else(|| OvsdbError::syntax(json, "bad min or max value"))
}
