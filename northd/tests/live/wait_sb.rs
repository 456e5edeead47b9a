//! What scripts and operators see: `--wait=sb`, the control socket, active and standby.

use serde_json::json;

use crate::contents::Contents;
use crate::harness::{self, Central, central, northd};

fn nbctl(central: &Central, words: &[&str]) {
    let database = format!("--db={}", central.northbound.remote());
    let mut arguments = vec![database.as_str(), "--wait=sb", "--timeout=60"];
    arguments.extend_from_slice(words);
    central.installation.run("ovn-nbctl", &arguments);
}

#[test]
fn a_client_that_waits_finds_its_change_in_the_southbound_database() {
    let Some(central) = central() else { return };
    let mut southbound = central.southbound.connect();
    nbctl(&central, &["sync"]);
    for number in 0..30 {
        let (switch, port) = (format!("sw{number}"), format!("port{number}"));
        let address = format!("02:00:00:00:00:{number:02x} 10.0.0.{}", number + 1);
        nbctl(
            &central,
            &["ls-add", &switch, "--", "lsp-add", &switch, &port, "--", "lsp-set-addresses", &port, &address],
        );
        let bindings = southbound.rows_where("Port_Binding", json!([["logical_port", "==", port]]));
        assert_eq!(bindings.len(), 1, "{port}");
        let datapath = &bindings[0]["datapath"];
        let mac = address.split(' ').next().unwrap();
        let flows =
            southbound.rows_where("Logical_Flow", json!([["match", "==", format!("eth.dst == {mac}")]]));
        assert!(flows.iter().any(|flow| flow["logical_datapath"] == *datapath), "{port}: {flows:?}");
    }
    nbctl(&central, &["ls-del", "sw7"]);
    assert!(southbound.rows_where("Port_Binding", json!([["logical_port", "==", "port7"]])).is_empty());
}

#[test]
fn the_control_socket_answers_what_probes_ask() {
    let Some(central) = central() else { return };
    central.sync();
    let northd = &central.northd;
    assert_eq!(northd.control(&["status"]), "Status: active\n");
    assert_eq!(northd.control(&["nb-connection-status"]), "connected\n");
    assert_eq!(northd.control(&["sb-connection-status"]), "connected\n");
    assert_eq!(northd.control(&["is-paused"]).trim_end(), "false");
    let version = northd.control(&["version"]);
    assert!(version.starts_with("ovn-northd 26.03.1\nOpen vSwitch Library "), "{version}");
    let recomputes = northd.control(&["inc-engine/show-stats", "northd", "recompute"]);
    assert!(recomputes.trim_end().parse::<u64>().is_ok(), "{recomputes}");
    assert!(northd.control(&["list-commands"]).contains("memory/show"));
}

#[test]
fn figures_are_shown_under_the_names_that_operators_know() {
    let Some(central) = central() else { return };
    central.sync();
    let northd = &central.northd;
    let total = |name: &str| -> u64 {
        let text = northd.control(&["coverage/read-counter", name]);
        text.trim_end().parse().expect("a counter is a number")
    };
    for name in ["northd_run", "stream_open", "txn_success", "txn_incomplete"] {
        assert!(total(name) > 0, "{name}");
        assert!(northd.control(&["coverage/show"]).contains(&format!("\n{name} ")), "{name}");
    }
    assert_eq!(total("txn_error"), 0);
    let memory = northd.control(&["memory/show"]);
    assert!(memory.starts_with("idl-cells-OVN_Northbound:"), "{memory}");
    assert!(memory.contains(" idl-cells-OVN_Southbound:"), "{memory}");
    let times = northd.control(&["stopwatch/show", "ovn-northd-loop"]);
    assert!(times.starts_with("Statistics for 'ovn-northd-loop'\n  Total samples: "), "{times}");
    assert!(!times.contains("Total samples: 0\n"), "{times}");
    for name in ["build_flows_ctx", "lflows_to_sb", "ovnnb_db_run", "ovnsb_db_run"] {
        assert!(
            northd.control(&["stopwatch/show"]).contains(&format!("Statistics for '{name}'\n")),
            "{name}"
        );
    }
    let features = northd.control(&["debug/chassis-features-list"]);
    assert!(features.starts_with("mac_binding_timestamp: true\n"), "{features}");
}

