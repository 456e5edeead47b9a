//! Rows that nobody should write, and the network around them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Connection, central, insert, mutate, reference};

const MAC: &str = "02:00:00:00:00:01";

/// A switch `good` with a port, whose flows must be there whatever stands beside it.
fn good_switch() -> Vec<Value> {
    let port = Uuid::from_u128(0x600d);
    vec![
        insert(
            "Logical_Switch_Port",
            port,
            json!({ "name": "good-port", "addresses": format!("{MAC} 10.0.0.1") }),
        ),
        json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "good", "ports": reference(port) } }),
    ]
}

fn assert_good_switch_works(southbound: &mut Connection, what: &str) {
    let flows = southbound.rows_where("Logical_Flow", json!([["match", "==", format!("eth.dst == {MAC}")]]));
    assert!(!flows.is_empty(), "{what}");
    let bindings = southbound.rows_where("Port_Binding", json!([["logical_port", "==", "good-port"]]));
    assert_eq!(bindings.len(), 1, "{what}");
}

#[test]
fn addresses_that_are_none_leave_the_others_alone() {
    let Some(mut central) = central() else { return };
    let mut operations = good_switch();
    let addresses = [
        "",
        " ",
        "garbage",
        "02:00",
        "02:00:00:00:00:zz 10.0.0.2",
        "02:00:00:00:00:02 10.0.0",
        "10.0.0.3",
        "02:00:00:00:00:03 10.0.0.3/40",
        "02:00:00:00:00:04 fd00::zz",
        "unknown unknown",
        "dynamic 10.0.0.4",
        "dynamic",
        "router",
        "02:00:00:00:00:05 10.0.0.5 garbage",
        "02:00:00:00:00:06 \"10.0.0.6\"",
        "!02:00:00:00:00:07",
        "80:00:00:00:00:08 not-an-address",
        "\u{fc}ber \u{1f980}",
    ];
    let switch = Uuid::from_u128(0xbad);
    operations.push(insert("Logical_Switch", switch, json!({ "name": "bad" })));
    for (number, text) in addresses.iter().enumerate() {
        let port = Uuid::from_u128(0x1_0000 + number as u128);
        operations.push(insert(
            "Logical_Switch_Port",
            port,
            json!({
                "name": format!("odd{number}"), "addresses": text, "port_security": text,
            }),
        ));
        operations.push(mutate("Logical_Switch", switch, "ports", "insert", reference(port)));
    }
    central.translate(&operations);
    assert!(central.northd.is_running(), "{}", central.northd.log());
    let mut southbound = central.southbound.connect();
    assert_good_switch_works(&mut southbound, "beside malformed addresses");
    assert_eq!(southbound.rows("Port_Binding").len(), 1 + addresses.len(), "each port is bound all the same");
}

#[test]
fn names_are_data_whatever_characters_they_have() {
    let Some(mut central) = central() else { return };
    let mut operations = good_switch();
    let names = [
        "a \"quoted\" name",
        "back\\slash",
        "new\nline",
        "tab\tbed",
        "\u{fc}n\u{ef}c\u{f6}de \u{1f980}",
        "$set @group",
        "'",
        "",
    ];
    for (number, name) in names.iter().enumerate() {
        let port = Uuid::from_u128(0x2_0000 + number as u128);
        let address = format!("02:00:00:00:01:{number:02x} 10.0.1.{}", number + 1);
        operations.push(insert("Logical_Switch_Port", port, json!({ "name": name, "addresses": address })));
        operations.push(json!({
            "op": "insert", "table": "Logical_Switch", "row": { "name": name, "ports": reference(port) },
        }));
    }
    central.translate(&operations);
    assert!(central.northd.is_running(), "{}", central.northd.log());
    let mut southbound = central.southbound.connect();
    assert_good_switch_works(&mut southbound, "beside odd names");
    for name in names {
        let bindings = southbound.rows_where("Port_Binding", json!([["logical_port", "==", name]]));
        assert_eq!(bindings.len(), 1, "{name:?}");
        // As an expression of OVN, a string is written as in JSON.
        let actions = format!("outport = {}; output;", json!(name));
        let flows = southbound.rows("Logical_Flow");
        assert!(flows.iter().any(|flow| flow["actions"] == actions), "{actions}");
    }
}

