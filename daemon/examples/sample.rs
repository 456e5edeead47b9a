//! A daemon that does nothing but answer its control socket until it is told to end.

use std::io::Write;
use std::process::ExitCode;
use weft_daemon::coverage::Counters;
use weft_daemon::directories::Directories;
use weft_daemon::memory::Gauges;
use weft_daemon::options::{Argument, LongOption, Options, Spec, Version};
use weft_daemon::process::{Launched, Reason, Shutdown, launch, raise_default, run_program};
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
    run_program(&spec, &directories, |options| run(&spec, &directories, options))
}

fn run(
    spec: &Spec,
    directories: &Directories,
    options: &Options,
) -> Result<ExitCode, Box<dyn std::error::Error + Send + Sync>> {
    let (log, mut daemon) = match launch(options)? {
        Launched::Daemon(log, daemon) => (log, daemon),
        Launched::Exit(status) => return Ok(status),
    };

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
