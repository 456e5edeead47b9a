//! Members of a cluster.

use serde_json::{Value as Json, json};
use weft_ovsdb::{Event, Transaction, start};
use weft_ovsdb_schema::northbound;

use crate::support::fake::{FakeServer, Peer, uuid};
use crate::support::server::{Server, installed};
use crate::support::{initial, next, options, resynced, until};

fn member(leader: bool, index: i64) -> Json {
    json!({"Database": {uuid(1): {"initial": {
        "name": "OVN_Northbound", "model": "clustered", "connected": true, "leader": leader,
        "cid": ["uuid", uuid(77)], "index": index,
    }}}})
}

async fn accept_member(server: &FakeServer, leader: bool, index: i64) -> Peer {
    let mut peer = server.accept().await;
    let (id, params) = peer.expect("monitor_cond").await;
    assert_eq!(params[0], "_Server");
    peer.reply(&id, &member(leader, index)).await;
    peer
}

async fn finish(peer: &mut Peer) {
    peer.expect("set_db_change_aware").await;
    peer.give_schema().await;
    let (id, _) = peer.expect("monitor_cond_since").await;
    peer.reply(&id, &json!([false, uuid(1), {}])).await;
}

async fn reason(events: &mut weft_ovsdb::Events) -> String {
    until(events, |event| match event {
        Event::Disconnected { reason, .. } => Some(reason.clone()),
        _ => None,
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn the_leader_is_looked_for_and_left_when_it_steps_down() {
    let (first, second) = (FakeServer::listen(), FakeServer::listen());
    let mut options = options(&format!("{},{}", first.remote(), second.remote()));
    options.shuffle_remotes = false;
    let (_handle, mut events) = start(options).unwrap();
    let _follower = accept_member(&first, false, 5).await;
    assert_eq!(reason(&mut events).await, "the server is not the cluster's leader");
    let mut leader = accept_member(&second, true, 6).await;
    finish(&mut leader).await;
    initial(&mut events).await;

    let step_down = json!({"Database": {uuid(1): {"modify": {"leader": false}}}});
    leader.notify("update2", json!(["_Server", step_down])).await;
    assert_eq!(reason(&mut events).await, "the server is not the cluster's leader");
    let mut leader = accept_member(&first, true, 7).await;
    finish(&mut leader).await;
    resynced(&mut events).await;
}

#[tokio::test(start_paused = true)]
async fn a_member_that_is_behind_is_left_unless_the_state_was_reset() {
    let server = FakeServer::listen();
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    let mut leader = accept_member(&server, true, 9).await;
    finish(&mut leader).await;
    initial(&mut events).await;
    drop(leader);
    reason(&mut events).await;
    let _stale = accept_member(&server, true, 8).await;
    assert_eq!(reason(&mut events).await, "the server is behind: at index 8, but 9 was seen");
    handle.reset_cluster_state();
    let mut leader = accept_member(&server, true, 8).await;
    finish(&mut leader).await;
    resynced(&mut events).await;
}

#[tokio::test]
async fn a_real_cluster_resumes_from_its_history() {
    let Some(prefix) = installed() else { return };
    let server = Server::start_cluster(&prefix);
    let (handle, mut events) = start(options(&server.remote())).unwrap();
    assert!(initial(&mut events).await.changes.is_empty());
    let mut transaction = Transaction::new();
    let name = northbound().unwrap().column("Logical_Switch", "name").unwrap().decode("\"a\"").unwrap();
    transaction.insert("Logical_Switch", weft_ovsdb::RowId::Anonymous, [("name", &name)]);
    handle.transact(transaction).await.unwrap();
    let Event::Changes(batch) = next(&mut events).await else { panic!("no changes") };
    assert!(batch.transaction.is_some());

    server.control(&["ovsdb-server/reconnect"]);
    let again = resynced(&mut events).await;
    assert_eq!(again.transaction, batch.transaction);
    assert!(again.changes.is_empty());
}
