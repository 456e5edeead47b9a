//! The weft command: its options, and what each command computes; `main.rs` prints it.

mod check;
mod columns;
mod input;
mod options;
mod oracle;
mod print;
mod remote;
mod report;
mod rules;
mod run;
mod schemas;
mod session;
mod test;
mod view;

pub use check::check;
pub use options::{CheckOptions, Command, Format, Options, RulesOptions, RunOptions, TestOptions};
pub use report::Report;
pub use run::run;
pub use test::test;
