//! A database of three servers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Connection, DatabaseServer, Installation, Kind};

/// How long a cluster may take to agree: a guard for broken tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// The servers of a clustered database, killed at the end.
pub(crate) struct Cluster {
    kind: Kind,
    members: Vec<DatabaseServer>,
}

impl Cluster {
    /// Starts three servers of an empty database, each with its files in a directory of its own below
    /// `directory`.
    pub(crate) fn start(installation: &Installation, kind: Kind, directory: &Path) -> Self {
        let directories: Vec<PathBuf> = ["a", "b", "c"].map(|name| directory.join(name)).into();
        let raft = |directory: &Path| format!("unix:{}", directory.join(kind.file_name("raft")).display());
        let mut members: Vec<DatabaseServer> = Vec::new();
        for own in &directories {
            fs::create_dir_all(own).expect("a directory is made");
            let file = own.join(kind.file_name("db")).display().to_string();
            match directories.first().filter(|first| *first != own) {
                None => {
                    let schema = installation.schema(kind);
                    installation.run("ovsdb-tool", &["create-cluster", &file, &schema, &raft(own)]);
                }
                Some(first) => {
                    let arguments = ["join-cluster", &file, kind.database(), &raft(own), &raft(first)];
                    installation.run("ovsdb-tool", &arguments);
                }
            }
            members.push(DatabaseServer::start_member(installation, kind, own));
        }
        Self { kind, members }
    }

    /// How to connect.
    pub(crate) fn remotes(&self) -> String {
        self.members.iter().map(DatabaseServer::remote).collect::<Vec<String>>().join(",")
    }

    /// The position of the member that leads, once there is one.
    pub(crate) fn leader(&self) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = |member: &DatabaseServer| member.control(&["cluster/status", self.kind.database()]);
            let leads = |member: &DatabaseServer| {
                status(member).is_some_and(|status| status.contains("\nRole: leader\n"))
            };
            if let Some(position) = self.members.iter().position(leads) {
                return position;
            }
            assert!(Instant::now() < deadline, "no member of the {:?} cluster leads", self.kind);
        }
    }

    /// How to connect to the member that leads.
    pub(crate) fn leader_remote(&self) -> String {
        self.members[self.leader()].remote()
    }

    /// A connection to the member that leads.
    pub(crate) fn connect(&self) -> Connection {
        self.members[self.leader()].connect()
    }

    /// Kills the member that leads; the others agree on another. Returns its position.
    pub(crate) fn kill_leader(&mut self) -> usize {
        let leader = self.leader();
        self.members[leader].kill();
        leader
    }

    /// Has the member that leads hand over to another.
    pub(crate) fn transfer_leadership(&self) {
        let leader = &self.members[self.leader()];
        leader.control(&["cluster/failure-test", "transfer-leadership"]).expect("the leader answers");
    }

    /// Starts a killed member again.
    pub(crate) fn launch(&mut self, member: usize) {
        self.members[member].launch();
    }
}
