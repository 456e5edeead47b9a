//! What logical flows cost: parsed and encoded, and changed by one address of a set.
//!
//! Reads the flows of a cluster from the file that `WEFT_LOGICAL_FLOWS` names, whose lines are JSON arrays of
//! pipeline, table, match and actions; without, one flow of each shape of the recorded ones.

#![allow(clippy::print_stdout, reason = "the numbers are what it is for")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use weft_ovn_lang::action::{self, Context, Options, Pipeline, Zone};
use weft_ovn_lang::encode::{Environment, Features, Place, encode, table};
use weft_ovn_lang::expr::{self, AddressSet, Change, Compiled, Resolution, compile};
use weft_ovn_lang::symbol::SymbolTable;

/// How often the address that is added to a set comes and goes.
const ROUNDS: u32 = 20;
const SET_SIZE: u32 = 100_000;
const FLOWS_WITH_SET: usize = 1000;

struct World {
    set: AddressSet,
    group: Vec<Arc<str>>,
}

impl Resolution for World {
    fn address_set(&self, _: &str) -> Option<&AddressSet> {
        Some(&self.set)
    }

    fn port_group(&self, _: &str) -> Option<&[Arc<str>]> {
        Some(&self.group)
    }

    fn port_key(&self, _: &str) -> Option<u32> {
        Some(7)
    }

    fn is_chassis_resident(&self, _: &str) -> bool {
        true
    }
}

impl Environment for World {
    fn port_key(&self, _: &str) -> Option<u32> {
        Some(7)
    }

    fn is_local_port(&self, _: &str) -> bool {
        true
    }

    fn tunnel_port(&self, _: &str) -> Option<u16> {
        Some(1)
    }

    fn has_collector_set(&self, _: u32) -> bool {
        true
    }

    fn group(&mut self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn meter(&mut self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn features(&self) -> Features {
        Features { ct_zero_snat: true, dp_hash_l4_symmetric: true, meters: true }
    }
}

struct Flow {
    pipeline: Pipeline,
    table: u8,
    matches: String,
    actions: String,
}

fn flow(pipeline: &str, table: u8, matches: &str, actions: &str) -> Flow {
    let pipeline = if pipeline == "ingress" { Pipeline::Ingress } else { Pipeline::Egress };
    Flow { pipeline, table, matches: matches.to_string(), actions: actions.to_string() }
}

/// The flows that are measured; those that OVN would refuse are not.
fn flows() -> Result<Vec<Flow>, Box<dyn std::error::Error>> {
    if let Ok(file) = std::env::var("WEFT_LOGICAL_FLOWS") {
        let text = std::fs::read_to_string(file)?;
        return text
            .lines()
            .map(|line| {
                let (pipeline, table, matches, actions): (String, u8, String, String) =
                    serde_json::from_str(line)?;
                Ok(flow(&pipeline, table, &matches, &actions))
            })
            .collect();
    }
    let recorded = include_str!("../tests/facts/vectors/northd.tsv").lines();
    let fields = recorded.map(|line| line.split('\t').collect::<Vec<_>>());
    Ok(fields
        .filter(|f| f[0] == "accepted" && !line_has_template(f))
        .filter_map(|f| Some(flow(f[1], f[2].parse().ok()?, f[3], f[4])))
        .collect())
}

fn line_has_template(fields: &[&str]) -> bool {
    fields[3].contains('^') || fields[4].contains('^')
}

fn microseconds(time: Duration, count: usize) -> f64 {
    time.as_secs_f64() * 1e6 / count as f64
}

/// Runs `work` for all of `items`; says how long one took in microseconds, and what came of them.
fn timed<T, R>(items: &[T], mut work: impl FnMut(&T) -> R) -> (f64, Vec<R>) {
    let start = Instant::now();
    let results = items.iter().map(|item| black_box(work(item))).collect();
    (microseconds(start.elapsed(), items.len()), results)
}

fn cluster() -> Result<(), Box<dyn std::error::Error>> {
    let flows = flows()?;
    let symbols = SymbolTable::ovn();
    let set = AddressSet::new(["10.0.0.1", "10.0.0.2"])?;
    let mut world = World { set, group: vec!["a".into(), "b".into()] };
    let (parse, matches) = timed(&flows, |f| expr::parse(&f.matches, symbols));
    let context =
        |f: &Flow| Context { symbols, options: Options::ovn(), pipeline: f.pipeline, table: f.table };
    let (parse_actions, actions) = timed(&flows, |f| action::parse(&f.actions, &context(f)));
    let parsed: Vec<_> = matches.into_iter().zip(actions).zip(&flows).collect();
    let (compiling, _) = timed(&parsed, |((matches, actions), _)| {
        let (Ok(matches), Ok(actions)) = (matches, actions) else { return 0 };
        let whole = match &actions.prerequisites {
            Some(more) => matches.clone().and(more.clone()),
            None => matches.clone(),
        };
        let compiled = compile(&whole, symbols, &world);
        compiled.and_then(|c| c.flows(symbols, &world)).map_or(0, |flows| flows.len())
    });
    let (encoding, _) = timed(&parsed, |((_, actions), f)| {
        let Ok(actions) = actions else { return 0 };
        let place = Place {
            is_switch: true,
            datapath_key: 1,
            common_zone: Zone::Dnat,
            pipeline: f.pipeline,
            table: f.table,
            output_table: table::OUTPUT,
            uuid: 1,
            controller_meter: None,
            explicit_arp_ns_output: true,
            register_consolidation: true,
        };
        encode(&actions.actions, symbols, &place, &mut world).map_or(0, |actions| actions.len())
    });
    println!("{} logical flows, microseconds a flow:", flows.len());
    println!("  match parsed {parse:.2}, compiled to flows {compiling:.2}");
    println!("  actions parsed {parse_actions:.2}, encoded {encoding:.2}");
    println!("  together {:.2}", parse + compiling + parse_actions + encoding);
    Ok(())
}

fn address() -> Result<(), Box<dyn std::error::Error>> {
    let symbols = SymbolTable::ovn();
    let addresses: Vec<String> =
        (0..SET_SIZE).map(|n| std::net::Ipv4Addr::from(0x0a00_0000 + n).to_string()).collect();
    let set = AddressSet::new(addresses.iter().map(String::as_str))?;
    let world = World { set, group: Vec::new() };
    let texts: Vec<String> =
        (0..FLOWS_WITH_SET).map(|n| format!("ip4.src == $set && tcp.dst == {}", n + 1)).collect();
    let start = Instant::now();
    let compiled: Vec<Compiled> = texts
        .iter()
        .map(|text| Ok(compile(&expr::parse(text, symbols)?, symbols, &world)?))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    let compiling = microseconds(start.elapsed(), FLOWS_WITH_SET);
    let start = Instant::now();
    let mut flows = 0;
    for _ in 0..ROUNDS {
        for one in &compiled {
            let change = one.address_changed(symbols, &world, "set", &world.set, "192.0.2.1")?;
            if let Change::Flows(added) = black_box(change) {
                flows += added.len();
            }
        }
    }
    let adding = microseconds(start.elapsed(), flows.max(1));
    println!("an address added to a set of {SET_SIZE} that {FLOWS_WITH_SET} flows use:");
    println!(
        "  compiled {compiling:.2} microseconds a flow, {adding:.2} microseconds for each of {flows} flows touched"
    );
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    cluster()?;
    address()
}
