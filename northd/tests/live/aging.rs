//! What was learned long ago is forgotten.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{central, insert, reference};

/// Now, as ovn-controller writes it.
fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_millis() as u64
}

/// A neighbor that the router learned of just now.
fn neighbor(datapath: &Value, ip: &str) -> Value {
    json!({ "op": "insert", "table": "MAC_Binding", "row": {
        "logical_port": "rp0", "ip": ip, "mac": "02:00:00:00:00:09", "datapath": datapath, "timestamp": now_ms(),
    } })
}

#[test]
fn neighbors_are_forgotten_when_their_time_has_come() {
    let Some(central) = central() else { return };
    let port = Uuid::from_u128(1);
    central.translate(&[
        insert(
            "Logical_Router_Port",
            port,
            json!({ "name": "rp0", "mac": "02:00:00:00:00:01", "networks": "10.0.0.1/16" }),
        ),
        json!({ "op": "insert", "table": "Logical_Router", "row": {
            "name": "lr0", "ports": reference(port),
            "options": ["map", [["mac_binding_age_threshold", "10.0.9.0/24:3600;1"]]],
        } }),
    ]);
    let mut southbound = central.southbound.connect();
    let datapath = southbound.rows("Datapath_Binding")[0]["_uuid"].clone();
    let neighbors: Vec<Value> =
        ["10.0.0.2", "10.0.0.3", "10.0.9.2"].iter().map(|ip| neighbor(&datapath, ip)).collect();
    let begin_ms = now_ms();
    southbound.transact(&neighbors);
    assert!(southbound.wait_for("MAC_Binding", json!([]), &["ip"], json!([{ "ip": "10.0.9.2" }])));
    assert!(now_ms() - begin_ms >= 1000);
}

#[test]
fn addresses_behind_ports_are_forgotten_a_few_at_a_time() {
    let Some(central) = central() else { return };
    let port = Uuid::from_u128(1);
    central.translate(&[
        json!({ "op": "update", "table": "NB_Global", "where": [],
                "row": { "options": ["map", [["fdb_removal_limit", "2"]]] } }),
        insert("Logical_Switch_Port", port, json!({ "name": "p", "addresses": "unknown" })),
        json!({ "op": "insert", "table": "Logical_Switch", "row": {
            "name": "sw0", "ports": reference(port), "other_config": ["map", [["fdb_age_threshold", "1"]]],
        } }),
    ]);
    let mut southbound = central.southbound.connect();
    let datapath_key = southbound.rows("Datapath_Binding")[0]["tunnel_key"].clone();
    let port_key = southbound.rows("Port_Binding")[0]["tunnel_key"].clone();
    let learned = |number: u64| {
        json!({ "op": "insert", "table": "FDB", "row": {
            "mac": format!("02:00:00:00:00:0{number}"), "dp_key": datapath_key, "port_key": port_key,
            // All of them are too old.
            "timestamp": number,
        } })
    };
    southbound.transact(&[learned(1), learned(2), learned(3)]);
    // The oldest go first.
    assert!(southbound.wait_for("FDB", json!([]), &["mac"], json!([{ "mac": "02:00:00:00:00:03" }])));
    let begin_ms = now_ms();
    assert!(southbound.wait_for("FDB", json!([]), &["mac"], json!([])));
    assert!(now_ms() - begin_ms > 3000, "the rest has to wait for five seconds");
}
