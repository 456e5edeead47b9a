//! What each node has.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Cluster, PODS_PER_NODE, address, cluster_router_uuid, gateway_router_uuid, insert, join_address, mac,
    map, mutate, node_address, node_name, pod_address, pod_uuid, rows, switch_uuid, uuid,
};

impl Cluster {
    /// A node with its pods: of the cluster, or one more, whose number no node of the cluster has.
    #[must_use]
    pub fn node(&self, node: usize) -> Vec<Value> {
        let mut operations = self.node_switch(node);
        operations.extend(self.on_cluster_router(node));
        operations.extend(self.gateway_router(node));
        operations.extend(self.external_switch(node));
        operations
    }

    fn node_switch(&self, node: usize) -> Vec<Value> {
        let name = node_name(node);
        let management = address([10, 128, 0, 2], node * 512);
        let (router_port, management_port) =
            (uuid(&format!("lsp stor {node}")), uuid(&format!("lsp k8s {node}")));
        let (acl, balancer) =
            (uuid(&format!("acl management {node}")), uuid(&format!("lb api switch {node}")));
        let mut operations = vec![
            insert(
                "Logical_Switch_Port",
                router_port,
                json!({
                    "name": format!("stor-{name}"), "type": "router", "addresses": "router",
                    "options": map([("router-port", format!("rtos-{name}"))]),
                }),
            ),
            insert(
                "Logical_Switch_Port",
                management_port,
                json!({
                    "name": format!("k8s-{name}"), "addresses": format!("{} {management}", mac(management)),
                }),
            ),
            insert(
                "ACL",
                acl,
                json!({
                    "priority": 1001, "direction": "to-lport", "tier": 2, "meter": "acl-limiter",
                    "match": format!("ip4.src=={management}"), "action": "allow-related",
                }),
            ),
            api_balancer(balancer, "switch", node),
        ];
        operations.extend((0..PODS_PER_NODE).map(|pod| self.pod(node, pod)));
        let pods = (0..PODS_PER_NODE).map(|pod| pod_uuid(node, pod));
        operations.push(insert(
            "Logical_Switch",
            switch_uuid(node),
            json!({
                "name": name,
                "ports": rows([router_port, management_port].into_iter().chain(pods)),
                "acls": rows([acl]),
                "load_balancer": rows([balancer]),
                "load_balancer_group": rows([uuid("lbg all"), uuid("lbg switches")]),
                "other_config": map([
                    ("subnet", format!("{}/23", address([10, 128, 0, 0], node * 512))),
                    ("exclude_ips", management.to_string()),
                    ("mcast_snoop", "false".to_owned()),
                ]),
            }),
        ));
        for (group, port) in [("management", management_port), ("routers", router_port)] {
            operations.push(mutate(
                "Port_Group",
                uuid(&format!("pg {group}")),
                "ports",
                "insert",
                rows([port]),
            ));
        }
        operations
    }

    fn on_cluster_router(&self, node: usize) -> Vec<Value> {
        let name = node_name(node);
        let (gateway, join) = (address([10, 128, 0, 1], node * 512), join_address(node));
        let (chassis, port) = (uuid(&format!("gateway chassis {node}")), uuid(&format!("lrp rtos {node}")));
        let named = |what: &str, number: usize| uuid(&format!("{what} cluster {node} {number}"));
        let routes = [named("route", 0), named("route", 1)];
        let policies = [named("policy", 0), named("policy", 1)];
        let subnet = format!("{}/23", address([10, 128, 0, 0], node * 512));
        let next = join_address((node + 1) % self.nodes);
        vec![
            insert(
                "Gateway_Chassis",
                chassis,
                json!({
                    "name": format!("rtos-{name}-{name}"), "chassis_name": name, "priority": 1,
                }),
            ),
            insert(
                "Logical_Router_Port",
                port,
                json!({
                    "name": format!("rtos-{name}"), "mac": mac(gateway), "networks": format!("{gateway}/23"),
                    "gateway_chassis": rows([chassis]),
                }),
            ),
            insert(
                "Logical_Router_Static_Route",
                routes[0],
                json!({
                    "ip_prefix": join.to_string(), "nexthop": join.to_string(),
                }),
            ),
            insert(
                "Logical_Router_Static_Route",
                routes[1],
                json!({
                    "ip_prefix": subnet, "policy": "src-ip", "nexthop": join.to_string(),
                }),
            ),
            insert(
                "Logical_Router_Policy",
                policies[0],
                json!({
                    "priority": 1004, "action": "reroute", "nexthops": address([10, 128, 0, 2], node * 512).to_string(),
                    "match": format!("inport == \"rtos-{name}\" && ip4.dst == {} /* {name} */", node_address(node)),
                }),
            ),
            insert(
                "Logical_Router_Policy",
                policies[1],
                json!({
                    "priority": 100, "action": "reroute", "nexthops": next.to_string(),
                    "match": format!("ip4.src == {}", pod_address(node, 0)),
                }),
            ),
            mutate("Logical_Router", cluster_router_uuid(), "ports", "insert", rows([port])),
            mutate("Logical_Router", cluster_router_uuid(), "static_routes", "insert", rows(routes)),
            mutate("Logical_Router", cluster_router_uuid(), "policies", "insert", rows(policies)),
        ]
    }

