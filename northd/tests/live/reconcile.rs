//! A northd that finds a Southbound database full of others' rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::contents::{Contents, uuid_of};
use crate::generator::{Generator, STABLE_SWITCHES};
use crate::harness::{self, Central, Connection, central, sync};

/// A network with all that the generator makes.
fn network(northbound: &mut Connection) {
    let mut generator = Generator::new(7);
    northbound.transact(&generator.stable(STABLE_SWITCHES));
    for _ in 0..60 {
        northbound.transact(&generator.change());
    }
}

/// Rows by UUID: what a flow matches and does, where it stands.
fn flows(southbound: &mut Connection) -> BTreeMap<String, String> {
    let text = |row: &Value| {
        let columns = ["pipeline", "table_id", "priority", "match", "actions", "controller_meter"];
        columns.map(|column| row[column].to_string()).join(" ")
    };
    southbound.rows("Logical_Flow").iter().map(|row| (uuid_of(row), text(row))).collect()
}

fn keys(southbound: &mut Connection) -> BTreeMap<String, String> {
    let datapaths = southbound.rows("Datapath_Binding");
    let ports = southbound.rows("Port_Binding");
    let all = datapaths.iter().chain(&ports);
    all.map(|row| (uuid_of(row), row["tunnel_key"].to_string())).collect()
}

#[test]
fn rows_that_the_installed_northd_wrote_are_kept() {
    let Some(mut central) = Central::start_with_installed_northd() else { return };
    network(&mut central.northbound.connect());
    central.sync();
    let mut southbound = central.southbound.connect();
    let (old_flows, old_keys) = (flows(&mut southbound), keys(&mut southbound));
    central.northd.kill();

    let (northbound, remote) = (central.northbound.remote(), central.southbound.remote());
    central.northd =
        harness::start(&central.installation, central.directory.path(), "northd", [&northbound, &remote]);
    central.sync();
    assert_eq!(keys(&mut southbound), old_keys, "rows and tunnel keys of datapaths and ports are kept");
    let new_flows = flows(&mut southbound);
    let mut contents: BTreeMap<&str, usize> = BTreeMap::new();
    old_flows.values().for_each(|text| *contents.entry(text).or_default() += 1);
    let lost: Vec<&String> = new_flows
        .iter()
        .filter(|(uuid, text)| !old_flows.contains_key(*uuid) && contents.contains_key(text.as_str()))
        .map(|(_, text)| text)
        .collect();
    let kept = new_flows.keys().filter(|uuid| old_flows.contains_key(*uuid)).count();
    assert!(kept > 100, "{kept} of {} flows kept their rows", new_flows.len());
    // A flow whose datapaths the two northds spread over different rows may need a row of its own.
    assert!(
        lost.len() * 50 < kept,
        "{} of {kept} flows lost their rows: {:#?}",
        lost.len(),
        &lost[..lost.len().min(10)]
    );
}

#[test]
fn a_restart_writes_nothing_new() {
    let Some(mut central) = central() else { return };
    network(&mut central.northbound.connect());
    central.sync();
    let mut southbound = central.southbound.connect();
    let versions = |southbound: &mut Connection| -> BTreeSet<String> {
        let tables = [
            "Logical_Flow",
            "Logical_DP_Group",
            "Datapath_Binding",
            "Port_Binding",
            "Port_Group",
            "Address_Set",
            "Multicast_Group",
        ];
        let rows = tables
            .iter()
            .flat_map(|table| southbound.rows(table).into_iter().map(move |row| format!("{table} {row}")));
        rows.collect()
    };
    let before = versions(&mut southbound);
    central.northd.kill();
    central.northd.launch();
    central.sync();
    let after = versions(&mut southbound);
    let changed: Vec<&String> = before.symmetric_difference(&after).collect();
    assert!(changed.is_empty(), "{} rows changed: {:#?}", changed.len(), &changed[..changed.len().min(10)]);
}

#[test]
fn what_others_delete_or_change_is_repaired() {
    let Some(central) = central() else { return };
    network(&mut central.northbound.connect());
    central.sync();
    let before = Contents::of(&central);
    let mut southbound = central.southbound.connect();
    for (table, change) in [
        ("Logical_Flow", json!({ "op": "delete", "table": "Logical_Flow", "where": [["table_id", "<", 5]] })),
        (
            "Port_Binding",
            json!({ "op": "delete", "table": "Port_Binding", "where": [["logical_port", "==", "stable-port1"]] }),
        ),
        (
            "Port_Binding",
            json!({ "op": "update", "table": "Port_Binding", "where": [["logical_port", "==", "stable-port1"]], "row": { "logical_port": "elsewhere" } }),
        ),
        ("Address_Set", json!({ "op": "delete", "table": "Address_Set", "where": [] })),
        (
            "Port_Group",
            json!({ "op": "update", "table": "Port_Group", "where": [], "row": { "ports": ["set", []] } }),
        ),
        (
            "Logical_Flow",
            json!({ "op": "update", "table": "Logical_Flow", "where": [["table_id", "==", 6]], "row": { "priority": 7 } }),
        ),
        (
            "Logical_DP_Group",
            json!({ "op": "update", "table": "Logical_DP_Group", "where": [], "row": { "datapaths": ["set", []] } }),
        ),
        ("Multicast_Group", json!({ "op": "delete", "table": "Multicast_Group", "where": [] })),
        ("Logical_Flow", json!({ "op": "delete", "table": "Logical_Flow", "where": [] })),
    ] {
        southbound.transact(std::slice::from_ref(&change));
        // The report of the foreign change is on its way before that of this sequence number.
        sync(&mut central.northbound.connect());
        southbound_settled(&central);
        Contents::of(&central).assert_equal(&before, &format!("after {table}: {change}"));
    }
}

