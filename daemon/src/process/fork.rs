//! Forking a child and waiting until it has started.

use super::config::ProcessError;
use super::status::describe;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, pipe2, read, write};
use std::os::fd::OwnedFd;

/// Where the two processes go on after a fork.
#[derive(Debug)]
pub(super) enum Forked {
    /// In the parent; the child has got so far.
    Parent(Child),
    /// In the child, which tells its parent through this value that it has started.
    Child(Startup),
}

/// What a parent knows of its child.
#[derive(Debug)]
pub(super) enum Child {
    /// It has started.
    Running(Pid),
    /// It ended with this status, other than success, before it had started.
    Exited(u8),
    /// It crashed, or ended as if all were well, before it had started.
    Died(Pid, WaitStatus),
}

/// The child's duty to tell its parent that it has started.
#[derive(Debug)]
pub(super) struct Startup(OwnedFd);

impl Startup {
    /// Tells the parent.
    pub(super) fn notify(self) -> Result<(), ProcessError> {
        write(&self.0, &[0]).map(drop).map_err(ProcessError::system("pipe write"))
    }
}

/// Forks; the parent returns when the child has started or is dead.
pub(super) fn fork_and_wait() -> Result<Forked, ProcessError> {
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC).map_err(ProcessError::system("pipe"))?;
    match fork_single_threaded()? {
        ForkResult::Child => Ok(Forked::Child(Startup(writer))),
        ForkResult::Parent { child } => {
            drop(writer);
            let mut byte = [0];
            let received = retry(|| read(&reader, &mut byte)).map_err(ProcessError::system("pipe read"))?;
            if received > 0 {
                return Ok(Forked::Parent(Child::Running(child)));
            }
            let status = wait_for(child)?;
            Ok(Forked::Parent(match status {
                WaitStatus::Exited(_, code) if code != 0 => Child::Exited(u8::try_from(code).unwrap_or(1)),
                status => {
                    tracing::error!(
                        target: "daemon_unix",
                        "fork child died before signaling startup ({})", describe(status)
                    );
                    Child::Died(child, status)
                }
            }))
        }
    }
}

/// Waits for the end of a child.
pub(super) fn wait_for(child: Pid) -> Result<WaitStatus, ProcessError> {
    retry(|| waitpid(child, None)).map_err(ProcessError::system("waitpid"))
}

fn retry<T>(mut call: impl FnMut() -> nix::Result<T>) -> nix::Result<T> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}

#[expect(unsafe_code, reason = "fork is unsafe for processes with several threads, which is ruled out here")]
fn fork_single_threaded() -> Result<ForkResult, ProcessError> {
    let threads = std::fs::read_dir("/proc/self/task").map(Iterator::count);
    if threads.is_ok_and(|threads| threads != 1) {
        return Err(ProcessError::ThreadsRunning);
    }
    // SAFETY: There is no other thread that could hold a lock or be in the middle of a change.
    unsafe { nix::unistd::fork() }.map_err(ProcessError::system("fork"))
}
