use std::path::Path;
use std::sync::Arc;

use weft_ovsdb_journal::{Files, Log, LogError, Magic, OpenMode};

/// Opens a standalone log.
pub(crate) fn open(
    files: &(impl Files + Clone + 'static),
    path: &Path,
    mode: OpenMode,
) -> Result<Log, LogError> {
    Log::open(Arc::new(files.clone()), path, mode, &[Magic::STANDALONE])
}

/// All records up to the end or the first error.
pub(crate) fn read_all(log: &mut Log) -> (Vec<String>, Option<String>) {
    let mut records = Vec::new();
    loop {
        match log.read() {
            Ok(Some(record)) => records.push(record.json.trim_end().to_owned()),
            Ok(None) => return (records, None),
            Err(error) => return (records, Some(error.to_string())),
        }
    }
}