#[test]
fn roles_and_permissions_of_others_are_left_alone() {
    let Some(central) = central() else { return };
    central.sync();
    let mut southbound = central.southbound.connect();
    let permission = |table: &str| {
        json!({
            "op": "insert", "table": "RBAC_Permission", "uuid-name": table, "row": { "table": table, "update": "name" },
        })
    };
    let role = |name: &str, table: &str| {
        let permissions = json!(["map", [[table, ["named-uuid", table]]]]);
        json!({ "op": "insert", "table": "RBAC_Role", "row": { "name": name, "permissions": permissions } })
    };
    southbound.transact(&[
        permission("Chassis"),
        permission("Load_Balancer"),
        role("auditor", "Load_Balancer"),
        role("ovn-controller", "Chassis"),
        json!({
            "op": "update", "table": "RBAC_Permission", "where": [["table", "==", "Encap"]], "row": { "update": "name" },
        }),
    ]);
    sync(&mut central.northbound.connect());
    southbound_settled(&central);
    let roles = southbound.rows("RBAC_Role");
    let mut names: Vec<&str> = roles.iter().filter_map(|row| row["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["auditor", "ovn-controller"]);
    let permissions = southbound.rows("RBAC_Permission");
    let tables = permissions.iter().filter_map(|row| row["table"].as_str());
    assert_eq!(tables.clone().filter(|table| *table == "Load_Balancer").count(), 1);
    assert_eq!(tables.clone().filter(|table| *table == "Chassis").count(), 2);
    assert_eq!(tables.filter(|table| *table == "Encap").count(), 2);
}

/// Two servers report independently of each other: a sequence number may overtake the report of a foreign
/// change. Another change of the Southbound database is reported behind it.
fn southbound_settled(central: &Central) {
    let mut southbound = central.southbound.connect();
    southbound.transact(&[json!({
        "op": "insert", "table": "Chassis", "uuid": uuid::Uuid::from_u128(0xc4a5), "row": {
            "name": "probe", "encaps": ["named-uuid", "encap"],
        },
    }), json!({
        "op": "insert", "table": "Encap", "uuid-name": "encap", "row": {
            "type": "geneve", "ip": "192.0.2.1", "chassis_name": "probe",
        },
    }), json!({
        "op": "insert", "table": "Chassis_Private", "row": { "name": "probe", "nb_cfg": -1_000_000, "chassis": ["uuid", uuid::Uuid::from_u128(0xc4a5)] },
    })]);
    let mut northbound = central.northbound.connect();
    let reached = json!([{ "hv_cfg": -1_000_000 }]);
    assert!(northbound.wait_for("NB_Global", json!([]), &["hv_cfg"], reached), "{}", central.northd.log());
    let all = json!([]);
    southbound.transact(&[
        json!({ "op": "delete", "table": "Chassis_Private", "where": all }),
        json!({ "op": "delete", "table": "Chassis", "where": all }),
    ]);
    sync(&mut northbound);
}

#[test]
fn a_transaction_that_others_make_fail_is_made_again() {
    let Some(central) = central() else { return };
    let mut northbound = central.northbound.connect();
    let mut southbound = central.southbound.connect();
    let mut generator = Generator::new(11);
    northbound.transact(&generator.stable(STABLE_SWITCHES));
    central.sync();
    // A datapath's row vanishes while flows that refer to it are on their way.
    for _ in 0..40 {
        northbound.transact(&generator.change());
        southbound.transact(&[
            json!({ "op": "delete", "table": "Logical_Flow", "where": [] }),
            json!({ "op": "delete", "table": "Multicast_Group", "where": [] }),
            json!({ "op": "delete", "table": "IP_Multicast", "where": [] }),
            json!({ "op": "delete", "table": "Port_Binding", "where": [] }),
            json!({ "op": "delete", "table": "Datapath_Binding", "where": [] }),
        ]);
    }
    sync(&mut northbound);
    southbound_settled(&central);
    let repaired = Contents::of(&central);
    southbound_settled(&central);
    Contents::of(&central).assert_equal(&repaired, "it stays so");
    assert_eq!(repaired.table("Datapath_Binding").len(), northbound.rows("Logical_Switch").len());
    assert_eq!(repaired.table("Port_Binding").len(), northbound.rows("Logical_Switch_Port").len());
    assert!(repaired.table("Logical_Flow").len() > 100);
}
