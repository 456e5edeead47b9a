//! A Northbound database in the shape of ovn-kubernetes' (one zone, shared gateway mode).
//!
//! A cluster router, a join switch, and for each node a switch with pods, a gateway router and an
//! external switch; services as load balancers in groups; an address set for each namespace, and for half
//! of them port groups with policies. The same numbers give the same rows.

mod global;
mod node;
mod policy;
mod removal;
mod service;

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use uuid::Uuid;

/// Pods on each node.
pub const PODS_PER_NODE: usize = 50;
/// Services for each node.
pub const SERVICES_PER_NODE: usize = 10;
const BACKENDS: usize = 5;
const PODS_PER_NAMESPACE: usize = 50;

const NAMESPACE: Uuid = Uuid::from_u128(0x2e8f_3d04_51cb_4c1e_8a57_0c6b_c1a5_7e20);

/// A cluster of so many nodes.
#[derive(Debug, Clone, Copy)]
pub struct Cluster {
    /// How many nodes.
    pub nodes: usize,
}

impl Cluster {
    /// The transactions that make it, in order.
    #[must_use]
    pub fn transactions(&self) -> Vec<Vec<Value>> {
        let mut transactions = vec![self.global()];
        transactions.extend((0..self.nodes).map(|node| self.node(node)));
        transactions.extend((0..self.nodes * SERVICES_PER_NODE).map(|service| self.service(service)));
        transactions.extend((0..self.namespaces()).map(|namespace| self.namespace(namespace)));
        transactions
    }

    fn namespaces(&self) -> usize {
        (self.nodes * PODS_PER_NODE / PODS_PER_NAMESPACE).max(2)
    }

    /// Nodes and positions of the pods of a namespace.
    fn pods_of(&self, namespace: usize) -> Vec<(usize, usize)> {
        let all = (namespace..self.nodes * PODS_PER_NODE).step_by(self.namespaces());
        all.map(|pod| (pod / PODS_PER_NODE, pod % PODS_PER_NODE)).collect()
    }

    /// Insertion of a pod's port; it still has to be put into [`switch_uuid`]'s `ports`.
    #[must_use]
    pub fn pod(&self, node: usize, pod: usize) -> Value {
        let address = pod_address(node, pod);
        let namespace = (node * PODS_PER_NODE + pod) % self.namespaces();
        let addresses = format!("{} {address}", mac(address));
        insert(
            "Logical_Switch_Port",
            pod_uuid(node, pod),
            json!({
                "name": format!("ns-{namespace:04}_pod-{node:04}-{pod:03}"),
                "addresses": addresses,
                "port_security": addresses,
                "options": map([("requested-chassis", node_name(node))]),
                "external_ids": map([("namespace", format!("ns-{namespace:04}")), ("pod", "true".to_owned())]),
            }),
        )
    }
}

/// The row of a pod's port.
#[must_use]
pub fn pod_uuid(node: usize, pod: usize) -> Uuid {
    uuid(&format!("pod {node} {pod}"))
}

/// The row of a node's switch.
#[must_use]
pub fn switch_uuid(node: usize) -> Uuid {
    uuid(&format!("switch {node}"))
}

/// The row of a node's gateway router.
#[must_use]
pub fn gateway_router_uuid(node: usize) -> Uuid {
    uuid(&format!("lr gateway {node}"))
}

/// The row of the router that all nodes are on.
#[must_use]
pub fn cluster_router_uuid() -> Uuid {
    uuid("lr cluster")
}

fn uuid(what: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, what.as_bytes())
}

fn node_name(node: usize) -> String {
    format!("node{node:04}")
}

fn address(base: [u8; 4], offset: usize) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::from(base).to_bits() + offset as u32)
}

fn pod_address(node: usize, pod: usize) -> Ipv4Addr {
    address([10, 128, 0, 0], node * 512 + 10 + pod)
}

fn join_address(node: usize) -> Ipv4Addr {
    address([100, 64, 0, 2], node)
}

fn node_address(node: usize) -> Ipv4Addr {
    address([172, 18, 1, 0], node)
}

fn mac(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("0a:58:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

/// An insertion under a UUID.
#[must_use]
pub fn insert(table: &str, uuid: Uuid, row: Value) -> Value {
    json!({ "op": "insert", "table": table, "uuid": uuid, "row": row })
}

/// A mutation of one set of one row: `mutator` is `insert` or `delete`.
#[must_use]
pub fn mutate(table: &str, uuid: Uuid, column: &str, mutator: &str, members: Value) -> Value {
    json!({
        "op": "mutate", "table": table, "where": [["_uuid", "==", ["uuid", uuid]]],
        "mutations": [[column, mutator, members]],
    })
}

/// A deletion of a row.
#[must_use]
pub fn delete(table: &str, uuid: Uuid) -> Value {
    json!({ "op": "delete", "table": table, "where": [["_uuid", "==", ["uuid", uuid]]] })
}

/// References to rows.
#[must_use]
pub fn rows(uuids: impl IntoIterator<Item = Uuid>) -> Value {
    json!(["set", uuids.into_iter().map(|uuid| json!(["uuid", uuid])).collect::<Vec<_>>()])
}

fn map<V: Into<String>>(pairs: impl IntoIterator<Item = (&'static str, V)>) -> Value {
    json!(["map", pairs.into_iter().map(|(key, value)| json!([key, value.into()])).collect::<Vec<_>>()])
}

fn set<V: ToString>(members: impl IntoIterator<Item = V>) -> Value {
    json!(["set", members.into_iter().map(|member| member.to_string()).collect::<Vec<_>>()])
}
