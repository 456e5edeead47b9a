//! ovn-northd: the program that OVN's scripts start.

use std::io::Write;
use std::process::ExitCode;

use weft_daemon::directories::Directories;
use weft_daemon::options::{Action, parse};
use weft_northd::process::{options, run};

/// A transaction allocates and frees many small vectors: this allocator does it in half the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let (spec, directories) = (options::spec(), Directories::from_env());
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
    run::run(&spec, &directories, &options).unwrap_or_else(|error| {
        complain(&format!("{}: {error}", spec.program));
        ExitCode::FAILURE
    })
}
