//! An ovsdb-server of one database.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Connection, Installation};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a cloud wants.
    Northbound,
    /// What hypervisors need.
    Southbound,
    /// A chassis' own: its bridges and interfaces.
    Switch,
}

impl Kind {
    /// Its name on the wire.
    pub fn database(self) -> &'static str {
        match self {
            Self::Northbound => "OVN_Northbound",
            Self::Southbound => "OVN_Southbound",
            Self::Switch => "Open_vSwitch",
        }
    }

    /// The name of one of its files.
    pub fn file_name(self, extension: &str) -> String {
        format!("{}.{extension}", self.short_name())
    }

    fn short_name(self) -> &'static str {
        match self {
            Self::Northbound => "nb",
            Self::Southbound => "sb",
            Self::Switch => "ovs",
        }
    }

    pub(crate) fn schema(self) -> &'static str {
        match self {
            Self::Northbound => "ovn-nb.ovsschema",
            Self::Southbound => "ovn-sb.ovsschema",
            Self::Switch => "vswitch.ovsschema",
        }
    }
}

/// An ovsdb-server, killed at the end.
pub struct DatabaseServer {
    installation: Installation,
    kind: Kind,
    /// Whether it is one of several servers of its database.
    is_member: bool,
    directory: PathBuf,
    process: Option<Child>,
}

impl DatabaseServer {
    /// Starts a server of an empty database whose files are in `directory`.
    pub fn start(installation: &Installation, kind: Kind, directory: &Path) -> Self {
        let mut server = Self::stopped(installation, kind, directory);
        installation.run("ovsdb-tool", &["create", &server.file("db"), &installation.schema(kind)]);
        server.launch();
        server
    }

    /// Starts a server of the part of a clustered database in `directory`.
    pub fn start_member(installation: &Installation, kind: Kind, directory: &Path) -> Self {
        let mut server = Self::stopped(installation, kind, directory);
        server.is_member = true;
        server.launch();
        server
    }

    fn stopped(installation: &Installation, kind: Kind, directory: &Path) -> Self {
        let (installation, directory) = (installation.clone(), directory.to_owned());
        Self { installation, kind, is_member: false, directory, process: None }
    }

    fn file(&self, extension: &str) -> String {
        self.directory.join(self.kind.file_name(extension)).display().to_string()
    }

    /// Asks its control socket; none when it does not answer.
    pub fn control(&self, words: &[&str]) -> Option<String> {
        let target = self.file("ctl");
        let mut arguments = vec!["-t", &target];
        arguments.extend_from_slice(words);
        let output = self.installation.output("ovs-appctl", &arguments);
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// How to connect.
    pub fn remote(&self) -> String {
        format!("unix:{}", self.file("sock"))
    }

    /// A new connection.
    pub fn connect(&self) -> Connection {
        Connection::new(&self.file("sock"), self.kind.database())
    }

    /// Starts the process; returns once it serves the database.
    pub fn launch(&mut self) {
        if self.is_member { self.launch_member() } else { self.launch_alone() }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.installation.program("ovsdb-server"));
        command
            .args(["-vconsole:off", "-vsyslog:off", "--no-chdir"])
            .arg(format!("--remote=punix:{}", self.file("sock")))
            .arg(format!("--unixctl={}", self.file("ctl")))
            .stdin(Stdio::piped());
        command
    }

    /// The process also ends with this one, however that ends: the server runs a command that waits for the
    /// end of the pipe from here.
    fn launch_alone(&mut self) {
        let mut process = self
            .command()
            .arg("--run=echo ready; exec cat")
            .arg(self.file("db"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("the server listens");
        assert_eq!(line, "ready\n", "{:?} server", self.kind);
        self.process = Some(process);
    }

    /// A server of a cluster has threads, and cannot run commands.
    fn launch_member(&mut self) {
        self.process = Some(self.command().arg(self.file("db")).spawn().expect("the server starts"));
        self.installation.run("ovsdb-client", &["wait", &self.remote(), self.kind.database(), "connected"]);
    }

    /// Ends the process without a chance to say goodbye.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("the server is killed");
            process.wait().expect("the server has ended");
        }
    }
}

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // A test that fails has other things to say.
            drop(process.kill());
            drop(process.wait());
        }
    }
}
