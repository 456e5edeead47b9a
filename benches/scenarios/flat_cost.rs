//! What one change costs in clusters of several sizes: from decoded Northbound rows to the encoded
//! Southbound transaction. Where `OVN_PREFIX` is set, the installed ovn-northd does the same changes to the
//! same clusters, and what its process ran stands beside.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use weft_benches::changes::{self, Change};
use weft_benches::cluster::Cluster;
use weft_benches::installed_northd::InstalledNorthd;
use weft_benches::loopback::Loopback;
use weft_benches::measure::{Times, argument, is_given, report, say, text_argument};
use weft_benches::{profile, rules};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Most that a change may cost in the largest cluster, as a multiple of its cost in the smallest.
const LIMIT_RATIO: f64 = 1.5;
/// Most derivations of flows for each row of Logical_Flow.
const LIMIT_DERIVATIONS: f64 = 2.0;
/// Repetitions are so few where a change takes ovn-northd seconds.
const NORTHD_REPETITIONS: usize = 3;
const NORTHD_LARGE_NODES: usize = 200;

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

fn transactions(cluster: Cluster) -> Vec<Vec<Value>> {
    [cluster.transactions(), changes::groups()].concat()
}

impl Subject {
    fn load(nodes: usize) -> Result<Subject, AnyError> {
        let plan = Arc::new(rules::plan()?);
        let mut loopback = Loopback::new(plan)?;
        if is_given("profile") {
            loopback.translator.time_nodes();
        }
        let cluster = Cluster { nodes };
        let changes = loopback.load(&transactions(cluster))?;
        let started = Instant::now();
        let transaction = loopback.translate(&changes);
        let (cold_s, operations) = (started.elapsed().as_secs_f64(), transaction.len());
        say(&format!("{nodes:4} nodes  {cold_s:.2} s cold, {operations} operations"))?;
        loopback.settle(transaction)?;
        Ok(Subject { cluster, loopback })
    }

    /// Derivations for each flow, and whether that is no more than it may be.
    fn derivations(&self) -> Result<bool, AnyError> {
        let (nodes, flows) = (self.cluster.nodes, self.loopback.translator.flow_count());
        let derivations = self.loopback.translator.flow_derivations();
        let ratio = derivations as f64 / flows.max(1) as f64;
        let is_met = ratio <= LIMIT_DERIVATIONS;
        let verdict = if is_met { "" } else { "  MISSED" };
        say(&format!("{nodes:4} nodes  {flows} flows, {derivations} derivations: x{ratio:.2}{verdict}"))?;
        let figures = [
            ("nodes", json!(nodes)),
            ("flows", json!(flows)),
            ("derivations", json!(derivations)),
            ("is_met", json!(is_met)),
        ];
        report("flat_cost", &figures)?;
        Ok(is_met)
    }

