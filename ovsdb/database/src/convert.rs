//! Changes of a database's schema (the method `convert`, ovsdb-server(7) section 4.1.23).

use weft_ovsdb_schema::{ColumnSchema, DatabaseSchema, Json, OvsdbError, Value};

use crate::catalog::TableInfo;
use crate::database::Database;
use crate::prepare::prepare;
use crate::row::Row;
use crate::transaction::{Overlay, SessionContext};

impl Database {
    /// Makes a database with the same rows under another schema; tables and columns that it does not have are left
    /// out. The parameters are the JSON text of the request's array: the database's name, then the schema.
    ///
    /// The caller puts the new database in the place of the old once [`Database::snapshot_record`] is written.
    ///
    /// # Errors
    /// The `error` of the response: the session may not do that, the schema is none or of another database, or the
    /// rows do not fit it.
    pub fn convert_as_requested(
        &self,
        params: &str,
        context: &SessionContext<'_>,
    ) -> Result<Self, OvsdbError> {
        let name = self.name();
        if let Some(role) = context.role.filter(|role| !role.is_empty()) {
            let id = context.id.unwrap_or("(null)");
            let details = format!(
                "RBAC rules for client \"{id}\" role \"{role}\" prohibit \"convert\" of database {name} (only the \
                 root role may convert databases)"
            );
            return Err(OvsdbError::new("permission error", details));
        }
        if context.read_only {
            let details = format!("conversion is not allowed for read-only database {name}");
            return Err(OvsdbError::new("not allowed", details));
        }
        let params =
            Json::parse(params).map_err(|error| OvsdbError::new("syntax error", error.to_string()))?;
        let Some([_, schema]) = params.as_array() else {
            return Err(OvsdbError::syntax(&params, "array expected"));
        };
        let schema = DatabaseSchema::from_json(schema)?;
        if *schema.name != *name {
            let details = format!("new schema name ({}) does not match database name ({name})", schema.name);
            return Err(OvsdbError::new("invalid parameters", details));
        }
        self.convert(schema)
    }

    /// Makes a database with the same rows under another schema, as [`Database::convert_as_requested`] does.
    ///
    /// # Errors
    /// The rows do not fit the schema.
    pub fn convert(&self, schema: DatabaseSchema) -> Result<Self, OvsdbError> {
        let mut converted = Self::new(schema);
        let mut overlay = Overlay::new(&converted);
        for (table, old) in self.catalog().tables.iter().enumerate() {
            let Some(target) = converted.catalog().table(old.name()) else { continue };
            let new = overlay.info(target);
            for row in self.rows(table) {
                overlay.insert(target, convert_row(old, new, row)?);
            }
        }
        let changes = prepare(overlay)?;
        if !changes.is_empty() {
            converted.apply(changes);
            converted.forget_history();
        }
        Ok(converted)
    }
}

fn convert_row(old: &TableInfo, new: &TableInfo, row: &Row) -> Result<Vec<Value>, OvsdbError> {
    let mut values = new.default_values(row.uuid());
    for column in new.own_columns() {
        let schema = &new.columns[column];
        if let Some(from) = old.column(&schema.name) {
            values[column] = convert_value(&old.columns[from], schema, row.get(from))?;
        }
    }
    Ok(values)
}

fn convert_value(old: &ColumnSchema, new: &ColumnSchema, value: &Value) -> Result<Value, OvsdbError> {
    if old.column_type == new.column_type {
        return Ok(value.clone());
    }
    let text = value.to_string();
    let json = Json::parse(&text).map_err(|error| OvsdbError::internal(error.to_string()))?;
    new.column_type.read(&json, None)
}
