//! What an ovn-controller and its switch tell: local datapaths, related ports, and the ids it gave out.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::{Chassis, uuid_of};
use serde_json::Value;
use weft_openflow::Version;
use weft_ovn_lang::encode::Features;

use super::columns::{is_true, references, value};
use super::southbound::Southbound;

/// What they tell.
#[derive(Debug, PartialEq, Eq)]
pub struct Local {
    /// UUIDs of local datapaths.
    pub datapaths: HashSet<String>,
    /// Names of ports that have something to do with the chassis.
    pub related_ports: HashSet<String>,
    /// Names of ports that are bound here with an interface of their own.
    pub bound_ports: HashSet<String>,
    /// Numbers of groups, by what describes them.
    pub groups: HashMap<String, u32>,
    /// Numbers of meters, by their names.
    pub meters: HashMap<String, u32>,
    /// OpenFlow ports of tunnels, by the name of the chassis.
    pub tunnels: HashMap<String, u16>,
    /// Numbers of collector sets.
    pub collector_sets: HashSet<u32>,
    /// What the switch can do.
    pub features: Features,
}

impl Local {
    /// Asks for it; `southbound` has the names that the answers are made of.
    pub fn read(chassis: &Chassis, southbound: &Southbound) -> Self {
        let ask = |command: &str| chassis.controller.control(&[command]);
        let mut database = chassis.database.connect();
        let capabilities =
            database.rows("Datapath").first().map_or(Value::Null, |row| row["capabilities"].clone());
        let sets = database.rows("Flow_Sample_Collector_Set");
        let interfaces: HashMap<String, Value> = database
            .rows("Interface")
            .into_iter()
            .map(|row| (uuid_of(&row), row["ofport"].clone()))
            .collect();
        let tunnel = |row: &Value| {
            let (chassis, _) = value(&row["external_ids"], "ovn-chassis-id")?.split_once('@')?;
            let interface = *references(&row["interfaces"]).first()?;
            Some((chassis.to_owned(), interfaces[interface].as_u64()?.try_into().ok()?))
        };
        let ports = || southbound.ports.keys();
        Self {
            datapaths: local_datapaths(&ask("debug/dump-local-datapaths"), southbound, chassis),
            related_ports: named(&ask("debug/dump-related-ports"), ports(), ["", "\n"]),
            bound_ports: named(&ask("debug/dump-local-bindings"), ports(), ["primary lport : [", "]\n"]),
            groups: ids(&ask("group-table-list")),
            meters: ids(&ask("meter-table-list")),
            tunnels: database.rows("Port").iter().filter_map(tunnel).collect(),
            collector_sets: sets.iter().filter_map(|row| row["id"].as_u64()?.try_into().ok()).collect(),
            features: Features {
                ct_zero_snat: is_true(&capabilities, "ct_zero_snat"),
                // The dummy datapath has them.
                meters: true,
                dp_hash_l4_symmetric: value(&capabilities, "max_hash_alg") == Some("1"),
            },
        }
    }
}

/// Those of `names` that a text has at the begin of a line, with something before and behind; a name may have line
/// breaks of its own.
fn named<'n>(
    text: &str,
    names: impl Iterator<Item = &'n String>,
    [before, behind]: [&str; 2],
) -> HashSet<String> {
    let text = format!("\n{text}\n");
    let lines: HashSet<&str> = text.lines().collect();
    let is_there = |name: &&String| {
        let line = format!("{before}{name}{behind}");
        // Most names are found fast.
        lines.contains(line.trim_end_matches('\n')) || text.contains(&format!("\n{line}"))
    };
    names.filter(is_there).cloned().collect()
}

/// UUIDs of the datapaths in lines `Datapath: NAME, type: TYPE`. Which of several with one name are meant, only the
/// flows tell.
fn local_datapaths(text: &str, southbound: &Southbound, chassis: &Chassis) -> HashSet<String> {
    let mut alike: HashMap<String, Vec<&String>> = HashMap::new();
    for (uuid, (datapath, name)) in &southbound.datapaths {
        let kind = if datapath.is_switch { "switch" } else { "router" };
        alike.entry(format!("\nDatapath: {name}, type: {kind}")).or_default().push(uuid);
    }
    let text = format!("\n{text}");
    let flows = OnceCell::new();
    let has_flows = |uuid: &&String| {
        let metadata = format!(",metadata={:#x}", southbound.datapaths[*uuid].0.key);
        let names = |flow: &String| {
            flow.split_once(&metadata).is_some_and(|(_, behind)| behind.starts_with([',', ' ']))
        };
        flows.get_or_init(|| chassis.flows(Version::V1_5)).iter().any(names)
    };
    let mut local = HashSet::new();
    for (line, mut datapaths) in alike {
        let count = text.matches(&line).count();
        if count < datapaths.len() {
            datapaths.retain(|uuid| count > 0 && has_flows(uuid));
        }
        local.extend(datapaths.into_iter().cloned());
    }
    local
}

/// Lines `NAME: ID`.
fn ids(text: &str) -> HashMap<String, u32> {
    let pair =
        |line: &str| line.rsplit_once(": ").and_then(|(name, id)| Some((name.to_owned(), id.parse().ok()?)));
    text.lines().filter_map(pair).collect()
}
