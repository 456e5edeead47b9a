//! The schemas of the databases that rules name.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use weft_lang::program::Program;
use weft_ovsdb_schema::{DatabaseSchema, northbound, southbound, timer};

/// Schemas by the databases' names in the rules: `nb`, `sb`.
pub(crate) type Schemas = BTreeMap<String, Arc<DatabaseSchema>>;

/// The schemas of a program's databases.
///
/// # Errors
/// The program has a database whose schema is not built in.
pub(crate) fn schemas_of(program: &Program) -> anyhow::Result<Schemas> {
    let known = [northbound(), southbound(), timer()];
    let known: Vec<Arc<DatabaseSchema>> =
        known.into_iter().map(|schema| schema.map(Arc::new)).collect::<Result<_, _>>()?;
    let mut schemas = Schemas::new();
    for database in &program.databases {
        let schema = known.iter().find(|schema| *schema.name == *database.schema_name);
        let schema = schema.with_context(|| format!("there is no schema of {}", database.schema_name))?;
        schemas.insert(database.name.clone(), Arc::clone(schema));
    }
    Ok(schemas)
}

/// The name in the rules of the Northbound database.
///
/// # Errors
/// The rules do not name it.
pub(crate) fn northbound_name(program: &Program) -> anyhow::Result<&str> {
    database_name(program, "OVN_Northbound").context("the rules name no database from \"ovn-nb.schema\"")
}

/// The name in the rules of the Southbound database.
///
/// # Errors
/// The rules do not name it.
pub(crate) fn southbound_name(program: &Program) -> anyhow::Result<&str> {
    database_name(program, "OVN_Southbound").context("the rules name no database from \"ovn-sb.schema\"")
}

fn database_name<'p>(program: &'p Program, schema_name: &str) -> Option<&'p str> {
    let mut databases = program.databases.iter();
    databases.find(|database| database.schema_name == schema_name).map(|database| database.name.as_str())
}
