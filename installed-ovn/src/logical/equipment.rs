//! Which chassis to play, and what it has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::columns::{is_true, text, value};
use crate::{Central, Equipment, Interface};

/// The chassis that is played: one that the case has, so that there is something bound to it, and none of another
/// availability zone, whose ports northd releases again.
pub fn chassis_name(central: &Central) -> String {
    let rows = central.southbound.connect().rows("Chassis");
    let own = rows.iter().filter(|row| !is_true(&row["other_config"], "is-remote"));
    let names: BTreeSet<&str> = own.filter_map(|row| text(&row["name"])).collect();
    names.first().map_or_else(|| "hv1".to_owned(), |name| (*name).to_owned())
}

/// Interfaces for most ports that may be bound here, and every other of the collector sets that flows name.
pub fn equipment(central: &Central, chassis: &str) -> Equipment {
    let mut southbound = central.southbound.connect();
    let of_type = |kind: &str| json!([["type", "==", kind]]);
    let mut ports = Vec::new();
    for kind in ["", "localport"] {
        let rows = southbound.rows_where("Port_Binding", of_type(kind));
        let wanted =
            |row: &&Value| value(&row["options"], "requested-chassis").is_none_or(|name| name == chassis);
        let alone = |row: &&Value| text(&row["parent_port"]).is_none();
        let interface = |row: &Value| {
            let version = value(&row["options"], "iface-id-ver").map(str::to_owned);
            Some(Interface { port: text(&row["logical_port"])?.to_owned(), version })
        };
        ports.extend(rows.iter().filter(wanted).filter(alone).filter_map(interface));
    }
    ports.sort_unstable();
    let ports = ports.into_iter().enumerate().filter(|(n, _)| n % 4 != 3).map(|(_, port)| port).collect();
    let mut sets = BTreeSet::new();
    for row in southbound.rows("Logical_Flow") {
        for rest in text(&row["actions"]).unwrap_or_default().split("collector_set=").skip(1) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            sets.extend(digits.parse::<u32>());
        }
    }
    Equipment { ports, collector_sets: sets.into_iter().step_by(2).collect() }
}
