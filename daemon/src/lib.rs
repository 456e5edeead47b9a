//! What every daemon needs: options, logging, control socket, pid file.
//!
//! A daemon built on this crate behaves to the outside like the C daemons of OVN: the same command
//! line, log lines, control commands and process life.
//! Nothing here prints or exits by itself, except for the log's own destinations, a panic after
//! [`process::abort_on_panic`], and [`process::run_program`], which is what a `main` consists of.
//!
//! The order of a `main` matters: parse, start the log, detach, and only then start threads.
//!
//! ```no_run
#![doc = include_str!("../examples/sample.rs")]
//! ```

pub mod coverage;
pub mod directories;
mod error_text;
pub mod memory;
pub mod options;
pub mod process;
pub mod stopwatch;
pub mod unixctl;
pub mod vlog;
