//! The life of a daemon's process: detaching, monitoring, pid file, signals, and its end.
//!
//! A `main` is [`run_program`]; what that runs calls [`launch`] before it starts any thread, then sets up
//! what must work for the start to count as successful, then calls [`Daemon::complete`].

mod cleanup;
mod config;
mod daemonize;
mod fatal;
mod fork;
mod monitor;
mod panic;
mod pid_file;
mod program;
mod shutdown;
mod status;
mod user;

pub use cleanup::Cleanup;
pub use config::{ProcessConfig, ProcessError};
pub use daemonize::{Daemon, Start, daemonize_start};
pub use panic::abort_on_panic;
pub use pid_file::{PidFile, PidFileError};
pub use program::{Launched, launch, run_program};
pub use shutdown::{Reason, Shutdown, raise_default};
pub use user::{User, parse_user};
