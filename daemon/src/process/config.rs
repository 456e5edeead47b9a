//! What the command line says about the process, and what may go wrong with it.

use super::pid_file::PidFileError;
use super::user::User;
use nix::errno::Errno;
use std::path::PathBuf;

/// How to become a daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessConfig {
    /// The program's name, which `/proc/PID/comm` is to show.
    pub program: String,
    /// `--detach`: run in the background.
    pub detach: bool,
    /// `--monitor`: watch over the daemon from another process, and restart it when it crashes.
    pub monitor: bool,
    /// Change to the root directory when detaching; `--no-chdir` says not to.
    pub chdir: bool,
    /// `--pidfile`: the pid file to write.
    pub pid_file: Option<PathBuf>,
    /// `--overwrite-pidfile`: start even though the pid file is in use.
    pub overwrite_pid_file: bool,
    /// `--user`: the user and group to become.
    pub user: Option<User>,
}

impl ProcessConfig {
    /// A process in the foreground without a pid file.
    pub fn new(program: &str) -> Self {
        Self {
            program: program.to_owned(),
            detach: false,
            monitor: false,
            chdir: true,
            pid_file: None,
            overwrite_pid_file: false,
            user: None,
        }
    }
}

/// Why a process could not become a daemon.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// Threads run already, which would not survive a fork.
    #[error("cannot detach: threads are already running")]
    ThreadsRunning,
    /// A system call failed.
    #[error("{call} failed ({})", error.desc())]
    System {
        /// What was called.
        call: &'static str,
        /// How it failed.
        error: Errno,
    },
    /// The child crashed before it had started.
    #[error("could not detach from foreground session: fork child died before signaling startup ({0})")]
    ChildDied(String),
    /// The pid file could not be had.
    #[error(transparent)]
    PidFile(#[from] PidFileError),
    /// The user and group could not be changed.
    #[error("failed to switch to user {user} ({})", error.desc())]
    SwitchUser {
        /// The user to become.
        user: String,
        /// What went wrong.
        error: Errno,
    },
}

impl ProcessError {
    /// Wraps the error of the system call `call`.
    pub(super) fn system(call: &'static str) -> impl FnOnce(Errno) -> Self {
        move |error| Self::System { call, error }
    }
}
