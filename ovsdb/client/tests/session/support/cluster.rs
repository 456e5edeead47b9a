//! Three installed ovsdb-servers that are one cluster.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How many members there are.
pub(crate) const MEMBERS: usize = 3;

/// How long the members may take to agree on something, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A cluster of an empty Northbound database, on unix sockets; killed at the end.
pub(crate) struct Cluster {
    prefix: PathBuf,
    directory: TempDir,
}

impl Cluster {
    /// Starts the members and waits until all have joined.
    pub(crate) fn start(prefix: &Path) -> Self {
        let directory = tempfile::Builder::new().prefix("weft").tempdir().expect("a temporary directory");
        let cluster = Self { prefix: prefix.to_owned(), directory };
        for member in 0..MEMBERS {
            let (database, address) = (cluster.text(member, "db"), cluster.raft(member));
            if member == 0 {
                let schema = prefix.join("schemas/ovn-nb.ovsschema").display().to_string();
                cluster.run("ovsdb-tool", &["create-cluster", &database, &schema, &address]);
            } else {
                let first = cluster.raft(0);
                cluster.run("ovsdb-tool", &["join-cluster", &database, "OVN_Northbound", &address, &first]);
            }
            cluster.launch(member);
            cluster.until("a member's joining", || {
                cluster.status(member)?.contains("Status: cluster member").then_some(())
            });
        }
        cluster
    }

    /// The members as a list of remotes.
    pub(crate) fn remotes(&self) -> String {
        let remotes: Vec<String> = (0..MEMBERS).map(|member| self.remote(member)).collect();
        remotes.join(",")
    }

    /// A member's socket for clients.
    pub(crate) fn remote(&self, member: usize) -> String {
        format!("unix:{}", self.text(member, "sock"))
    }

    /// The leader, once there is one.
    pub(crate) fn leader(&self) -> usize {
        let leads =
            |&member: &usize| self.status(member).is_some_and(|status| status.contains("Role: leader"));
        self.until("a leader", || (0..MEMBERS).find(leads))
    }

    /// Starts a member, for the first time or again.
    pub(crate) fn launch(&self, member: usize) {
        let option = |name: &str, file: &str| format!("--{name}={}", self.text(member, file));
        let remote = format!("--remote=p{}", self.remote(member));
        let (pid, control, log) =
            (option("pidfile", "pid"), option("unixctl", "ctl"), option("log-file", "log"));
        let database = self.text(member, "db");
        let words =
            ["--detach", "--no-chdir", "-vconsole:off", "-vsyslog:off", &remote, &pid, &control, &log];
        self.run("ovsdb-server", &[&words[..], &[&database]].concat());
    }

    /// Ends a member without a chance to say goodbye.
    pub(crate) fn kill(&self, member: usize) {
        let path = self.path(member, "pid");
        let Ok(pid) = std::fs::read_to_string(&path) else { return };
        let killed = Command::new("kill").args(["-9", pid.trim()]).status().expect("kill runs");
        assert!(killed.success());
        std::fs::remove_file(path).expect("the pid file was there");
    }

    /// Has a member end all sessions of clients.
    pub(crate) fn disconnect_clients(&self, member: usize) {
        self.control(member, &["ovsdb-server/reconnect"]).expect("the member runs");
    }

    /// Waits until a member that was started again keeps up with the others.
    pub(crate) fn rejoined(&self, member: usize) {
        self.until("the member's return", || {
            let status = self.status(member)?;
            (status.contains("Role: follower") && !status.contains("Leader: unknown")).then_some(())
        });
    }

    fn status(&self, member: usize) -> Option<String> {
        self.control(member, &["cluster/status", "OVN_Northbound"])
    }

    fn control(&self, member: usize, words: &[&str]) -> Option<String> {
        let target = format!("--target={}", self.text(member, "ctl"));
        let program = self.prefix.join("bin/ovs-appctl");
        let output = Command::new(program).arg(target).args(words).output().expect("ovs-appctl runs");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn until<T>(&self, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "{what} does not come");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn raft(&self, member: usize) -> String {
        format!("unix:{}", self.text(member, "raft"))
    }

    fn path(&self, member: usize, name: &str) -> PathBuf {
        self.directory.path().join(format!("{name}{member}"))
    }

    fn text(&self, member: usize, name: &str) -> String {
        self.path(member, name).display().to_string()
    }

    fn run(&self, program: &str, words: &[&str]) {
        let program = self.prefix.join("bin").join(program);
        let output = Command::new(&program).args(words).stdin(Stdio::null()).output().expect("it runs");
        assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        (0..MEMBERS).for_each(|member| self.kill(member));
    }
}
