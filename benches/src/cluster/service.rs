//! Services: load balancers in groups.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{BACKENDS, Cluster, address, delete, insert, map, mutate, pod_address, rows, uuid};

/// One service in so many has a port on every node too.
const NODE_PORT_EVERY: usize = 20;

impl Cluster {
    pub(super) fn service(&self, service: usize) -> Vec<Value> {
        let backends = |port: u16| self.backends(service, port);
        let vip = address([172, 30, 0, 16], service);
        let mut vips = vec![json!([format!("{vip}:80"), backends(8080)])];
        if service.is_multiple_of(3) {
            vips.push(json!([format!("{vip}:443"), backends(8443)]));
        }
        let options = [
            ("reject", "true"),
            ("event", "false"),
            ("skip_snat", "false"),
            ("neighbor_responder", "none"),
            ("hairpin_snat_ip", "169.254.169.5 fd69::5"),
        ];
        let row = uuid(&format!("lb {service}"));
        let mut operations = vec![
            insert(
                "Load_Balancer",
                row,
                json!({
                    "name": format!("Service_svc-{service:05}_TCP_cluster"), "protocol": "tcp",
                    "vips": ["map", vips], "options": map(options),
                }),
            ),
            mutate("Load_Balancer_Group", uuid("lbg all"), "load_balancer", "insert", rows([row])),
        ];
        if service % NODE_PORT_EVERY == 1 {
            for kind in ["switches", "routers"] {
                let row = uuid(&format!("lb {service} {kind}"));
                let template = [("template", "true"), ("address-family", "ipv4")];
                let vip = format!("^NODEIP_IPv4_0:{}", 30_000 + service % 2767);
                operations.push(insert("Load_Balancer", row, json!({
                    "name": format!("Service_svc-{service:05}_TCP_node_{kind}"), "protocol": "tcp",
                    "vips": ["map", [[vip, backends(8080)]]], "options": map(options.into_iter().chain(template)),
                })));
                let group = uuid(&format!("lbg {kind}"));
                operations.push(mutate("Load_Balancer_Group", group, "load_balancer", "insert", rows([row])));
            }
        }
        operations
    }

    /// A service that the cluster does not have, and no other number has.
    #[must_use]
    pub fn new_service(&self, number: usize) -> Vec<Value> {
        let row = new_service_uuid(number);
        let balancer = json!({
            "name": format!("Service_new-{number:05}_TCP_cluster"), "protocol": "tcp",
            "vips": ["map", [[new_vip(number), self.backends(number, 8080)]]],
            "options": map([("reject", "true"), ("neighbor_responder", "none")]),
        });
        vec![
            insert("Load_Balancer", row, balancer),
            mutate("Load_Balancer_Group", uuid("lbg all"), "load_balancer", "insert", rows([row])),
        ]
    }

    /// Such a service goes.
    #[must_use]
    pub fn without_service(&self, number: usize) -> Vec<Value> {
        let row = new_service_uuid(number);
        let detach = mutate("Load_Balancer_Group", uuid("lbg all"), "load_balancer", "delete", rows([row]));
        vec![detach, delete("Load_Balancer", row)]
    }

    /// Such a service has a backend more, or its own ones alone.
    #[must_use]
    pub fn backend(&self, number: usize, is_added: bool) -> Vec<Value> {
        let own = self.backends(number, 8080);
        let backends = if is_added { format!("{own},10.255.255.254:8080") } else { own };
        let vip = new_vip(number);
        let row = new_service_uuid(number);
        vec![
            mutate("Load_Balancer", row, "vips", "delete", json!(["set", [vip]])),
            mutate("Load_Balancer", row, "vips", "insert", json!(["map", [[vip, backends]]])),
        ]
    }

    fn backends(&self, service: usize, port: u16) -> String {
        let pods = self.pods_of(service % self.namespaces());
        let first = service / self.namespaces() * BACKENDS;
        let chosen = (first..first + BACKENDS).map(|at| pods[at % pods.len()]);
        chosen.map(|(node, pod)| format!("{}:{port}", pod_address(node, pod))).collect::<Vec<_>>().join(",")
    }
}

fn new_service_uuid(number: usize) -> Uuid {
    uuid(&format!("lb new {number}"))
}

fn new_vip(number: usize) -> String {
    format!("{}:80", address([172, 31, 0, 16], number))
}
