//! The comparison of one chassis.

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use weft_installed_ovn::logical::{Local, Southbound, World};
use weft_installed_ovn::{Central, Chassis};
use weft_logical_flow::{FlowTable, prepare, translate};
use weft_openflow::Version;
use weft_ovn_lang::action::Options;

use crate::forms::differences_of_forms;
use crate::lines::{Line, differences, of_table};

/// The OpenFlow tables of the logical pipelines.
const TABLES: [RangeInclusive<u8>; 2] = [8..=41, 48..=63];

/// For how long what differs, or changes meanwhile, is looked at again.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a chassis and the databases said at one time.
#[derive(PartialEq, Eq)]
struct Snapshot {
    southbound: Southbound,
    local: Local,
    flows: Vec<String>,
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// How many logical flows were translated on how many datapaths each, all together.
    pub(crate) translated: usize,
    /// How many OpenFlow flows the switch has of them.
    pub(crate) installed: usize,
    /// Logical flows that have no OpenFlow flows, as text that says why.
    pub(crate) refused: Vec<String>,
    /// How many flows the switch has, those that are made of no logical flow too.
    pub(crate) of_switch: usize,
    /// What differs, by table.
    pub(crate) differences: String,
    /// Where our text and bytes of the flows that the switch has are not those of `ovs-ofctl`.
    pub(crate) other_forms: Vec<String>,
}

impl Snapshot {
    /// A snapshot at a time when nothing changes; the controller pauses meanwhile, since some claim and release ports
    /// for ever. None if a program ends, or northd does not come to rest either.
    fn of_rest(central: &mut Central, chassis: &mut Chassis, name: &str) -> Option<Snapshot> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE && chassis.try_sync(central) {
            chassis.controller.control(&["debug/pause"]);
            let before = Snapshot::take(central, chassis);
            let after = Snapshot::take(central, chassis);
            chassis.controller.control(&["debug/resume"]);
            if before == after && (start.elapsed() > PATIENCE / 2 || after.has_claims(name)) {
                return Some(after);
            }
        }
        None
    }

    /// Whether all ports with an interface are bound to the chassis: they are not while it releases and claims them
    /// again. Ports that it may not claim never are.
    fn has_claims(&self, name: &str) -> bool {
        let bound = self.local.bound_ports.iter().filter_map(|port| self.southbound.ports.get(port));
        bound.into_iter().all(|port| port.chassis.as_deref() == Some(name))
    }

    fn take(central: &Central, chassis: &Chassis) -> Snapshot {
        let mut southbound = Southbound::read(&mut central.southbound.connect());
        let local = Local::read(chassis, &southbound);
        southbound.keep_group_ports(&local.related_ports);
        let mut flows = chassis.flows(Version::V1_5);
        flows.sort_unstable();
        Snapshot { southbound, local, flows }
    }
}

/// Compares the flows of a chassis, all computed anew, with our translation of the same rows; none if northd or
/// ovn-controller ends, or releases ports and claims them again for ever.
///
/// What differs is looked at again: the flows of a controller that does not come to rest may be behind its rows.
pub(crate) fn compare(central: &mut Central, chassis: &mut Chassis, name: &str) -> Option<Outcome> {
    if !chassis.try_sync(central) {
        return None;
    }
    chassis.controller.control(&["inc-engine/recompute"]);
    let start = Instant::now();
    loop {
        let snapshot = Snapshot::of_rest(central, chassis, name)?;
        let mut outcome = Outcome::of(&snapshot, name);
        if outcome.differences.is_empty() {
            chassis.controller.control(&["debug/pause"]);
            outcome.other_forms = differences_of_forms(chassis);
            chassis.controller.control(&["debug/resume"]);
            return Some(outcome);
        }
        if start.elapsed() > PATIENCE {
            // Its flows are those of claims that its rows no longer have.
            return snapshot.has_claims(name).then_some(outcome);
        }
    }
}

impl Outcome {
    fn of(snapshot: &Snapshot, name: &str) -> Outcome {
        let mut outcome = Outcome::default();
        let table = translated(snapshot, name, &mut outcome);
        let lines = snapshot.flows.iter().map(|line| Line::parse(line));
        let theirs: Vec<Line> = lines.filter(|line| TABLES.iter().any(|t| t.contains(&line.table))).collect();
        outcome.installed = theirs.len();
        outcome.of_switch = snapshot.flows.len();
        for (table, lines) in differences(of_table(&table), &theirs) {
            let _ = writeln!(outcome.differences, "table {table} (+ ours, - theirs)");
            for line in lines {
                let _ = writeln!(outcome.differences, "  {line}");
            }
        }
        outcome
    }
}

fn translated(snapshot: &Snapshot, name: &str, outcome: &mut Outcome) -> FlowTable {
    let Snapshot { southbound, local, .. } = snapshot;
    let mut worlds = World::all(southbound, local, name);
    let templates = southbound.templates.get(name);
    let mut table = FlowTable::default();
    for (flow, datapaths) in southbound.local_flows(local) {
        let mut refuse = |problem: String| {
            outcome.refused.push(format!("{problem}: {} => {}", flow.matches, flow.actions));
        };
        let template = |name: &str| Some(templates?.get(name)?.as_str());
        let prepared = match prepare(flow, Options::ovn(), template) {
            Ok(prepared) => prepared,
            Err(problem) => {
                refuse(problem.to_string());
                continue;
            }
        };
        for datapath in datapaths {
            let Some(world) = worlds.get_mut(datapath) else { continue };
            let datapath = world.datapath;
            match translate(flow, &prepared, &datapath, world) {
                Ok(translation) => table.add(flow, translation),
                Err(problem) => refuse(problem.to_string()),
            }
            outcome.translated += 1;
        }
    }
    table
}
