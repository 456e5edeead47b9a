//! Commands that tell about files.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

use weft_ovsdb_journal::{Log, Magic, OpenMode, OsFiles};
use weft_ovsdb_schema::{DatabaseSchema, parse_json};

use super::files::{open_log, read_schema};

fn schema_of(path: &Path) -> Result<DatabaseSchema, String> {
    let mut log = open_log(path, OpenMode::ReadOnly)?;
    let record = log.read().map_err(|error| error.to_string())?;
    let record = record.ok_or_else(|| "unexpected end of file reading schema".to_owned())?;
    parse_json(&record.json).map_err(|error| error.to_string())
}

/// Tells something about the schema of a database.
pub(super) fn of_database(path: &Path, tell: fn(&DatabaseSchema) -> String) -> Result<String, String> {
    schema_of(path).map(|schema| tell(&schema))
}

pub(super) fn name(schema: &DatabaseSchema) -> String {
    format!("{}\n", schema.name)
}

pub(super) fn version(schema: &DatabaseSchema) -> String {
    format!("{}\n", schema.version)
}

pub(super) fn checksum(schema: &DatabaseSchema) -> String {
    format!("{}\n", schema.checksum.as_deref().unwrap_or_default())
}

pub(super) fn needs_conversion(path: &Path, schema: &Path) -> Result<String, String> {
    let (old, new) = (schema_of(path)?, read_schema(schema)?);
    Ok(if old == new { "no\n" } else { "yes\n" }.to_owned())
}

pub(super) fn is_clustered(path: &Path) -> Result<bool, String> {
    let log = Log::open(Arc::new(OsFiles), path, OpenMode::ReadOnly, &[Magic::STANDALONE, Magic::CLUSTERED]);
    log.map(|log| log.magic().as_str() == Magic::CLUSTERED).map_err(|error| error.to_string())
}

/// Why a question about a cluster is not answered.
pub(super) fn not_clustered(path: &Path) -> Result<String, String> {
    Ok(if is_clustered(path)? {
        format!("{}: clustered databases are for ovsdb-tool itself", path.display())
    } else {
        format!("{}: not a clustered database", path.display())
    })
}

/// Whether `a OPERATOR b` holds of two versions.
pub(super) fn compare_versions(a: &str, operator: &str, b: &str) -> Result<bool, String> {
    let order = parse_version(a)?.cmp(&parse_version(b)?);
    Ok(match operator {
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        ">=" => order != Ordering::Less,
        ">" => order == Ordering::Greater,
        _ => return Err(format!("{operator}: not a relational operator")),
    })
}

fn parse_version(text: &str) -> Result<Vec<u64>, String> {
    let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
    numbers
        .ok()
        .filter(|numbers| numbers.len() == 3)
        .ok_or_else(|| format!("{text}: not an OVSDB version number in format x.y.z"))
}
