//! The surroundings of logical flows: Southbound rows, and what the chassis tells.

use std::collections::HashMap;
use std::sync::Arc;

use weft_logical_flow::{Datapath, Surroundings};
use weft_ovn_lang::encode::{Environment, Features};
use weft_ovn_lang::expr::{AddressSet, Resolution};

use super::local::Local;
use super::southbound::Southbound;

/// The surroundings on one datapath.
pub struct World<'w> {
    southbound: &'w Southbound,
    local: &'w Local,
    /// The name of the chassis.
    chassis: &'w str,
    /// The UUID of the datapath.
    uuid: &'w str,
    /// The datapath.
    pub datapath: Datapath,
    /// Keys of the ports of the datapath that have something to do with the chassis.
    related: Vec<u32>,
}

impl<'w> World<'w> {
    /// The surroundings on all datapaths, by UUID, for the chassis with a name.
    pub fn all(
        southbound: &'w Southbound,
        local: &'w Local,
        chassis: &'w str,
    ) -> HashMap<&'w String, World<'w>> {
        let mut related: HashMap<&str, Vec<u32>> = HashMap::new();
        for port in local.related_ports.iter().filter_map(|name| southbound.ports.get(name)) {
            related.entry(&port.datapath).or_default().push(port.key);
        }
        let datapaths = southbound.datapaths.iter();
        let world = |(uuid, (datapath, _)): (&'w String, &'w (Datapath, String))| {
            let related = related.remove(uuid.as_str()).unwrap_or_default();
            (uuid, World { southbound, local, chassis, uuid, datapath: *datapath, related })
        };
        datapaths.map(world).collect()
    }

    /// The key of a port, else that of a multicast group (`lookup_port_cb`).
    fn key(&self, name: &str) -> Option<u32> {
        if name == "none" {
            return Some(0);
        }
        let port = self.southbound.ports.get(name).filter(|port| port.datapath == self.uuid);
        let group = || self.southbound.multicast_groups.get(&(self.uuid.to_owned(), name.to_owned()));
        port.map(|port| port.key).or_else(|| group().copied())
    }
}

impl Resolution for World<'_> {
    fn address_set(&self, name: &str) -> Option<&AddressSet> {
        self.southbound.address_sets.get(name)
    }

    fn port_group(&self, name: &str) -> Option<&[Arc<str>]> {
        let name = format!("{}_{name}", self.datapath.key);
        self.southbound.port_groups.get(&name).map(Vec::as_slice)
    }

    fn port_key(&self, name: &str) -> Option<u32> {
        self.key(name)
    }

    /// As with tunnels whose other ends nobody hears of (`ha_chassis_group_is_active`).
    fn is_chassis_resident(&self, port: &str) -> bool {
        let Some(port) = self.southbound.ports.get(port) else { return false };
        if port.is_chassis_redirect {
            let is_here = |member: &Option<String>| member.as_deref() == Some(self.chassis);
            let elsewhere = port.group.iter().filter(|member| member.is_some() && !is_here(member)).count();
            return port.group.iter().any(is_here) && elsewhere == 0;
        }
        port.chassis.as_deref() == Some(self.chassis)
    }
}

impl Environment for World<'_> {
    fn port_key(&self, name: &str) -> Option<u32> {
        self.key(name)
    }

    fn is_local_port(&self, name: &str) -> bool {
        self.local.bound_ports.contains(name)
    }

    fn tunnel_port(&self, name: &str) -> Option<u16> {
        let port = self.southbound.ports.get(name).filter(|port| port.datapath == self.uuid)?;
        self.local.tunnels.get(port.chassis.as_ref()?).copied()
    }

    fn has_collector_set(&self, id: u32) -> bool {
        self.local.collector_sets.contains(&id)
    }

    fn group(&mut self, text: &str) -> Option<u32> {
        self.local.groups.get(text).copied()
    }

    fn meter(&mut self, text: &str) -> Option<u32> {
        self.local.meters.get(text).copied()
    }

    fn features(&self) -> Features {
        self.local.features
    }
}

impl Surroundings for World<'_> {
    fn is_related_port(&self, key: u32) -> bool {
        self.related.contains(&key)
    }
}
