//! The process that restarts a daemon after a crash (`--monitor`).

use super::config::{ProcessConfig, ProcessError};
use super::daemonize::{redirect_standard_streams, set_process_name};
use super::fork::{Child, Forked, Startup, fork_and_wait, wait_for};
use super::status::{describe, is_crash};
use crate::vlog::{Vlog, set_subprogram_name};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use std::time::{Duration, Instant};

/// The shortest time from one restart to the next.
const RESTART_INTERVAL: Duration = Duration::from_secs(10);

/// What became of the process that started to monitor.
#[derive(Debug)]
pub(super) enum Monitored {
    /// It is the monitor, and has nothing more to watch.
    Exit(u8),
    /// It is the daemon, started for the first time or again.
    Daemon(Startup),
}

/// Forks off the daemon and watches over it; tells `startup` when the daemon has first started.
pub(super) fn monitor(
    config: &ProcessConfig,
    vlog: &Vlog,
    startup: Option<Startup>,
) -> Result<Monitored, ProcessError> {
    let mut child = match fork_and_wait()? {
        Forked::Child(own) => return Ok(Monitored::Daemon(own)),
        Forked::Parent(Child::Exited(status)) => return Ok(Monitored::Exit(status)),
        Forked::Parent(Child::Died(_, status)) => return Err(ProcessError::ChildDied(describe(status))),
        Forked::Parent(Child::Running(pid)) => pid,
    };
    if let Some(startup) = startup {
        startup.notify()?;
    }
    if config.detach {
        redirect_standard_streams()?;
    }
    set_process_name("monitor");
    set_subprogram_name("monitor");
    let mut restarts = Restarts::default();
    let mut status = wait_for(child)?;
    loop {
        // The log may have been rotated since; where it cannot be opened there is nothing to say.
        let _ = vlog.reopen_file();
        if !is_crash(status) {
            tracing::info!(target: "daemon_unix", "pid {child} died, {}, exiting", describe(status));
            return Ok(Monitored::Exit(0));
        }
        restarts.prepare(child, status);
        match fork_and_wait()? {
            Forked::Child(own) => {
                set_process_name(&config.program);
                set_subprogram_name("");
                return Ok(Monitored::Daemon(own));
            }
            Forked::Parent(Child::Exited(status)) => return Ok(Monitored::Exit(status)),
            Forked::Parent(Child::Died(pid, early)) => (child, status) = (pid, early),
            Forked::Parent(Child::Running(pid)) => {
                child = pid;
                status = wait_for(child)?;
            }
        }
    }
}

#[derive(Default)]
struct Restarts {
    crashes: u32,
    last: Option<Instant>,
}

impl Restarts {
    /// Logs a crash, and waits until the daemon may be started again.
    fn prepare(&mut self, child: Pid, status: WaitStatus) {
        self.crashes += 1;
        let message = format!("{} crashes: pid {child} died, {}", self.crashes, describe(status));
        if matches!(status, WaitStatus::Signaled(_, _, true))
            && let Err(error) = setrlimit(Resource::RLIMIT_CORE, 0, 0)
        {
            tracing::warn!(target: "daemon_unix", "failed to disable core dumps: {}", error.desc());
        }
        let pause = self.last.map_or(Duration::ZERO, |last| RESTART_INTERVAL.saturating_sub(last.elapsed()));
        if !pause.is_zero() {
            tracing::warn!(
                target: "daemon_unix",
                "{message}, waiting until {} seconds since last restart", RESTART_INTERVAL.as_secs()
            );
            std::thread::sleep(pause);
        }
        self.last = Some(Instant::now());
        tracing::error!(target: "daemon_unix", "{message}, restarting");
    }
}
