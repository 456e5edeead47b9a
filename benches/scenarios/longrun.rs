//! Many transactions of one row: whether the last cost what the first did, and memory comes back.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use weft_benches::cluster::{Cluster, mutate, pod_uuid, rows, switch_uuid};
use weft_benches::loopback::Loopback;
use weft_benches::measure::{Times, argument, process_memory_bytes, report, say};

type AnyError = Box<dyn std::error::Error>;

/// How much slower the last tenth may be than the first, and how much larger the process.
const LIMIT_RATIO: f64 = 1.25;

fn main() -> Result<(), AnyError> {
    let nodes = argument("nodes", 10);
    let transactions = argument("transactions", 300_000);
    let cluster = Cluster { nodes };
    let mut loopback = Loopback::new(Arc::new(weft_rules::embedded_plan()?))?;
    let changes = loopback.load(&cluster.transactions())?;
    let transaction = loopback.translate(&changes);
    loopback.settle(transaction)?;

    let tenth = (transactions / 10).max(1);
    let mut tenths = vec![Times::default(); 11];
    let mut memory_bytes = Vec::new();
    let started = Instant::now();
    for number in 0..transactions {
        // Every pod comes with a name and an address that nobody had before, and goes again.
        let (pair, node) = (number / 2, number / 2 % nodes);
        let (pod, switch) = (300 + pair / nodes, switch_uuid(node));
        let port = rows([pod_uuid(node, pod)]);
        let operations = if number % 2 == 0 {
            vec![cluster.pod(node, pod), mutate("Logical_Switch", switch, "ports", "insert", port)]
        } else {
            vec![mutate("Logical_Switch", switch, "ports", "delete", port)]
        };
        let cost = loopback.change(&operations)?;
        tenths[number / tenth].push(cost.translated.busy + cost.echoed.busy);
        if number % tenth == tenth - 1 {
            memory_bytes.push(process_memory_bytes("VmRSS"));
        }
    }
    let (first_us, last_us) = (tenths[0].median_us(), tenths[9].median_us());
    let ratio = last_us / first_us;
    let growth = match memory_bytes.as_slice() {
        [first, .., last] => *last as f64 / *first as f64,
        _ => 1.0,
    };
    let is_met = ratio <= LIMIT_RATIO && growth <= LIMIT_RATIO;
    say(&format!(
        "{transactions} transactions in {:.1} s: {first_us:.1} us in the first tenth, {last_us:.1} us in the last (x{ratio:.2}); memory x{growth:.2} from tenth to tenth: {:?} MiB",
        started.elapsed().as_secs_f64(),
        memory_bytes.iter().map(|bytes| bytes >> 20).collect::<Vec<_>>(),
    ))?;
    report(
        "longrun",
        &[
            ("nodes", json!(nodes)),
            ("transactions", json!(transactions)),
            ("first_median_us", json!(first_us)),
            ("last_median_us", json!(last_us)),
            ("ratio", json!(ratio)),
            ("memory_growth", json!(growth)),
            ("is_met", json!(is_met)),
        ],
    )?;
    if is_met { Ok(()) } else { Err("cost or memory grows".into()) }
}