    fn change(&mut self, change: &Change, number: usize, costs: &mut Costs) -> Result<(), AnyError> {
        let cost = self.loopback.change(&(change.operations)(self.cluster, number))?;
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
            "{nodes:4} nodes  {name:20} {median_us:9.1} us median {p99_us:9.1} us p99 {elapsed_us:9.1} us elapsed \
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

/// Medians, in milliseconds, of one kind of change in all clusters, by turns: what else the machine does
/// meets all alike.
fn measure(change: &Change, subjects: &mut [Subject], repetitions: usize) -> Result<Vec<f64>, AnyError> {
    let before: Vec<_> =
        subjects.iter().map(|subject| profile::snapshot(&subject.loopback.translator)).collect();
    let mut costs: Vec<Costs> = subjects.iter().map(|_| Costs::default()).collect();
    for number in 0..repetitions {
        for (subject, costs) in subjects.iter_mut().zip(&mut costs) {
            subject.change(change, number, costs)?;
        }
    }
    for ((subject, costs), before) in subjects.iter().zip(&costs).zip(&before) {
        subject.tell(change.name, costs, repetitions)?;
        if is_given("profile") {
            profile::tell(before, &subject.loopback.translator, repetitions, 25)?;
        }
    }
    Ok(costs.iter().map(|costs| costs.translated.median_us() / 1e3).collect())
}

/// Medians, in milliseconds, of all kinds of changes in the installed ovn-northd.
fn measure_northd(
    prefix: &Path,
    nodes: usize,
    kinds: &[Change],
) -> Result<HashMap<&'static str, f64>, AnyError> {
    let cluster = Cluster { nodes };
    let mut northd = InstalledNorthd::start(prefix, &transactions(cluster))?;
    let repetitions = if nodes > NORTHD_LARGE_NODES { 1 } else { NORTHD_REPETITIONS };
    let mut medians = HashMap::new();
    for change in kinds {
        let mut times = Times::default();
        for number in 0..repetitions {
            times.push(northd.change(&(change.operations)(cluster, number))?);
        }
        medians.insert(change.name, times.median_us() / 1e3);
    }
    Ok(medians)
}

/// Tells whether a change costs no more than it may, beside what it costs ovn-northd.
fn judge(change: &Change, ours_ms: &[f64], northd_ms: &[f64]) -> Result<bool, AnyError> {
    let largest_ms = ours_ms.last().copied().unwrap_or_default();
    let ratio = largest_ms / ours_ms.first().copied().unwrap_or(largest_ms);
    let is_met = ratio <= LIMIT_RATIO && ours_ms.iter().all(|cost_ms| *cost_ms < change.limit_ms);
    let list = |costs: &[f64]| costs.iter().map(|cost| format!("{cost:9.2}")).collect::<String>();
    let beside =
        if northd_ms.is_empty() { String::new() } else { format!("   northd{} ms", list(northd_ms)) };
    say(&format!(
        "{:20}{} ms x{ratio:.2}{beside}{}",
        change.name,
        list(ours_ms),
        if is_met { "" } else { "  MISSED" }
    ))?;
    let figures = [
        ("change", json!(change.name)),
        ("ours_ms", json!(ours_ms)),
        ("northd_ms", json!(northd_ms)),
        ("ratio", json!(ratio)),
        ("is_met", json!(is_met)),
    ];
    report("flat_cost", &figures)?;
    Ok(is_met)
}

fn main() -> Result<(), AnyError> {
    let repetitions = argument("repetitions", 200);
    let mut sizes = vec![argument("small", 10), argument("middle", 100), argument("large", 500)];
    sizes.dedup();
    let wanted = text_argument("only").unwrap_or_default();
    let kinds: Vec<Change> =
        changes::all().into_iter().filter(|change| change.name.starts_with(&wanted)).collect();
    let mut subjects = sizes.iter().map(|nodes| Subject::load(*nodes)).collect::<Result<Vec<_>, _>>()?;
    let mut is_met = true;
    for subject in &subjects {
        is_met &= subject.derivations()?;
    }
    let mut ours = Vec::new();
    for change in &kinds {
        ours.push(measure(change, &mut subjects, repetitions)?);
    }
    drop(subjects);
    let northd = match std::env::var_os("OVN_PREFIX") {
        Some(prefix) => {
            let measure = |nodes: &usize| measure_northd(Path::new(&prefix), *nodes, &kinds);
            sizes.iter().map(measure).collect::<Result<Vec<_>, _>>()?
        }
        None => {
            say("OVN_PREFIX is not set: no ovn-northd to compare with")?;
            Vec::new()
        }
    };
    for (change, ours_ms) in kinds.iter().zip(&ours) {
        let northd_ms: Vec<f64> = northd.iter().filter_map(|costs| costs.get(change.name).copied()).collect();
        is_met &= judge(change, ours_ms, &northd_ms)?;
    }
    if is_met { Ok(()) } else { Err("something costs more than it may".into()) }
}
