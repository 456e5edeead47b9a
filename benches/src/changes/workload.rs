//! Pods, ACLs and members of port groups.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Change, TOUCHED_NODES};
use crate::cluster::{insert, mutate, pod_uuid, rows, switch_uuid};

const LIMIT_MS: f64 = 5.0;

/// Port groups that changes go round.
const GROUPS: usize = 10;

pub(super) fn changes() -> Vec<Change> {
    vec![
        Change::new("pod add", LIMIT_MS, |cluster, number| {
            let (node, pod) = new_pod(number);
            vec![cluster.pod(node, pod), on_switch(node, "insert", pod)]
        }),
        Change::new("pod delete", LIMIT_MS, |_, number| {
            let (node, pod) = new_pod(number);
            vec![on_switch(node, "delete", pod)]
        }),
        Change::new("ACL add", LIMIT_MS, |_, number| {
            let row = acl_row(number % GROUPS, 10_000 + number);
            vec![insert("ACL", acl(number), row), on_group(number, "acls", "insert", acl(number))]
        }),
        Change::new("ACL delete", LIMIT_MS, |_, number| {
            vec![on_group(number, "acls", "delete", acl(number))]
        }),
        Change::new("member add", LIMIT_MS, |_, number| {
            vec![on_group(number, "ports", "insert", stranger(number))]
        }),
        Change::new("member delete", LIMIT_MS, |_, number| {
            vec![on_group(number, "ports", "delete", stranger(number))]
        }),
    ]
}

/// Port groups with an ACL and a pod on each of the touched nodes, as transactions.
#[must_use]
pub fn groups() -> Vec<Vec<Value>> {
    let group = |group: usize| {
        let acl = Uuid::from_u128(0xac2 << 64 | group as u128);
        let pods = (0..TOUCHED_NODES).map(|node| pod_uuid(node, group));
        let row = json!({ "name": format!("bench{group}"), "ports": rows(pods), "acls": rows([acl]) });
        vec![insert("ACL", acl, acl_row(group, 80)), insert("Port_Group", group_uuid(group), row)]
    };
    (0..GROUPS).map(group).collect()
}

/// A change of the switch of a node.
fn on_switch(node: usize, mutator: &str, pod: usize) -> Value {
    mutate("Logical_Switch", switch_uuid(node), "ports", mutator, rows([pod_uuid(node, pod)]))
}

/// A change of the group of the n-th change.
fn on_group(number: usize, column: &str, mutator: &str, row: Uuid) -> Value {
    mutate("Port_Group", group_uuid(number % GROUPS), column, mutator, rows([row]))
}

/// Node and position of a pod that the cluster does not have.
fn new_pod(number: usize) -> (usize, usize) {
    (number % TOUCHED_NODES, 300 + number / TOUCHED_NODES)
}

/// A pod that is not yet in the group of the n-th change.
fn stranger(number: usize) -> Uuid {
    let turn = number / GROUPS;
    pod_uuid(turn % TOUCHED_NODES, GROUPS + turn / TOUCHED_NODES)
}

fn group_uuid(group: usize) -> Uuid {
    Uuid::from_u128(0x9409 << 64 | group as u128)
}

fn acl(number: usize) -> Uuid {
    Uuid::from_u128(0xac1 << 64 | number as u128)
}

fn acl_row(group: usize, port: usize) -> Value {
    json!({
        "priority": 1001, "direction": "to-lport", "tier": 2, "action": "allow-related",
        "match": format!("outport == @bench{group} && tcp.dst == {port}"),
    })
}
