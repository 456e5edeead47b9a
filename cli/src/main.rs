//! `weft`: check, run and test rules.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use weft_cli::{Command, Options, Report, check, run, test};
use weft_syntax::render::Style;

fn main() -> ExitCode {
    let options = Options::parse();
    let style = if std::io::stdout().is_terminal() { Style::Coloured } else { Style::Plain };
    let report = match &options.command {
        Command::Check(options) => check(options, style),
        Command::Run(options) => run(options),
        Command::Test(options) => test(options),
    };
    match report {
        Ok(report) => print(&report),
        Err(error) => {
            let _gone = writeln!(std::io::stderr(), "weft: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A reader that went away, as `head` does, is no failure.
fn print(report: &Report) -> ExitCode {
    let _gone = std::io::stdout().write_all(report.output.as_bytes());
    if !report.summary.is_empty() {
        let _gone = writeln!(std::io::stderr(), "{}", report.summary);
    }
    if report.has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