    fn gateway_router(&self, node: usize) -> Vec<Value> {
        let name = node_name(node);
        let (join, outside) = (join_address(node), node_address(node));
        let (inner, outer) = (uuid(&format!("lrp rtoj {node}")), uuid(&format!("lrp rtoe {node}")));
        let balancer = uuid(&format!("lb api router {node}"));
        let mut operations = vec![
            insert(
                "Logical_Router_Port",
                inner,
                json!({
                    "name": format!("rtoj-GR_{name}"), "mac": mac(join), "networks": format!("{join}/16"),
                }),
            ),
            insert(
                "Logical_Router_Port",
                outer,
                json!({
                    "name": format!("rtoe-GR_{name}"), "mac": mac(outside), "networks": format!("{outside}/16"),
                }),
            ),
            api_balancer(balancer, "router", node),
        ];
        let (routes, route_rows) = gateway_routes(node);
        let (nats, nat_rows) = gateway_nats(node);
        operations.extend(route_rows);
        operations.extend(nat_rows);
        operations.push(insert(
            "Static_MAC_Binding",
            uuid(&format!("static mac {node}")),
            json!({
                "logical_port": format!("rtoe-GR_{name}"), "ip": "169.254.169.4", "mac": "0a:58:a9:fe:a9:04",
                "override_dynamic_mac": true,
            }),
        ));
        operations.push(insert("Logical_Router", gateway_router_uuid(node), json!({
            "name": format!("GR_{name}"), "ports": rows([inner, outer]), "static_routes": rows(routes),
            "nat": rows(nats), "load_balancer": rows([balancer]), "copp": rows([uuid("copp")]),
            "load_balancer_group": rows([uuid("lbg all"), uuid("lbg routers")]),
            "options": map([
                ("always_learn_from_arp_request", "false"), ("chassis", &name), ("dynamic_neigh_routers", "true"),
                ("lb_force_snat_ip", "router_ip"), ("mac_binding_age_threshold", "300"), ("snat-ct-zone", "0"),
            ]),
        })));
        let join_port = uuid(&format!("lsp jtor {node}"));
        operations.push(insert(
            "Logical_Switch_Port",
            join_port,
            json!({
                "name": format!("jtor-GR_{name}"), "type": "router", "addresses": "router",
                "options": map([("router-port", format!("rtoj-GR_{name}"))]),
            }),
        ));
        operations.push(mutate("Logical_Switch", uuid("ls join"), "ports", "insert", rows([join_port])));
        operations
    }

    fn external_switch(&self, node: usize) -> Vec<Value> {
        let name = node_name(node);
        let (localnet, router_port) =
            (uuid(&format!("lsp localnet {node}")), uuid(&format!("lsp etor {node}")));
        vec![
            insert(
                "Logical_Switch_Port",
                localnet,
                json!({
                    "name": format!("breth0_{name}"), "type": "localnet", "addresses": "unknown",
                    "options": map([("network_name", "physnet")]),
                }),
            ),
            insert(
                "Logical_Switch_Port",
                router_port,
                json!({
                    "name": format!("etor-GR_{name}"), "type": "router", "addresses": mac(node_address(node)),
                    "options": map([
                        ("router-port", format!("rtoe-GR_{name}")), ("nat-addresses", "router".to_owned()),
                        ("exclude-lb-vips-from-garp", "true".to_owned()),
                    ]),
                }),
            ),
            insert(
                "Logical_Switch",
                uuid(&format!("ls external {node}")),
                json!({
                    "name": format!("ext_{name}"), "ports": rows([localnet, router_port]),
                }),
            ),
            insert(
                "Chassis_Template_Var",
                uuid(&format!("template {node}")),
                json!({
                    "chassis": name, "variables": map([("NODEIP_IPv4_0", node_address(node).to_string())]),
                }),
            ),
        ]
    }
}

/// The static routes of a gateway router, with the operations that insert them.
fn gateway_routes(node: usize) -> (Vec<Uuid>, Vec<Value>) {
    let routes =
        [("10.128.0.0/14", "100.64.0.1"), ("0.0.0.0/0", "172.18.0.1"), ("172.30.0.0/16", "169.254.169.4")];
    let each = routes.into_iter().enumerate().map(|(number, (prefix, nexthop))| {
        let route = uuid(&format!("route gateway {node} {number}"));
        let row = json!({ "ip_prefix": prefix, "nexthop": nexthop });
        (route, insert("Logical_Router_Static_Route", route, row))
    });
    each.unzip()
}

/// The NAT rules of a gateway router, with the operations that insert them.
fn gateway_nats(node: usize) -> (Vec<Uuid>, Vec<Value>) {
    let outside = node_address(node).to_string();
    let inside = ["10.128.0.0/14".to_owned(), join_address(node).to_string()];
    let each = inside.into_iter().enumerate().map(|(number, inside)| {
        let nat = uuid(&format!("nat {node} {number}"));
        let row = json!({ "type": "snat", "external_ip": outside, "logical_ip": inside });
        (nat, insert("NAT", nat, row))
    });
    each.unzip()
}

fn api_balancer(row: Uuid, kind: &str, node: usize) -> Value {
    insert(
        "Load_Balancer",
        row,
        json!({
            "name": format!("Service_default/kubernetes_TCP_node_{kind}_{}", node_name(node)),
            "protocol": "tcp",
            "vips": map([("172.30.0.1:443", "172.18.255.1:6443,172.18.255.2:6443,172.18.255.3:6443")]),
            "options": map([
                ("reject", "true"), ("event", "false"), ("neighbor_responder", "none"),
                ("skip_snat", if kind == "router" { "true" } else { "false" }),
                ("hairpin_snat_ip", "169.254.169.5 fd69::5"),
            ]),
        }),
    )
}
