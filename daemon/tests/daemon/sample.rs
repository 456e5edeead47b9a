//! Starting and watching the sample daemon.

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use tempfile::TempDir;
use weft_daemon::unixctl::Client;

/// A directory for one test's daemon, which ends with the test.
pub(crate) struct Sample {
    directory: TempDir,
}

/// A daemon in the foreground of a test.
pub(crate) struct Running {
    pub(crate) child: Child,
    output: BufReader<ChildStdout>,
}

impl Sample {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let test = std::env::current_exe().unwrap();
        let binary = test.parent().and_then(Path::parent).unwrap().join("examples/sample");
        let mut command = Command::new(binary);
        command.env("OVN_RUNDIR", self.directory.path()).env("OVN_LOGDIR", self.directory.path());
        command.env("OVS_SYSLOG_METHOD", "null").args(arguments);
        command
    }

    /// Runs the daemon's command to its end, which for `--detach` is when the daemon has started.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the daemon in the foreground and waits until it is ready.
    pub(crate) fn start(&self, arguments: &[&str]) -> (Running, i32) {
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut running = Running { child, output };
        let pid = running.wait_until_ready();
        (running, pid)
    }

    pub(crate) fn client(&self, socket: &str) -> Client {
        Client::connect(&self.path(socket)).unwrap()
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Running {
    /// Reads the pid of the next daemon that reports to be ready.
    pub(crate) fn wait_until_ready(&mut self) -> i32 {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().strip_prefix("ready ").unwrap().parse().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process is usually gone already; a failed test leaves it running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until the process that has locked `pid_file` is gone.
pub(crate) fn wait_for_lock(pid_file: &File) {
    let lock = libc::flock {
        l_type: libc::F_RDLCK as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    fcntl(pid_file, FcntlArg::F_SETLKW(&lock)).unwrap();
}
