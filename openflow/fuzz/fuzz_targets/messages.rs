//! Any bytes as a message: no panic, and what is understood is written in a form that stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weft_openflow::Version;
use weft_openflow::message::Message;

fuzz_target!(|bytes: &[u8]| {
    let Some(version) = bytes.first().and_then(|&number| Version::from_wire(number)) else { return };
    let Ok(message) = Message::decode(bytes, version) else { return };
    // Older forms of actions become newer ones, which may be longer than a message can be.
    let Ok(again) = message.encode(version) else { return };
    let same = Message::decode(&again, version).expect("a message that was written");
    assert_eq!(same.encode(version), Ok(again));
});
