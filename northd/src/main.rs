//! ovn-northd: the program that OVN's scripts start.

use std::io::Write;
use std::process::ExitCode;

use weft_daemon::directories::Directories;
use weft_daemon::process::run_program;
use weft_northd::process::{options, run};

/// A transaction allocates and frees many small vectors: this allocator does it in half the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let (spec, directories) = (options::spec(), Directories::from_env());
    run_program(&spec, &directories, |options| {
        if options.given("dump-inc-proc-graph") {
            std::io::stdout().write_all(run::graph(options)?.as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        run::run(&spec, &directories, options)
    })
}
