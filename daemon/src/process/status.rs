//! The ends of processes in words.

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;

/// Says how a process ended.
pub(super) fn describe(status: WaitStatus) -> String {
    match status {
        WaitStatus::Exited(_, code) => format!("exit status {code}"),
        WaitStatus::Signaled(_, signal, core) => {
            let core = if core { ", core dumped" } else { "" };
            format!("killed ({}){core}", signal_name(signal))
        }
        other => format!("terminated abnormally ({other:?})"),
    }
}

/// Whether the end was a crash, after which a monitor restarts the daemon.
pub(super) fn is_crash(status: WaitStatus) -> bool {
    use Signal::{SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGPIPE, SIGSEGV, SIGXCPU, SIGXFSZ};
    let crashes = [SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGPIPE, SIGSEGV, SIGXCPU, SIGXFSZ];
    matches!(status, WaitStatus::Signaled(_, signal, _) if crashes.contains(&signal))
}

/// The name of a signal as the C library gives it, for the signals that end daemons.
pub(super) fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGHUP => "Hangup",
        Signal::SIGINT => "Interrupt",
        Signal::SIGQUIT => "Quit",
        Signal::SIGILL => "Illegal instruction",
        Signal::SIGABRT => "Aborted",
        Signal::SIGBUS => "Bus error",
        Signal::SIGFPE => "Floating point exception",
        Signal::SIGKILL => "Killed",
        Signal::SIGSEGV => "Segmentation fault",
        Signal::SIGPIPE => "Broken pipe",
        Signal::SIGALRM => "Alarm clock",
        Signal::SIGTERM => "Terminated",
        Signal::SIGXCPU => "CPU time limit exceeded",
        Signal::SIGXFSZ => "File size limit exceeded",
        other => other.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::{describe, is_crash};
    use nix::sys::signal::Signal;
    use nix::sys::wait::WaitStatus;
    use nix::unistd::Pid;

    #[test]
    fn only_error_signals_are_crashes() {
        let pid = Pid::from_raw(7);
        let crash = WaitStatus::Signaled(pid, Signal::SIGSEGV, true);
        assert!(is_crash(crash));
        assert_eq!(describe(crash), "killed (Segmentation fault), core dumped");
        let killed = WaitStatus::Signaled(pid, Signal::SIGKILL, false);
        assert!(!is_crash(killed));
        assert_eq!(describe(killed), "killed (Killed)");
        assert!(!is_crash(WaitStatus::Exited(pid, 1)));
        assert_eq!(describe(WaitStatus::Exited(pid, 1)), "exit status 1");
    }
}
