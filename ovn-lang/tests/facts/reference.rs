//! What the northd of an installed OVN writes; runs where `OVN_PREFIX` names it.

#![allow(clippy::print_stdout, reason = "what was read and skipped is said")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use weft_installed_ovn::{Central, case_files, play};

use crate::northd::{all_flows, check};

/// Pipeline, table, match and actions of all logical flows.
fn flows(central: &Central) -> Vec<(String, u8, String, String)> {
    let text = |value: &Value| value.as_str().expect("a string").to_string();
    let flow = |row: Value| {
        let table = row["table_id"].as_u64().expect("a number") as u8;
        (text(&row["pipeline"]), table, text(&row["match"]), text(&row["actions"]))
    };
    central.southbound.connect().rows("Logical_Flow").into_iter().map(flow).collect()
}

#[test]
fn the_flows_of_an_installed_northd_are_understood() {
    let Some(central) = Central::start_with_installed_northd() else { return };
    central.run_script(include_str!("network.nbctl"));
    let flows = flows(&central);
    assert!(flows.len() > 300, "only {} logical flows", flows.len());
    for (pipeline, table, matches, actions) in &flows {
        let checked = check(pipeline, *table, matches, actions);
        assert_eq!(checked, Ok(()), "{matches} => {actions}");
    }
}

/// Case files have what users write into ACLs, NAT rules and options as well.
#[test]
fn the_flows_of_cases_are_understood_or_refused_for_a_reason() {
    let (mut count, mut refused, mut broken) = (0, 0, Vec::new());
    for file in case_files() {
        let Some(mut central) = Central::start_with_installed_northd() else { return };
        if let Err(problem) = play(&mut central, &file) {
            println!("skipped: {}: {problem}", file.display());
            continue;
        }
        for flow in flows(&central) {
            count += 1;
            match check(&flow.0, flow.1, &flow.2, &flow.3) {
                Err(error) if error.starts_with("broken") => broken.push(format!("{flow:?}: {error}")),
                Err(error) => {
                    refused += 1;
                    println!("refused: {error}: {} => {}", flow.2, flow.3);
                }
                Ok(()) => {}
            }
        }
    }
    println!("{count} logical flows, {refused} refused");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The flows of a switch for everything that northd writes, as `ovs-ofctl` reads and shows them.
#[test]
fn ovs_ofctl_reads_and_shows_the_flows_of_northd() {
    let Ok(prefix) = std::env::var("OVN_PREFIX") else {
        println!("skipped: OVN_PREFIX names no installed OVN");
        return;
    };
    let mut flows = all_flows();
    // A switch takes a mask of all six bits, and `ovs-ofctl` writes it, but does not read it.
    flows.retain(|flow| !flow.dump_text(None).contains("/0x3f->ip_dscp"));
    // Likewise it reads no `dec_ttl` for no controller.
    flows.retain(|flow| !flow.dump_text(None).contains("dec_ttl()"));
    let folder = std::env::temp_dir().join(format!("weft-flows-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("flows");
    let lines: Vec<String> = flows.iter().map(|flow| flow.dump_text(None)).collect();
    std::fs::write(&file, lines.join("\n") + "\n").expect("a file");
    let output = Command::new(Path::new(&prefix).join("bin/ovs-ofctl"))
        .args(["-O", "OpenFlow15", "parse-flows"])
        .arg(&file)
        .env("OVS_RUNDIR", &folder)
        .output()
        .expect("ovs-ofctl runs");
    std::fs::remove_dir_all(&folder).expect("the folder is removed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8(output.stdout).expect("a text");
    let shown: Vec<&str> = shown.lines().filter_map(|line| line.split_once("): ADD ")).map(|s| s.1).collect();
    assert_eq!(shown.len(), flows.len());
    for (flow, shown) in flows.iter().zip(shown) {
        assert_eq!(flow.add_text(), shown);
    }
}
