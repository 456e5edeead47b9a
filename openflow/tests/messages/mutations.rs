//! Bytes that nobody means: a message of which a part is changed.

use proptest::prelude::*;
use weft_openflow::Version;
use weft_openflow::message::Message;

use crate::any_body::any_message;
use crate::any_bytes;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// Whatever is understood of changed bytes is written in a form that means the same and stays as it is.
    #[test]
    fn changed_messages_are_refused_or_understood_for_good(
        message in any_message(Version::V1_5),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = message.encode(Version::V1_5).expect("a message of the version");
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if cuts {
            bytes.truncate(8 + cut.index(bytes.len() - 7));
        }
        bytes[0] = 6;
        let length = (bytes.len() as u16).to_be_bytes();
        bytes[2..4].copy_from_slice(&length);
        any_bytes::check(&bytes, Version::V1_5);
    }
}

/// Found by fuzzing: a packet for the controller with the bits of a VLAN tag that is not there.
#[test]
fn a_tag_that_is_not_there_does_no_harm() {
    let head = [5, 10, 0, 54, 0, 0, 0, 1, 0, 0, 0, 9, 0, 20, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];
    let tag_and_padding = [0, 1, 0, 10, 0, 0, 8, 2, 0x0d, 5, 0, 0, 0, 0, 0, 0];
    let bytes = [&head[..], &tag_and_padding, &[0; 2], &[7; 12]].concat();
    assert!(Message::decode(&bytes, Version::V1_4).is_ok());
    any_bytes::check(&bytes, Version::V1_4);
}
