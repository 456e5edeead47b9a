//! Case files, played on a central.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use weft_nbctl::{CaseStep, read_case_file};

use crate::{Central, Connection};

/// How often northd is waited for where a case comes to rest: what it writes back into the Northbound database is
/// input of its own.
const ROUNDS: usize = 3;

/// How many of the cases of a folder are played, unless all are.
const SOME: usize = 8;

/// How far a case is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Until everything is loaded and bound.
    Bound,
    /// To its end.
    Whole,
}

impl Extent {
    /// What the environment asks for: the whole with `OVN_ALL_CASES`.
    pub fn wanted() -> Extent {
        if are_all_wanted() { Extent::Whole } else { Extent::Bound }
    }
}

/// Why a case was not played to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// Northd ended, or does not follow.
    #[error("the installed northd ends, or does not follow")]
    Northd,
}

fn are_all_wanted() -> bool {
    std::env::var_os("OVN_ALL_CASES").is_some()
}

/// The case files of the folders that `OVN_CASES` lists (as `PATH` does; or files): some of each folder, or all with
/// `OVN_ALL_CASES`. None, said on standard error, without it.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn case_files() -> Vec<PathBuf> {
    let Some(paths) = std::env::var_os("OVN_CASES") else {
        eprintln!("skipped: OVN_CASES names no case files");
        return Vec::new();
    };
    std::env::split_paths(&paths).flat_map(|path| case_files_of(&path)).collect()
}

fn case_files_of(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).expect("the cases are listed");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort_unstable();
    let step = if are_all_wanted() { 1 } else { files.len().div_ceil(SOME).max(1) };
    files.into_iter().step_by(step).collect()
}

/// Plays a case file (`weft_nbctl::read_case_file`). `at_rest` is told of each point of rest, the last one included.
///
/// An operation on the Southbound database that names a row which northd did not make is left out.
///
/// # Errors
/// [`CaseError`].
pub fn play(
    central: &mut Central,
    file: &Path,
    extent: Extent,
    mut at_rest: impl FnMut(&mut Central),
) -> Result<(), CaseError> {
    let text = std::fs::read_to_string(file).expect("the case is read");
    let steps = read_case_file(&text).expect("the case is understood");
    let is_bound =
        |step: &CaseStep| matches!(step, CaseStep::Settle(label) if label == "load" || label == "bound");
    let bound = steps.iter().rposition(is_bound).filter(|_| extent == Extent::Bound);
    let end = bound.map_or(steps.len(), |last| last + 1);
    let (mut northbound, mut southbound) = (central.northbound.connect(), central.southbound.connect());
    for step in steps.into_iter().take(end) {
        match step {
            CaseStep::Northbound(operations) => {
                northbound.transact(&operations.into_iter().map(updated).collect::<Vec<_>>());
            }
            CaseStep::Southbound(operations) => {
                let resolved = operations.into_iter().filter_map(|o| resolved(o, &mut southbound));
                let resolved: Vec<Value> = resolved.collect();
                if !resolved.is_empty() {
                    southbound.transact(&resolved);
                }
            }
            CaseStep::Settle(_) => {
                settle(central)?;
                at_rest(central);
            }
        }
    }
    settle(central)?;
    at_rest(central);
    Ok(())
}

fn settle(central: &mut Central) -> Result<(), CaseError> {
    for _ in 0..ROUNDS {
        if !central.try_sync() {
            return Err(CaseError::Northd);
        }
    }
    Ok(())
}

/// An operation for a database whose row of NB_Global is there already: an update in place of its insertion.
pub fn updated(mut operation: Value) -> Value {
    if operation["table"] == "NB_Global" && operation["op"] == "insert" {
        let row = operation["row"].take();
        return json!({ "op": "update", "table": "NB_Global", "where": [], "row": row });
    }
    operation
}

/// The value with names of rows that northd made replaced: `["$dp", UUID]`, `["$pb", PORT]`, `{"$tnl": PORT}`
/// and `{"$dpkey": UUID}`.
fn resolved(value: Value, southbound: &mut Connection) -> Option<Value> {
    match value {
        Value::Array(items) => match items.as_slice() {
            [Value::String(kind), name] if kind == "$dp" || kind == "$pb" => {
                Some(row(kind, name, southbound)?["_uuid"].clone())
            }
            _ => items
                .into_iter()
                .map(|item| resolved(item, southbound))
                .collect::<Option<_>>()
                .map(Value::Array),
        },
        Value::Object(fields) => {
            let name = |field: &str| fields.get(field);
            if let Some(port) = name("$tnl") {
                return Some(row("$pb", port, southbound)?["tunnel_key"].clone());
            }
            if let Some(datapath) = name("$dpkey") {
                return Some(row("$dp", datapath, southbound)?["tunnel_key"].clone());
            }
            let fields = fields.into_iter().map(|(key, value)| Some((key, resolved(value, southbound)?)));
            fields.collect::<Option<_>>().map(Value::Object)
        }
        other => Some(other),
    }
}

fn row(kind: &str, name: &Value, southbound: &mut Connection) -> Option<Value> {
    let rows = match kind {
        "$pb" => southbound.rows_where("Port_Binding", json!([["logical_port", "==", name]])),
        _ => southbound.rows_where("Datapath_Binding", json!([["nb_uuid", "==", ["uuid", name]]])),
    };
    rows.into_iter().next()
}
