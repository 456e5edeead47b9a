//! Both servers and a northd.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use weft_nbctl::split_words;

use crate::{Connection, Daemon, DatabaseServer, Installation, Kind};

/// How long a northd may take to follow: a guard for broken tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// What an OVN central runs. Fields are dropped in order: northd first, the directory last.
pub struct Central {
    /// A northd.
    pub northd: Daemon,
    /// The server of the Northbound database.
    pub northbound: DatabaseServer,
    /// The server of the Southbound database.
    pub southbound: DatabaseServer,
    /// Where its servers are from.
    pub installation: Installation,
    /// Where its files are; short, since paths of sockets are limited.
    pub directory: TempDir,
}

/// Starts the northd `program`; its files are `NAME.*` in `directory`.
pub fn start_northd(
    installation: &Installation,
    program: &Path,
    directory: &Path,
    name: &str,
    [northbound, southbound]: [&str; 2],
) -> Daemon {
    let arguments = vec![format!("--ovnnb-db={northbound}"), format!("--ovnsb-db={southbound}")];
    Daemon::start(installation, program, directory, name, arguments)
}

impl Central {
    /// Starts the servers, on empty databases, and the northd `program`; `None`, said on standard error, without
    /// an installed OVN.
    pub fn start(program: &Path) -> Option<Self> {
        Some(Self::start_in(&Installation::find()?, program))
    }

    /// Starts the servers and the installed northd.
    pub fn start_with_installed_northd() -> Option<Self> {
        let installation = Installation::find()?;
        let program = installation.program("ovn-northd");
        Some(Self::start_in(&installation, &program))
    }

    /// Starts the servers of an installation, on empty databases, and the northd `program`.
    pub fn start_in(installation: &Installation, program: &Path) -> Self {
        let directory = tempfile::Builder::new().prefix("wn").tempdir().expect("a temporary directory");
        let northbound = DatabaseServer::start(installation, Kind::Northbound, directory.path());
        let southbound = DatabaseServer::start(installation, Kind::Southbound, directory.path());
        // The row exists before the first northd, so that tests can wait on it.
        northbound.connect().transact(&[json!({ "op": "insert", "table": "NB_Global", "row": {} })]);
        let remotes = [northbound.remote(), southbound.remote()];
        let remotes = [remotes[0].as_str(), remotes[1].as_str()];
        let northd = start_northd(installation, program, directory.path(), "northd", remotes);
        Self { northd, northbound, southbound, installation: installation.clone(), directory }
    }

    /// Starts one more northd beside the first.
    pub fn another_northd(&self, program: &Path, name: &str) -> Daemon {
        let (northbound, southbound) = (self.northbound.remote(), self.southbound.remote());
        start_northd(&self.installation, program, self.directory.path(), name, [&northbound, &southbound])
    }

    /// Waits until all that the Northbound database holds now is translated.
    pub fn sync(&self) {
        self.synced(&mut self.northbound.connect());
    }

    /// Waits until all that the Northbound database holds now is translated; false if northd ends, or takes too long.
    pub fn try_sync(&mut self) -> bool {
        let mut northbound = self.northbound.connect();
        let wanted = next_configuration(&mut northbound);
        let deadline = Instant::now() + PATIENCE;
        while self.northd.is_running() && Instant::now() < deadline {
            if northbound.rows("NB_Global")[0]["sb_cfg"] == wanted {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn synced(&self, northbound: &mut Connection) {
        assert!(try_sync(northbound), "northd does not follow:\n{}", self.northd.log());
    }

    /// Runs a script of ovn-nbctl commands, one a line, with the installed ovn-nbctl, and translates what comes of it.
    pub fn run_script(&self, script: &str) {
        let remote = format!("--db={}", self.northbound.remote());
        for line in script.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let words = split_words(line).expect("words");
            let arguments: Vec<&str> = std::iter::once(&remote).chain(&words).map(String::as_str).collect();
            self.installation.run("ovn-nbctl", &arguments);
        }
        self.sync();
    }

    /// A transaction on the Northbound database, translated.
    pub fn translate(&self, operations: &[Value]) {
        let mut connection = self.northbound.connect();
        connection.transact(operations);
        self.synced(&mut connection);
    }
}

/// Waits until a northd has translated all that the Northbound database holds now.
pub fn sync(northbound: &mut Connection) {
    assert!(try_sync(northbound), "no northd follows");
}

fn try_sync(northbound: &mut Connection) -> bool {
    let wanted = next_configuration(northbound);
    northbound.wait_for("NB_Global", json!([]), &["sb_cfg"], json!([{ "sb_cfg": wanted }]))
}

/// Counts the number up that a northd copies once it has translated what was there with it.
fn next_configuration(northbound: &mut Connection) -> Value {
    northbound.transact(&[
        json!({ "op": "mutate", "table": "NB_Global", "where": [], "mutations": [["nb_cfg", "+=", 1]] }),
    ]);
    northbound.rows("NB_Global")[0]["nb_cfg"].clone()
}
