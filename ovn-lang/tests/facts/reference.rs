//! What the northd of an installed OVN writes; runs where `OVN_PREFIX` names it.

#![allow(clippy::print_stdout, reason = "what was read and skipped is said")]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::Value;
use weft_installed_ovn::{Central, Extent, case_files, play};
use weft_ofctl::{Ofctl, differences_of_bytes, differences_of_text};
use weft_openflow::message::DumpedFlow;
use weft_openflow::{FlowStatistics, Version};

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

/// What came of the flows of the case files of one kind.
#[derive(Default)]
struct Tally {
    files: usize,
    flows: usize,
    refused: usize,
}

/// What is known of a logical flow that was read before: whether the languages have it.
type Known = HashMap<(String, u8, String, String), bool>;

impl Tally {
    /// Checks all flows that northd has written by now; adds those that the languages should have to `broken`.
    fn check(&mut self, central: &Central, known: &mut Known, broken: &mut Vec<String>) {
        for flow in flows(central) {
            self.flows += 1;
            let is_right = *known.entry(flow).or_insert_with_key(|(pipeline, table, matches, actions)| {
                let error = check(pipeline, *table, matches, actions).err();
                match &error {
                    Some(error) if error.starts_with("broken") => {
                        broken.push(format!("{matches} => {actions}: {error}"));
                    }
                    Some(error) => println!("refused: {error}: {matches} => {actions}"),
                    None => {}
                }
                error.is_none()
            });
            self.refused += usize::from(!is_right);
        }
    }
}

/// What a case file's name begins with, up to its number: the case files of a kind have it in common.
fn kind_of(file: &Path) -> String {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    name.split('-').next().unwrap_or_default().to_string()
}

/// Case files have what users write into ACLs, NAT rules and options as well. The flows at every point of rest are
/// read; each one is checked where it is first met.
#[test]
fn the_flows_of_cases_are_understood_or_refused_for_a_reason() {
    let (mut tallies, mut known, mut broken) = (BTreeMap::new(), Known::new(), Vec::new());
    for file in case_files() {
        let Some(mut central) = Central::start_with_installed_northd() else { return };
        let folder = file.parent().unwrap_or(Path::new("")).display().to_string();
        let tally: &mut Tally = tallies.entry((folder, kind_of(&file))).or_default();
        tally.files += 1;
        let check = |central: &mut Central| tally.check(central, &mut known, &mut broken);
        let played = play(&mut central, &file, Extent::wanted(), check);
        if let Err(problem) = played {
            println!("cut short: {}: {problem}", file.display());
        }
    }
    for ((folder, kind), Tally { files, flows, refused }) in tallies {
        println!("{folder}/{kind}: {files} files, {flows} logical flows, {refused} refused");
    }
    let refused = known.values().filter(|is_right| !**is_right).count();
    println!("{} different logical flows, {refused} refused, {} broken", known.len(), broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The flows of a switch for everything that northd writes, as `ovs-ofctl` reads and shows them.
#[test]
fn ovs_ofctl_reads_and_shows_the_flows_of_northd() {
    let Some(ofctl) = Ofctl::installed("ovs_ofctl_reads_and_shows_the_flows_of_northd") else { return };
    let dumped = |flow| DumpedFlow { flow, statistics: FlowStatistics::default() };
    let flows: Vec<DumpedFlow> = all_flows().into_iter().map(dumped).collect();
    assert!(flows.len() > 1000, "only {} flows", flows.len());
    for version in [Version::V1_3, Version::V1_5] {
        let mut differences = differences_of_bytes(&ofctl, &flows, version);
        differences.extend(differences_of_text(&ofctl, &flows, version));
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
}
