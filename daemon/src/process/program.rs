//! The frame of a daemon's `main`: from the words of its command line to a process that may work.

use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use super::{Daemon, Start, abort_on_panic, daemonize_start};
use crate::directories::Directories;
use crate::options::{Action, Options, Spec, parse};
use crate::vlog::{self, Vlog};

/// A whole program: reads its command line, prints what that asks for or is wrong with it, or calls `run`
/// and says why that failed.
pub fn run_program<E: Display>(
    spec: &Spec,
    directories: &Directories,
    run: impl FnOnce(&Options) -> Result<ExitCode, E>,
) -> ExitCode {
    let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let options = parse(spec, directories, words);
    options.diagnostics.iter().for_each(|line| complain(line));
    match &options.action {
        Action::Run => run(&options).unwrap_or_else(|error| {
            complain(&format!("{}: {error}", spec.program));
            ExitCode::FAILURE
        }),
        Action::Print(text) => match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Action::Fail(line) => {
            complain(line);
            ExitCode::FAILURE
        }
    }
}

fn complain(line: &str) {
    // Standard error may be closed, and then nobody is left to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What the calling process has become, with its log.
#[derive(Debug)]
pub enum Launched {
    /// The daemon, which is to go on.
    Daemon(Vlog, Daemon),
    /// A parent or monitor that has done its work and is to exit so.
    Exit(ExitCode),
}

/// Starts the log and detaches as the command line asks, and has a panic end the process from then on.
/// Call it before any thread is started.
///
/// # Errors
/// When the log cannot start, or the process cannot detach or write its pid file.
pub fn launch(options: &Options) -> Result<Launched, Box<dyn Error + Send + Sync>> {
    let log = vlog::init(options.log.clone())?;
    match daemonize_start(&options.process, &log) {
        Ok(Start::Daemon(daemon)) => {
            abort_on_panic(&log);
            Ok(Launched::Daemon(log, daemon))
        }
        Ok(Start::Exit(status)) => Ok(Launched::Exit(ExitCode::from(status))),
        Err(error) => {
            log.emergency("daemon_unix", &error.to_string());
            Err(error.into())
        }
    }
}
