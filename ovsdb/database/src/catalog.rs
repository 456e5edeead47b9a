use std::sync::Arc;

use rustc_hash::FxHashMap;
use uuid::Uuid;
use weft_ovsdb_schema::{
    AtomicType, BaseType, ColumnSchema, ColumnType, DatabaseSchema, Reference, ReferenceKind, TableSchema,
    Value, to_json,
};

use crate::row::{UUID_COLUMN, VERSION_COLUMN};

/// The position of a table in its catalog.
pub type TableId = usize;

/// A schema with everything by position that is looked up often.
#[derive(Debug)]
pub struct Catalog {
    /// The schema.
    pub schema: DatabaseSchema,
    /// The schema as `get_schema` gives it.
    pub schema_json: String,
    /// The tables.
    pub tables: Vec<TableInfo>,
    by_name: FxHashMap<Arc<str>, TableId>,
}

/// A table's schema with `_uuid` and `_version` among its columns.
#[derive(Debug)]
pub struct TableInfo {
    /// The schema.
    pub schema: TableSchema,
    /// The columns, `_uuid` and `_version` first.
    pub columns: Vec<ColumnSchema>,
    /// What each column holds when nothing was said.
    pub defaults: Vec<Value>,
    /// The columns of each index.
    pub indexes: Vec<Vec<usize>>,
    /// Where rows refer to others that must exist.
    pub strong: Vec<ReferenceColumn>,
    /// Where rows refer to others that may go.
    pub weak: Vec<ReferenceColumn>,
    by_name: FxHashMap<Arc<str>, usize>,
}

/// A column whose keys or values are references.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceColumn {
    /// The column's position.
    pub column: usize,
    /// Whether the values of a map are the references, not its keys or a set's elements.
    pub in_values: bool,
    /// The table referred to.
    pub table: TableId,
}

impl Catalog {
    /// Prepares a schema.
    pub fn new(schema: DatabaseSchema) -> Self {
        let by_name: FxHashMap<Arc<str>, TableId> =
            schema.tables.keys().enumerate().map(|(id, name)| (Arc::clone(name), id)).collect();
        let tables = schema.tables.values().map(|table| TableInfo::new(table, &by_name)).collect();
        let schema_json = to_json(&schema).to_string();
        Self { schema, schema_json, tables, by_name }
    }

    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<TableId> {
        self.by_name.get(name).copied()
    }
}

impl TableInfo {
    fn new(table: &TableSchema, tables: &FxHashMap<Arc<str>, TableId>) -> Self {
        let own = |name: &str, ephemeral| ColumnSchema {
            name: name.into(),
            table: Arc::clone(&table.name),
            column_type: ColumnType::scalar(BaseType::unconstrained(AtomicType::Uuid)),
            ephemeral,
            mutable: false,
        };
        let mut columns = vec![own("_uuid", false), own("_version", true)];
        columns.extend(table.columns.values().cloned());
        let by_name: FxHashMap<Arc<str>, usize> =
            columns.iter().enumerate().map(|(index, column)| (Arc::clone(&column.name), index)).collect();
        let index =
            |names: &Vec<Arc<str>>| names.iter().filter_map(|name| by_name.get(name).copied()).collect();
        Self {
            schema: table.clone(),
            defaults: columns.iter().map(|column| column.column_type.default_value()).collect(),
            indexes: table.indexes.iter().map(index).collect(),
            strong: reference_columns(&columns, tables, ReferenceKind::Strong),
            weak: reference_columns(&columns, tables, ReferenceKind::Weak),
            columns,
            by_name,
        }
    }

    /// The table's name.
    pub fn name(&self) -> &str {
        &self.schema.name
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The columns of the schema, without `_uuid` and `_version`.
    pub fn own_columns(&self) -> impl Iterator<Item = usize> + use<> {
        VERSION_COLUMN + 1..self.columns.len()
    }

    /// The values of a new row.
    pub fn default_values(&self, uuid: Uuid) -> Vec<Value> {
        let mut values = self.defaults.clone();
        values[UUID_COLUMN] = uuid.into();
        values
    }
}

fn reference_columns(
    columns: &[ColumnSchema],
    tables: &FxHashMap<Arc<str>, TableId>,
    kind: ReferenceKind,
) -> Vec<ReferenceColumn> {
    let target = |base: &BaseType| {
        let reference: Option<&Reference> = base.reference.as_ref().filter(|to| to.kind == kind);
        reference.and_then(|to| tables.get(&to.table).copied())
    };
    let mut found = Vec::new();
    for (column, schema) in columns.iter().enumerate() {
        let column_type = &schema.column_type;
        let keys = target(&column_type.key).map(|table| ReferenceColumn { column, in_values: false, table });
        let values = column_type.value.as_ref().and_then(target);
        found.extend(keys);
        found.extend(values.map(|table| ReferenceColumn { column, in_values: true, table }));
    }
    found
}
