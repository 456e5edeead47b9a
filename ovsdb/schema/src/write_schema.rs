//! The JSON form of a schema (RFC 7047 section 3.2) as ovsdb-server writes it: what is so by default is left out.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::atom::Atom;
use crate::schema::{ColumnSchema, DatabaseSchema, TableSchema};
use crate::types::{BaseType, ColumnType, ReferenceKind};

/// The JSON form of a schema, as `get_schema` gives it and `ovsdb-tool create` takes it.
/// [`parse_json`](crate::parse_json) gives the same schema back.
pub fn to_json(schema: &DatabaseSchema) -> Json {
    // Before there was garbage collection, every table was what now is a root table.
    let all_are_roots = schema.tables.values().all(|table| table.is_root);
    let table_entry =
        |(name, table): (&Arc<str>, &TableSchema)| (name.to_string(), table.to_json(all_are_roots));
    let mut object = Map::new();
    object.insert("name".to_owned(), (*schema.name).into());
    if !schema.version.is_empty() {
        object.insert("version".to_owned(), (*schema.version).into());
    }
    if let Some(checksum) = &schema.checksum {
        object.insert("cksum".to_owned(), (**checksum).into());
    }
    object.insert("tables".to_owned(), Json::Object(schema.tables.iter().map(table_entry).collect()));
    object.into()
}

impl TableSchema {
    /// The JSON form; `isRoot` is left out if it is as told.
    pub fn to_json(&self, root_by_default: bool) -> Json {
        let columns: Map<String, Json> =
            self.columns.iter().map(|(name, column)| (name.to_string(), column.to_json())).collect();
        let mut object = Map::new();
        if !self.mutable {
            object.insert("mutable".to_owned(), false.into());
        }
        if self.is_root != root_by_default {
            object.insert("isRoot".to_owned(), self.is_root.into());
        }
        object.insert("columns".to_owned(), columns.into());
        if let Some(max_rows) = self.max_rows {
            object.insert("maxRows".to_owned(), max_rows.into());
        }
        if !self.indexes.is_empty() {
            let index = |columns: &Vec<Arc<str>>| columns.iter().map(|name| Json::from(&**name)).collect();
            object.insert("indexes".to_owned(), Json::Array(self.indexes.iter().map(index).collect()));
        }
        object.into()
    }
}

impl ColumnSchema {
    /// The JSON form.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        if !self.mutable {
            object.insert("mutable".to_owned(), false.into());
        }
        if self.ephemeral {
            object.insert("ephemeral".to_owned(), true.into());
        }
        object.insert("type".to_owned(), self.column_type.to_json());
        object.into()
    }
}

impl ColumnType {
    /// The JSON form.
    pub fn to_json(&self) -> Json {
        let key = self.key.to_json();
        if self.is_scalar() && key.is_string() {
            return key;
        }
        let mut object = Map::new();
        object.insert("key".to_owned(), key);
        if let Some(value) = &self.value {
            object.insert("value".to_owned(), value.to_json());
        }
        if self.min != 1 {
            object.insert("min".to_owned(), self.min.into());
        }
        match self.max {
            None => _ = object.insert("max".to_owned(), "unlimited".into()),
            Some(1) => {}
            Some(max) => _ = object.insert("max".to_owned(), max.into()),
        }
        object.into()
    }
}

impl BaseType {
    /// The JSON form.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        if let Some(allowed) = &self.enumeration {
            let atoms: Vec<Json> = allowed.iter().map(atom_to_json).collect();
            let only = <[Json; 1]>::try_from(atoms).map(|[only]| only);
            object.insert("enum".to_owned(), only.unwrap_or_else(|atoms| json!(["set", atoms])));
        }
        let numbers = [
            ("minInteger", self.integer_min.map(Json::from)),
            ("maxInteger", self.integer_max.map(Json::from)),
            ("minReal", self.real_min.map(|real| real_to_json(real.get()))),
            ("maxReal", self.real_max.map(|real| real_to_json(real.get()))),
            ("minLength", self.length_min.map(Json::from)),
            ("maxLength", self.length_max.map(Json::from)),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                object.insert(name.to_owned(), number);
            }
        }
        if let Some(reference) = &self.reference {
            object.insert("refTable".to_owned(), (*reference.table).into());
            if reference.kind == ReferenceKind::Weak {
                object.insert("refType".to_owned(), "weak".into());
            }
        }
        if object.is_empty() {
            return self.atomic.name().into();
        }
        object.insert("type".to_owned(), self.atomic.name().into());
        object.into()
    }
}

fn real_to_json(real: f64) -> Json {
    // JSON has one kind of number; the shortest text of a whole one has no fraction.
    if real.fract() == 0.0 && real.abs() < 1e15 { (real as i64).into() } else { real.into() }
}

fn atom_to_json(atom: &Atom) -> Json {
    match atom {
        Atom::Integer(number) => (*number).into(),
        Atom::Real(real) => real_to_json(real.get()),
        Atom::Boolean(truth) => (*truth).into(),
        Atom::String(text) => (**text).into(),
        Atom::Uuid(uuid) => json!(["uuid", uuid.to_string()]),
        Atom::NamedUuid(name) => json!(["named-uuid", **name]),
    }
}
