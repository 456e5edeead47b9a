//! Inactivity probes and echoes.

use std::time::Duration;

use serde_json::json;
use weft_ovsdb::{Event, ProbeInterval, start};

use crate::support::fake::{FakeServer, switch, uuid};
use crate::support::{changes, initial, options, until};

#[tokio::test(start_paused = true)]
async fn an_echo_is_answered_with_what_was_sent() {
    let server = FakeServer::listen();
    let (_handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, _) = server.serve(false, 1, json!({})).await;
    initial(&mut events).await;
    peer.send(&json!({"id": "echo", "method": "echo", "params": ["x", {"y": 1}]})).await;
    assert_eq!(peer.read().await, Some(json!({"id": "echo", "result": ["x", {"y": 1}], "error": null})));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_probes_is_kept_and_a_silent_one_is_left() {
    let server = FakeServer::listen();
    let mut options = options(&server.remote());
    options.probe_interval = ProbeInterval::Every(Duration::from_secs(3));
    let (_handle, mut events) = start(options).unwrap();
    let (mut peer, _) = server.serve(false, 1, json!({})).await;
    initial(&mut events).await;
    for _ in 0..3 {
        let (id, params) = peer.expect("echo").await;
        peer.reply(&id, &params).await;
    }
    peer.notify("update3", json!(["OVN_Northbound", uuid(2), switch(1, json!({"insert": {}}))])).await;
    changes(&mut events).await;
    peer.expect("echo").await;
    let reason = until(&mut events, |event| match event {
        Event::Disconnected { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(reason.await, "no answer to an inactivity probe after 3s");
}

#[tokio::test(start_paused = true)]
async fn unix_sockets_are_probed_only_on_demand() {
    let server = FakeServer::listen();
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, _) = server.serve(false, 1, json!({})).await;
    initial(&mut events).await;
    let silence = tokio::time::timeout(Duration::from_secs(3600), peer.read()).await;
    assert!(silence.is_err(), "{silence:?}");
    handle.set_probe_interval(ProbeInterval::Every(Duration::from_secs(1)));
    peer.expect("echo").await;
}
