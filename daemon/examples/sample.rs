//! A daemon that does nothing but answer its control socket until it is told to end.

use std::io::Write;
use std::process::ExitCode;
use weft_daemon::coverage::Counters;
use weft_daemon::directories::Directories;
use weft_daemon::memory::Gauges;
use weft_daemon::options::{Action, Argument, LongOption, Options, Spec, Version, parse};
use weft_daemon::process::{Reason, Shutdown, Start, abort_on_panic, daemonize_start, raise_default};
use weft_daemon::stopwatch::{Stopwatches, Unit};
use weft_daemon::unixctl::{Commands, Server};
use weft_daemon::vlog;

const PROGRAM: &str = "sample";
const OPTIONS: &[LongOption] = &[LongOption::long("greeting", Argument::Required)];

fn spec() -> Spec {
    Spec {
        program: PROGRAM,
        description: "daemon that does nothing",
        version: Version { ovn: "26.03.1", open_vswitch: "3.7.1", weft: env!("CARGO_PKG_VERSION") },
        options: OPTIONS,
        options_help: "  --greeting=TEXT           what the command hello answers\n".into(),
        log_modules: &["sample"],
    }
}

fn main() -> ExitCode {
    let (spec, directories) = (spec(), Directories::from_env());
    let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let options = parse(&spec, &directories, words);
    // Standard error may be closed, and then nobody is left to tell.
    let complain = |line: &str| drop(writeln!(std::io::stderr(), "{line}"));
    options.diagnostics.iter().for_each(|line| complain(line));
    match &options.action {
        Action::Run => {}
        Action::Print(text) => {
            return match std::io::stdout().write_all(text.as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        Action::Fail(line) => {
            complain(line);
            return ExitCode::FAILURE;
        }
    }
    run(&spec, &directories, &options).unwrap_or_else(|error| {
        complain(&format!("{PROGRAM}: {error}"));
        ExitCode::FAILURE
    })
}

fn run(
    spec: &Spec,
    directories: &Directories,
    options: &Options,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let log = vlog::init(options.log.clone())?;
    let mut daemon = match daemonize_start(&options.process, &log) {
        Ok(Start::Daemon(daemon)) => daemon,
        Ok(Start::Exit(status)) => return Ok(ExitCode::from(status)),
        Err(error) => {
            log.emergency("daemon_unix", &error.to_string());
            return Err(error.into());
        }
    };
    abort_on_panic(&log);

    let (shutdown, commands) = (Shutdown::new(), Commands::new(spec.version.control_text(PROGRAM)));
    let (counters, gauges, stopwatches) = (Counters::new(), Gauges::new(), Stopwatches::new());
    vlog::register_commands(&log, &commands);
    counters.register_commands(&commands);
    gauges.register_commands(&commands);
    stopwatches.register_commands(&commands);
    shutdown.register_exit(&commands, "", 0..=0);
    let (greeting, greetings) =
        (options.last("greeting").unwrap_or("hello").to_owned(), counters.counter("greeted"));
    let greeting_time = stopwatches.create("greeting", Unit::Usec);
    commands.register("hello", "", 0..=0, move |_| {
        greetings.increment();
        Ok(greeting_time.time(|| greeting.clone()))
    });
    shutdown.watch_signals()?;
    let server =
        match directories.control_socket(PROGRAM, options.unixctl.as_deref()) {
            Some(path) => Some(Server::start(&path, commands).map_err(|error| {
                format!("{}: could not initialize control socket ({error})", path.display())
            })?),
            None => None,
        };
    tracing::info!(target: "sample", "started");
    daemon.complete()?;
    writeln!(std::io::stdout(), "ready {}", std::process::id())?;

    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let reason = runtime.block_on(shutdown.requested());
    shutdown.complete();
    drop(server);
    drop(daemon);
    if let Reason::Signal(signal) = reason {
        raise_default(signal);
    }
    Ok(ExitCode::SUCCESS)
}