#[test]
fn the_time_at_which_a_change_was_told_is_told_in_turn() {
    let Some(central) = central() else { return };
    central.sync();
    let row = central.northbound.connect().rows("NB_Global").remove(0);
    let time_ms = |column: &str| row[column].as_i64().unwrap_or_default();
    assert!(time_ms("nb_cfg_timestamp") > 0, "{row}");
    assert!(time_ms("nb_cfg_timestamp") <= time_ms("sb_cfg_timestamp"), "{row}");
}

#[test]
fn a_command_asked_by_the_tool_of_ovn_gets_the_same_answer() {
    let Some(central) = central() else { return };
    central.sync();
    let control = central.directory.path().join("northd.ctl").display().to_string();
    assert_eq!(central.installation.run("ovn-appctl", &["-t", &control, "status"]), "Status: active\n");
}

#[test]
fn a_paused_northd_writes_nothing_until_it_is_resumed() {
    let Some(central) = central() else { return };
    central.sync();
    central.northd.control(&["pause"]);
    assert_eq!(central.northd.control(&["status"]), "Status: paused\n");
    assert_eq!(central.northd.control(&["is-paused"]).trim_end(), "true");
    let before = Contents::of(&central);

    // The second northd gets the lock that the first has let go, and does the work meanwhile.
    let mut second = central.another_northd(northd(), "second");
    second.wait_for_control(&["status"], "Status: active");
    central.sync();
    Contents::of(&central).assert_equal(&before, "nothing changed");
    second.control(&["exit"]);
    assert!(second.ended_well());

    let mut northbound = central.northbound.connect();
    northbound.transact(&[json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "late" } })]);
    assert_eq!(central.northd.control(&["nb-connection-status"]), "connected\n");
    assert!(central.southbound.connect().rows("Datapath_Binding").is_empty());
    central.northd.control(&["resume"]);
    central.northd.wait_for_control(&["status"], "Status: active");
    central.sync();
    assert_eq!(central.southbound.connect().rows("Datapath_Binding").len(), 1);
}

#[test]
fn a_standby_takes_over_when_the_active_one_is_killed() {
    let Some(mut central) = central() else { return };
    central.sync();
    let standby = central.another_northd(northd(), "standby");
    standby.wait_for_control(&["sb-connection-status"], "connected");
    assert_eq!(standby.control(&["status"]), "Status: standby\n");
    assert_eq!(central.northd.control(&["status"]), "Status: active\n");

    let switch = json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "first" } });
    central.translate(&[switch]);
    let rows = |central: &Central| central.southbound.connect().rows("Datapath_Binding");
    let first = rows(&central);
    central.northd.kill();
    let switch = json!({ "op": "insert", "table": "Logical_Switch", "row": { "name": "second" } });
    central.translate(&[switch]);
    assert_eq!(standby.control(&["status"]), "Status: active\n");
    assert_eq!(rows(&central).len(), 2);
    assert!(first.iter().all(|row| rows(&central).contains(row)), "rows of the first northd are kept");
}

#[test]
fn an_exit_command_ends_the_process_well() {
    let Some(mut central) = central() else { return };
    central.sync();
    central.northd.control(&["exit"]);
    assert!(central.northd.ended_well());
}

#[test]
fn databases_that_are_not_there_yet_are_waited_for() {
    let Some(mut central) = central() else { return };
    central.sync();
    central.northbound.kill();
    central.southbound.kill();
    let (northbound, southbound) = (central.northbound.remote(), central.southbound.remote());
    let early =
        harness::start(&central.installation, central.directory.path(), "early", [&northbound, &southbound]);
    early.wait_for_control(&["nb-connection-status"], "not connected");
    central.northd.kill();
    central.northbound.launch();
    central.southbound.launch();
    central.sync();
    assert_eq!(early.control(&["status"]), "Status: active\n");
}
