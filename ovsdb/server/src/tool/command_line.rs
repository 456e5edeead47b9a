use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use weft_daemon::options::{Argument, Item, LongOption, scan};

use super::{files, inspect, show_log};

/// The name in messages, which scripts compare.
const PROGRAM: &str = "ovsdb-tool";

const OPTIONS: &[LongOption] = &[
    LongOption::with_short("more", 'm', Argument::None),
    LongOption::long("rbac-role", Argument::Required),
    LongOption::with_short("verbose", 'v', Argument::Optional),
    LongOption::long("log-file", Argument::Optional),
    LongOption::with_short("help", 'h', Argument::None),
    LongOption::with_short("version", 'V', Argument::None),
];

const USAGE: &str = "usage: weft-ovsdb-tool [OPTIONS] COMMAND [ARG...]
  create DB SCHEMA              create DB with the given SCHEMA
  compact DB [DST]              compact DB in-place (or to DST)
  convert DB SCHEMA [DST]       convert DB to SCHEMA (to DST)
  needs-conversion DB SCHEMA    tell whether DB's schema differs from SCHEMA
  db-name DB                    report name of schema used by DB
  db-version DB                 report version of schema used by DB
  db-cksum DB                   report checksum of schema used by DB
  db-is-standalone DB           test whether DB is standalone
  db-is-clustered DB            test whether DB is clustered
  schema-name SCHEMA            report SCHEMA's name
  schema-version SCHEMA         report SCHEMA's schema version
  schema-cksum SCHEMA           report SCHEMA's checksum
  compare-versions A OP B       compare versions with <, <=, ==, !=, >= or >
  query DB TRNS                 execute read-only transaction on DB
  transact DB TRNS              execute read/write transaction on DB
  [-m]... show-log DB           print DB's log entries

Options:
  -m, --more                    say more in show-log
  --rbac-role=ROLE              access control role for query and transact
  -h, --help                    display this help message
  -V, --version                 display version information
Clustered databases are for ovsdb-tool itself.
";

/// What a command came to.
pub(super) enum Done {
    /// Print this.
    Text(String),
    /// Print nothing, and exit with this status.
    Status(u8),
}

/// The settings of the options.
#[derive(Default)]
pub(super) struct Settings {
    pub verbosity: usize,
    pub role: Option<String>,
}

/// The whole program `weft-ovsdb-tool`.
pub fn tool_main() -> ExitCode {
    let (mut settings, mut words) = (Settings::default(), Vec::new());
    let arguments = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    for item in scan(PROGRAM, OPTIONS, arguments) {
        match item {
            Item::Argument(word) => words.push(word),
            Item::Diagnostic(line) => return fail(&line),
            Item::Option(option) => match option.name {
                "more" => settings.verbosity += 1,
                "rbac-role" => settings.role = option.value,
                "help" => return print(USAGE),
                "version" => return print(&format!("{PROGRAM} (Weft) {}\n", env!("CARGO_PKG_VERSION"))),
                // Messages go to standard error, and there is nothing else to log.
                _ => {}
            },
        }
    }
    match run(&settings, &words) {
        Ok(Done::Text(text)) => print(&text),
        Ok(Done::Status(status)) => ExitCode::from(status),
        Err(reason) => fail(&format!("{PROGRAM}: {reason}")),
    }
}

fn run(settings: &Settings, words: &[String]) -> Result<Done, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let text = |text: String| Ok(Done::Text(text));
    match words.as_slice() {
        ["create", db, schema] => files::create(&path(db), &path(schema)).map(|()| Done::Status(0)),
        ["compact", db, rest @ ..] if rest.len() < 2 => {
            files::compact(&path(db), rest.first().map(path).as_deref()).map(|()| Done::Status(0))
        }
        ["convert", db, schema, rest @ ..] if rest.len() < 2 => {
            let target = rest.first().map(path);
            files::convert(&path(db), &path(schema), target.as_deref()).map(|()| Done::Status(0))
        }
        ["query", db, transaction] => text(files::transact(settings, &path(db), transaction, true)? + "\n"),
        ["transact", db, transaction] => {
            text(files::transact(settings, &path(db), transaction, false)? + "\n")
        }
        ["needs-conversion", db, schema] => text(inspect::needs_conversion(&path(db), &path(schema))?),
        ["db-name", db] => text(inspect::of_database(&path(db), inspect::name)?),
        ["db-version", db] => text(inspect::of_database(&path(db), inspect::version)?),
        ["db-cksum", db] => text(inspect::of_database(&path(db), inspect::checksum)?),
        ["db-cid" | "db-sid" | "db-local-address", db] => Err(inspect::not_clustered(&path(db))?),
        ["db-is-standalone", db] => Ok(status(!inspect::is_clustered(&path(db))?)),
        ["db-is-clustered", db] => Ok(status(inspect::is_clustered(&path(db))?)),
        ["schema-name", schema] => text(inspect::name(&files::read_schema(&path(schema))?)),
        ["schema-version", schema] => text(inspect::version(&files::read_schema(&path(schema))?)),
        ["schema-cksum", schema] => text(inspect::checksum(&files::read_schema(&path(schema))?)),
        ["compare-versions", a, operator, b] => Ok(status(inspect::compare_versions(a, operator, b)?)),
        ["show-log", db] => text(show_log::show(settings, &path(db))?),
        [] => Err("missing command name; use --help for help".to_owned()),
        [command, ..] => {
            Err(format!("'{command}': unknown command, or wrong number of arguments; use --help for help"))
        }
    }
}

fn status(holds: bool) -> Done {
    Done::Status(if holds { 0 } else { 2 })
}

fn path(word: impl AsRef<str>) -> PathBuf {
    PathBuf::from(word.as_ref())
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(line: &str) -> ExitCode {
    // Standard error may be closed, and then nobody is left to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
    ExitCode::FAILURE
}
