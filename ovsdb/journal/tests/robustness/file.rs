//! Any bytes as a database file.

use std::path::Path;
use std::sync::Arc;

use weft_ovsdb_journal::{Files, Log, Magic, OpenMode, SimulatedFiles};

const PATH: &str = "/db";
const APPENDED: &str = "{\"appended\":0}";

/// Reads a database file: what is read stays readable when something is appended behind it.
pub(crate) fn run(data: &[u8]) {
    let files = SimulatedFiles::new();
    let written =
        files.open(Path::new(PATH), OpenMode::Create).and_then(|mut file| file.write_all_at(data, 0));
    assert!(written.is_ok(), "files in memory take any bytes");
    let Some(mut log) = open(&files) else { return };
    let mut records = read(&mut log);
    assert!(log.append(APPENDED).is_ok(), "what cannot be read is written over");
    records.push(APPENDED.to_owned() + "\n");
    let again = open(&files).map(|mut log| read(&mut log));
    assert_eq!(again, Some(records), "an append changed what was read");
}

fn open(files: &SimulatedFiles) -> Option<Log> {
    Log::open(Arc::new(files.clone()), Path::new(PATH), OpenMode::ReadWrite, &[Magic::STANDALONE]).ok()
}

fn read(log: &mut Log) -> Vec<String> {
    let mut records = Vec::new();
    while let Ok(Some(record)) = log.read() {
        records.push(record.json);
    }
    records
}
