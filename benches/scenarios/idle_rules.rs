//! What rules cost that have nothing to do.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::json;
use weft_benches::cluster::{Cluster, mutate, pod_uuid, rows, switch_uuid};
use weft_benches::loopback::Loopback;
use weft_benches::measure::{Times, argument, is_given, process_memory_bytes, report, say};
use weft_benches::profile;
use weft_syntax::span::SourceFile;

type AnyError = Box<dyn std::error::Error>;

/// How much more a change may cost with the idle rules.
const LIMIT_RATIO: f64 = 1.2;

/// Rules over tables without rows, each joining two.
fn idle_rules(count: usize) -> SourceFile {
    let mut text = String::new();
    for number in 0..count {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "rule idle_{number} {{\n    from sw in Switch, group in nb.Forwarding_Group, \
             collector in nb.Sample_Collector\n    where group.name == sw.name and collector.name == \
             group.vip and collector.id > {number}\n    flow ls_in_l2_lkup[1] for sw {{\n        match \
             \"inport == ${{group.vip}}\"\n        actions \"drop;\"\n    }}\n}}\n"
        );
    }
    SourceFile { path: "idle.weft".to_owned(), text }
}

/// A loaded cluster under the rules and these many idle ones.
fn load(idle: usize, cluster: Cluster) -> Result<Loopback, AnyError> {
    let mut files = weft_rules::embedded_files();
    files.push(idle_rules(idle));
    let plan = weft_rules::compile(files)?.plan;
    let plan_nodes = plan.nodes.len();
    let mut loopback = Loopback::new(Arc::new(plan))?;
    let changes = loopback.load(&cluster.transactions())?;
    let transaction = loopback.translate(&changes);
    loopback.settle(transaction)?;
    let resident_mib = process_memory_bytes("VmRSS") >> 20;
    say(&format!("{idle} idle rules: {plan_nodes} nodes in the plan, {resident_mib} MiB resident"))?;
    Ok(loopback)
}

/// Adds a pod and deletes it again.
fn change(
    loopback: &mut Loopback,
    cluster: Cluster,
    number: usize,
    times: &mut Times,
) -> Result<(), AnyError> {
    let (node, pod) = (number % cluster.nodes, 300 + number / cluster.nodes);
    let port = rows([pod_uuid(node, pod)]);
    let switch = switch_uuid(node);
    let add = [cluster.pod(node, pod), mutate("Logical_Switch", switch, "ports", "insert", port.clone())];
    times.push(loopback.change(&add)?.translated.busy);
    times
        .push(loopback.change(&[mutate("Logical_Switch", switch, "ports", "delete", port)])?.translated.busy);
    Ok(())
}

fn main() -> Result<(), AnyError> {
    let (idle, cluster) = (argument("rules", 1000), Cluster { nodes: argument("nodes", 10) });
    let repetitions = argument("repetitions", 500);
    let (mut without, mut with) = (load(0, cluster)?, load(idle, cluster)?);
    let (mut without_times, mut with_times) = (Times::default(), Times::default());
    let before = profile::snapshot(&with.translator);
    // By turns, so that whatever else the machine does meets both alike.
    for number in 0..repetitions {
        change(&mut without, cluster, number, &mut without_times)?;
        change(&mut with, cluster, number, &mut with_times)?;
    }
    if is_given("profile") {
        profile::tell(&before, &with.translator, 2 * repetitions, 40)?;
    }
    let (without_us, with_us) = (without_times.median_us(), with_times.median_us());
    let ratio = with_us / without_us;
    let is_met = ratio < LIMIT_RATIO;
    say(&format!(
        "{without_us:.1} us a change without, {with_us:.1} us with {idle} idle rules: x{ratio:.3}"
    ))?;
    report(
        "idle_rules",
        &[
            ("rules", json!(idle)),
            ("without_median_us", json!(without_us)),
            ("with_median_us", json!(with_us)),
            ("ratio", json!(ratio)),
            ("is_met", json!(is_met)),
        ],
    )?;
    if is_met { Ok(()) } else { Err("idle rules cost more than they may".into()) }
}