#[test]
fn rows_that_refer_to_nothing_or_to_each_other_leave_the_others_alone() {
    let Some(mut central) = central() else { return };
    let mut operations = good_switch();
    let (a, b, group, set) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3), Uuid::from_u128(4));
    operations.extend([
        // The same port on two switches.
        insert("Logical_Switch_Port", a, json!({ "name": "shared", "addresses": "unknown" })),
        json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "s1", "ports": reference(a) } }),
        json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "s2", "ports": reference(a) } }),
        // A port of type router without its peer; a container without its parent.
        insert("Logical_Switch_Port", b, json!({
            "name": "peerless", "type": "router", "addresses": "router",
            "options": ["map", [["router-port", "nowhere"]]],
        })),
        json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "s1", "ports": reference(b) } }),
        insert("Port_Group", group, json!({ "name": "empty" })),
        insert("Address_Set", set, json!({ "name": "odd", "addresses": ["set", ["", "garbage", "10.0.0.0/99"]] })),
        json!({ "op": "insert", "table": "Logical_Router", "row": { "name": "" } }),
        json!({ "op": "insert", "table": "Load_Balancer", "row": {
            "name": "odd", "vips": ["map", [["garbage", "garbage"], ["", ""], ["10.0.0.1:99999", "10.0.0.2:1"]]],
        } }),
    ]);
    central.translate(&operations);
    assert!(central.northd.is_running(), "{}", central.northd.log());
    let mut southbound = central.southbound.connect();
    assert_good_switch_works(&mut southbound, "beside dangling references");
    let shared = southbound.rows_where("Port_Binding", json!([["logical_port", "==", "shared"]]));
    assert!(shared.is_empty(), "a port on two switches is on none: {shared:?}");
    assert!(central.northd.log().contains("duplicate logical port shared"), "{}", central.northd.log());
}

/// The transactions of a case file: one JSON array a line, the database's short name first. Lines that
/// play a controller and need the keys of rows are not among them.
fn transactions(path: &Path) -> Vec<(String, Vec<Value>)> {
    let text = fs::read_to_string(path).expect("the case is read");
    let lines = text.lines().filter(|line| !line.contains("\"$"));
    let lines = lines.map(|line| serde_json::from_str::<Vec<Value>>(line).expect("a line is a JSON array"));
    let named = lines.filter_map(|mut line| {
        let database = line.first()?.as_str()?.to_owned();
        (database == "NB" || database == "SB").then(|| (database, line.split_off(1)))
    });
    named.collect()
}

#[test]
fn databases_that_end_other_northds_are_translated() {
    let Some(directory) = std::env::var_os("OVN_CASES") else {
        eprintln!("skipped: OVN_CASES does not name a directory of cases");
        return;
    };
    let mut count = 0;
    for entry in fs::read_dir(&directory).expect("the cases are listed") {
        let path = entry.expect("a case").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with("crash-") {
            continue;
        }
        let Some(mut central) = central() else { return };
        count += 1;
        central.translate(&good_switch());
        let (mut northbound, mut southbound) = (central.northbound.connect(), central.southbound.connect());
        for (database, mut operations) in transactions(&path) {
            let connection = if database == "NB" { &mut northbound } else { &mut southbound };
            for operation in &mut operations {
                // The row is there already.
                if operation["table"] == "NB_Global" && operation["op"] == "insert" {
                    let row = operation["row"].take();
                    *operation = json!({ "op": "update", "table": "NB_Global", "where": [], "row": row });
                }
            }
            connection.transact(&operations);
            central.sync();
        }
        assert!(central.northd.is_running(), "{name}: {}", central.northd.log());
        assert_good_switch_works(&mut southbound, &name);
    }
    assert!(count > 0, "no crash-*.json in {}", directory.display());
}
