use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;
use weft_ovsdb_database::Database;
use weft_ovsdb_journal::{ErrorKind, Files, Log, LogError, Magic, OpenMode, Replacement};
use weft_ovsdb_schema::{OvsdbError, parse_json};

/// Why a database file cannot be used.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file cannot be opened, or its first record not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The file holds a server's part of a clustered database.
    #[error("ovsdb error: {0}: clustered databases are served by ovsdb-server, not by this server")]
    Clustered(String),
    /// There is no schema.
    #[error("ovsdb error: {0}: unexpected end of file reading schema")]
    Empty(String),
    /// The first record is no schema.
    #[error("ovsdb error: {0}: {1}")]
    Schema(String, String),
}

/// Where a database's records go: a file, or nowhere.
#[derive(Debug)]
pub struct Store {
    file: Option<StoreFile>,
}

#[derive(Debug)]
struct StoreFile {
    log: Log,
    /// Records read and written since the log was last compact.
    records: u64,
    /// What was appended since a compaction began.
    since_compaction: Option<Vec<String>>,
}

/// A log of fewer records is not compacted before its time.
const LEAST_RECORDS: u64 = 100;

impl Store {
    /// Keeps nothing.
    pub fn in_memory() -> Self {
        Self { file: None }
    }

    /// Opens a database file and reads its contents.
    ///
    /// A damaged end of the file, as after a crash, is told in the log, and cut off by the next record.
    ///
    /// # Errors
    /// The file is no standalone database, or another process has it.
    pub fn open(files: Arc<dyn Files>, path: &Path) -> Result<(Database, Self), StoreError> {
        let name = path.display().to_string();
        let mut log = Log::open(files, path, OpenMode::ReadWrite, &[Magic::STANDALONE, Magic::CLUSTERED])?;
        if log.magic().as_str() == Magic::CLUSTERED {
            return Err(StoreError::Clustered(name));
        }
        let (database, records) = Self::read(&mut log)?;
        Ok((database, Self { file: Some(StoreFile { log, records, since_compaction: None }) }))
    }

    /// Reads the database in an open file; answers how many transactions there were, too.
    ///
    /// # Errors
    /// The file does not begin with a schema.
    pub(crate) fn read(log: &mut Log) -> Result<(Database, u64), StoreError> {
        let name = log.name().to_owned();
        let schema = log.read()?.ok_or_else(|| StoreError::Empty(name.clone()))?;
        let schema = parse_json(&schema.json).map_err(|error| StoreError::Schema(name, error.to_string()))?;
        let mut database = Database::new(schema);
        let records = read_transactions(log, &mut database);
        database.forget_history();
        Ok((database, records))
    }

    /// The name that the file was opened by; `None` if there is no file.
    pub fn name(&self) -> Option<&str> {
        self.file.as_ref().map(|file| file.log.name())
    }

    /// Appends a record; `durable` waits until it survives the machine's end.
    ///
    /// # Errors
    /// The file system refuses; the record counts as not written then.
    pub fn append(&mut self, record: &str, durable: bool) -> Result<(), OvsdbError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.log.append(record).map_err(|error| to_ovsdb(&error))?;
        if durable && let Err(error) = file.log.sync() {
            if let Err(second) = file.log.unappend() {
                tracing::error!(target: "ovsdb_file", "{second}");
            }
            return Err(to_ovsdb(&error));
        }
        file.records += 1;
        if let Some(records) = &mut file.since_compaction {
            records.push(record.to_owned());
        }
        Ok(())
    }

    /// Whether nothing can be written until the file has been compacted.
    pub fn must_be_compacted(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.log.must_be_replaced())
    }

    /// Whether compacting pays off; `is_due` if much time has passed since the last time.
    pub fn should_compact(&self, is_due: bool) -> bool {
        self.file.as_ref().is_some_and(|file| {
            file.since_compaction.is_none()
                && if is_due {
                    file.records > 1
                } else {
                    file.records >= LEAST_RECORDS && file.log.grew_lots()
                }
        })
    }

    /// Begins a compaction: from now on records are also kept for the copy.
    ///
    /// # Errors
    /// Another compaction is under way, or the file system refuses.
    pub(super) fn start_compaction(&mut self) -> Result<Option<Replacement>, OvsdbError> {
        let Some(file) = &mut self.file else { return Ok(None) };
        if file.since_compaction.is_some() {
            return Err(OvsdbError::other("a compaction is already in progress"));
        }
        let replacement = file.log.start_replacement().map_err(|error| to_ovsdb(&error))?;
        file.since_compaction = Some(Vec::new());
        Ok(Some(replacement))
    }

    /// Ends a compaction: adds the records since its start to the copy, and puts it in the file's place.
    /// Without a copy the file stays as it is.
    ///
    /// # Errors
    /// The file system refuses; the file stays as it is.
    pub(super) fn finish_compaction(&mut self, copy: Option<Replacement>) -> Result<(), OvsdbError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let records = file.since_compaction.take().unwrap_or_default();
        let Some(mut copy) = copy else { return Ok(()) };
        for record in &records {
            copy.append(record).map_err(|error| to_ovsdb(&error))?;
        }
        file.log.finish_replacement(copy).map_err(|error| to_ovsdb(&error))?;
        file.records = 1 + records.len() as u64;
        Ok(())
    }

    /// Puts a schema and a record of all rows in the place of all records.
    ///
    /// # Errors
    /// The file system refuses; the file stays as it is.
    pub(super) fn replace_all(&mut self, schema: &str, record: &str) -> Result<(), OvsdbError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut copy = file.log.start_replacement().map_err(|error| to_ovsdb(&error))?;
        fill(&mut copy, schema, record)?;
        file.log.finish_replacement(copy).map_err(|error| to_ovsdb(&error))?;
        file.records = 1;
        Ok(())
    }
}

/// Writes the compact form of a database.
pub(super) fn fill(copy: &mut Replacement, schema: &str, record: &str) -> Result<(), OvsdbError> {
    copy.append(schema).and_then(|()| copy.append(record)).map_err(|error| to_ovsdb(&error))?;
    copy.mark_base();
    Ok(())
}

/// Applies the transactions of a log; answers how many there were.
fn read_transactions(log: &mut Log, database: &mut Database) -> u64 {
    let mut records = 0;
    loop {
        match log.read() {
            Ok(None) => return records,
            Ok(Some(record)) => {
                if let Err(error) = database.apply_record(&record.json) {
                    tracing::error!(target: "ovsdb_server", "{}: {error}", log.name());
                    log.unread();
                    return records;
                }
                records += 1;
                if records == 1 {
                    log.mark_base();
                }
            }
            Err(error) => {
                tracing::error!(target: "ovsdb_server", "{error}");
                tracing::warn!(
                    target: "ovsdb_server",
                    "{}: using what is before the damage, {} bytes", log.name(), log.len_bytes()
                );
                return records;
            }
        }
    }
}

fn to_ovsdb(error: &LogError) -> OvsdbError {
    let tag = match error.kind {
        ErrorKind::Io => "I/O error",
        ErrorKind::Syntax => "syntax error",
        ErrorKind::Other => "ovsdb error",
    };
    OvsdbError::new(tag, error.details.clone())
}

/// The time for `_date`, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
