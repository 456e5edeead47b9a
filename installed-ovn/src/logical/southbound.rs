//! What of a Southbound database the translation of logical flows needs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::{Connection, uuid_of};
use serde_json::Value;
use weft_logical_flow::{Datapath, LogicalFlow};
use weft_ovn_lang::action::{Pipeline, Zone};
use weft_ovn_lang::expr::AddressSet;

use super::columns::{is_true, number, pairs, references, text, texts, value};
use super::local::Local;

/// A row of Port_Binding.
#[derive(Debug, PartialEq, Eq)]
pub struct Port {
    /// The datapath's UUID.
    pub datapath: String,
    /// Its key on the datapath.
    pub key: u32,
    /// Whether its type is `chassisredirect`.
    pub is_chassis_redirect: bool,
    /// The name of the chassis where it is bound.
    pub chassis: Option<String>,
    /// The names of the chassis that may have it; none for one that there is not.
    pub group: Vec<Option<String>>,
}

/// The rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Southbound {
    /// Logical flows with the UUIDs of their datapaths.
    pub flows: Vec<(LogicalFlow, Vec<String>)>,
    /// Datapaths and their names, by UUID.
    pub datapaths: HashMap<String, (Datapath, String)>,
    /// Ports, by name.
    pub ports: HashMap<String, Port>,
    /// Keys of multicast groups, by the UUID of the datapath and name.
    pub multicast_groups: HashMap<(String, String), u32>,
    /// Address sets, by name.
    pub address_sets: HashMap<String, AddressSet>,
    /// The ports of groups, by the names of the rows: the key of a datapath, `_`, and the name in matches.
    pub port_groups: HashMap<String, Vec<Arc<str>>>,
    /// The template variables of each chassis.
    pub templates: HashMap<String, HashMap<String, String>>,
}

/// Rows by UUID.
fn by_uuid(connection: &mut Connection, table: &str) -> HashMap<String, Value> {
    connection.rows(table).into_iter().map(|row| (uuid_of(&row), row)).collect()
}

impl Southbound {
    /// Reads them.
    pub fn read(connection: &mut Connection) -> Self {
        Self {
            flows: flows(connection),
            datapaths: datapaths(connection),
            ports: ports(connection),
            multicast_groups: multicast_groups(connection),
            address_sets: address_sets(connection),
            port_groups: port_groups(connection),
            templates: templates(connection),
        }
    }
}

fn datapaths(connection: &mut Connection) -> HashMap<String, (Datapath, String)> {
    let options = connection.rows("SB_Global").first().map_or(Value::Null, |row| row["options"].clone());
    let datapath = |row: &Value| Datapath {
        key: number(&row["tunnel_key"]),
        is_switch: text(&row["type"]) == Some("logical-switch"),
        common_zone: match value(&row["external_ids"], "snat-ct-zone") {
            Some(_) => Zone::Snat,
            None => Zone::Dnat,
        },
        explicit_arp_ns_output: is_true(&options, "arp_ns_explicit_output"),
        register_consolidation: is_true(&options, "register_consolidation"),
    };
    let name = |row: &Value| value(&row["external_ids"], "name").unwrap_or_default().to_owned();
    let rows = connection.rows("Datapath_Binding");
    rows.iter().map(|row| (uuid_of(row), (datapath(row), name(row)))).collect()
}

fn flows(connection: &mut Connection) -> Vec<(LogicalFlow, Vec<String>)> {
    let groups = by_uuid(connection, "Logical_DP_Group");
    let owned = |uuids: Vec<&str>| uuids.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut flows = Vec::new();
    for row in connection.rows("Logical_Flow") {
        let datapaths = match references(&row["logical_dp_group"]).first() {
            Some(&group) => owned(references(&groups[group]["datapaths"])),
            None => owned(references(&row["logical_datapath"])),
        };
        let text_of = |column: &str| text(&row[column]).unwrap_or_default().to_owned();
        let flow = LogicalFlow {
            uuid: u128::from_str_radix(&uuid_of(&row).replace('-', ""), 16).expect("a UUID"),
            pipeline: match text(&row["pipeline"]) {
                Some("ingress") => Pipeline::Ingress,
                _ => Pipeline::Egress,
            },
            table: number(&row["table_id"]) as u8,
            priority: number(&row["priority"]) as u16,
            matches: text_of("match"),
            actions: text_of("actions"),
            controller_meter: text(&row["controller_meter"]).map(str::to_owned),
            port: value(&row["tags"], "in_out_port").map(str::to_owned),
            connection_ports: is_true(&row["tags"], "acl_ct_translation"),
        };
        flows.push((flow, datapaths));
    }
    flows.sort_by_key(|(flow, _)| flow.uuid);
    flows
}

