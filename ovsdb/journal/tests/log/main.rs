//! Logs on the real file system and on files that fail or stop.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail and explain themselves")]

mod crash;
mod damage;
mod lock;
mod support;
