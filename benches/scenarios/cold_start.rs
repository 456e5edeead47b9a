//! From an empty Southbound database to the complete transaction, and what a flow costs in memory.

use std::sync::Arc;

use serde_json::json;
use weft_benches::cluster::Cluster;
use weft_benches::loopback::Loopback;
use weft_benches::measure::{Stopwatch, argument, is_given, process_memory_bytes, report, say};
use weft_benches::{profile, rules};
use weft_northd::side::Side;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), AnyError> {
    let nodes = argument("nodes", 500);
    let mut loopback = Loopback::new(Arc::new(rules::plan()?))?;
    let changes = loopback.load(&Cluster { nodes }.transactions())?;
    if is_given("profile") {
        loopback.translator.time_nodes();
    }
    let before_bytes = process_memory_bytes("VmRSS");

    let stopwatch = Stopwatch::start();
    loopback.translator.take_in(Side::Northbound, &changes);
    let taken_in = stopwatch.read().busy;
    loopback.translator.derive();
    let derived = stopwatch.read().busy;
    let transaction = loopback.translator.flush_southbound().transaction;
    let encoded = stopwatch.read().busy;

    let live_bytes = process_memory_bytes("VmRSS").saturating_sub(before_bytes);
    let peak_bytes = process_memory_bytes("VmHWM").saturating_sub(before_bytes);
    let flows = loopback.translator.flow_count();
    let per_flow = |bytes: u64| bytes as f64 / flows.max(1) as f64;
    say(&format!(
        "{nodes} nodes, {flows} flows: {:.2} s ({:.2} taken in, {:.2} derived, {:.2} encoded), {} MiB encoded, {} MiB live, {} MiB peak, {:.0} bytes a flow",
        encoded.as_secs_f64(),
        taken_in.as_secs_f64(),
        (derived - taken_in).as_secs_f64(),
        (encoded - derived).as_secs_f64(),
        transaction.encoded_length() >> 20,
        live_bytes >> 20,
        peak_bytes >> 20,
        per_flow(live_bytes),
    ))?;
    report(
        "cold_start",
        &[
            ("nodes", json!(nodes)),
            ("flows", json!(flows)),
            ("operations", json!(transaction.len())),
            ("take_in_s", json!(taken_in.as_secs_f64())),
            ("derive_s", json!((derived - taken_in).as_secs_f64())),
            ("encode_s", json!((encoded - derived).as_secs_f64())),
            ("total_s", json!(encoded.as_secs_f64())),
            ("encoded_bytes", json!(transaction.encoded_length())),
            ("live_bytes", json!(live_bytes)),
            ("peak_bytes", json!(peak_bytes)),
            ("live_bytes_per_flow", json!(per_flow(live_bytes))),
        ],
    )?;
    if is_given("profile") {
        profile::tell(&[], &loopback.translator, 1, 30)?;
    }
    Ok(())
}