fn ports(connection: &mut Connection) -> HashMap<String, Port> {
    let chassis = by_uuid(connection, "Chassis");
    let members = by_uuid(connection, "HA_Chassis");
    let groups = by_uuid(connection, "HA_Chassis_Group");
    let name_of =
        |column: &Value| Some(text(&chassis.get(*references(column).first()?)?["name"])?.to_owned());
    let port = |row: &Value| Port {
        datapath: references(&row["datapath"])[0].to_owned(),
        key: number(&row["tunnel_key"]),
        is_chassis_redirect: text(&row["type"]) == Some("chassisredirect"),
        chassis: name_of(&row["chassis"]),
        group: references(&row["ha_chassis_group"])
            .iter()
            .flat_map(|&group| references(&groups[group]["ha_chassis"]))
            .map(|member| name_of(&members[member]["chassis"]))
            .collect(),
    };
    let rows = connection.rows("Port_Binding");
    rows.iter().map(|row| (text(&row["logical_port"]).unwrap_or_default().to_owned(), port(row))).collect()
}

fn multicast_groups(connection: &mut Connection) -> HashMap<(String, String), u32> {
    let key = |row: &Value| {
        (references(&row["datapath"])[0].to_owned(), text(&row["name"]).unwrap_or_default().to_owned())
    };
    let rows = connection.rows("Multicast_Group");
    rows.iter().map(|row| (key(row), number(&row["tunnel_key"]))).collect()
}

/// What is no address is left out, as ovn-controller does.
fn address_sets(connection: &mut Connection) -> HashMap<String, AddressSet> {
    let mut sets = HashMap::new();
    for row in connection.rows("Address_Set") {
        let mut set = AddressSet::default();
        for address in texts(&row["addresses"]) {
            // The error says only that it is none.
            let _ = set.insert(address);
        }
        sets.insert(text(&row["name"]).unwrap_or_default().to_owned(), set);
    }
    sets
}

fn port_groups(connection: &mut Connection) -> HashMap<String, Vec<Arc<str>>> {
    let rows = connection.rows("Port_Group");
    let ports = |row: &Value| texts(&row["ports"]).into_iter().map(Arc::from).collect();
    rows.iter().map(|row| (text(&row["name"]).unwrap_or_default().to_owned(), ports(row))).collect()
}

fn templates(connection: &mut Connection) -> HashMap<String, HashMap<String, String>> {
    let rows = connection.rows("Chassis_Template_Var");
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    let variables = |row: &Value| pairs(&row["variables"]).into_iter().map(owned).collect();
    rows.iter().map(|row| (text(&row["chassis"]).unwrap_or_default().to_owned(), variables(row))).collect()
}

impl Southbound {
    /// Logical flows, each with the UUIDs of its datapaths that are local.
    pub fn local_flows(&self, local: &Local) -> Vec<(&LogicalFlow, Vec<&String>)> {
        let is_local = |datapath: &&String| local.datapaths.contains(*datapath);
        let flows =
            self.flows.iter().map(|(flow, datapaths)| (flow, datapaths.iter().filter(is_local).collect()));
        flows.filter(|(_, datapaths): &(_, Vec<_>)| !datapaths.is_empty()).collect()
    }

    /// The ports of groups that are among `ports`: ovn-controller knows no others.
    pub fn keep_group_ports(&mut self, ports: &HashSet<String>) {
        for group in self.port_groups.values_mut() {
            group.retain(|port| ports.contains(&**port));
        }
    }
}
