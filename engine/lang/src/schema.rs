//! Database schemas: where they come from, and their columns as types of the language.

use std::collections::HashMap;

use weft_ovsdb_schema::{AtomicType, BaseType, ColumnSchema, DatabaseSchema, TableSchema};

use crate::program::{Column, DatabaseId, Program, Table, TableId};
use crate::types::{Database, Type};

/// Finds the schema that a rule file names in `database nb from "ovn-nb.schema"`.
pub trait SchemaSource {
    /// The schema of that file name, or None when there is none.
    fn schema(&self, file_name: &str) -> Option<DatabaseSchema>;
}

/// The schemas of OVN, `ovn-nb.schema` and `ovn-sb.schema`, and that of northd's timer, `timer.schema`.
#[derive(Debug, Clone, Copy, Default)]
pub struct OvnSchemas;

impl SchemaSource for OvnSchemas {
    fn schema(&self, file_name: &str) -> Option<DatabaseSchema> {
        match file_name {
            "ovn-nb.schema" => weft_ovsdb_schema::northbound().ok(),
            "ovn-sb.schema" => weft_ovsdb_schema::southbound().ok(),
            "timer.schema" => weft_ovsdb_schema::timer().ok(),
            _ => None,
        }
    }
}

/// What the checker knows of a database beside its tables.
#[derive(Debug, Default)]
pub(crate) struct LoadedDatabase {
    /// Tables by name.
    pub(crate) tables: HashMap<String, TableId>,
}

/// Adds a database and its tables to the program. `at_most_one_row` receives a flag for each table.
pub(crate) fn load(
    program: &mut Program,
    name: &str,
    schema: &DatabaseSchema,
    at_most_one_row: &mut Vec<bool>,
) -> (DatabaseId, LoadedDatabase) {
    let database = DatabaseId(program.databases.len() as u32);
    let first = program.tables.len();
    program.databases.push(Database {
        id: database,
        name: name.to_owned(),
        schema_name: schema.name.to_string(),
    });
    let ids = schema.tables.keys().enumerate();
    let tables: HashMap<String, TableId> =
        ids.map(|(position, table)| (table.to_string(), TableId((first + position) as u32))).collect();
    for table in schema.tables.values() {
        let columns = table.columns.values().map(|column| column_of(column, &tables));
        // Every table has it; only the keys of outputs name it, others read `row.uuid`.
        let uuid = Column { name: "_uuid".to_owned(), ty: Type::Uuid, enumeration: Vec::new() };
        let columns: Vec<Column> = columns.chain([uuid]).collect();
        let keys = keys_of(table, &columns);
        program.tables.push(Table { database, name: table.name.to_string(), columns, keys });
        at_most_one_row.push(table.max_rows == Some(1));
    }
    (database, LoadedDatabase { tables })
}

fn keys_of(table: &TableSchema, columns: &[Column]) -> Vec<Vec<usize>> {
    let position = |name: &str| columns.iter().position(|column| column.name == name);
    let indexes = table.indexes.iter().filter_map(|index| {
        let mut key: Vec<usize> = index.iter().map(|name| position(name)).collect::<Option<_>>()?;
        key.sort_unstable();
        Some(key)
    });
    indexes.chain(position("_uuid").map(|uuid| vec![uuid])).collect()
}

fn column_of(column: &ColumnSchema, tables: &HashMap<String, TableId>) -> Column {
    let column_type = &column.column_type;
    let key = base_type(&column_type.key, tables);
    let ty = match &column_type.value {
        Some(value) => Type::Map(Box::new(key), Box::new(base_type(value, tables))),
        None if column_type.is_scalar() => key,
        None if column_type.is_optional() => Type::Option(Box::new(key)),
        None => Type::Set(Box::new(key)),
    };
    let atoms = column_type.key.enumeration.iter().flatten();
    let enumeration = atoms.filter_map(|atom| atom.as_str()).map(str::to_owned).collect();
    Column { name: column.name.to_string(), ty, enumeration }
}

fn base_type(base: &BaseType, tables: &HashMap<String, TableId>) -> Type {
    match base.atomic {
        AtomicType::Integer => Type::Int,
        AtomicType::Boolean => Type::Bool,
        AtomicType::String | AtomicType::Real => Type::String,
        AtomicType::Uuid => {
            let reference = base.reference.as_ref().and_then(|reference| tables.get(&*reference.table));
            reference.map_or(Type::Uuid, |table| Type::Row(*table))
        }
    }
}
