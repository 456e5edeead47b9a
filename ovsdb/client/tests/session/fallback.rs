//! Older servers.

use serde_json::json;
use weft_ovsdb::{Event, TableSelection, start};
use weft_ovsdb_schema::{Value, northbound, to_json};

use crate::support::fake::{FakeServer, switch, uuid};
use crate::support::{changes, initial, inserted, names, next, options};

#[tokio::test(start_paused = true)]
async fn a_server_without_history_is_monitored_with_conditions() {
    let server = FakeServer::listen();
    let (_handle, mut events) = start(options(&server.remote())).unwrap();
    let mut peer = server.accept().await;
    peer.refuse("monitor_cond").await;
    peer.give_schema().await;
    peer.refuse("monitor_cond_since").await;
    let (id, params) = peer.expect("monitor_cond").await;
    assert_eq!(
        params,
        json!(["OVN_Northbound", "OVN_Northbound",
               {"Logical_Switch": [{"columns": ["name", "external_ids"], "where": [true]}]}])
    );
    peer.reply(&id, &switch(1, json!({"initial": {"name": "a"}}))).await;
    assert_eq!(names(&initial(&mut events).await), [inserted("a")]);

    let diff = json!({"modify": {"external_ids": ["map", [["k", "v"]]]}});
    peer.notify("update2", json!(["OVN_Northbound", switch(1, diff)])).await;
    let change = &changes(&mut events).await.changes[0];
    assert_eq!(change.old.as_ref().unwrap()[1], Value::map([] as [(&str, &str); 0]));
    assert_eq!(change.new.as_ref().unwrap()[1], Value::map([("k", "v")]));
}

#[tokio::test(start_paused = true)]
async fn a_server_without_conditions_is_monitored_as_the_rfc_has_it() {
    let server = FakeServer::listen();
    let (_handle, mut events) = start(options(&server.remote())).unwrap();
    let mut peer = server.accept().await;
    peer.refuse("monitor_cond").await;
    peer.give_schema().await;
    peer.refuse("monitor_cond_since").await;
    peer.refuse("monitor_cond").await;
    let (id, params) = peer.expect("monitor").await;
    assert_eq!(params[2], json!({"Logical_Switch": [{"columns": ["name", "external_ids"]}]}));
    let row = |name: &str| json!({"name": name, "external_ids": ["map", []]});
    peer.reply(&id, &switch(1, json!({"new": row("a")}))).await;
    assert_eq!(names(&initial(&mut events).await), [inserted("a")]);

    let updates = json!({"Logical_Switch": {
        uuid(1): {"old": {"name": "a"}, "new": row("b")},
        uuid(2): {"new": row("c")},
    }});
    peer.notify("update", json!(["OVN_Northbound", updates])).await;
    let expected = [inserted("c"), (Some("a".to_owned()), Some("b".to_owned()))];
    assert_eq!(names(&changes(&mut events).await), expected);
    peer.notify("update", json!(["OVN_Northbound", switch(2, json!({"old": row("c")}))])).await;
    assert_eq!(names(&changes(&mut events).await), [(Some("c".to_owned()), None)]);
}

#[tokio::test(start_paused = true)]
async fn columns_that_the_server_lacks_hold_their_defaults() {
    let server = FakeServer::listen();
    let mut options = options(&server.remote());
    options.tables.push(TableSelection::all("Static_MAC_Binding"));
    let (_handle, mut events) = start(options).unwrap();
    let mut peer = server.accept().await;
    peer.refuse("monitor_cond").await;
    let (id, _) = peer.expect("get_schema").await;
    let mut schema = northbound().unwrap();
    schema.tables.get_mut("Logical_Switch").unwrap().columns.swap_remove("name");
    schema.tables.swap_remove("Static_MAC_Binding");
    peer.reply(&id, &to_json(&schema)).await;
    let (id, params) = peer.expect("monitor_cond_since").await;
    assert_eq!(params[2], json!({"Logical_Switch": [{"columns": ["external_ids"], "where": [true]}]}));
    peer.reply(&id, &json!([false, uuid(0), switch(1, json!({"initial": {}}))])).await;
    let Event::Connected { missing, .. } = next(&mut events).await else { panic!("not connected") };
    assert_eq!(missing, ["Logical_Switch.name", "Static_MAC_Binding"]);
    assert_eq!(names(&initial(&mut events).await), [inserted("")]);
}
