//! Signals that the system sends for faults.

use super::config::ProcessError;
use nix::sys::signal::{SigHandler, Signal, signal};

/// Lets a segmentation fault or bus error end the process at once, whoever sends the signal.
///
/// The runtime library has handlers that tell of a stack overflow, and that swallow the first such signal of any
/// other origin. An operator who sends one wants the daemon to dump core, and its monitor to start it again.
#[expect(
    unsafe_code,
    reason = "setting a signal's action is unsafe where there are handlers; these are removed"
)]
pub(super) fn restore_fault_signals() -> Result<(), ProcessError> {
    for fault in [Signal::SIGSEGV, Signal::SIGBUS] {
        // SAFETY: The default action runs no code of this process.
        unsafe { signal(fault, SigHandler::SigDfl) }.map_err(ProcessError::system("signal"))?;
    }
    Ok(())
}
