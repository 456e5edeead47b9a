//! Any bytes as a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weft_openflow::Version;

#[path = "../../tests/messages/any_bytes.rs"]
mod any_bytes;

fuzz_target!(|bytes: &[u8]| {
    if let Some(version) = bytes.first().and_then(|&number| Version::from_wire(number)) {
        any_bytes::check(bytes, version);
    }
});
