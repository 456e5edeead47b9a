//! An installed ovsdb-server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

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
    arguments: Vec<String>,
}

impl Server {
    /// Starts a server of an empty Northbound database.
    pub(crate) fn start(prefix: &Path) -> Self {
        Self::start_with(prefix, &[])
    }

    /// Starts a server with more command line arguments.
    pub(crate) fn start_with(prefix: &Path, arguments: &[String]) -> Self {
        Self::create(prefix, arguments, |server, database, schema| {
            server.run("ovsdb-tool", &["create", database, schema]);
        })
    }

    /// Starts the only member of a cluster.
    pub(crate) fn start_cluster(prefix: &Path) -> Self {
        Self::create(prefix, &[], |server, database, schema| {
            let address = format!("unix:{}", server.path("raft").display());
            server.run("ovsdb-tool", &["create-cluster", database, schema, &address]);
        })
    }

    fn create(prefix: &Path, arguments: &[String], create: impl Fn(&Self, &str, &str)) -> Self {
        let directory = tempfile::Builder::new().prefix("weft").tempdir().expect("a temporary directory");
        let server = Self { prefix: prefix.to_owned(), directory, arguments: arguments.to_vec() };
        let schema = prefix.join("schemas/ovn-nb.ovsschema").display().to_string();
        create(&server, &server.path("db").display().to_string(), &schema);
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
        let log = format!("--log-file={}", self.path("log").display());
        let mut arguments = vec!["--detach", "-vconsole:off", "--no-chdir", &remote, &pid, &control, &log];
        arguments.extend(self.arguments.iter().map(String::as_str));
        arguments.push(&database);
        // A server that detaches returns once it listens.
        self.run("ovsdb-server", &arguments);
    }

    /// The port that the server chose at this address.
    pub(crate) fn port(&self, address: &str) -> u16 {
        let log = std::fs::read_to_string(self.path("log")).expect("the server writes a log");
        let start = format!("|0:{address}: listening on port ");
        let line = log.lines().find(|line| line.contains(&start)).expect("the server listens");
        let (_, port) = line.rsplit_once(' ').expect("the line ends with the port");
        port.parse().expect("the line ends with the port")
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
