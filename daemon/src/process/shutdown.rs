//! The orderly end of a daemon, by command or by signal.

use super::cleanup::Cleanup;
use super::status::signal_name;
use crate::unixctl::{Commands, Replier};
use nix::sys::signal::Signal;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Why a daemon is to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The command `exit`, with its arguments.
    Command(Vec<String>),
    /// A signal, by its number.
    Signal(i32),
}

/// Tells the parts of a daemon to end, and the requesters that it has ended; clones share it.
#[derive(Clone, Debug)]
pub struct Shutdown(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reason: watch::Sender<Option<Reason>>,
    requesters: Mutex<Requesters>,
}

#[derive(Debug, Default)]
struct Requesters {
    waiting: Vec<Replier>,
    completed: bool,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl Shutdown {
    /// A shutdown that nobody has asked for yet.
    pub fn new() -> Self {
        let reason = watch::Sender::new(None);
        Self(Arc::new(Inner { reason, requesters: Mutex::default() }))
    }

    /// Registers the command `exit`, whose answer waits for [`Shutdown::complete`].
    pub fn register_exit(&self, commands: &Commands, usage: &'static str, arguments: RangeInclusive<usize>) {
        let shutdown = self.clone();
        commands.register_deferred("exit", usage, arguments, move |words, replier| {
            {
                let mut requesters = shutdown.requesters();
                if requesters.completed {
                    replier.reply(Ok(String::new()));
                } else {
                    requesters.waiting.push(replier);
                }
            }
            shutdown.request(Reason::Command(words));
        });
    }

    /// Starts the thread that turns `SIGTERM`, `SIGINT` and `SIGHUP` into requests.
    ///
    /// A second signal ends the process at once, though not without removing its files.
    /// To be called after detaching.
    ///
    /// # Errors
    /// Fails when the handlers or the thread cannot be had.
    pub fn watch_signals(&self) -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
        let shutdown = self.clone();
        let watch = move || {
            for number in signals.forever() {
                let name = Signal::try_from(number).map_or("unknown", signal_name);
                tracing::warn!(target: "fatal_signal", "terminating with signal {number} ({name})");
                if shutdown.reason().is_some() {
                    Cleanup::run();
                    raise_default(number);
                }
                shutdown.request(Reason::Signal(number));
            }
        };
        std::thread::Builder::new().name("signals".into()).spawn(watch).map(drop)
    }

    /// Asks for the end; the first reason counts.
    pub fn request(&self, reason: Reason) {
        self.0.reason.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(reason);
            }
            first
        });
    }

    /// Why the daemon is to end, if it is.
    pub fn reason(&self) -> Option<Reason> {
        self.0.reason.borrow().clone()
    }

    /// Waits until somebody asks for the end.
    pub async fn requested(&self) -> Reason {
        let mut receiver = self.0.reason.subscribe();
        loop {
            if let Some(reason) = receiver.borrow_and_update().clone() {
                return reason;
            }
            // The sender lives in this value, so the channel stays open.
            let _ = receiver.changed().await;
        }
    }

    /// Answers all who asked by command, now that the heaviest work of ending is done.
    pub fn complete(&self) {
        let mut requesters = self.requesters();
        requesters.completed = true;
        for replier in requesters.waiting.drain(..) {
            replier.reply(Ok(String::new()));
        }
    }

    fn requesters(&self) -> MutexGuard<'_, Requesters> {
        self.0.requesters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the process end as the signal ends processes that do not handle it.
///
/// For the end of `main`, so that a parent sees the signal in the exit status as it is used to.
pub fn raise_default(signal: i32) {
    if let Err(error) = signal_hook::low_level::emulate_default_handler(signal) {
        tracing::error!(target: "fatal_signal", "cannot raise signal {signal}: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::{Reason, Shutdown};
    use crate::unixctl::Commands;

    #[test]
    fn exit_is_answered_when_the_shutdown_is_complete() {
        let (commands, shutdown) = (Commands::new("v"), Shutdown::new());
        shutdown.register_exit(&commands, "[--restart]", 0..=1);
        let mut answer = commands.start("exit", vec!["--restart".into()]).unwrap();
        assert!(answer.try_recv().is_err());
        assert_eq!(shutdown.reason(), Some(Reason::Command(vec!["--restart".into()])));
        shutdown.request(Reason::Signal(15));
        assert_eq!(shutdown.reason(), Some(Reason::Command(vec!["--restart".into()])));
        shutdown.complete();
        assert_eq!(answer.try_recv().unwrap(), Ok(String::new()));
        let mut late = commands.start("exit", Vec::new()).unwrap();
        assert_eq!(late.try_recv().unwrap(), Ok(String::new()));
    }

    #[tokio::test]
    async fn a_waiting_task_learns_the_reason() {
        let shutdown = Shutdown::new();
        let waiting = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.requested().await }
        });
        shutdown.request(Reason::Signal(15));
        assert_eq!(waiting.await.unwrap(), Reason::Signal(15));
    }
}
