//! The life of the server's process.

use std::path::Path;
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::support::{SCHEMA, create, output, wait_for};

/// A directory with the files `db` and `e.db` of the databases `D` and `E`.
fn databases() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    for (file, schema) in [("db", SCHEMA), ("e.db", r#"{"name":"E","version":"1.0.0","tables":{}}"#)] {
        std::fs::write(path("schema"), schema).unwrap();
        create(&path(file), &path("schema"));
    }
    directory
}

fn server(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weft-ovsdb-server"));
    command.current_dir(directory).env("OVS_RUNDIR", directory).args([
        "-vconsole:off",
        "-vsyslog:off",
        "--log-file=log",
        "--unixctl=db.ctl",
    ]);
    command
}

/// Ends the server of a directory, whatever became of the test.
struct Ended<'d>(&'d Path);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        if let Ok(mut control) = weft_daemon::unixctl::Client::connect(&self.0.join("db.ctl")) {
            let _ = control.call("exit", &[]);
        }
    }
}

fn control(directory: &Path, command: &str, words: &[&str]) -> String {
    let connect = || weft_daemon::unixctl::Client::connect(&directory.join("db.ctl")).ok();
    wait_for("the control socket", connect).call(command, words).unwrap().unwrap()
}

#[test]
fn a_monitor_starts_a_killed_server_again_with_what_was_added_to_it() {
    let directory = databases();
    let path = |name: &str| directory.path().join(name);
    let _ended = Ended(directory.path());
    output(server(directory.path()).args(["--detach", "--monitor", "--no-chdir", "--pidfile=pid", "db"]));
    let pid = || std::fs::read_to_string(path("pid")).ok()?.trim().parse::<i32>().ok();
    let first = wait_for("the pid file", pid);
    control(directory.path(), "ovsdb-server/add-db", &["e.db"]);
    control(directory.path(), "ovsdb-server/add-remote", &["punix:more.sock"]);
    // As an operator who wants a core dump: nothing is wrong in the process itself.
    kill(Pid::from_raw(first), Signal::SIGSEGV).unwrap();
    let second = wait_for("another server", || pid().filter(|pid| *pid != first));
    assert_eq!(control(directory.path(), "ovsdb-server/list-dbs", &[]), "D\nE\n_Server\n");
    assert_eq!(control(directory.path(), "ovsdb-server/list-remotes", &[]), "punix:more.sock\n");
    control(directory.path(), "exit", &[]);
    wait_for("the end", || kill(Pid::from_raw(second), None).err());
}

#[test]
fn a_configuration_file_is_served_and_reloaded() {
    let directory = databases();
    let path = |name: &str| directory.path().join(name);
    let configure = |databases: &str| {
        let text = format!(r#"{{"remotes":{{"punix:db.sock":{{}}}},"databases":{{{databases}}}}}"#);
        std::fs::write(path("config.json"), text).unwrap();
    };
    configure(r#""db":{"service-model":"standalone"}"#);
    let _ended = Ended(directory.path());
    output(server(directory.path()).env("OVS_DBDIR", directory.path()).args([
        "--detach",
        "--no-chdir",
        "--config-file=config.json",
    ]));
    assert_eq!(control(directory.path(), "ovsdb-server/list-dbs", &[]), "D\n_Server\n");
    configure(r#""db":null,"e.db":{}"#);
    control(directory.path(), "ovsdb-server/reload", &[]);
    assert_eq!(control(directory.path(), "ovsdb-server/list-dbs", &[]), "D\nE\n_Server\n");
    configure(r#""e.db":{"service-model":"unheard-of"}"#);
    let mut client = weft_daemon::unixctl::Client::connect(&path("db.ctl")).unwrap();
    let refused = client.call("ovsdb-server/reload", &[]).unwrap();
    assert_eq!(refused, Err("Configuration failed.  See the log file for details.".to_owned()));
    let log = std::fs::read_to_string(path("log")).unwrap();
    assert!(log.contains("'unheard-of' is not a valid service model"), "{log}");
    assert_eq!(control(directory.path(), "ovsdb-server/list-dbs", &[]), "D\nE\n_Server\n");
}
