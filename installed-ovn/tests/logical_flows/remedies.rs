//! Changes to a network in which nothing can be compared, so that the rest of it can.

use serde_json::{Value, json};
use weft_installed_ovn::{Central, uuid_of};

/// Such a change: what is said of a case that has it, and the operations on the Northbound database; none where there is
/// nothing to change.
type Remedy = (&'static str, fn(&Central) -> Vec<Value>);

/// In the order in which they are tried.
const REMEDIES: [Remedy; 3] = [
    (", without load balancers to 0.0.0.0", without_load_balancers_to_nowhere),
    (", with a switch more", with_a_switch),
    (", with a port more", with_a_port),
];

/// Makes the changes one after the other, and calls `compare` after each until it succeeds. Says which were made.
pub(crate) fn remedied<T>(
    central: &mut Central,
    mut compare: impl FnMut(&mut Central) -> Result<T, String>,
) -> (String, Result<T, String>) {
    let (mut made, mut found) = (String::new(), compare(central));
    for (label, operations) in REMEDIES {
        if found.is_ok() {
            break;
        }
        let operations = operations(central);
        if operations.is_empty() {
            continue;
        }
        central.northbound.connect().transact(&operations);
        made += label;
        found = match central.try_sync() {
            true => compare(central),
            false => Err("the northd ends, or does not follow".to_owned()),
        };
    }
    (made, found)
}

/// The installed ovn-controller makes groups of them that its switch refuses, and installs nothing else either.
fn without_load_balancers_to_nowhere(central: &Central) -> Vec<Value> {
    let rows = central.northbound.connect().rows("Load_Balancer");
    let to_nowhere = rows.iter().filter(|row| row["vips"].to_string().contains("\"0.0.0.0:"));
    let deletion = |row: &Value| {
        let condition = json!([["_uuid", "==", row["_uuid"]]]);
        json!({ "op": "delete", "table": "Load_Balancer", "where": condition })
    };
    to_nowhere.map(deletion).collect()
}

/// Where there are routers and no switch, no port can be bound.
fn with_a_switch(central: &Central) -> Vec<Value> {
    let mut northbound = central.northbound.connect();
    if !northbound.rows("Logical_Switch").is_empty() {
        return Vec::new();
    }
    let mut operations = vec![json!({
        "op": "insert", "table": "Logical_Switch", "uuid-name": "switch", "row": { "name": "a-switch-more" },
    })];
    if let Some(router) = first_by_name(northbound.rows("Logical_Router")) {
        let upper = json!({ "name": "up", "mac": "02:00:00:00:fe:01", "networks": "10.254.254.1/24" });
        let lower = json!({
            "name": "down", "type": "router", "addresses": "router",
            "options": ["map", [["router-port", "up"]]],
        });
        operations.extend([
            json!({ "op": "insert", "table": "Logical_Router_Port", "uuid-name": "up", "row": upper }),
            json!({ "op": "insert", "table": "Logical_Switch_Port", "uuid-name": "down", "row": lower }),
            insert_into("Logical_Router", &router["_uuid"], "up"),
            insert_into("Logical_Switch", &json!(["named-uuid", "switch"]), "down"),
        ]);
    }
    operations
}

/// Where no port may be bound to the chassis, no logical flow is for it.
fn with_a_port(central: &Central) -> Vec<Value> {
    let Some(switch) = first_by_name(central.northbound.connect().rows("Logical_Switch")) else {
        return Vec::new();
    };
    let port = json!({ "name": "a-port-more", "addresses": "unknown" });
    vec![
        json!({ "op": "insert", "table": "Logical_Switch_Port", "uuid-name": "port", "row": port }),
        insert_into("Logical_Switch", &switch["_uuid"], "port"),
    ]
}

/// Adds the port that is called `port` in the transaction to a datapath.
fn insert_into(table: &str, datapath: &Value, port: &str) -> Value {
    json!({
        "op": "mutate", "table": table, "where": [["_uuid", "==", datapath]],
        "mutations": [["ports", "insert", ["named-uuid", port]]],
    })
}

fn first_by_name(rows: Vec<Value>) -> Option<Value> {
    rows.into_iter().min_by_key(|row| (row["name"].to_string(), uuid_of(row)))
}
