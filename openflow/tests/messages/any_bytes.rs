//! What holds of any bytes: they are refused, or understood and written in a form that stays as it is.

use weft_openflow::Version;
use weft_openflow::message::Message;

/// Reads `bytes` as a message and writes it, again and again.
pub(crate) fn check(bytes: &[u8], version: Version) {
    let Ok(message) = Message::decode(bytes, version) else { return };
    // Older forms of actions become newer ones, which may be longer than a message can be.
    let Ok(first) = message.encode(version) else { return };
    let read = |bytes: &[u8]| Message::decode(bytes, version).expect("a message that was written");
    // As Open vSwitch does, a match of the bits of a VLAN tag that is not there is written as one of a tag's priority,
    // which is there when it is read.
    let second = read(&first).encode(version).expect("as long as before");
    let third = read(&second).encode(version).expect("as long as before");
    assert_eq!(third, second, "{first:02x?}");
}
