//! How long until the daemon is ready on empty databases, and how long the rules take to compile.

use std::sync::Arc;

use serde_json::json;
use weft_benches::loopback::Loopback;
use weft_benches::measure::{Stopwatch, Times, argument, process_memory_bytes, report, say};

type AnyError = Box<dyn std::error::Error>;

/// Most that both may take, in microseconds.
const READY_LIMIT_US: f64 = 100_000.0;
const COMPILE_LIMIT_US: f64 = 300_000.0;

fn main() -> Result<(), AnyError> {
    let repetitions = argument("repetitions", 9);
    let (mut embedded, mut ready, mut compiled) = (Times::default(), Times::default(), Times::default());
    for _ in 0..repetitions {
        let stopwatch = Stopwatch::start();
        let plan = weft_rules::embedded_plan()?;
        embedded.push(stopwatch.read().busy);
        let mut loopback = Loopback::new(Arc::new(plan))?;
        loopback.translate(&[]);
        ready.push(stopwatch.read().busy);

        let stopwatch = Stopwatch::start();
        weft_rules::compile(weft_rules::embedded_files())?;
        compiled.push(stopwatch.read().busy);
    }
    let (ready_us, compiled_us) = (ready.median_us(), compiled.median_us());
    let is_met = ready_us < READY_LIMIT_US && compiled_us < COMPILE_LIMIT_US;
    say(&format!(
        "plan at hand {:.1} ms, ready {:.1} ms, all rules compiled {:.1} ms",
        embedded.median_us() / 1e3,
        ready_us / 1e3,
        compiled_us / 1e3
    ))?;
    report(
        "startup",
        &[
            ("plan_us", json!(embedded.median_us())),
            ("ready_us", json!(ready_us)),
            ("compile_us", json!(compiled_us)),
            ("resident_bytes", json!(process_memory_bytes("VmRSS"))),
            ("is_met", json!(is_met)),
        ],
    )?;
    if is_met { Ok(()) } else { Err("the start takes longer than it may".into()) }
}
