use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::SchemaError;
use crate::types::{BaseType, ColumnType, ReferenceKind};

/// A `<database-schema>` of RFC 7047 section 3.2. Equality ignores the order of tables and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSchema {
    /// The database's name.
    pub name: Arc<str>,
    /// The schema's version, as `x.y.z`; empty in old schemas.
    pub version: Arc<str>,
    /// What the author's tools computed of the schema's text (`cksum`); servers and clients hand it on and compare
    /// it.
    pub checksum: Option<Arc<str>>,
    /// Tables by name.
    pub tables: IndexMap<Arc<str>, TableSchema>,
}

impl DatabaseSchema {
    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&TableSchema> {
        self.tables.get(name)
    }

    /// The column of this name in the table of that name.
    pub fn column(&self, table: &str, column: &str) -> Option<&ColumnSchema> {
        self.table(table)?.columns.get(column)
    }
}

/// A `<table-schema>` of RFC 7047 section 3.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSchema {
    /// The table's name.
    pub name: Arc<str>,
    /// Whether rows stay without being referenced.
    pub is_root: bool,
    /// What ovsdb-server keeps of the member `mutable`, without meaning.
    pub mutable: bool,
    /// Greatest number of rows; `None` is unlimited.
    pub max_rows: Option<u64>,
    /// Columns by name; without `_uuid` and `_version`, which every table has.
    pub columns: IndexMap<Arc<str>, ColumnSchema>,
    /// Sets of columns whose values together are unique in the table.
    pub indexes: Vec<Vec<Arc<str>>>,
}

impl TableSchema {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ColumnSchema> {
        self.columns.get(name)
    }
}

/// A `<column-schema>` of RFC 7047 section 3.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSchema {
    /// The column's name.
    pub name: Arc<str>,
    /// The name of the table it belongs to, for messages.
    pub table: Arc<str>,
    /// What it holds. The JSON form calls it `type`.
    pub column_type: ColumnType,
    /// Whether its content may be forgotten when the server stops.
    pub ephemeral: bool,
    /// Whether it may change after the row was inserted.
    pub mutable: bool,
}

/// Reads a schema in either form: JSON if the first character that is no white space is `{`, else the compact
/// text form.
///
/// # Errors
/// The input is malformed, or names a table or column that it does not declare.
pub fn parse(input: &str) -> Result<DatabaseSchema, SchemaError> {
    if input.trim_start().starts_with('{') { crate::parse_json(input) } else { crate::parse_text(input) }
}

impl DatabaseSchema {
    /// Settles what follows from the whole schema, as ovsdb-server does.
    pub(crate) fn complete(&mut self) {
        // Old schemas have no garbage collection.
        if !self.tables.values().any(|table| table.is_root) {
            self.tables.values_mut().for_each(|table| table.is_root = true);
        }
        let roots: Vec<Arc<str>> =
            self.tables.values().filter(|table| table.is_root).map(|table| Arc::clone(&table.name)).collect();
        for column in self.tables.values_mut().flat_map(|table| table.columns.values_mut()) {
            column.complete();
            let column_type = &column.column_type;
            let keeps_alive = |base: &BaseType| {
                base.reference
                    .as_ref()
                    .is_some_and(|to| to.kind == ReferenceKind::Strong && !roots.contains(&to.table))
            };
            // A row must not be gone after a restart while the log goes on about it.
            if keeps_alive(&column_type.key) || column_type.value.as_ref().is_some_and(keeps_alive) {
                column.ephemeral = false;
            }
        }
    }
}

impl ColumnSchema {
    /// Settles what follows from the column's type.
    pub(crate) fn complete(&mut self) {
        let is_weak =
            |base: &BaseType| base.reference.as_ref().is_some_and(|to| to.kind == ReferenceKind::Weak);
        let column_type = &self.column_type;
        // Weak references change when the rows they refer to go.
        if is_weak(&column_type.key) || column_type.value.as_ref().is_some_and(is_weak) {
            self.mutable = true;
        }
    }
}

/// Whether the text is an `<id>` of RFC 7047 section 3.1.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether the text is a `<version>` of RFC 7047 section 3.1.
pub(crate) fn is_version(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() == 3 && text.split('.').all(is_number)
}

/// Checks what no single line can show: that references and indexes name what exists, and that types are sane.
pub(crate) fn validate(schema: &DatabaseSchema) -> Result<(), SchemaError> {
    for table in schema.tables.values() {
        for column in table.columns.values() {
            validate_column(schema, column)?;
        }
        for name in table.indexes.iter().flatten() {
            if !table.columns.contains_key(name) {
                return Err(SchemaError::invalid(&*table.name, format!("index names no column: {name}")));
            }
        }
    }
    Ok(())
}

fn validate_column(schema: &DatabaseSchema, column: &ColumnSchema) -> Result<(), SchemaError> {
    let place = || format!("{}.{}", column.table, column.name);
    let column_type = &column.column_type;
    if column_type.min > 1 || column_type.max == Some(0) {
        return Err(SchemaError::invalid(place(), "min must be 0 or 1, and max at least 1"));
    }
    for base in [Some(&column_type.key), column_type.value.as_ref()].into_iter().flatten() {
        let dangling = base.reference.as_ref().filter(|to| !schema.tables.contains_key(&to.table));
        if let Some(reference) = dangling {
            return Err(SchemaError::invalid(place(), format!("refers to no table: {}", reference.table)));
        }
        if let Some(message) = empty_range(base) {
            return Err(SchemaError::invalid(place(), message));
        }
    }
    Ok(())
}

fn empty_range(base: &BaseType) -> Option<&'static str> {
    let crossed =
        |min: Option<i64>, max: Option<i64>| matches!((min, max), (Some(min), Some(max)) if min > max);
    if crossed(base.integer_min, base.integer_max) {
        return Some("the least integer is greater than the greatest");
    }
    if matches!((base.real_min, base.real_max), (Some(min), Some(max)) if min > max) {
        return Some("the least real is greater than the greatest");
    }
    if matches!((base.length_min, base.length_max), (Some(min), Some(max)) if min > max) {
        return Some("the least length is greater than the greatest");
    }
    None
}
