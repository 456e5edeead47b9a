//! Any bytes as what a peer sends.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../wire/tests/robustness/stream.rs"]
mod stream;

fuzz_target!(|bytes: &[u8]| stream::run(bytes));
