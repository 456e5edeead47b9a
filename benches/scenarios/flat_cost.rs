//! What one change costs in a small and in a large cluster: from decoded Northbound rows to the encoded
//! Southbound transaction.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use uuid::Uuid;
use weft_benches::cluster::{Cluster, cluster_router_uuid, insert, mutate, pod_uuid, rows, switch_uuid};
use weft_benches::loopback::Loopback;
use weft_benches::measure::{Times, argument, is_given, report, say};
use weft_benches::profile;

type AnyError = Box<dyn std::error::Error>;

/// Most that a change may cost, in microseconds, and how much more in the large cluster.
const LIMIT_US: f64 = 1000.0;
const LIMIT_RATIO: f64 = 1.5;

/// Changes go round these many nodes, and groups have a member on each: so a change touches as much in the
/// large cluster as in the small one.
const TOUCHED_NODES: usize = 10;
/// Port groups that changes go round.
const GROUPS: usize = 10;

/// A kind of change: the transaction of the n-th time.
type Change = fn(Cluster, usize) -> Vec<Value>;

const CHANGES: &[(&str, Change)] = &[
    ("pod add", |cluster, number| {
        let (node, pod) = new_pod(number);
        let port = rows([pod_uuid(node, pod)]);
        vec![cluster.pod(node, pod), mutate("Logical_Switch", switch_uuid(node), "ports", "insert", port)]
    }),
    ("pod delete", |_, number| {
        let (node, pod) = new_pod(number);
        let port = rows([pod_uuid(node, pod)]);
        vec![mutate("Logical_Switch", switch_uuid(node), "ports", "delete", port)]
    }),
    ("ACL add", |_, number| {
        let group = number % GROUPS;
        let row = acl_row(group, 10_000 + number);
        vec![
            insert("ACL", acl(number), row),
            mutate("Port_Group", group_uuid(group), "acls", "insert", rows([acl(number)])),
        ]
    }),
    ("ACL delete", |_, number| {
        vec![mutate("Port_Group", group_uuid(number % GROUPS), "acls", "delete", rows([acl(number)]))]
    }),
    ("member add", |_, number| {
        vec![mutate("Port_Group", group_uuid(number % GROUPS), "ports", "insert", rows([stranger(number)]))]
    }),
    ("member delete", |_, number| {
        vec![mutate("Port_Group", group_uuid(number % GROUPS), "ports", "delete", rows([stranger(number)]))]
    }),
    ("route add", |_, number| {
        let row = json!({ "ip_prefix": format!("192.168.{}.{}/32", number / 250, number % 250), "nexthop": "100.64.0.3" });
        vec![
            insert("Logical_Router_Static_Route", route(number), row),
            on_router("static_routes", "insert", route(number)),
        ]
    }),
    ("route delete", |_, number| vec![on_router("static_routes", "delete", route(number))]),
    ("policy add", |_, number| {
        let row = json!({
            "priority": 500, "action": "reroute", "nexthops": "100.64.0.3",
            "match": format!("ip4.src == 192.168.{}.{}", number / 250, number % 250),
        });
        vec![
            insert("Logical_Router_Policy", policy(number), row),
            on_router("policies", "insert", policy(number)),
        ]
    }),
    ("policy delete", |_, number| vec![on_router("policies", "delete", policy(number))]),
    ("service add", |cluster, number| cluster.new_service(number)),
    ("backend add", |cluster, number| cluster.backend(number, true)),
    ("backend delete", |cluster, number| cluster.backend(number, false)),
    ("service delete", |cluster, number| cluster.without_service(number)),
];

fn route(number: usize) -> Uuid {
    Uuid::from_u128(0x4007 << 64 | number as u128)
}

fn policy(number: usize) -> Uuid {
    Uuid::from_u128(0x9071 << 64 | number as u128)
}

