//! The JSON form of a schema (RFC 7047 section 3.2).

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::{Map, Value as Json, json};

use crate::atom::{Atom, Real};
use crate::atom_set::AtomSet;
use crate::decode::ColumnSeed;
use crate::error::SchemaError;
use crate::schema::{ColumnSchema, DatabaseSchema, TableSchema, is_identifier, is_version, validate};
use crate::types::{AtomicType, BaseType, ColumnType, Reference, ReferenceKind};
use crate::value::Value;

#[derive(Deserialize)]
struct RawDatabase {
    name: String,
    version: String,
    tables: IndexMap<String, RawTable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawTable {
    columns: IndexMap<String, RawColumn>,
    #[serde(default)]
    is_root: bool,
    max_rows: Option<u64>,
    #[serde(default)]
    indexes: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct RawColumn {
    #[serde(rename = "type")]
    column_type: RawType,
    #[serde(default)]
    ephemeral: bool,
    #[serde(default = "yes")]
    mutable: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawType {
    Atomic(String),
    Full(Box<RawFullType>),
}

#[derive(Deserialize)]
struct RawFullType {
    key: RawBase,
    value: Option<RawBase>,
    min: Option<u64>,
    max: Option<RawMax>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawMax {
    Number(u64),
    Word(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawBase {
    Atomic(String),
    Full(RawFullBase),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawFullBase {
    #[serde(rename = "type")]
    atomic: String,
    #[serde(rename = "enum")]
    enumeration: Option<Json>,
    min_integer: Option<i64>,
    max_integer: Option<i64>,
    min_real: Option<f64>,
    max_real: Option<f64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    ref_table: Option<String>,
    ref_type: Option<String>,
}

/// Reads a schema in the JSON form of RFC 7047 section 3.2; members that the RFC does not know are ignored.
///
/// # Errors
/// The text is not JSON, lacks a member, or names a table or column that it does not declare.
pub fn parse_json(input: &str) -> Result<DatabaseSchema, SchemaError> {
    let raw: RawDatabase = serde_json::from_str(input)?;
    require(is_identifier(&raw.name), &raw.name, "the database's name is not an identifier")?;
    require(is_version(&raw.version), &raw.name, "the version is not of the form x.y.z")?;
    let mut tables = IndexMap::with_capacity(raw.tables.len());
    for (name, table) in raw.tables {
        let name: Arc<str> = name.into();
        tables.insert(Arc::clone(&name), table_from(name, table)?);
    }
    let schema = DatabaseSchema { name: raw.name.into(), version: raw.version.into(), tables };
    validate(&schema)?;
    Ok(schema)
}

fn require(holds: bool, place: &str, message: &str) -> Result<(), SchemaError> {
    if holds { Ok(()) } else { Err(SchemaError::invalid(place, message)) }
}

fn table_from(name: Arc<str>, raw: RawTable) -> Result<TableSchema, SchemaError> {
    require(is_identifier(&name), &name, "the table's name is not an identifier")?;
    let mut columns = IndexMap::with_capacity(raw.columns.len());
    for (column_name, column) in raw.columns {
        let place = format!("{name}.{column_name}");
        require(is_identifier(&column_name), &place, "the column's name is not an identifier")?;
        let column_name: Arc<str> = column_name.into();
        let column = ColumnSchema {
            name: Arc::clone(&column_name),
            table: Arc::clone(&name),
            column_type: type_from(&place, column.column_type)?,
            ephemeral: column.ephemeral,
            mutable: column.mutable,
        };
        columns.insert(column_name, column);
    }
    let indexes = raw.indexes.into_iter().map(|index| index.into_iter().map(Arc::from).collect()).collect();
    Ok(TableSchema { name, is_root: raw.is_root, max_rows: raw.max_rows, columns, indexes })
}

fn type_from(place: &str, raw: RawType) -> Result<ColumnType, SchemaError> {
    match raw {
        RawType::Atomic(name) => Ok(ColumnType::scalar(BaseType::unconstrained(atomic_from(place, &name)?))),
        RawType::Full(full) => {
            let RawFullType { key, value, min, max } = *full;
            let max = match max {
                None => Some(1),
                Some(RawMax::Number(max)) => Some(max),
                Some(RawMax::Word(word)) => {
                    require(word == "unlimited", place, "max is neither a number nor \"unlimited\"")?;
                    None
                }
            };
            let value = value.map(|value| base_from(place, value)).transpose()?;
            Ok(ColumnType { key: base_from(place, key)?, value, min: min.unwrap_or(1), max })
        }
    }
}

fn atomic_from(place: &str, name: &str) -> Result<AtomicType, SchemaError> {
    AtomicType::from_name(name).ok_or_else(|| SchemaError::invalid(place, format!("no such type: {name}")))
}

fn base_from(place: &str, raw: RawBase) -> Result<BaseType, SchemaError> {
    let raw = match raw {
        RawBase::Atomic(name) => return Ok(BaseType::unconstrained(atomic_from(place, &name)?)),
        RawBase::Full(raw) => raw,
    };
    let atomic = atomic_from(place, &raw.atomic)?;
    let real = |number: Option<f64>| number.and_then(Real::new);
    Ok(BaseType {
        atomic,
        enumeration: raw.enumeration.map(|json| enumeration_from(place, atomic, json)).transpose()?,
        integer_min: raw.min_integer,
        integer_max: raw.max_integer,
        real_min: real(raw.min_real),
        real_max: real(raw.max_real),
        length_min: raw.min_length.filter(|&least| least > 0),
        length_max: raw.max_length,
        reference: reference_from(place, raw.ref_table, raw.ref_type)?,
    })
}

fn enumeration_from(place: &str, atomic: AtomicType, json: Json) -> Result<AtomSet, SchemaError> {
    let key = BaseType::unconstrained(atomic);
    let column = ColumnSchema {
        name: "enum".into(),
        table: place.into(),
        column_type: ColumnType { key, value: None, min: 1, max: None },
        ephemeral: false,
        mutable: true,
    };
    match ColumnSeed(&column).deserialize(json) {
        Ok(Value::Set(atoms)) if !atoms.is_empty() => Ok(atoms),
        Ok(_) => Err(SchemaError::invalid(place, "the enumeration is empty")),
        Err(error) => Err(SchemaError::invalid(place, error.to_string())),
    }
}

fn reference_from(
    place: &str,
    table: Option<String>,
    kind: Option<String>,
) -> Result<Option<Reference>, SchemaError> {
    let kind = match kind.as_deref() {
        None | Some("strong") => ReferenceKind::Strong,
        Some("weak") => ReferenceKind::Weak,
        Some(other) => return Err(SchemaError::invalid(place, format!("no such refType: {other}"))),
    };
    Ok(table.map(|table| Reference { table: table.into(), kind }))
}

/// The JSON form of a schema, as `ovsdb-tool create` takes it. [`parse_json`] gives the same schema back.
pub fn to_json(schema: &DatabaseSchema) -> Json {
    let tables: Map<String, Json> =
        schema.tables.iter().map(|(name, table)| (name.to_string(), table_to_json(table))).collect();
    json!({ "name": *schema.name, "version": *schema.version, "tables": tables })
}

fn table_to_json(table: &TableSchema) -> Json {
    let columns: Map<String, Json> =
        table.columns.iter().map(|(name, column)| (name.to_string(), column_to_json(column))).collect();
    let mut object = Map::new();
    object.insert("columns".to_owned(), columns.into());
    object.insert("isRoot".to_owned(), table.is_root.into());
    if let Some(max_rows) = table.max_rows {
        object.insert("maxRows".to_owned(), max_rows.into());
    }
    if !table.indexes.is_empty() {
        let index = |columns: &Vec<Arc<str>>| columns.iter().map(|name| Json::from(&**name)).collect();
        object.insert("indexes".to_owned(), Json::Array(table.indexes.iter().map(index).collect()));
    }
    object.into()
}

fn column_to_json(column: &ColumnSchema) -> Json {
    let column_type = &column.column_type;
    let mut typed = Map::new();
    typed.insert("key".to_owned(), base_to_json(&column_type.key));
    if let Some(value) = &column_type.value {
        typed.insert("value".to_owned(), base_to_json(value));
    }
    typed.insert("min".to_owned(), column_type.min.into());
    typed.insert("max".to_owned(), column_type.max.map_or_else(|| "unlimited".into(), Json::from));
    let mut object = Map::new();
    object.insert("type".to_owned(), typed.into());
    if column.ephemeral {
        object.insert("ephemeral".to_owned(), true.into());
    }
    if !column.mutable {
        object.insert("mutable".to_owned(), false.into());
    }
    object.into()
}

fn base_to_json(base: &BaseType) -> Json {
    let mut object = Map::new();
    object.insert("type".to_owned(), base.atomic.name().into());
    if let Some(allowed) = &base.enumeration {
        let atoms: Vec<Json> = allowed.iter().map(atom_to_json).collect();
        object.insert("enum".to_owned(), json!(["set", atoms]));
    }
    let numbers = [
        ("minInteger", base.integer_min.map(Json::from)),
        ("maxInteger", base.integer_max.map(Json::from)),
        ("minReal", base.real_min.map(|real| real.get().into())),
        ("maxReal", base.real_max.map(|real| real.get().into())),
        ("minLength", base.length_min.map(Json::from)),
        ("maxLength", base.length_max.map(Json::from)),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            object.insert(name.to_owned(), number);
        }
    }
    if let Some(reference) = &base.reference {
        let kind = match reference.kind {
            ReferenceKind::Strong => "strong",
            ReferenceKind::Weak => "weak",
        };
        object.insert("refTable".to_owned(), (*reference.table).into());
        object.insert("refType".to_owned(), kind.into());
    }
    object.into()
}

fn atom_to_json(atom: &Atom) -> Json {
    match atom {
        Atom::Integer(number) => (*number).into(),
        Atom::Real(real) => real.get().into(),
        Atom::Boolean(truth) => (*truth).into(),
        Atom::String(text) => (**text).into(),
        Atom::Uuid(uuid) => json!(["uuid", uuid.to_string()]),
        Atom::NamedUuid(name) => json!(["named-uuid", **name]),
    }
}
