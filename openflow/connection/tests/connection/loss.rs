use std::time::Duration;

use weft_openflow::message::{
    Body, FlowMod, Message, PacketIn, PortChange, PortDescription, PortFeatures, PortStatus,
};
use weft_openflow::{Port, Version};
use weft_openflow_connection::{ConnectionError, Event, RequestError, SwitchOptions, start};

use crate::fake_switch::{FakeSwitch, next};

fn port_status() -> Body {
    let port = PortDescription {
        port: Port(1),
        address: [2, 0, 0, 0, 0, 1],
        name: "p1".to_string(),
        config: 0,
        state: 0,
        features: PortFeatures::default(),
    };
    Body::PortStatus(PortStatus { change: PortChange::Added, port })
}

#[tokio::test]
async fn requests_fail_when_the_switch_goes_and_it_is_reached_again() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, mut events) = switch.connected(switch.options()).await;
    let played = async {
        peer.receive().await;
        drop(peer);
    };
    let (barrier, ()) = tokio::join!(handle.barrier(), played);
    assert_eq!(barrier, Err(RequestError::NotConnected));
    assert!(matches!(next(&mut events).await, Event::Disconnected(ConnectionError::Closed)));
    assert_eq!(handle.barrier().await, Err(RequestError::NotConnected));
    let mut peer = switch.accept().await;
    peer.greet().await;
    assert!(matches!(next(&mut events).await, Event::Connected { version: Version::V1_5, .. }));
    let played = async {
        let xid = peer.receive().await.xid;
        peer.send(xid, Body::BarrierReply).await;
    };
    assert_eq!(tokio::join!(handle.barrier(), played).0, Ok(()));
}

#[tokio::test]
async fn a_silent_switch_is_asked_and_then_given_up() {
    let switch = FakeSwitch::new();
    let options = SwitchOptions { probe_interval: Some(Duration::from_millis(100)), ..switch.options() };
    let (mut peer, _handle, mut events) = switch.connected(options).await;
    let Message { xid, body } = peer.receive().await;
    assert_eq!(body, Body::EchoRequest(Vec::new()));
    peer.send(xid, Body::EchoReply(Vec::new())).await;
    assert_eq!(peer.receive().await.body, Body::EchoRequest(Vec::new()));
    assert!(matches!(next(&mut events).await, Event::Disconnected(ConnectionError::Silent)));
}

#[tokio::test]
async fn bytes_that_are_no_openflow_end_the_connection_and_unknown_messages_do_not() {
    let switch = FakeSwitch::new();
    let (mut peer, _handle, mut events) = switch.connected(switch.options()).await;
    peer.send_bytes(&[6, 99, 0, 8, 0, 0, 0, 0]).await;
    assert!(matches!(next(&mut events).await, Event::Malformed { header, .. } if header.kind == 99));
    peer.send_bytes(&[6, 2, 0, 3, 0, 0, 0, 0]).await;
    assert!(matches!(next(&mut events).await, Event::Disconnected(ConnectionError::Framing(_))));
}

#[tokio::test]
async fn packets_that_nobody_takes_are_dropped_and_counted() {
    let switch = FakeSwitch::new();
    let options = SwitchOptions { max_events: 2, ..switch.options() };
    let (mut peer, handle, mut events) = switch.connected(options).await;
    for n in 0..5 {
        peer.send(0, Body::PacketIn(PacketIn::of(vec![n + 1]))).await;
    }
    barrier(&mut peer, &handle).await;
    for n in 1..3 {
        let event = next(&mut events).await;
        assert!(
            matches!(&event, Event::Message(m) if m.body == Body::PacketIn(PacketIn::of(vec![n]))),
            "{event:?}"
        );
    }
    peer.send(0, Body::PacketIn(PacketIn::of(vec![9]))).await;
    assert!(matches!(next(&mut events).await, Event::PacketsDropped(3)));
    let event = next(&mut events).await;
    assert!(
        matches!(&event, Event::Message(m) if m.body == Body::PacketIn(PacketIn::of(vec![9]))),
        "{event:?}"
    );
}

/// All that the switch sent before has come when it returns.
async fn barrier(peer: &mut crate::fake_switch::Peer, handle: &weft_openflow_connection::SwitchHandle) {
    let played = async {
        let xid = peer.receive().await.xid;
        peer.send(xid, Body::BarrierReply).await;
    };
    assert_eq!(tokio::join!(handle.barrier(), played).0, Ok(()));
}

#[tokio::test]
async fn a_change_that_nobody_takes_ends_the_connection() {
    let switch = FakeSwitch::new();
    let options = SwitchOptions { max_events: 1, ..switch.options() };
    let (mut peer, _handle, mut events) = switch.connected(options).await;
    peer.send(0, port_status()).await;
    peer.send(0, port_status()).await;
    // The connection ends although its event has to wait.
    assert!(peer.try_receive().await.is_none());
    assert!(matches!(next(&mut events).await, Event::Message(_)));
    assert!(matches!(next(&mut events).await, Event::Disconnected(ConnectionError::Overrun)));
}

#[tokio::test]
async fn the_connection_ends_with_the_last_handle() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, _events) = switch.connected(switch.options()).await;
    let other = handle.clone();
    drop(handle);
    let changed = tokio::spawn(async move { other.change(vec![Body::FlowMod(FlowMod::delete_all())]).await });
    assert!(matches!(peer.receive().await.body, Body::FlowMod(_)));
    let xid = peer.receive().await.xid;
    peer.send(xid, Body::BarrierReply).await;
    assert!(matches!(changed.await, Ok(Ok(failures)) if failures.is_empty()));
    assert!(peer.try_receive().await.is_none());
}

#[tokio::test]
async fn answers_come_although_events_are_not_taken() {
    let switch = FakeSwitch::new();
    let options = SwitchOptions { max_events: 1, ..switch.options() };
    let (handle, mut events) = start(options);
    // The first attempt fails, and its event takes the only place.
    drop(switch.accept().await);
    let mut peer = switch.accept().await;
    peer.greet().await;
    while handle.connected().is_none() {
        tokio::task::yield_now().await;
    }
    barrier(&mut peer, &handle).await;
    assert!(matches!(next(&mut events).await, Event::Disconnected(_)));
    assert!(matches!(next(&mut events).await, Event::Connected { .. }));
}
