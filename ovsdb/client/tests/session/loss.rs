//! Lost connections and lost replies.

use serde_json::json;
use weft_ovsdb::{Event, TransactError, Transaction, start};

use crate::support::fake::{FakeServer, switch, uuid};
use crate::support::{changes, initial, inserted, names, options, resynced, until};

#[tokio::test(start_paused = true)]
async fn a_lost_reply_leaves_the_commit_unknown_until_the_resynchronisation_tells() {
    let server = FakeServer::listen();
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, _) = server.serve(false, 1, json!({})).await;
    initial(&mut events).await;
    let mut transaction = Transaction::new();
    transaction.comment("lost");
    let reply = handle.transact(transaction);
    peer.expect("transact").await;
    drop(peer);
    assert_eq!(reply.await.unwrap_err(), TransactError::CommitUnknown);
    until(&mut events, |event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
    assert_eq!(handle.transact(Transaction::new()).await.unwrap_err(), TransactError::NotConnected);

    let (_peer, _) = server.serve(false, 2, switch(1, json!({"initial": {"name": "a"}}))).await;
    assert_eq!(names(&resynced(&mut events).await), [inserted("a")]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_makes_no_sense_leads_to_a_resynchronisation() {
    let server = FakeServer::listen();
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, _) = server.serve(false, 1, json!({})).await;
    initial(&mut events).await;
    let mut transaction = Transaction::new();
    transaction.comment("odd");
    let reply = handle.transact(transaction);
    let (id, _) = peer.expect("transact").await;
    peer.reply(&id, &json!([])).await;
    assert_eq!(reply.await.unwrap_err(), TransactError::CommitUnknown);
    let (_peer, _) = server.serve(true, 1, json!({})).await;
    assert!(resynced(&mut events).await.changes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_monitor_resumes_after_the_last_transaction_seen() {
    let server = FakeServer::listen();
    let (_handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, params) = server.serve(false, 1, switch(1, json!({"initial": {"name": "a"}}))).await;
    assert_eq!(params[3], json!(uuid(0)));
    initial(&mut events).await;
    let insert = switch(2, json!({"insert": {"name": "b"}}));
    peer.notify("update3", json!(["OVN_Northbound", uuid(7), insert])).await;
    changes(&mut events).await;
    drop(peer);

    let (_peer, params) = server.serve(true, 8, switch(1, json!({"modify": {"name": "c"}}))).await;
    assert_eq!(params[3], json!(uuid(7)));
    let batch = resynced(&mut events).await;
    assert_eq!(names(&batch), [(Some("a".to_owned()), Some("c".to_owned()))]);
    assert_eq!(batch.transaction.map(|id| id.to_string()), Some(uuid(8)));
}

#[tokio::test(start_paused = true)]
async fn a_full_resynchronisation_reports_only_the_difference() {
    let server = FakeServer::listen();
    let (_handle, mut events) = start(options(&server.remote())).unwrap();
    let contents = json!({"Logical_Switch": {
        uuid(1): {"initial": {"name": "stays"}},
        uuid(2): {"initial": {"name": "changes"}},
        uuid(3): {"initial": {"name": "goes"}},
    }});
    let (peer, _) = server.serve(false, 1, contents).await;
    initial(&mut events).await;
    drop(peer);

    let contents = json!({"Logical_Switch": {
        uuid(1): {"initial": {"name": "stays"}},
        uuid(2): {"initial": {"name": "changed"}},
        uuid(4): {"initial": {"name": "comes"}},
    }});
    let (_peer, _) = server.serve(false, 5, contents).await;
    let some = |name: &str| Some(name.to_owned());
    assert_eq!(
        names(&resynced(&mut events).await),
        [inserted("comes"), (some("changes"), some("changed")), (some("goes"), None)]
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_that_does_not_fit_is_repaired_by_a_full_resynchronisation() {
    let server = FakeServer::listen();
    let (_handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, _) = server.serve(false, 1, switch(1, json!({"initial": {"name": "a"}}))).await;
    initial(&mut events).await;
    let updates = json!({"Logical_Switch": {
        uuid(1): {"modify": {"name": "b"}},
        uuid(9): {"modify": {"name": "nobody"}},
    }});
    peer.notify("update3", json!(["OVN_Northbound", uuid(2), updates])).await;
    let reason = until(&mut events, |event| match event {
        Event::Disconnected { reason, .. } => Some(reason.clone()),
        Event::Changes(batch) => panic!("half an update was reported: {batch:?}"),
        _ => None,
    });
    assert_eq!(reason.await, format!("update of row {} of Logical_Switch, which is not there", uuid(9)));

    let (_peer, params) = server.serve(false, 2, switch(1, json!({"initial": {"name": "b"}}))).await;
    assert_eq!(params[3], json!(uuid(0)));
    assert_eq!(names(&resynced(&mut events).await), [(Some("a".to_owned()), Some("b".to_owned()))]);
}

#[tokio::test(start_paused = true)]
async fn malformed_messages_end_the_connection_and_nothing_else() {
    for garbage in [json!([1]), json!({}), json!({"id": null, "method": "update3", "params": [1, 2]})] {
        let server = FakeServer::listen();
        let (_handle, mut events) = start(options(&server.remote())).unwrap();
        let (mut peer, _) = server.serve(false, 1, json!({})).await;
        initial(&mut events).await;
        peer.send(&garbage).await;
        until(&mut events, |event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
        let (_peer, _) = server.serve(true, 1, json!({})).await;
        assert!(resynced(&mut events).await.changes.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_with_its_last_handle() {
    let server = FakeServer::listen();
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    let (mut peer, _) = server.serve(false, 1, json!({})).await;
    initial(&mut events).await;
    drop(handle);
    assert!(events.recv().await.is_none());
    assert!(peer.read().await.is_none());
}
