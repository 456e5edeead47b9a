//! What the tests with servers share.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use weft_ovsdb::{Batch, Event, Events, SessionOptions, TableSelection};

/// Where OVN is installed, if it is.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn installed() -> Option<PathBuf> {
    let prefix = std::env::var_os("OVN_PREFIX").map(PathBuf::from);
    if prefix.is_none() {
        eprintln!("skipped: OVN_PREFIX does not name an installed OVN");
    }
    prefix
}

/// An ovsdb-server of its own for a test; killed at the end.
pub(crate) struct Server {
    prefix: PathBuf,
    directory: TempDir,
    remotes: Vec<String>,
}

impl Server {
    /// Starts a server of an empty Northbound database.
    pub(crate) fn start(prefix: &Path) -> Self {
        Self::start_with(prefix, &[])
    }

    /// Starts a server with more command line arguments.
    pub(crate) fn start_with(prefix: &Path, arguments: &[String]) -> Self {
        let directory = tempfile::Builder::new().prefix("weft").tempdir().expect("a temporary directory");
        let server = Self { prefix: prefix.to_owned(), directory, remotes: arguments.to_vec() };
        let database = server.path("db").display().to_string();
        let schema = prefix.join("schemas/ovn-nb.ovsschema").display().to_string();
        server.run("ovsdb-tool", &["create", &database, &schema]);
        server.launch();
        server
    }

    /// A file in the server's directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The server's unix socket as a remote.
    pub(crate) fn remote(&self) -> String {
        format!("unix:{}", self.path("sock").display())
    }

    /// Starts the process again after [`Server::kill`].
    pub(crate) fn launch(&self) {
        let remote = format!("--remote=punix:{}", self.path("sock").display());
        let pid = format!("--pidfile={}", self.path("pid").display());
        let control = format!("--unixctl={}", self.path("ctl").display());
        let database = self.path("db").display().to_string();
        let mut arguments = vec!["--detach", "-vconsole:off", "--no-chdir", &remote, &pid, &control];
        arguments.extend(self.remotes.iter().map(String::as_str));
        arguments.push(&database);
        // A server that detaches returns once it listens.
        self.run("ovsdb-server", &arguments);
    }

    /// Ends the process without a chance to say goodbye.
    pub(crate) fn kill(&self) {
        let Ok(pid) = std::fs::read_to_string(self.path("pid")) else { return };
        let killed = Command::new("kill").args(["-9", pid.trim()]).status().expect("kill runs");
        assert!(killed.success());
        std::fs::remove_file(self.path("pid")).expect("the pid file was there");
    }

    /// Sends a control command.
    pub(crate) fn control(&self, arguments: &[&str]) {
        let target = format!("--target={}", self.path("ctl").display());
        let mut all = vec![target.as_str()];
        all.extend(arguments);
        self.run("ovs-appctl", &all);
    }

    /// Runs a program of the installation and returns what it prints.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(self.prefix.join("bin").join(program))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Options that replicate the names of logical switches.
pub(crate) fn options(remote: &str) -> SessionOptions {
    let schema = weft_ovsdb_schema::northbound().expect("the embedded schema is well formed");
    let mut options = SessionOptions::new(schema, remote.parse().expect("a remote"));
    options.tables = vec![TableSelection::columns("Logical_Switch", ["name", "external_ids"])];
    options
}

/// The next event; a guard keeps a broken test from waiting forever.
pub(crate) async fn next(events: &mut Events) -> Event {
    let event = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
    event.expect("an event within a minute").expect("the session runs")
}

/// Skips events up to one that `choose` accepts.
pub(crate) async fn until<T>(events: &mut Events, choose: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        if let Some(chosen) = choose(&next(events).await) {
            return chosen;
        }
    }
}

/// Skips events up to the first contents.
pub(crate) async fn initial(events: &mut Events) -> Batch {
    until(events, |event| if let Event::Initial(batch) = event { Some(batch.clone()) } else { None }).await
}

/// Skips events up to the next batch of changes.
pub(crate) async fn changes(events: &mut Events) -> Batch {
    until(events, |event| if let Event::Changes(batch) = event { Some(batch.clone()) } else { None }).await
}

/// Skips events up to the next resynchronisation.
pub(crate) async fn resynced(events: &mut Events) -> Batch {
    until(events, |event| if let Event::Resynced(batch) = event { Some(batch.clone()) } else { None }).await
}

/// Old and new names of the switches of a batch, sorted.
pub(crate) fn names(batch: &Batch) -> Vec<(Option<String>, Option<String>)> {
    let name =
        |row: &Option<weft_ovsdb::Row>| row.as_ref().map(|row| row[0].as_str().expect("a name").to_owned());
    let mut names: Vec<_> =
        batch.changes.iter().map(|change| (name(&change.old), name(&change.new))).collect();
    names.sort();
    names
}

/// An insertion of a switch of this name, as [`names`] shows it.
pub(crate) fn inserted(name: &str) -> (Option<String>, Option<String>) {
    (None, Some(name.to_owned()))
}
