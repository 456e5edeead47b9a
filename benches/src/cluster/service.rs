//! Services: load balancers in groups.

use serde_json::{Value, json};

use super::{BACKENDS, Cluster, address, insert, map, mutate, pod_address, rows, uuid};

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

    fn backends(&self, service: usize, port: u16) -> String {
        let pods = self.pods_of(service % self.namespaces());
        let first = service / self.namespaces() * BACKENDS;
        let chosen = (first..first + BACKENDS).map(|at| pods[at % pods.len()]);
        chosen.map(|(node, pod)| format!("{}:{port}", pod_address(node, pod))).collect::<Vec<_>>().join(",")
    }
}
