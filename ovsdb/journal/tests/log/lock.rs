//! Locks against other writers.

use std::path::Path;
use std::process::Command;

use weft_ovsdb_journal::{OpenMode, OsFiles};

use crate::support::open;

#[test]
fn a_second_writer_in_the_process_is_refused_and_a_reader_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let first = open(&OsFiles, &path, OpenMode::Create).unwrap();
    let error = open(&OsFiles, &path, OpenMode::ReadWrite).unwrap_err().to_string();
    let name = path.display().to_string();
    assert_eq!(
        error.replace(&name, "file"),
        "I/O error: file: failed to lock lockfile (Resource deadlock avoided)"
    );
    open(&OsFiles, &path, OpenMode::ReadOnly).unwrap();
    drop(first);
    open(&OsFiles, &path, OpenMode::ReadWrite).unwrap();
    assert!(directory.path().join(".file.~lock~").exists());
}

#[test]
fn the_installed_tool_cannot_write_a_locked_file() {
    let Some(prefix) = std::env::var_os("OVN_PREFIX") else {
        eprintln!("skipped: OVN_PREFIX is not set");
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    let prefix = Path::new(&prefix);
    let tool = |words: &[&str]| {
        let mut command = Command::new(prefix.join("bin/ovsdb-tool"));
        command.args(words).arg(&path);
        command
    };
    let schema = prefix.join("schemas/ovn-nb.ovsschema");
    assert!(tool(&["create"]).arg(schema).status().unwrap().success());
    let log = open(&OsFiles, &path, OpenMode::ReadWrite).unwrap();
    let refused = tool(&["compact"]).output().unwrap();
    assert!(!refused.status.success());
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(message.contains("failed to lock lockfile (Resource temporarily unavailable)"), "{message}");
    drop(log);
    assert!(tool(&["compact"]).status().unwrap().success());
}
