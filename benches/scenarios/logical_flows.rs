//! Logical flows of a cluster as OpenFlow flows of one of its nodes: read, translated and put together, beside what
//! the installed ovn-controller needs for the same rows; and an address added to a set that many flows use.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::json;
use weft_benches::cluster::Cluster;
use weft_benches::measure::{Span, Stopwatch, argument, report, say};
use weft_installed_ovn::logical::{Local, Southbound, World, equipment};
use weft_installed_ovn::{Central, Chassis, updated};
use weft_logical_flow::{FlowTable, prepare, translate};
use weft_openflow::Version;
use weft_ovn_lang::action::Options;
use weft_ovn_lang::expr::{self, AddressSet, Change, Compiled, Resolution, compile};
use weft_ovn_lang::symbol::SymbolTable;

type Failure = Box<dyn Error>;

/// How often the address comes.
const ROUNDS: usize = 20;
const SET_SIZE: u32 = 100_000;
const FLOWS_WITH_SET: usize = 1000;
/// A node of the cluster.
const NODE: &str = "node0000";

fn main() -> Result<(), Failure> {
    address()?;
    cluster(argument("nodes", 100))
}

fn microseconds(span: Span, count: usize) -> f64 {
    span.busy.as_secs_f64() * 1e6 / count.max(1) as f64
}

fn cluster(nodes: usize) -> Result<(), Failure> {
    let Some(mut central) = Central::start_with_installed_northd() else {
        return Ok(say(
            "OVN_PREFIX is not set: there are no Southbound rows, and no ovn-controller to compare with",
        )?);
    };
    for operations in (Cluster { nodes }).transactions() {
        let operations: Vec<_> = operations.into_iter().map(updated).collect();
        central.northbound.connect().transact(&operations);
    }
    central.sync();
    let mut chassis = Chassis::start(&central, NODE, &equipment(&central, NODE));
    if !chassis.try_sync(&mut central) {
        return Err("the installed programs end".into());
    }
    let again_ms = recompute_ms(&mut central, &mut chassis, "inc-engine/recompute")?;
    let anew_ms = recompute_ms(&mut central, &mut chassis, "lflow-cache/flush")?;

    let mut southbound = Southbound::read(&mut central.southbound.connect());
    let local = Local::read(&chassis, &southbound);
    southbound.keep_group_ports(&local.related_ports);
    let mut worlds = World::all(&southbound, &local, NODE);
    let flows = southbound.local_flows(&local);
    let watch = Stopwatch::start();
    let prepared: Vec<_> = flows.iter().map(|(flow, _)| prepare(flow, Options::ovn(), |_| None)).collect();
    let parsing = watch.read();
    let (mut table, mut translations) = (FlowTable::default(), 0);
    let watch = Stopwatch::start();
    for ((flow, datapaths), prepared) in flows.iter().zip(&prepared) {
        // Flows with template variables have no meaning here.
        let Ok(prepared) = prepared else { continue };
        for datapath in datapaths {
            let Some(world) = worlds.get_mut(datapath) else { continue };
            let datapath = world.datapath;
            table.add(flow, translate(flow, prepared, &datapath, world)?);
            translations += 1;
        }
    }
    let translating = watch.read();
    let openflow = table.choices().count();
    let theirs = chassis.flows(Version::V1_5).len();
    let ours_ms = (parsing.busy + translating.busy).as_secs_f64() * 1e3;
    say(&format!(
        "{} logical flows on {translations} datapaths: {ours_ms:.0} ms for {openflow} flows; ovn-controller {anew_ms} ms, \
         {again_ms} ms with its cache, of {theirs} flows",
        flows.len()
    ))?;
    report(
        "logical_flows",
        &[
            ("nodes", json!(nodes)),
            ("logical_flows", json!(flows.len())),
            ("translations", json!(translations)),
            ("openflow_flows", json!(openflow)),
            ("parse_us_per_logical_flow", json!(microseconds(parsing, flows.len()))),
            ("translate_us_per_translation", json!(microseconds(translating, translations))),
            ("together_us_per_translation", json!(ours_ms * 1e3 / translations as f64)),
            ("ovn_controller_us_per_translation", json!(anew_ms as f64 * 1e3 / translations as f64)),
            ("ovn_controller_cached_us_per_translation", json!(again_ms as f64 * 1e3 / translations as f64)),
        ],
    )?;
    Ok(())
}

/// The time that ovn-controller takes to compute all flows of logical flows again, by its own stopwatch, in
/// milliseconds; `command` makes it do so.
fn recompute_ms(central: &mut Central, chassis: &mut Chassis, command: &str) -> Result<u64, Failure> {
    chassis.controller.control(&["stopwatch/reset"]);
    chassis.controller.control(&[command]);
    if !chassis.try_sync(central) {
        return Err("the installed programs end".into());
    }
    let shown = chassis.controller.control(&["stopwatch/show", "lflow_output"]);
    let maximum = shown.lines().find_map(|line| line.trim().strip_prefix("Maximum: "));
    let digits = maximum.and_then(|text| text.split_whitespace().next());
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| format!("no stopwatch in {shown:?}").into())
}

/// One address set, and no ports.
struct OneSet(HashMap<&'static str, AddressSet>);

impl Resolution for OneSet {
    fn address_set(&self, name: &str) -> Option<&AddressSet> {
        self.0.get(name)
    }

    fn port_group(&self, _: &str) -> Option<&[Arc<str>]> {
        None
    }

    fn port_key(&self, _: &str) -> Option<u32> {
        None
    }

    fn is_chassis_resident(&self, _: &str) -> bool {
        false
    }
}

fn address() -> Result<(), Failure> {
    let symbols = SymbolTable::ovn();
    let addresses: Vec<String> =
        (0..SET_SIZE).map(|n| Ipv4Addr::from_bits(0x0a00_0000 + n).to_string()).collect();
    let set = AddressSet::new(addresses.iter().map(String::as_str))?;
    let world = OneSet([("set", set)].into());
    let texts = (0..FLOWS_WITH_SET).map(|n| format!("ip4.src == $set && tcp.dst == {}", n + 1));
    let compiled: Vec<Compiled> = texts
        .map(|text| Ok(compile(&expr::parse(&text, symbols)?, symbols, &world)?))
        .collect::<Result<_, Failure>>()?;
    let watch = Stopwatch::start();
    let mut flows = 0;
    for _ in 0..ROUNDS {
        for one in &compiled {
            let change = one.address_changed(symbols, &world, "set", &world.0["set"], "192.0.2.1")?;
            match black_box(change) {
                Change::Flows(added) => flows += added.len(),
                Change::Recompile => return Err("the match is compiled anew".into()),
            }
        }
    }
    let adding = watch.read();
    report(
        "address_added",
        &[
            ("set_size", json!(SET_SIZE)),
            ("flows_with_set", json!(FLOWS_WITH_SET)),
            ("flows_touched", json!(flows / ROUNDS)),
            ("us_per_flow_touched", json!(microseconds(adding, flows))),
        ],
    )?;
    Ok(())
}
