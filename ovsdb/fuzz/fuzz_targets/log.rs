//! Any bytes as a database file.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../journal/tests/robustness/file.rs"]
mod file;

fuzz_target!(|bytes: &[u8]| file::run(bytes));
