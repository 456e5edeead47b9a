//! Cold load, then many transactions that each change one port: time, memory, and that neither grows.
//!
//! `cargo bench -p weft-dataflow --bench churn -- [ports] [transactions] [groups]`; 27000 ports in 30 groups
//! are 810,000 rows of flows. Each transaction deletes a port, adds one, or moves one.

#![allow(clippy::print_stdout, reason = "the numbers are what it is for")]

use std::time::{Duration, Instant};

use weft_dataflow::{AllocationMemory, Direct, Driver, Encoder, InputChange, LoadError, SharedInterner};
use weft_plan::plan::{Head, HeadId, HeadKind, InputRows, InputTable, Node, NodeId, NodeKind, Plan, Step};
use weft_plan::scalar::Scalar;
use weft_value::{HostRegistry, Value};

const PORTS_PER_SWITCH: u64 = 10;

fn node(plan: &mut Plan, kind: NodeKind) -> NodeId {
    plan.nodes.push(Node { name: format!("node {}", plan.nodes.len()), kind });
    NodeId(plan.nodes.len() as u32 - 1)
}

fn table(plan: &mut Plan, name: &str, columns: &[&str]) -> NodeId {
    plan.tables.push(InputTable {
        rows: InputRows::Whole,
        database: "nb".into(),
        table: name.into(),
        columns: columns.iter().map(|column| (*column).into()).collect(),
    });
    let table = plan.tables.len() as u32 - 1;
    node(plan, NodeKind::Input { table })
}

/// Ports (uuid, name, switch) and switches (uuid, name); each group joins them and gives one row a port.
fn plan(groups: usize) -> Plan {
    let mut plan = Plan::default();
    let ports = table(&mut plan, "Port", &["name", "switch"]);
    let switches = table(&mut plan, "Switch", &["name"]);
    let switch_names = node(&mut plan, NodeKind::Arrange { input: switches, key: vec![0], value: vec![1] });
    for group in 0..groups {
        // Each group has indexes of its own, as rules that read different columns do.
        let steps = vec![Step::Push(Scalar::Constant(Value::Int(group as i64)))];
        let pushed = node(&mut plan, NodeKind::Map { input: ports, steps });
        let by_switch =
            node(&mut plan, NodeKind::Arrange { input: pushed, key: vec![2], value: vec![0, 1, 3] });
        let steps = vec![Step::Project(vec![1, 2, 3, 4])];
        let flows = node(&mut plan, NodeKind::join(by_switch, switch_names, steps));
        let head = HeadId(plan.heads.len() as u32);
        plan.heads.push(Head {
            name: format!("group {group}"),
            source: "churn".into(),
            kind: HeadKind::Warning,
            columns: vec![],
        });
        node(&mut plan, NodeKind::Sink { input: flows, head });
    }
    plan
}

/// A generator of the ports' switches that is the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

struct World {
    encoder: Encoder,
    switch_of: Vec<Option<u64>>,
    random: Random,
}

impl World {
    fn port(&self, port: usize, switch: u64, diff: i64) -> Vec<InputChange> {
        let columns = [Value::String(format!("port {port}").into()), Value::Uuid(u128::from(switch))];
        self.encoder.changes(0, (1 << 64) | port as u128, &columns, diff).expect("the plan reads two columns")
    }

    fn load(&mut self, switches: u64) -> Vec<InputChange> {
        let mut changes: Vec<InputChange> = (0..switches)
            .filter_map(|switch| {
                let name = [Value::String(format!("switch {switch}").into())];
                self.encoder.changes(1, u128::from(switch), &name, 1)
            })
            .flatten()
            .collect();
        for port in 0..self.switch_of.len() {
            let switch = self.random.below(switches);
            self.switch_of[port] = Some(switch);
            changes.extend(self.port(port, switch, 1));
        }
        changes
    }

    fn change(&mut self, switches: u64) -> Vec<InputChange> {
        let port = self.random.below(self.switch_of.len() as u64) as usize;
        let (old, kind) = (self.switch_of[port], self.random.below(2));
        let new = if old.is_some() && kind == 0 { None } else { Some(self.random.below(switches)) };
        self.switch_of[port] = new;
        let gone = old.map(|switch| self.port(port, switch, -1));
        gone.into_iter().chain(new.map(|switch| self.port(port, switch, 1))).flatten().collect()
    }
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).map_or(0, |pages| pages * 4096)
}

fn quantiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e6;
    format!("p50 {:.1} µs, p99 {:.1} µs, max {:.1} µs", at(0.5), at(0.99), at(1.0))
}

fn main() -> Result<(), LoadError> {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let number = |position: usize, default| numbers.get(position).copied().unwrap_or(default);
    let (ports, transactions, groups) = (number(0, 27_000), number(1, 300_000), number(2, 30));
    let switches = (ports / PORTS_PER_SWITCH).max(1);
    let plan = plan(groups as usize);
    let interner = SharedInterner::new();
    let memory = AllocationMemory::new();
    let mut direct = Direct::new(&plan, &HostRegistry::default(), interner.clone(), &memory)?;
    let encoder = Encoder::new(&plan, interner);
    let mut world =
        World { encoder, switch_of: vec![None; ports as usize], random: Random(88_172_645_463_325_252) };

    let changes = world.load(switches);
    let (before, started) = (resident_bytes(), Instant::now());
    let rows = direct.transact(changes).len();
    let elapsed = started.elapsed();
    println!(
        "cold load: {rows} rows, {:.0} ms, {:.0} ns a row, {} bytes a row",
        elapsed.as_secs_f64() * 1e3,
        elapsed.as_nanos() as f64 / rows as f64,
        (resident_bytes() - before) / rows as u64
    );
    let mut idle: Vec<Duration> = (0..1000)
        .map(|_| {
            let started = Instant::now();
            direct.transact(Vec::new());
            started.elapsed()
        })
        .collect();
    println!("idle: {}", quantiles(&mut idle));
    for round in 0..10 {
        let (mut times, mut longest_reclaim) = (Vec::new(), Duration::ZERO);
        for _ in 0..(transactions / 10).max(1) {
            let changes = world.change(switches);
            let started = Instant::now();
            direct.transact(changes);
            times.push(started.elapsed());
            let started = Instant::now();
            direct.reclaim(&mut |_| {});
            longest_reclaim = longest_reclaim.max(started.elapsed());
        }
        let (times, memory) = (quantiles(&mut times), resident_bytes() >> 20);
        println!("round {round}: {times}; reclaim {} µs; {memory} MB", longest_reclaim.as_micros());
    }
    Ok(())
}
