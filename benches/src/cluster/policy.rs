//! Namespaces: address sets, and port groups with policies.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cluster, insert, map, pod_address, pod_uuid, rows, set, uuid};

impl Cluster {
    pub(super) fn namespace(&self, namespace: usize) -> Vec<Value> {
        let pods = self.pods_of(namespace);
        let addresses = pods.iter().map(|(node, pod)| pod_address(*node, *pod));
        let own = address_set(namespace);
        let mut operations = vec![insert(
            "Address_Set",
            uuid(&own),
            json!({
                "name": own, "addresses": set(addresses),
            }),
        )];
        if !namespace.is_multiple_of(2) {
            return operations;
        }
        let ports = rows(pods.iter().map(|(node, pod)| pod_uuid(*node, *pod)));
        let other = address_set((namespace + 1) % self.namespaces());
        for (way, port, direction) in [("ingress", "outport", "to-lport"), ("egress", "inport", "from-lport")]
        {
            let name = format!("a{namespace}_{way}_deny");
            let acls = [
                (1000, "drop", format!("{port} == @{name}")),
                (1001, "allow", format!("{port} == @{name} && (arp || nd)")),
            ];
            operations.extend(group(uuid(&name), &name, direction, &acls, &ports));
        }
        let name = format!("a{namespace}_policy");
        let acls = [
            (1001, "allow-related", format!("ip4.src == {{${own}}} && outport == @{name}")),
            (
                1001,
                "allow-related",
                format!("ip4.src == {{${other}}} && tcp && tcp.dst==8080 && outport == @{name}"),
            ),
        ];
        operations.extend(group(uuid(&name), &name, "to-lport", &acls, &ports));
        operations
    }
}

fn address_set(namespace: usize) -> String {
    format!("a{namespace}_pods")
}

fn group(row: Uuid, name: &str, direction: &str, acls: &[(i64, &str, String)], ports: &Value) -> Vec<Value> {
    let after =
        if direction == "from-lport" { map([("apply-after-lb", "true")]) } else { json!(["map", []]) };
    let mut operations = Vec::new();
    let mut held = Vec::new();
    for (number, (priority, action, matches)) in acls.iter().enumerate() {
        let acl = uuid(&format!("acl {name} {number}"));
        held.push(acl);
        operations.push(insert("ACL", acl, json!({
            "name": format!("NP:{name}:{number}"), "priority": priority, "direction": direction, "match": matches,
            "action": action, "tier": 2, "meter": "acl-limiter", "options": after,
        })));
    }
    let row_columns = json!({ "name": name, "ports": ports, "acls": rows(held) });
    operations.push(insert("Port_Group", row, row_columns));
    operations
}
