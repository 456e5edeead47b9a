//! Commands that make and change files.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use weft_ovsdb_database::Database;
use weft_ovsdb_journal::{Files, Log, Magic, OpenMode, OsFiles};
use weft_ovsdb_schema::{DatabaseSchema, Json, to_json};

use super::command_line::Settings;
use crate::storage::{Committed, Hosted, Requester, Store, now_ms};

/// Reads a schema from a file.
pub(super) fn read_schema(path: &Path) -> Result<DatabaseSchema, String> {
    let name = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("I/O error: {name}: open failed ({error})"))?;
    weft_ovsdb_schema::parse(&text).map_err(|error| format!("{name}: {error}"))
}

/// Opens a file of a standalone database.
pub(super) fn open_log(path: &Path, mode: OpenMode) -> Result<Log, String> {
    let log = Log::open(Arc::new(OsFiles), path, mode, &[Magic::STANDALONE, Magic::CLUSTERED])
        .map_err(|error| error.to_string())?;
    if log.magic().as_str() == Magic::CLUSTERED {
        let name = path.display();
        return Err(format!("ovsdb error: {name}: cannot apply this operation to clustered database file"));
    }
    Ok(log)
}

/// Reads a database without locking its file.
fn read_database(path: &Path) -> Result<(Log, Database), String> {
    let mut log = open_log(path, OpenMode::ReadOnly)?;
    let (database, _) = Store::read(&mut log).map_err(|error| error.to_string())?;
    Ok((log, database))
}

pub(super) fn create(path: &Path, schema: &Path) -> Result<(), String> {
    let schema = to_json(&read_schema(schema)?).to_string();
    let created = Log::open(Arc::new(OsFiles), path, OpenMode::CreateNew, &[Magic::STANDALONE]);
    let written = created.and_then(|mut log| {
        log.append(&schema)?;
        log.sync()
    });
    written.map_err(|error| error.to_string())
}

pub(super) fn compact(path: &Path, target: Option<&Path>) -> Result<(), String> {
    rewrite(path, target, None, "compacted by ovsdb-tool")
}

pub(super) fn convert(path: &Path, schema: &Path, target: Option<&Path>) -> Result<(), String> {
    rewrite(path, target, Some(read_schema(schema)?), "converted by ovsdb-tool")
}

/// Writes a database in its compact form, in its place or to another file.
fn rewrite(
    path: &Path,
    target: Option<&Path>,
    schema: Option<DatabaseSchema>,
    comment: &str,
) -> Result<(), String> {
    // Checked before anything is locked.
    open_log(path, OpenMode::ReadOnly)?;
    let plain = |error: weft_ovsdb_journal::LogError| error.to_string();
    let mut log = match target {
        Some(_) => None,
        None => Some(open_log(path, OpenMode::ReadWrite)?),
    };
    let (_, mut database) = read_database(path)?;
    if let Some(schema) = schema {
        database = database.convert(schema).map_err(|error| error.to_string())?;
    }
    let record = database.snapshot_record(Some(comment), now_ms());
    match (&mut log, target) {
        (Some(log), _) => {
            let mut copy = log.start_replacement().map_err(plain)?;
            copy.append(database.schema_json()).and_then(|()| copy.append(&record)).map_err(plain)?;
            log.finish_replacement(copy).map_err(plain)
        }
        (None, Some(target)) => {
            let target = OsFiles.resolve(target);
            let mut log = Log::open(Arc::new(OsFiles), &target, OpenMode::CreateNew, &[Magic::STANDALONE])
                .map_err(plain)?;
            log.append(database.schema_json()).and_then(|()| log.append(&record)).map_err(plain)?;
            log.sync().map_err(plain)
        }
        (None, None) => Ok(()),
    }
}

/// Runs a transaction on a file; answers the results as JSON text.
pub(super) fn transact(
    settings: &Settings,
    path: &Path,
    transaction: &str,
    read_only: bool,
) -> Result<String, String> {
    let hosted = if read_only {
        let (_, database) = read_database(path)?;
        Hosted::new(database, Store::in_memory(), None)
    } else {
        open_log(path, OpenMode::ReadOnly)?;
        let (database, store) = Store::open(Arc::new(OsFiles), path).map_err(|error| error.to_string())?;
        Hosted::new(database, store, None)
    };
    let role = settings.role.as_deref();
    let requester = Requester { role, id: None, locks: None, read_only: false, since: Instant::now() };
    match hosted.transact(transaction, &requester) {
        Committed::Reply(reply) => {
            // Scripts compare the text, so that members are in the order of their names.
            Json::parse(&reply).map(|reply| reply.to_string()).map_err(|error| error.to_string())
        }
        Committed::Wait(_) => Err("the transaction waits for what nobody will change".to_owned()),
        Committed::Removed => Err("the database is gone".to_owned()),
    }
}
