//! What a Southbound database says, whatever UUIDs and tunnel keys its rows have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::harness::{Central, Connection};

/// Tables that northd writes.
const TABLES: &[&str] = &[
    "Datapath_Binding",
    "Port_Binding",
    "Multicast_Group",
    "Address_Set",
    "Port_Group",
    "Meter",
    "DNS",
    "DHCP_Options",
    "DHCPv6_Options",
    "Logical_Flow",
];

/// Rows as text, by table. Flows are one line for each datapath that they hold on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contents(BTreeMap<&'static str, Vec<String>>);

/// What the rows refer to.
struct Names {
    /// Every referenced row, by UUID: the name that replaces it.
    rows: HashMap<String, String>,
    /// The datapaths of each Logical_DP_Group.
    groups: HashMap<String, Vec<String>>,
    /// Datapaths by tunnel key.
    keys: HashMap<String, String>,
}

impl Contents {
    /// Those of a central.
    pub(crate) fn of(central: &Central) -> Self {
        Self::read(&mut central.southbound.connect())
    }

    /// Reads them.
    pub(crate) fn read(southbound: &mut Connection) -> Self {
        let names = Names::read(southbound);
        let table = |table: &&'static str| {
            let rows = southbound.rows(table);
            let mut lines: Vec<String> = match *table {
                "Logical_Flow" => rows.iter().flat_map(|row| names.flow(row)).collect(),
                _ => rows.iter().map(|row| names.row(table, row)).collect(),
            };
            lines.sort();
            (*table, lines)
        };
        Self(TABLES.iter().map(table).collect())
    }

    /// The rows of one table.
    pub(crate) fn table(&self, table: &str) -> &[String] {
        &self.0[table]
    }

    /// Fails with the rows that are in one and not in the other.
    pub(crate) fn assert_equal(&self, expected: &Self, what: &str) {
        let mut differences = String::new();
        for table in TABLES {
            let (ours, theirs) = (&self.0[table], &expected.0[table]);
            if ours == theirs {
                continue;
            }
            let (a, b): (BTreeSet<_>, BTreeSet<_>) = (ours.iter().collect(), theirs.iter().collect());
            differences += &format!("{table}: {} rows, {} expected\n", ours.len(), theirs.len());
            for (sign, lines) in [("+", a.difference(&b)), ("-", b.difference(&a))] {
                lines.take(10).for_each(|line| differences += &format!("  {sign} {line}\n"));
            }
        }
        assert!(differences.is_empty(), "{what}\n{differences}");
    }
}

impl Names {
    fn read(southbound: &mut Connection) -> Self {
        let mut names = Self { rows: HashMap::new(), groups: HashMap::new(), keys: HashMap::new() };
        for row in southbound.rows("Datapath_Binding") {
            let name = row["nb_uuid"][1].as_str().unwrap_or_default().to_owned();
            names.keys.insert(row["tunnel_key"].to_string(), name.clone());
            names.rows.insert(uuid_of(&row), name);
        }
        for (table, column) in
            [("Port_Binding", "logical_port"), ("Chassis", "name"), ("Mirror", "name"), ("Meter", "name")]
        {
            for row in southbound.rows(table) {
                names.rows.insert(uuid_of(&row), row[column].as_str().unwrap_or_default().to_owned());
            }
        }
        for table in ["Meter_Band", "HA_Chassis", "HA_Chassis_Group", "Gateway_Chassis"] {
            for row in southbound.rows(table) {
                let text = names.row(table, &row);
                names.rows.insert(uuid_of(&row), text);
            }
        }
        for row in southbound.rows("Logical_DP_Group") {
            let members = elements(&row["datapaths"]);
            let mut members: Vec<String> =
                members.iter().filter_map(|member| names.rows.get(member[1].as_str()?).cloned()).collect();
            members.sort();
            names.groups.insert(uuid_of(&row), members);
        }
        names
    }

    /// A row as text, its own UUID, version and tunnel key left out.
    fn row(&self, table: &str, row: &Value) -> String {
        let mut columns = Map::new();
        for (column, value) in row.as_object().into_iter().flatten() {
            if !["_uuid", "_version", "tunnel_key"].contains(&column.as_str()) {
                columns.insert(column.clone(), self.value(value));
            }
        }
        if table == "Port_Group" {
            // The name of a switch's part of a group begins with the switch's tunnel key.
            let name = row["name"].as_str().unwrap_or_default();
            if let Some((key, rest)) = name.split_once('_')
                && let Some(datapath) = self.keys.get(key)
            {
                columns.insert("name".to_owned(), json!(format!("{datapath}_{rest}")));
            }
        }
        Value::Object(columns).to_string()
    }

    fn flow(&self, row: &Value) -> Vec<String> {
        let mut content = row.clone();
        if let Some(columns) = content.as_object_mut() {
            columns.remove("logical_datapath");
            columns.remove("logical_dp_group");
        }
        let content = self.row("Logical_Flow", &content);
        let group = row["logical_dp_group"][1].as_str().and_then(|group| self.groups.get(group));
        let datapath = row["logical_datapath"][1].as_str().and_then(|datapath| self.rows.get(datapath));
        let members: Vec<&String> = match group {
            Some(group) => group.iter().collect(),
            None => datapath.into_iter().collect(),
        };
        members.iter().map(|member| format!("{content} on {member}")).collect()
    }

    /// A value with references replaced by names and sets in order.
    fn value(&self, value: &Value) -> Value {
        match value.as_array().map(Vec::as_slice) {
            Some([kind, uuid]) if kind == "uuid" => {
                let name = uuid.as_str().and_then(|uuid| self.rows.get(uuid));
                name.map_or_else(|| uuid.clone(), |name| json!(name))
            }
            Some([kind, Value::Array(members)]) if kind == "set" || kind == "map" => {
                let mut members: Vec<Value> = members.iter().map(|member| self.value(member)).collect();
                members.sort_by_key(Value::to_string);
                json!([kind, members])
            }
            Some(pair) => Value::Array(pair.iter().map(|value| self.value(value)).collect()),
            None => value.clone(),
        }
    }
}

/// The members of a set, one or many.
fn elements(value: &Value) -> Vec<Value> {
    match value.as_array().map(Vec::as_slice) {
        Some([kind, Value::Array(members)]) if kind == "set" => members.clone(),
        _ => vec![value.clone()],
    }
}

/// A row's UUID.
pub(crate) fn uuid_of(row: &Value) -> String {
    row["_uuid"][1].as_str().unwrap_or_default().to_owned()
}
