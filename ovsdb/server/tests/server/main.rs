//! The server as a process, and its parts on files that fail.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail and explain themselves"
)]

mod certificates;
mod commands;
mod files;
mod installed;
mod kill;
mod process;
mod remotes;
mod secure;
mod sessions;
mod simulated;
mod support;
