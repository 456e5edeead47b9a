use proptest::prelude::*;
use weft_openflow::Version;
use weft_openflow::message::{Body, EncodeError, ErrorCode, Message, SwitchConfig};

use crate::any_body::any_message;

fn any_version() -> impl Strategy<Value = Version> {
    prop::sample::select(vec![Version::V1_3, Version::V1_4, Version::V1_5])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_is_read_back(
        (version, message) in any_version().prop_flat_map(|v| (Just(v), any_message(v))),
    ) {
        let bytes = message.encode(version).expect("a message of the version");
        prop_assert_eq!(bytes.len(), usize::from(u16::from_be_bytes([bytes[2], bytes[3]])));
        prop_assert_eq!(Message::decode(&bytes, version), Ok(message));
    }
}

#[test]
fn a_message_that_is_too_long_is_not_written() {
    let message = Message::new(1, Body::EchoRequest(vec![0; 65_528]));
    assert_eq!(message.encode(Version::V1_5), Err(EncodeError::TooLong { bytes: 65_536 }));
    let longest = Message::new(1, Body::EchoRequest(vec![0; 65_527]));
    assert_eq!(longest.encode(Version::V1_5).map(|bytes| bytes.len()), Ok(65_535));
}

/// A packet-in of OpenFlow 1.4, which says that the packet has `full_length` bytes.
fn standard_packet_in(full_length: u8, packet: &[u8]) -> Message {
    let length = (34 + packet.len()) as u8;
    let head = [5, 10, 0, length, 0, 0, 0, 1, 0, 0, 0, 9, 0, full_length, 0, 2];
    let cookie_match_and_padding = [[0; 8], [0, 1, 0, 4, 0, 0, 0, 0]].concat();
    let bytes = [&head[..], &cookie_match_and_padding, &[0; 2], packet].concat();
    Message::decode(&bytes, Version::V1_4).expect("a packet-in")
}

#[test]
fn a_packet_in_is_as_long_as_what_is_there_of_it_at_least() {
    for (told, full_length) in [(0, 3), (2, 3), (3, 3), (90, 90)] {
        let message = standard_packet_in(told, &[1, 2, 3]);
        let Body::PacketIn(packet) = &message.body else { panic!("{message:?}") };
        assert_eq!((packet.full_length, packet.packet.as_slice()), (full_length, &[1, 2, 3][..]));
        let bytes = message.encode(Version::V1_4).expect("Open vSwitch's form");
        assert_eq!(Message::decode(&bytes, Version::V1_4), Ok(message));
    }
}

#[test]
fn a_packet_in_without_a_byte_has_no_form_of_open_vswitch() {
    let message = standard_packet_in(60, &[]);
    assert_eq!(message.encode(Version::V1_4), Err(EncodeError::NoPacket));
}

#[test]
fn messages_of_another_version_and_unknown_ones_are_refused_with_a_switches_error() {
    let refused = |bytes: &[u8]| Message::decode(bytes, Version::V1_5).map_err(|error| error.code());
    let config = Body::SetConfig(SwitchConfig { flags: 0, miss_send_length: 128 });
    let mut bytes = Message::new(7, config).encode(Version::V1_5).expect("a short message");
    assert!(refused(&bytes).is_ok());
    bytes[0] = 4;
    assert_eq!(refused(&bytes), Err(ErrorCode::BAD_VERSION));
    assert_eq!(refused(&[6, 99, 0, 8, 0, 0, 0, 1]), Err(ErrorCode::BAD_TYPE));
    assert_eq!(refused(&[6, 20, 0, 9, 0, 0, 0, 1, 0]), Err(ErrorCode::BAD_LENGTH));
    assert_eq!(refused(&[6, 20, 0, 8, 0, 0, 0, 1, 0]), Err(ErrorCode::BAD_LENGTH));
    let unknown = [6, 4, 0, 16, 0, 0, 0, 1, 0, 0, 0x23, 0x20, 0, 0, 0xff, 0];
    assert_eq!(refused(&unknown), Err(ErrorCode::BAD_EXPERIMENTER_TYPE));
    let multipart = [6, 18, 0, 16, 0, 0, 0, 1, 0, 77, 0, 0, 0, 0, 0, 0];
    assert_eq!(refused(&multipart), Err(ErrorCode::BAD_MULTIPART));
}

#[test]
fn a_bundle_takes_no_bundle() {
    let add = |xid: u8, inner: &[u8]| {
        let length = (16 + inner.len()) as u8;
        [&[6, 34, 0, length, 0, 0, 0, xid, 0, 0, 0, 1, 0, 0, 0, 3][..], inner].concat()
    };
    let barrier = [6, 20, 0, 8, 0, 0, 0, 5];
    let code = |bytes: &[u8]| Message::decode(bytes, Version::V1_5).map_err(|error| error.code()).err();
    assert_eq!(code(&add(5, &barrier)), None);
    assert_eq!(code(&add(4, &barrier)), Some(ErrorCode::BAD_BUNDLE_XID));
    assert_eq!(code(&add(5, &add(5, &barrier))), Some(ErrorCode::BAD_BUNDLE_TYPE));
    assert_eq!(code(&add(5, &barrier[..7])), Some(ErrorCode::BAD_BUNDLE_MESSAGE_LENGTH));
}
