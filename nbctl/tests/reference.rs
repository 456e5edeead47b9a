//! The same commands in ovn-nbctl and here leave the same database. Needs an installed OVN in
//! `OVN_PREFIX`.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail and explain themselves")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use uuid::Uuid;
use weft_nbctl::{Database, load_database_file, run, split_words};
use weft_ovsdb_schema::{Atom, Value, northbound};

/// Lines that both must accept or refuse alike.
const SCRIPT: &str = include_str!("reference.nbctl");

/// An ovsdb-server of its own, stopped at the end.
struct Server {
    prefix: PathBuf,
    folder: tempfile::TempDir,
    process: Child,
}

impl Server {
    fn start(prefix: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nb.db");
        let created = Command::new(prefix.join("bin/ovsdb-tool"))
            .arg("create")
            .arg(&file)
            .arg(prefix.join("schemas/ovn-nb.ovsschema"))
            .status();
        assert!(created.unwrap().success());
        let process = Command::new(prefix.join("bin/ovsdb-server"))
            .arg("--no-chdir")
            .arg(format!("--remote=punix:{}", folder.path().join("nb.sock").display()))
            .arg(format!("--unixctl={}", folder.path().join("nb.ctl").display()))
            .arg("--log-file=/dev/null")
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { prefix: prefix.to_owned(), folder, process };
        let wait = Command::new(prefix.join("bin/ovsdb-client"))
            .args(["--timeout=20", "wait", &server.remote(), "OVN_Northbound", "connected"])
            .stderr(Stdio::null())
            .status();
        assert!(wait.unwrap().success());
        server
    }

    fn remote(&self) -> String {
        format!("unix:{}", self.folder.path().join("nb.sock").display())
    }

    /// Whether ovn-nbctl accepts the words.
    fn run(&self, words: &[String]) -> Result<(), String> {
        let mut command = Command::new(self.prefix.join("bin/ovn-nbctl"));
        command.arg(format!("--db={}", self.remote())).arg("--timeout=20");
        let output = command.args(words).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(message) }
    }

    /// What the server keeps in its file.
    fn database(&self) -> Database {
        let text = std::fs::read_to_string(self.folder.path().join("nb.db")).unwrap();
        let mut database = Database::new(Arc::new(northbound().unwrap()));
        load_database_file(&mut database, &text).unwrap();
        database
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The content of a row with references followed instead of UUIDs.
fn describe(database: &Database, table: &str, uuid: Uuid, depth: usize) -> String {
    let Some(row) = database.row(table, uuid) else { return "gone".to_owned() };
    let schema = database.schema();
    let mut parts = Vec::new();
    for (name, value) in row.iter() {
        let target = schema.column(table, name).and_then(|column| column.column_type.key.reference.clone());
        let text = match (target, value) {
            (Some(target), Value::Set(atoms)) if depth > 0 => {
                let uuids = atoms.iter().filter_map(Atom::as_uuid);
                let mut rows: Vec<_> =
                    uuids.map(|uuid| describe(database, &target.table, uuid, depth - 1)).collect();
                rows.sort();
                format!("{rows:?}")
            }
            (Some(_), _) => String::new(),
            (None, value) => value.to_string(),
        };
        parts.push(format!("{name}={text}"));
    }
    format!("{table}({})", parts.join(" "))
}

fn contents(database: &Database) -> BTreeMap<String, usize> {
    let mut contents = BTreeMap::new();
    for table in database.schema().tables.keys() {
        for (uuid, _) in database.rows(table) {
            *contents.entry(describe(database, table, uuid, 3)).or_default() += 1;
        }
    }
    contents
}

#[test]
fn commands_leave_what_ovn_nbctl_leaves() {
    let Some(prefix) = std::env::var_os("OVN_PREFIX").map(PathBuf::from) else {
        eprintln!("skipped: OVN_PREFIX does not name an installed OVN");
        return;
    };
    let server = Server::start(&prefix);
    let mut database = Database::new(Arc::new(northbound().unwrap()));
    for line in SCRIPT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let theirs = server.run(&split_words(line).unwrap());
        let ours = run(&mut database, line);
        assert_eq!(ours.is_ok(), theirs.is_ok(), "{line}\nours: {ours:?}\ntheirs: {theirs:?}");
        let (ours, theirs) = (contents(&database), contents(&server.database()));
        let only = |a: &BTreeMap<String, usize>, b: &BTreeMap<String, usize>| -> Vec<String> {
            a.iter().filter(|(row, count)| b.get(*row) != Some(*count)).map(|(row, _)| row.clone()).collect()
        };
        let (only_ours, only_theirs) = (only(&ours, &theirs), only(&theirs, &ours));
        assert!(only_ours == only_theirs, "{line}\nours: {only_ours:#?}\ntheirs: {only_theirs:#?}");
    }
}
