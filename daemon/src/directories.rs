//! Where an OVN daemon keeps its sockets, pid files and logs.

use std::path::{Path, PathBuf};

/// The run-time and log directories of an OVN daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directories {
    /// Holds sockets and pid files (`OVN_RUNDIR`, default `/var/run/ovn`).
    pub run: PathBuf,
    /// Holds log files (`OVN_LOGDIR`, else Open vSwitch's `OVS_LOGDIR`, default `/var/log/ovn`).
    pub log: PathBuf,
}

impl Directories {
    /// Reads the directories from the process's environment.
    pub fn from_env() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads the directories through `lookup`, which answers the value of an environment variable.
    ///
    /// A variable that is set but empty counts as unset.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let directory = |names: &[&str], default: &str| {
            let value = names.iter().find_map(|name| lookup(name).filter(|value| !value.is_empty()));
            PathBuf::from(value.unwrap_or_else(|| default.to_owned()))
        };
        Self {
            run: directory(&["OVN_RUNDIR"], "/var/run/ovn"),
            log: directory(&["OVN_LOGDIR", "OVS_LOGDIR"], "/var/log/ovn"),
        }
    }

    /// The directories of Open vSwitch's daemons (`OVS_RUNDIR`, `OVS_LOGDIR`), in which OVN starts its database
    /// servers after setting the variables.
    pub fn open_vswitch_from_env() -> Self {
        let directory = |name: &str, default: &str| {
            let configured = std::env::var(name).ok().filter(|value| !value.is_empty());
            PathBuf::from(configured.unwrap_or_else(|| default.to_owned()))
        };
        Self {
            run: directory("OVS_RUNDIR", "/var/run/openvswitch"),
            log: directory("OVS_LOGDIR", "/var/log/openvswitch"),
        }
    }

    /// Where Open vSwitch keeps databases: `OVS_DBDIR`, or the directory of its configuration.
    pub fn open_vswitch_databases() -> PathBuf {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let configured = set("OVS_DBDIR").map(PathBuf::from);
        configured
            .or_else(|| set("OVS_SYSCONFDIR").map(|directory| PathBuf::from(directory).join("openvswitch")))
            .unwrap_or_else(|| PathBuf::from("/etc/openvswitch"))
    }

    /// Resolves `name` against the run-time directory; an absolute `name` stays as it is.
    pub fn in_run(&self, name: impl AsRef<Path>) -> PathBuf {
        self.run.join(name)
    }

    /// The pid file: `name`, or `PROGRAM.pid`, in the run-time directory.
    pub fn pid_file(&self, program: &str, name: Option<&str>) -> PathBuf {
        name.map_or_else(|| self.in_run(format!("{program}.pid")), |name| self.in_run(name))
    }

    /// The default log file `PROGRAM.log` in the log directory.
    pub fn log_file(&self, program: &str) -> PathBuf {
        self.log.join(format!("{program}.log"))
    }

    /// The control socket: `name`, or `PROGRAM.PID.ctl`, in the run-time directory.
    ///
    /// Answers `None` for the name `none`, which asks for no control socket at all.
    /// Call it after detaching, since the default name holds the pid of the running process.
    pub fn control_socket(&self, program: &str, name: Option<&str>) -> Option<PathBuf> {
        match name {
            Some("none") => None,
            Some(name) => Some(self.in_run(name)),
            None => Some(self.in_run(format!("{program}.{}.ctl", std::process::id()))),
        }
    }

    /// The remote of the Northbound database: `OVN_NB_DB`, or the socket in the run-time directory.
    pub fn northbound_remote(&self) -> String {
        self.remote(std::env::var("OVN_NB_DB").ok(), "ovnnb_db.sock")
    }

    /// The remote of the Southbound database: `OVN_SB_DB`, or the socket in the run-time directory.
    pub fn southbound_remote(&self) -> String {
        self.remote(std::env::var("OVN_SB_DB").ok(), "ovnsb_db.sock")
    }

    fn remote(&self, configured: Option<String>, socket: &str) -> String {
        configured
            .filter(|value| !value.is_empty())
            .unwrap_or_else(|| format!("unix:{}", self.in_run(socket).display()))
    }
}

#[cfg(test)]
mod tests {
    use super::Directories;
    use std::path::PathBuf;

    fn directories() -> Directories {
        Directories::from_lookup(|name| (name == "OVN_RUNDIR").then(|| "/run/test".to_owned()))
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let directories = Directories::from_lookup(|_| Some(String::new()));
        assert_eq!(directories.run, PathBuf::from("/var/run/ovn"));
        assert_eq!(directories.log, PathBuf::from("/var/log/ovn"));
    }

    #[test]
    fn names_are_resolved_in_the_run_directory() {
        let directories = directories();
        assert_eq!(directories.pid_file("ovn-northd", None), PathBuf::from("/run/test/ovn-northd.pid"));
        assert_eq!(directories.pid_file("ovn-northd", Some("x.pid")), PathBuf::from("/run/test/x.pid"));
        assert_eq!(directories.pid_file("ovn-northd", Some("/y.pid")), PathBuf::from("/y.pid"));
        assert_eq!(directories.control_socket("ovn-northd", Some("none")), None);
        let expected = format!("/run/test/ovn-northd.{}.ctl", std::process::id());
        assert_eq!(directories.control_socket("ovn-northd", None), Some(PathBuf::from(expected)));
    }

    #[test]
    fn a_remote_defaults_to_a_socket_in_the_run_directory() {
        let directories = directories();
        assert_eq!(directories.remote(None, "ovnnb_db.sock"), "unix:/run/test/ovnnb_db.sock");
        assert_eq!(directories.remote(Some("tcp:1.2.3.4:6641".into()), "x"), "tcp:1.2.3.4:6641");
    }
}