/// A change of the router that all nodes are on.
fn on_router(column: &str, mutator: &str, row: Uuid) -> Value {
    mutate("Logical_Router", cluster_router_uuid(), column, mutator, rows([row]))
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

/// Port groups with an ACL and a pod on each of the touched nodes.
fn groups() -> Vec<Vec<Value>> {
    let group = |group: usize| {
        let acl = Uuid::from_u128(0xac2 << 64 | group as u128);
        let pods = (0..TOUCHED_NODES).map(|node| pod_uuid(node, group));
        let row = json!({ "name": format!("bench{group}"), "ports": rows(pods), "acls": rows([acl]) });
        vec![insert("ACL", acl, acl_row(group, 80)), insert("Port_Group", group_uuid(group), row)]
    };
    (0..GROUPS).map(group).collect()
}

/// A cluster under measurement.
struct Subject {
    cluster: Cluster,
    loopback: Loopback,
}

/// What one kind of change cost in one cluster.
#[derive(Default)]
struct Costs {
    translated: Times,
    waited: Times,
    echoed: Times,
    operations: usize,
}

impl Subject {
    fn load(nodes: usize) -> Result<Subject, AnyError> {
        let plan = Arc::new(weft_rules::embedded_plan()?);
        let mut loopback = Loopback::new(plan)?;
        if is_given("profile") {
            loopback.translator.time_nodes();
        }
        let cluster = Cluster { nodes };
        let changes = loopback.load(&[cluster.transactions(), groups()].concat())?;
        let started = Instant::now();
        let transaction = loopback.translate(&changes);
        let (cold_s, operations) = (started.elapsed().as_secs_f64(), transaction.len());
        say(&format!("{nodes:4} nodes  {cold_s:.2} s cold, {operations} operations"))?;
        loopback.settle(transaction)?;
        Ok(Subject { cluster, loopback })
    }

    fn change(&mut self, change: Change, number: usize, costs: &mut Costs) -> Result<(), AnyError> {
        let cost = self.loopback.change(&change(self.cluster, number))?;
        costs.translated.push(cost.translated.busy);
        costs.waited.push(cost.translated.elapsed);
        costs.echoed.push(cost.echoed.busy);
        costs.operations += cost.operations;
        Ok(())
    }

    fn tell(&self, name: &str, costs: &Costs, repetitions: usize) -> std::io::Result<()> {
        let (nodes, median_us) = (self.cluster.nodes, costs.translated.median_us());
        let p99_us = costs.translated.quantile_us(0.99);
        let (elapsed_us, echo_us) = (costs.waited.median_us(), costs.echoed.median_us());
        let operations = costs.operations as f64 / repetitions as f64;
        say(&format!(
            "{nodes:4} nodes  {name:14} {median_us:9.1} us median {p99_us:9.1} us p99 {elapsed_us:9.1} us elapsed \
             {echo_us:9.1} us echo {operations:6.1} operations",
        ))?;
        report(
            "flat_cost",
            &[
                ("change", json!(name)),
                ("nodes", json!(nodes)),
                ("median_us", json!(median_us)),
                ("p99_us", json!(p99_us)),
                ("elapsed_median_us", json!(elapsed_us)),
                ("echo_median_us", json!(echo_us)),
                ("operations", json!(operations)),
            ],
        )
    }
}

/// Medians, in microseconds, of one kind of change in both clusters, by turns: what else the machine does
/// meets both alike.
fn measure(
    (name, change): (&str, Change),
    subjects: &mut [Subject; 2],
    repetitions: usize,
) -> Result<[f64; 2], AnyError> {
    let before = subjects.each_ref().map(|subject| profile::snapshot(&subject.loopback.translator));
    let mut costs = [Costs::default(), Costs::default()];
    for number in 0..repetitions {
        for (subject, costs) in subjects.iter_mut().zip(&mut costs) {
            subject.change(change, number, costs)?;
        }
    }
    for ((subject, costs), before) in subjects.iter().zip(&costs).zip(&before) {
        subject.tell(name, costs, repetitions)?;
        if is_given("profile") {
            profile::tell(before, &subject.loopback.translator, repetitions, 25)?;
        }
    }
    Ok(costs.each_ref().map(|costs| costs.translated.median_us()))
}

fn main() -> Result<(), AnyError> {
    let repetitions = argument("repetitions", 200);
    let mut subjects = [Subject::load(argument("small", 10))?, Subject::load(argument("large", 500))?];
    let mut is_met = true;
    for (name, change) in CHANGES {
        let [small_us, large_us] = measure((name, *change), &mut subjects, repetitions)?;
        let ratio = large_us / small_us;
        let is_flat = ratio <= LIMIT_RATIO && large_us < LIMIT_US;
        is_met &= is_flat;
        say(&format!("{name:14} x{ratio:.2} {}", if is_flat { "" } else { "  MISSED" }))?;
        report("flat_cost", &[("change", json!(name)), ("ratio", json!(ratio)), ("is_met", json!(is_flat))])?;
    }
    if is_met { Ok(()) } else { Err("a change costs more than it may".into()) }
}
