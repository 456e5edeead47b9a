//! Any bytes as the transactions of a session.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../database/tests/robustness/session.rs"]
mod session;

fuzz_target!(|bytes: &[u8]| {
    session::run(&String::from_utf8_lossy(bytes));
});
