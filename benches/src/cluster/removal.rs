//! A node goes.

use serde_json::Value;

use super::{Cluster, cluster_router_uuid, delete, gateway_router_uuid, mutate, rows, switch_uuid, uuid};

impl Cluster {
    /// A node goes with its pods; rows that only it refers to go with it.
    #[must_use]
    pub fn without_node(&self, node: usize) -> Vec<Value> {
        let of = |what: &str| uuid(&format!("{what} {node}"));
        let router = |column: &str, gone: Vec<uuid::Uuid>| {
            mutate("Logical_Router", cluster_router_uuid(), column, "delete", rows(gone))
        };
        let both =
            |what: &str| (0..2).map(|number| uuid(&format!("{what} cluster {node} {number}"))).collect();
        vec![
            router("ports", vec![of("lrp rtos")]),
            router("static_routes", both("route")),
            router("policies", both("policy")),
            mutate("Logical_Switch", uuid("ls join"), "ports", "delete", rows([of("lsp jtor")])),
            delete("Logical_Switch", switch_uuid(node)),
            delete("Logical_Switch", of("ls external")),
            delete("Logical_Router", gateway_router_uuid(node)),
            delete("Load_Balancer", of("lb api switch")),
            delete("Load_Balancer", of("lb api router")),
            delete("Static_MAC_Binding", of("static mac")),
            delete("Chassis_Template_Var", of("template")),
        ]
    }
}
