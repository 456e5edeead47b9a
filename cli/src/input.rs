//! Where the Northbound rows of `weft run` come from.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use weft_nbctl::{CaseStep, Database, is_database_file, load_database_file, read_case_file};
use weft_ovsdb_schema::DatabaseSchema;

use crate::remote;

/// Reads an input into a Northbound database: a socket (`unix:…`, `tcp:…`, `ssl:…`), a script of
/// ovn-nbctl commands, a case file or a database file of ovsdb-server.
///
/// # Errors
/// The input cannot be read or is malformed; the message says where.
pub(crate) fn read_input(input: &str, schema: Arc<DatabaseSchema>) -> anyhow::Result<Database> {
    let mut database = Database::new(schema);
    if ["unix:", "tcp:", "ssl:"].iter().any(|scheme| input.starts_with(scheme)) {
        remote::read(&mut database, input)?;
        return Ok(database);
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
        load_database_file(&mut database, &text).with_context(|| input.to_owned())?;
    } else if matches!(extension, "json" | "jsonl") || text.starts_with('[') {
        play_case(&mut database, &text).with_context(|| input.to_owned())?;
    } else {
        play_script(&mut database, &text).with_context(|| input.to_owned())?;
    }
    Ok(database)
}

fn play_case(database: &mut Database, text: &str) -> anyhow::Result<()> {
    for (position, step) in read_case_file(text)?.into_iter().enumerate() {
        match step {
            CaseStep::Northbound(operations) => {
                weft_nbctl::transact(database, &operations)
                    .with_context(|| format!("transaction {}", position + 1))?;
            }
            // What ovn-controller does refers to rows that northd has written, and nobody writes here.
            CaseStep::Southbound(_) | CaseStep::Settle(_) => {}
        }
    }
    Ok(())
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
