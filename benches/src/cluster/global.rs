//! What a cluster has once.

use serde_json::{Value, json};

use super::{Cluster, cluster_router_uuid, insert, mac, map, rows, uuid};

const METERS: &[&str] = &[
    "arp",
    "arp-resolve",
    "bfd",
    "event-elb",
    "icmp4-error",
    "icmp6-error",
    "reject",
    "svc-monitor",
    "tcp-reset",
];

impl Cluster {
    pub(super) fn global(&self) -> Vec<Value> {
        let options = map([
            ("controller_event", "true"),
            ("use_logical_dp_groups", "true"),
            ("svc_monitor_mac", "0a:58:00:00:00:01"),
            ("svc_monitor_mac_dst", "0a:58:00:00:00:02"),
            ("mac_prefix", "0a:58:01"),
        ]);
        let mut operations = vec![insert("NB_Global", uuid("global"), json!({ "options": options }))];
        for name in METERS.iter().chain(&["acl"]) {
            let (band, meter) = (uuid(&format!("band {name}")), uuid(&format!("meter {name}")));
            operations.push(insert("Meter_Band", band, json!({ "action": "drop", "rate": 25 })));
            let row =
                json!({ "name": meter_name(name), "unit": "pktps", "fair": true, "bands": rows([band]) });
            operations.push(insert("Meter", meter, row));
        }
        let meters: Vec<Value> = METERS.iter().map(|name| json!([name, meter_name(name)])).collect();
        operations.push(insert(
            "Copp",
            uuid("copp"),
            json!({ "name": "default", "meters": ["map", meters] }),
        ));
        for group in ["all", "switches", "routers"] {
            operations.push(insert(
                "Load_Balancer_Group",
                uuid(&format!("lbg {group}")),
                json!({ "name": group }),
            ));
        }
        for group in ["management", "routers"] {
            let name = format!("cluster_{group}");
            operations.push(insert("Port_Group", uuid(&format!("pg {group}")), json!({ "name": name })));
        }
        operations.extend(self.cluster_router());
        operations
    }

    fn cluster_router(&self) -> Vec<Value> {
        let (port, policy) = (uuid("lrp cluster join"), uuid("policy cluster"));
        let mut operations = vec![
            insert(
                "Logical_Router_Port",
                port,
                json!({
                    "name": "join-of-cluster", "mac": mac([100, 64, 0, 1].into()), "networks": "100.64.0.1/16",
                }),
            ),
            insert(
                "Logical_Router_Policy",
                policy,
                json!({
                    "priority": 102, "action": "allow",
                    "match": "ip4.src == 10.128.0.0/14 && ip4.dst == 10.128.0.0/14",
                }),
            ),
            insert(
                "Logical_Router",
                cluster_router_uuid(),
                json!({
                    "name": "cluster", "ports": rows([port]), "policies": rows([policy]), "copp": rows([uuid("copp")]),
                    "options": map([("always_learn_from_arp_request", "false")]),
                }),
            ),
        ];
        let port = uuid("lsp join cluster");
        operations.push(insert(
            "Logical_Switch_Port",
            port,
            json!({
                "name": "cluster-of-join", "type": "router", "addresses": "router",
                "options": map([("router-port", "join-of-cluster")]),
            }),
        ));
        let row = json!({ "name": "join", "ports": rows([port]) });
        operations.push(insert("Logical_Switch", uuid("ls join"), row));
        operations
    }
}

fn meter_name(name: &str) -> String {
    format!("{name}-limiter")
}
