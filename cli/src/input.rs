//! Where the rows of `weft run` come from.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::Value as Json;
use weft_nbctl::{CaseStep, Database, is_database_file, load_database_file, read_case_file};
use weft_ovsdb_schema::DatabaseSchema;

use crate::remote;

/// The databases of a run.
pub(crate) struct Input {
    /// What is wanted.
    pub(crate) northbound: Database,
    /// What others, such as ovn-controller, have written; case files alone say something of it.
    pub(crate) southbound: Database,
}

/// Reads an input: a socket of a Northbound database (`unix:…`, `tcp:…`, `ssl:…`), a script of ovn-nbctl
/// commands, a case file or a database file of ovsdb-server.
///
/// # Errors
/// The input cannot be read or is malformed; the message says where.
pub(crate) fn read_input(
    input: &str,
    northbound: Arc<DatabaseSchema>,
    southbound: Arc<DatabaseSchema>,
) -> anyhow::Result<Input> {
    let mut databases =
        Input { northbound: Database::new(northbound), southbound: Database::new(southbound) };
    let database = &mut databases.northbound;
    if ["unix:", "tcp:", "ssl:"].iter().any(|scheme| input.starts_with(scheme)) {
        remote::read(database, input)?;
        return Ok(databases);
    }
    let path = Path::new(input);
    let text = std::fs::read_to_string(path).with_context(|| {
        format!(
            "cannot read {input}; an input is a script of ovn-nbctl commands, a case file, a database file \
             or a socket such as unix:PATH"
        )
    })?;
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if is_database_file(&text) {
        load_database_file(database, &text).with_context(|| input.to_owned())?;
    } else if matches!(extension, "json" | "jsonl") || text.starts_with('[') {
        play_case(&mut databases, &text).with_context(|| input.to_owned())?;
    } else {
        play_script(database, &text).with_context(|| input.to_owned())?;
    }
    Ok(databases)
}

fn play_case(databases: &mut Input, text: &str) -> anyhow::Result<()> {
    for (position, step) in read_case_file(text)?.into_iter().enumerate() {
        let played = match step {
            CaseStep::Northbound(operations) => weft_nbctl::transact(&mut databases.northbound, &operations),
            CaseStep::Southbound(mut operations) => {
                // What refers to rows that northd writes must be left out: nobody writes them here.
                operations.retain(|operation| !refers_to_written_rows(operation));
                weft_nbctl::transact(&mut databases.southbound, &operations)
            }
            CaseStep::Settle(_) => Ok(()),
        };
        played.with_context(|| format!("transaction {}", position + 1))?;
    }
    Ok(())
}

/// Whether an operation holds `["$dp", …]`, `{"$tnl": …}` or the like.
fn refers_to_written_rows(json: &Json) -> bool {
    match json {
        Json::Array(parts) => {
            let tag = parts.first().and_then(Json::as_str);
            tag.is_some_and(|tag| tag.starts_with('$')) || parts.iter().any(refers_to_written_rows)
        }
        Json::Object(members) => {
            members.iter().any(|(name, value)| name.starts_with('$') || refers_to_written_rows(value))
        }
        _ => false,
    }
}

/// Runs a script: one line is one transaction of commands, a backslash at its end continues it.
///
/// # Errors
/// A command fails; the message names its line.
pub(crate) fn play_script(database: &mut Database, text: &str) -> anyhow::Result<()> {
    let mut pending = String::new();
    let mut first = 1;
    for (position, line) in text.lines().enumerate() {
        if pending.is_empty() {
            first = position + 1;
        }
        if let Some(continued) = line.strip_suffix('\\') {
            pending.push_str(continued);
            pending.push(' ');
            continue;
        }
        pending.push_str(line);
        let command = std::mem::take(&mut pending);
        let words = command.trim_start();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        // A line copied from a terminal begins with the program's name.
        let words = words.strip_prefix("ovn-nbctl ").unwrap_or(words);
        weft_nbctl::run(database, words).with_context(|| format!("line {first}"))?;
    }
    if !pending.trim().is_empty() {
        bail!("line {first}: the last line is continued by nothing");
    }
    Ok(())
}
