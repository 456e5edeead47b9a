use std::time::Duration;

use weft_openflow::message::{Body, FlowMod, FlowQuery, MultipartReply, MultipartRequest};
use weft_openflow::{Flow, Version};
use weft_openflow_connection::{Event, SwitchAddress, SwitchOptions, start};

use crate::switch::{Switch, next};

#[tokio::test]
async fn a_switch_that_was_killed_is_reached_again_without_its_flows() {
    let Some(mut switch) = Switch::start() else { return };
    let (handle, mut events) = switch.connect(Version::V1_5).await;
    let flow = Body::FlowMod(FlowMod::add(Flow::default()));
    handle.bundle(vec![flow.clone()]).await.expect("a flow");
    switch.kill_daemon();
    while !matches!(next(&mut events).await, Event::Disconnected(_)) {}
    assert!(handle.bundle(vec![flow]).await.is_err());
    switch.start_daemon();
    while !matches!(next(&mut events).await, Event::Connected { .. }) {}
    let reply = handle.multipart(MultipartRequest::Flows(FlowQuery::all())).await;
    assert_eq!(reply, Ok(MultipartReply::Flows(Vec::new())));
}

#[tokio::test]
async fn a_switch_is_reached_over_tcp() {
    let Some(switch) = Switch::start() else { return };
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    switch.vsctl(&["set-controller", "br0", &format!("ptcp:{port}:127.0.0.1")]);
    let options = SwitchOptions {
        probe_interval: Some(Duration::from_millis(200)),
        ..SwitchOptions::new(SwitchAddress::Tcp("127.0.0.1".to_string(), port))
    };
    let (handle, mut events) = start(options);
    while !matches!(next(&mut events).await, Event::Connected { version: Version::V1_5, .. }) {}
    handle.bundle(vec![Body::FlowMod(FlowMod::add(Flow::default()))]).await.expect("a flow");
    // The switch answers probes.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(handle.barrier().await, Ok(()));
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, Event::Disconnected(_)), "{event:?}");
    }
}
