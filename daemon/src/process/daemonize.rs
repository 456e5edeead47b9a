//! From a command's process to a daemon's.

use super::config::{ProcessConfig, ProcessError};
use super::fatal::restore_fault_signals;
use super::fork::{Child, Forked, Startup, fork_and_wait};
use super::monitor::{Monitored, monitor};
use super::pid_file::PidFile;
use super::status::describe;
use super::user::switch_user;
use crate::vlog::Vlog;
use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout, setsid};
use std::ffi::CString;
use std::fs::OpenOptions;

/// What the calling process has become.
#[derive(Debug)]
pub enum Start {
    /// The daemon, which is to go on.
    Daemon(Daemon),
    /// A parent or monitor that has done its work and is to exit with this status.
    Exit(u8),
}

/// The process of a daemon; keep it as long as the daemon runs, since it owns the pid file.
#[derive(Debug)]
pub struct Daemon {
    startup: Option<Startup>,
    detach: bool,
    chdir: bool,
    _pid_file: Option<PidFile>,
}

/// Forks off the daemon if `config` says so, and writes its pid file.
///
/// A parent returns when the daemon has completed its start or has failed, with the exit status to
/// pass on; a monitor returns when the daemon has ended other than by crashing.
/// Must be called by the main thread, while there is no other.
///
/// # Errors
/// The caller is to print the error and exit with status 1.
pub fn daemonize_start(config: &ProcessConfig, vlog: &Vlog) -> Result<Start, ProcessError> {
    if let Some(user) = &config.user {
        switch_user(user, vlog.log_file().as_deref())?;
    }
    let mut startup = None;
    if config.detach {
        match fork_and_wait()? {
            Forked::Parent(Child::Running(_)) => return Ok(Start::Exit(0)),
            Forked::Parent(Child::Exited(status)) => return Ok(Start::Exit(status)),
            Forked::Parent(Child::Died(_, status)) => return Err(ProcessError::ChildDied(describe(status))),
            Forked::Child(own) => startup = Some(own),
        }
        setsid().map_err(ProcessError::system("setsid"))?;
    }
    if config.monitor {
        match monitor(config, vlog, startup.take())? {
            Monitored::Exit(status) => return Ok(Start::Exit(status)),
            Monitored::Daemon(own) => startup = Some(own),
        }
    }
    restore_fault_signals()?;
    set_process_name(&config.program);
    let pid_file = match &config.pid_file {
        Some(path) => Some(PidFile::create(path, config.overwrite_pid_file)?),
        None => None,
    };
    Ok(Start::Daemon(Daemon { startup, detach: config.detach, chdir: config.chdir, _pid_file: pid_file }))
}

impl Daemon {
    /// Tells the parent that the daemon has started, and lets go of directory and terminal.
    ///
    /// # Errors
    /// Fails when the parent is gone or the terminal cannot be let go.
    pub fn complete(&mut self) -> Result<(), ProcessError> {
        if let Some(startup) = self.startup.take() {
            startup.notify()?;
        }
        if self.detach {
            if self.chdir {
                nix::unistd::chdir("/").map_err(ProcessError::system("chdir"))?;
            }
            redirect_standard_streams()?;
        }
        Ok(())
    }
}

/// Points the standard streams to the null device.
pub(super) fn redirect_standard_streams() -> Result<(), ProcessError> {
    let open = OpenOptions::new().read(true).write(true).open("/dev/null");
    let null = open.map_err(|e| nix::errno::Errno::from_raw(e.raw_os_error().unwrap_or_default()));
    let null = null.map_err(ProcessError::system("open of /dev/null"))?;
    let redirect = || dup2_stdin(&null).and_then(|()| dup2_stdout(&null)).and_then(|()| dup2_stderr(&null));
    redirect().map_err(ProcessError::system("dup2"))
}

/// Sets the name that `/proc/PID/comm` shows.
pub(super) fn set_process_name(name: &str) {
    // A name that the kernel does not take leaves the old one, which is no reason to stop.
    if let Ok(name) = CString::new(name) {
        let _ = nix::sys::prctl::set_name(&name);
    }
}
