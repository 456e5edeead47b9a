use weft_openflow::Version;
use weft_openflow::message::{Body, ErrorCode, ErrorMessage, Hello};
use weft_openflow_connection::{ConnectionError, Event, SwitchOptions, start};

use crate::fake_switch::{FEATURES, FakeSwitch, next};

#[tokio::test]
async fn the_highest_version_that_both_speak_is_taken() {
    let switch = FakeSwitch::new();
    let options = SwitchOptions { versions: vec![Version::V1_3, Version::V1_5], ..switch.options() };
    let (_peer, handle, _events) = switch.connected(options).await;
    assert_eq!(handle.connected(), Some((Version::V1_5, FEATURES)));
}

#[tokio::test]
async fn without_a_common_version_the_switch_is_told_and_tried_again() {
    let switch = FakeSwitch::new();
    let (handle, mut events) = start(switch.options());
    let mut peer = switch.accept().await;
    assert_eq!(peer.receive().await.body, Body::Hello(Hello::offering(&[Version::V1_5])));
    peer.send(1, Body::Hello(Hello { versions: 1 << 4 })).await;
    let Body::Error(ErrorMessage { code, .. }) = peer.receive().await.body else { panic!("no error") };
    assert_eq!(code, ErrorCode::INCOMPATIBLE);
    let event = next(&mut events).await;
    assert!(matches!(event, Event::Disconnected(ConnectionError::NoCommonVersion { offered: 0x10 })));
    assert_eq!(handle.connected(), None);
    let mut peer = switch.accept().await;
    peer.greet().await;
    assert!(matches!(next(&mut events).await, Event::Connected { .. }));
}

#[tokio::test]
async fn a_switch_that_is_not_there_is_told_at_once() {
    let switch = FakeSwitch::new();
    let options = switch.options();
    drop(switch);
    let (_handle, mut events) = start(options);
    assert!(matches!(next(&mut events).await, Event::Disconnected(ConnectionError::Io(_))));
}
