//! The sample daemon as its users see it.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests fail and explain themselves")]

mod appctl;
mod command_line;
mod control;
mod lifecycle;
mod sample;
