//! Any text as actions.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/facts/any_text.rs"]
#[expect(dead_code, reason = "each target takes one of its functions")]
mod any_text;
#[path = "../../tests/facts/world.rs"]
#[expect(dead_code, reason = "the vectors need more")]
mod world;

fuzz_target!(|text: &str| {
    any_text::is_actions(text, &world::World::of_vectors());
});
