//! The life of the process: from a parsed command line to its end.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use weft_daemon::directories::Directories;
use weft_daemon::options::{Options, Spec, thread_count};
use weft_daemon::process::{Launched, Reason, Shutdown, launch, raise_default};
use weft_daemon::unixctl::{Commands, Server};
use weft_daemon::vlog;
use weft_ovsdb::{SessionOptions, TlsOptions};
use weft_plan::plan::Plan;

use super::control;
use super::options::INTERNAL_VERSION;
use super::plan_graph::plan_graph;
use super::status::Status;
use super::worker::{Ended, Setup, WorkerError, run as run_worker};

/// Why the daemon cannot run.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Runs the daemon. Returns when it has ended, or in the parent when the daemon is detached.
///
/// # Errors
/// When the daemon cannot start: the log, the pid file, the control socket, the remotes or the rules
/// are at fault.
pub fn run(spec: &Spec, directories: &Directories, options: &Options) -> Result<ExitCode, AnyError> {
    let (log, mut daemon) = match launch(options)? {
        Launched::Daemon(log, daemon) => (log, daemon),
        Launched::Exit(status) => return Ok(status),
    };

    let (shutdown, commands) = (Shutdown::new(), Commands::new(spec.version.control_text(spec.program)));
    let status = Status::default();
    status.is_paused.set(options.given("dry-run"));
    let (ask, mut requests) = mpsc::unbounded_channel();
    vlog::register_commands(&log, &commands);
    status.metrics.register_commands(&commands);
    shutdown.register_exit(&commands, "", 0..=0);
    let threads = options.last("n-threads").map(thread_count);
    let thread_number = threads.as_ref().map_or(1, |threads| threads.count);
    control::register(&commands, &status, thread_number, move |request| {
        // A worker that has ended has nothing left that the request could change.
        let _ = ask.send(request);
    });
    shutdown.watch_signals()?;
    let server =
        match directories.control_socket(spec.program, options.unixctl.as_deref()) {
            Some(path) => Some(Server::start(&path, commands).map_err(|error| {
                format!("{}: could not initialize control socket ({error})", path.display())
            })?),
            None => None,
        };
    for warning in threads.iter().filter_map(|threads| threads.warning.as_ref()) {
        tracing::warn!(target: "ovn_northd", "{warning}");
    }
    tracing::info!(target: "ovn_northd", "OVN internal version is : [{INTERNAL_VERSION}]");
    let setup = setup(directories, options)?;
    daemon.complete()?;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let worked = runtime.block_on(async {
        loop {
            let stop = async { drop(shutdown.requested().await) };
            match run_worker(&setup, &status, &mut requests, stop).await? {
                Ended::Stopped => return Ok::<(), WorkerError>(()),
                Ended::Restart => tracing::info!(target: "ovn_northd", "deriving everything anew"),
            }
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    if let Err(error) = &worked {
        log.emergency("ovn_northd", &error.to_string());
    }
    shutdown.complete();
    drop(server);
    drop(daemon);
    worked?;
    if let Some(Reason::Signal(signal)) = shutdown.reason() {
        raise_default(signal);
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--dump-inc-proc-graph` asks for.
///
/// # Errors
/// When the rules do not compile.
pub fn graph(options: &Options) -> Result<String, AnyError> {
    let plan = plan(options.last("rules"))?;
    Ok(plan_graph(&plan, options.last("dump-inc-proc-graph")))
}

fn setup(directories: &Directories, options: &Options) -> Result<Setup, AnyError> {
    let plan = plan(options.last("rules"))?;
    let session = |option: &str, default: String, schema| -> Result<SessionOptions, AnyError> {
        let given = options.last(option).filter(|text| !text.is_empty());
        let remotes = given.map_or(default, str::to_owned);
        let remotes = remotes.parse().map_err(|error| format!("--{option}={remotes}: {error}"))?;
        let mut session = SessionOptions::new(schema, remotes);
        session.tls = tls(options);
        Ok(session)
    };
    Ok(Setup {
        plan: Arc::new(plan),
        hosts: weft_rules::registry(),
        northbound: session("ovnnb-db", directories.northbound_remote(), weft_ovsdb_schema::northbound()?)?,
        southbound: session("ovnsb-db", directories.southbound_remote(), weft_ovsdb_schema::southbound()?)?,
    })
}

fn plan(rules: Option<&str>) -> Result<Plan, AnyError> {
    match rules {
        None => Ok(weft_rules::embedded_plan()?),
        Some(directory) => Ok(weft_rules::plan_of_directory(directory.as_ref())?),
    }
}

fn tls(options: &Options) -> Option<TlsOptions> {
    let tls = &options.tls;
    Some(TlsOptions {
        private_key: tls.private_key.clone()?.into(),
        certificate: tls.certificate.clone()?.into(),
        ca_certificate: tls.ca_cert.clone()?.into(),
        server_name: tls.server_name.clone(),
    })
}
