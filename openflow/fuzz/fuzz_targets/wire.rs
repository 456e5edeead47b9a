//! Any bytes as a match, actions, instructions, a message or a text of flows.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/robustness/input.rs"]
mod input;

fuzz_target!(|bytes: &[u8]| {
    input::run(bytes);
});
