//! What is read back, after damage of all kinds.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use tempfile::TempDir;
use weft_ovsdb_journal::{Log, Magic, OpenMode, OsFiles};

use crate::support::{open, read_all};

struct Case {
    _directory: TempDir,
    path: PathBuf,
    name: String,
}

/// A log of the records `{"x":0}` to `{"x":2}`.
fn three_records() -> Case {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let mut log = open(&OsFiles, &path, OpenMode::Create).unwrap();
    for x in 0..3 {
        log.append(&format!("{{\"x\":{x}}}")).unwrap();
    }
    Case { _directory: directory, name: path.display().to_string(), path }
}

impl Case {
    /// Reads all, appends a record, and reads again; answers the error of the first reading.
    fn append_after_reading(&self, expected: &[&str]) -> Option<String> {
        let mut log = open(&OsFiles, &self.path, OpenMode::ReadWrite).unwrap();
        let (records, error) = read_all(&mut log);
        assert_eq!(records, expected);
        log.append(r#"{"new":0}"#).unwrap();
        drop(log);
        let (records, second_error) = read_all(&mut open(&OsFiles, &self.path, OpenMode::ReadOnly).unwrap());
        assert_eq!(records, [expected, &[r#"{"new":0}"#]].concat());
        assert_eq!(second_error, None);
        error.map(|error| error.replace(&self.name, "file"))
    }

    fn replace(&self, from: &str, to: &str) {
        let text = fs::read_to_string(&self.path).unwrap();
        fs::write(&self.path, text.replace(from, to)).unwrap();
    }

    fn append_bytes(&self, bytes: &str) {
        let mut text = fs::read(&self.path).unwrap();
        text.extend_from_slice(bytes.as_bytes());
        fs::write(&self.path, text).unwrap();
    }
}

const ALL: [&str; 3] = [r#"{"x":0}"#, r#"{"x":1}"#, r#"{"x":2}"#];

#[test]
fn a_file_has_the_layout_of_ovsdb_server() {
    let case = three_records();
    let text = fs::read_to_string(&case.path).unwrap();
    assert_eq!(text.len(), 186);
    assert!(text.ends_with("OVSDB JSON 8 3d8ed30f471ad1b7b4b571cb0c7d5ed3e81350aa\n{\"x\":2}\n"));
    assert_eq!(case.append_after_reading(&ALL), None);
}

#[test]
fn an_append_cuts_off_what_was_not_read() {
    let case = three_records();
    let mut log = open(&OsFiles, &case.path, OpenMode::ReadWrite).unwrap();
    log.read().unwrap();
    log.append(r#"{"more data":0}"#).unwrap();
    assert_eq!(log.read(), Ok(None));
    drop(log);
    let records = read_all(&mut open(&OsFiles, &case.path, OpenMode::ReadOnly).unwrap()).0;
    assert_eq!(records, [r#"{"x":0}"#, r#"{"more data":0}"#]);
}

#[test]
fn bytes_behind_the_last_record_are_told_and_overwritten() {
    let case = three_records();
    case.append_bytes("xxx\n");
    let error = case.append_after_reading(&ALL).unwrap();
    assert_eq!(error, "syntax error: file: parse error at offset 186 in header line \"xxx\"");
}

#[test]
fn a_changed_byte_is_told_by_the_hash() {
    let case = three_records();
    case.replace(r#"{"x":2}"#, r#"{"x":3}"#);
    let error = case.append_after_reading(&ALL[..2]).unwrap();
    assert_eq!(
        error,
        "syntax error: file: 8 bytes starting at offset 178 have SHA-1 hash \
         2683fd63b5b9fd49df4f2aa25bf7db5cbbebbe6f but should have hash \
         3d8ed30f471ad1b7b4b571cb0c7d5ed3e81350aa"
    );
}

#[test]
fn a_record_cut_short_is_told_by_its_length() {
    let case = three_records();
    case.replace(r#"{"x":2}"#, "2");
    let error = case.append_after_reading(&ALL[..2]).unwrap();
    assert_eq!(error, "I/O error: file: error reading 8 bytes starting at offset 178 (End of file)");
}

#[test]
fn a_record_that_is_no_object_is_refused() {
    let case = three_records();
    case.append_bytes("OVSDB JSON 5 d910b02871075d3156ec8675dfc95b7d5d640aa6\nnull\n");
    let error = case.append_after_reading(&ALL).unwrap();
    assert_eq!(error, "syntax error: file: 5 bytes starting at offset 240 are not a JSON object");
}

#[test]
fn an_enormous_length_asks_for_no_memory() {
    let case = three_records();
    case.replace("JSON 8 3d8e", "JSON 18000000000000000000 3d8e");
    let error = case.append_after_reading(&ALL[..2]).unwrap();
    assert!(error.ends_with("starting at offset 197 (End of file)"), "{error}");
}

#[test]
fn a_record_its_user_refuses_is_overwritten() {
    let case = three_records();
    let mut log = open(&OsFiles, &case.path, OpenMode::ReadWrite).unwrap();
    log.read().unwrap();
    log.read().unwrap();
    log.unread();
    assert!(log.read().is_err());
    log.append(r#"{"y":1}"#).unwrap();
    drop(log);
    let records = read_all(&mut open(&OsFiles, &case.path, OpenMode::ReadOnly).unwrap()).0;
    assert_eq!(records, [r#"{"x":0}"#, r#"{"y":1}"#]);
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let case = three_records();
    let other = Log::open(Arc::new(OsFiles), &case.path, OpenMode::ReadOnly, &[Magic::CLUSTERED]);
    let error = other.unwrap_err().to_string().replace(&case.name, "file");
    assert_eq!(error, "ovsdb error: file: cannot identify file type");
    fs::write(&case.path, "{\"name\":\"db\"}\n").unwrap();
    let error = open(&OsFiles, &case.path, OpenMode::ReadOnly).unwrap_err().to_string();
    assert_eq!(error.replace(&case.name, "file"), "ovsdb error: file: unexpected file format");
}

#[test]
fn creating_refuses_a_file_that_exists_but_not_a_dangling_link() {
    let case = three_records();
    let error = open(&OsFiles, &case.path, OpenMode::CreateNew).unwrap_err().to_string();
    assert_eq!(error.replace(&case.name, "file"), "I/O error: file: create failed (File exists)");
    let (link, target) = (case.path.with_file_name("link"), case.path.with_file_name("target"));
    std::os::unix::fs::symlink("target", &link).unwrap();
    open(&OsFiles, &link, OpenMode::CreateNew).unwrap().append("{}").unwrap();
    assert!(target.exists());
}

#[test]
fn a_replacement_of_a_link_replaces_the_file_behind_it() {
    let case = three_records();
    let link = case.path.with_file_name("link");
    std::os::unix::fs::symlink("file", &link).unwrap();
    let mut log = open(&OsFiles, &link, OpenMode::ReadWrite).unwrap();
    read_all(&mut log);
    let mut replacement = log.start_replacement().unwrap();
    replacement.append(r#"{"all":3}"#).unwrap();
    replacement.mark_base();
    log.append(r#"{"x":4}"#).unwrap();
    replacement.append(r#"{"x":4}"#).unwrap();
    log.finish_replacement(replacement).unwrap();
    log.append(r#"{"x":5}"#).unwrap();
    drop(log);
    assert!(link.is_symlink());
    let records = read_all(&mut open(&OsFiles, &case.path, OpenMode::ReadOnly).unwrap()).0;
    assert_eq!(records, [r#"{"all":3}"#, r#"{"x":4}"#, r#"{"x":5}"#]);
}

#[test]
fn a_replacement_given_up_leaves_no_file() {
    let case = three_records();
    let mut log = open(&OsFiles, &case.path, OpenMode::ReadWrite).unwrap();
    read_all(&mut log);
    let mut replacement = log.start_replacement().unwrap();
    replacement.append(r#"{"all":3}"#).unwrap();
    drop(replacement);
    assert!(!case.path.with_file_name("file.tmp").exists());
    assert_eq!(case.name, log.name());
}

proptest! {
    #[test]
    fn whatever_the_damage_the_records_before_it_are_read(at in 0_usize..186, byte in any::<u8>(), cut in any::<bool>()) {
        let case = three_records();
        let mut text = fs::read(&case.path).unwrap();
        let changed = text[at] != byte;
        if cut {
            text.truncate(at);
        } else {
            text[at] = byte;
        }
        fs::write(&case.path, text).unwrap();
        // Each record takes 62 bytes with its header.
        let whole = if cut || changed { at / 62 } else { 3 };
        match open(&OsFiles, &case.path, OpenMode::ReadOnly) {
            Ok(mut log) => {
                let (records, error) = read_all(&mut log);
                // A digit of a hash may be written in two ways.
                prop_assert!(records.len() == whole || !cut && records == ALL);
                prop_assert_eq!(&records, &ALL[..records.len()]);
                prop_assert_eq!(error.is_none(), records.len() == 3 || cut && at % 62 == 0);
            }
            Err(_) => prop_assert_eq!(whole, 0),
        }
    }
}
