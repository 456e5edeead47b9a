//! Routes, policies, translations and options of routers, and routers and switches themselves.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Change, TOUCHED_NODES};
use crate::cluster::{cluster_router_uuid, delete, gateway_router_uuid, insert, mutate, rows};

const LIMIT_MS: f64 = 10.0;

pub(super) fn changes() -> Vec<Change> {
    let change = |name, operations| Change::new(name, LIMIT_MS, operations);
    vec![
        change("route add", |_, number| {
            let prefix = format!("192.168.{}.{}/32", number / 250, number % 250);
            let row = json!({ "ip_prefix": prefix, "nexthop": "100.64.0.3" });
            let table = "Logical_Router_Static_Route";
            vec![insert(table, route(number), row), on_router("static_routes", "insert", route(number))]
        }),
        change("route delete", |_, number| vec![on_router("static_routes", "delete", route(number))]),
        change("policy add", |_, number| {
            let row = json!({
                "priority": 500, "action": "reroute", "nexthops": "100.64.0.3",
                "match": format!("ip4.src == 192.168.{}.{}", number / 250, number % 250),
            });
            let table = "Logical_Router_Policy";
            vec![insert(table, policy(number), row), on_router("policies", "insert", policy(number))]
        }),
        change("policy delete", |_, number| vec![on_router("policies", "delete", policy(number))]),
        change("NAT add", |_, number| {
            let row = json!({
                "type": "dnat_and_snat", "logical_ip": format!("10.200.{}.{}", number / 250, number % 250),
                "external_ip": format!("172.18.200.{}", number % 250),
            });
            vec![insert("NAT", nat(number), row), on_gateway(number, "insert")]
        }),
        change("NAT delete", |_, number| vec![on_gateway(number, "delete")]),
        change("router option", |_, number| {
            option(cluster_router_uuid(), "mac_binding_age_threshold", &(300 + number).to_string())
        }),
        change("gateway option", |_, number| {
            let value = if (number / TOUCHED_NODES).is_multiple_of(2) { "true" } else { "false" };
            option(gateway_router_uuid(number % TOUCHED_NODES), "ct-commit-all", value)
        }),
        change("router add", |_, number| {
            let port = Uuid::from_u128(0x107e << 64 | number as u128);
            let row = json!({
                "name": format!("bench-port{number}"), "mac": format!("0a:58:c0:a8:{:02x}:{:02x}", number / 256, number % 256),
                "networks": format!("198.18.{}.1/24", number % 250),
            });
            let router_row = json!({ "name": format!("bench-router{number}"), "ports": rows([port]) });
            vec![
                insert("Logical_Router_Port", port, row),
                insert("Logical_Router", router(number), router_row),
            ]
        }),
        change("router delete", |_, number| vec![delete("Logical_Router", router(number))]),
        change("switch add", |_, number| {
            let port = Uuid::from_u128(0x5717 << 64 | number as u128);
            let name = format!("bench-host{number}");
            let row = json!({ "name": name, "addresses": format!("0a:58:c0:a9:{:02x}:{:02x} 198.19.0.10", number / 256, number % 256) });
            let switch_row = json!({ "name": format!("bench-switch{number}"), "ports": rows([port]) });
            vec![
                insert("Logical_Switch_Port", port, row),
                insert("Logical_Switch", switch(number), switch_row),
            ]
        }),
        change("switch delete", |_, number| vec![delete("Logical_Switch", switch(number))]),
    ]
}

fn route(number: usize) -> Uuid {
    Uuid::from_u128(0x4007 << 64 | number as u128)
}

fn policy(number: usize) -> Uuid {
    Uuid::from_u128(0x9071 << 64 | number as u128)
}

fn nat(number: usize) -> Uuid {
    Uuid::from_u128(0x9a7 << 64 | number as u128)
}

fn router(number: usize) -> Uuid {
    Uuid::from_u128(0x404e << 64 | number as u128)
}

fn switch(number: usize) -> Uuid {
    Uuid::from_u128(0x5417 << 64 | number as u128)
}

/// A change of the router that all nodes are on.
fn on_router(column: &str, mutator: &str, row: Uuid) -> Value {
    mutate("Logical_Router", cluster_router_uuid(), column, mutator, rows([row]))
}

/// A change of the translations of a gateway router.
fn on_gateway(number: usize, mutator: &str) -> Value {
    let gateway = gateway_router_uuid(number % TOUCHED_NODES);
    mutate("Logical_Router", gateway, "nat", mutator, rows([nat(number)]))
}

/// Another value of a router's option.
fn option(router: Uuid, key: &str, value: &str) -> Vec<Value> {
    let change = |mutator, argument| mutate("Logical_Router", router, "options", mutator, argument);
    vec![change("delete", json!(["set", [key]])), change("insert", json!(["map", [[key, value]]]))]
}
