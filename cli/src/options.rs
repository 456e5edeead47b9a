//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Rules from the Northbound to the Southbound database of OVN: check them, run them, test them.
#[derive(Debug, Parser)]
#[command(name = "weft", version, arg_required_else_help = true)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report everything that is wrong or doubtful in the rules
    Check(CheckOptions),
    /// Print the flows and rows that the rules make of a Northbound database
    Run(RunOptions),
    /// Run the tests that stand beside the rules
    Test(TestOptions),
}

/// Which rules.
#[derive(Debug, Args)]
pub struct RulesOptions {
    /// Folder of rule files (*.weft); without it, the rules built into this program
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// `weft check`
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// Which rules.
    #[command(flatten)]
    pub rules: RulesOptions,
    /// One JSON object for each diagnostic, on a line of its own
    #[arg(long)]
    pub json: bool,
    /// Explain a diagnostic's code, such as E0301
    #[arg(long, value_name = "CODE")]
    pub explain: Option<String>,
}

/// `weft run`
#[derive(Debug, Args)]
pub struct RunOptions {
    /// A script of ovn-nbctl commands, a case file (JSON lines), a database file of ovsdb-server, or a
    /// socket: unix:PATH, tcp:HOST:PORT
    #[arg(value_name = "INPUT")]
    pub input: String,
    /// Which rules.
    #[command(flatten)]
    pub rules: RulesOptions,
    /// Only flows on this datapath: a switch's or router's name or UUID
    #[arg(long, value_name = "NAME")]
    pub datapath: Option<String>,
    /// Only flows of the stages whose whole name the regular expression matches
    #[arg(long, value_name = "REGEX")]
    pub stage: Option<String>,
    /// Rows of an output table instead of flows, such as Port_Binding
    #[arg(long, value_name = "TABLE", conflicts_with_all = ["datapath", "stage"])]
    pub table: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Use the reference evaluator instead of the dataflow: slow and obvious
    #[arg(long)]
    pub reference: bool,
    /// Spread the work over so many threads, for databases beyond one core
    #[arg(long, value_name = "N", conflicts_with = "reference", value_parser = clap::value_parser!(u16).range(1..))]
    pub workers: Option<u16>,
}

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// As `ovn-sbctl lflow-list` prints flows
    Text,
    /// One JSON object a line
    Json,
}

/// `weft test`
#[derive(Debug, Args)]
pub struct TestOptions {
    /// Only tests whose name holds this text
    #[arg(value_name = "FILTER")]
    pub filter: Option<String>,
    /// Which rules.
    #[command(flatten)]
    pub rules: RulesOptions,
}
