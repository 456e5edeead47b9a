use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::Arc;

use weft_daemon::coverage::Counters;
use weft_daemon::directories::Directories;
use weft_daemon::memory::Gauges;
use weft_daemon::options::Options;
use weft_daemon::process::{Daemon, Launched, Reason, Shutdown, launch, raise_default, run_program};
use weft_daemon::unixctl::{self, Commands};
use weft_daemon::vlog::{self, Vlog};
use weft_ovsdb_journal::OsFiles;

use super::compactor::compact_in_time;
use super::configuration::{Configuration, Place};
use super::control::Control;
use super::options::{PROGRAM, contradiction, database_files, spec, tls_files};
use super::start::apply;
use crate::remotes::{Environment, Manager, Remotes};
use crate::server::Server;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The whole program.
pub fn main() -> ExitCode {
    let (spec, directories) = (spec(), Directories::open_vswitch_from_env());
    run_program(&spec, &directories, |options| start(&directories, options))
}

/// From the command line to a daemon with a configuration.
fn start(directories: &Directories, options: &Options) -> Result<ExitCode, Failure> {
    // ovsdb-server takes no word that it does not know.
    if !options.diagnostics.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    if let Some(contradiction) = contradiction(options) {
        return Err(contradiction.into());
    }
    // Kept across a restart by the monitor process.
    let place = match options.last("config-file") {
        Some(path) => Place::Named(std::path::absolute(Directories::open_vswitch_databases().join(path))?),
        None => {
            let remotes = Remotes::new(options.all("remote")).all();
            Place::new(&Configuration { remotes, databases: database_files(options) })?
        }
    };
    let (log, daemon) = match launch(options)? {
        Launched::Daemon(log, daemon) => (log, daemon),
        Launched::Exit(status) => return Ok(status),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("session").build()?;
    let result = runtime.block_on(serve(directories, options, &log, place, daemon));
    runtime.shutdown_background();
    result
}

async fn serve(
    directories: &Directories,
    options: &Options,
    log: &Vlog,
    place: Place,
    mut daemon: Daemon,
) -> Result<ExitCode, Failure> {
    let server = Server::new(Arc::new(OsFiles))?;
    let remotes = Remotes::default();
    let errors = tokio::task::block_in_place(|| {
        place.read().map_or_else(|errors| errors, |configuration| apply(&server, &remotes, configuration))
    });
    if !errors.is_empty() {
        errors.iter().for_each(|error| tracing::warn!(target: "ovsdb_server", "{error}"));
        return Err("server configuration failed".into());
    }
    let run_directory = directories.run.clone();
    let environment = Environment::new(Arc::clone(&server), run_directory, tls_files(options));
    let mut manager = Manager::new(Arc::new(environment), remotes.clone());
    manager.reconfigure();

    let control = Control { server: Arc::clone(&server), remotes, place: Arc::new(place) };
    let (shutdown, control_server) = start_control(directories, options, log, &control)?;
    let child = match options.last("run") {
        Some(command) => Some((command, tokio::process::Command::from(shell(command)).spawn()?)),
        None => None,
    };
    daemon.complete()?;
    if child.is_none() {
        tracing::info!(target: "ovsdb_server", "{}", spec().version.control_text(PROGRAM).replace('\n', ", "));
    }
    let managing = tokio::spawn(manager.run());
    tokio::spawn(compact_in_time(Arc::clone(&server)));
    let ended = match child {
        Some((command, mut process)) => tokio::select! {
            reason = shutdown.requested() => Ended::Reason(reason),
            status = process.wait() => Ended::Child(command.to_owned(), status?),
        },
        None => Ended::Reason(shutdown.requested().await),
    };
    // Removes the sockets, too.
    managing.abort();
    let _ = managing.await;
    for hosted in server.databases() {
        server.remove(&Arc::clone(hosted.name()), "the server is exiting");
    }
    shutdown.complete();
    drop(control_server);
    drop(daemon);
    ended.status()
}

fn start_control(
    directories: &Directories,
    options: &Options,
    log: &Vlog,
    control: &Control,
) -> Result<(Shutdown, Option<unixctl::Server>), Failure> {
    let (shutdown, commands) = (Shutdown::new(), Commands::new(spec().version.control_text(PROGRAM)));
    let (counters, gauges) = (Counters::new(), Gauges::new());
    vlog::register_commands(log, &commands);
    counters.register_commands(&commands);
    control.register(&commands, &gauges);
    shutdown.register_exit(&commands, "", 0..=0);
    shutdown.watch_signals()?;
    let path: Option<PathBuf> = directories.control_socket(PROGRAM, options.unixctl.as_deref());
    let server =
        match path {
            Some(path) => Some(unixctl::Server::start(&path, commands).map_err(|error| {
                format!("{}: could not initialize control socket ({error})", path.display())
            })?),
            None => None,
        };
    Ok((shutdown, server))
}

fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command);
    shell
}

/// Why the server ends.
enum Ended {
    Reason(Reason),
    Child(String, ExitStatus),
}

impl Ended {
    fn status(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Reason(Reason::Signal(signal)) => raise_default(signal),
            Self::Reason(Reason::Command(_)) => {}
            Self::Child(command, status) if !status.success() => {
                return Err(format!("{command}: child exited, {status}").into());
            }
            Self::Child(..) => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}
