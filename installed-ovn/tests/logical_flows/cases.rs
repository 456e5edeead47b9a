//! Networks, and what is found.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::path::Path;

use weft_installed_ovn::logical::{chassis_name, equipment};
use weft_installed_ovn::{Central, Chassis, Extent, case_files, play};

use crate::compare::{Outcome, compare};

/// How often a chassis is started, each time without the interfaces that it could not settle before.
const ATTEMPTS: usize = 4;

/// A port that is claimed more often than this has no end of it.
const MOST_CLAIMS: usize = 5;

/// Compares a chassis of a central; an error says why there is nothing to compare.
fn compared(central: &mut Central) -> Result<Outcome, String> {
    let name = chassis_name(central);
    let mut equipment = equipment(central, &name);
    let mut log = String::new();
    for _ in 0..ATTEMPTS {
        let mut chassis = Chassis::start(central, &name, &equipment);
        match compare(central, &mut chassis, &name) {
            Some(outcome) if outcome.translated == 0 => return Err("no logical flow is for it".to_owned()),
            Some(outcome) => return Ok(outcome),
            None => {}
        }
        log = chassis.controller.log();
        let restless = restless_ports(&log);
        let before = equipment.ports.len();
        equipment.ports.retain(|interface| !restless.contains(&interface.port));
        if equipment.ports.len() == before {
            break;
        }
    }
    let log = last_lines(&log).join("\n    ");
    Err(format!("the installed programs end, or do not come to rest: {log}"))
}

/// Compares a case as far as it is wanted; if it cannot be compared there, where everything is loaded and bound.
fn compared_case(file: &Path) -> Option<Result<(Extent, Outcome), String>> {
    let mut problem = String::new();
    let mut extents = vec![Extent::wanted(), Extent::Bound];
    extents.dedup();
    for extent in extents {
        let mut central = Central::start_with_installed_northd()?;
        let played = play(&mut central, file, extent, |_| {}).map_err(|problem| problem.to_string());
        match played.and_then(|()| compared(&mut central)) {
            Ok(outcome) => return Some(Ok((extent, outcome))),
            Err(found) => problem = found,
        }
    }
    Some(Err(problem))
}

/// The ports that a controller claims again and again, because it releases them itself or northd does.
fn restless_ports(log: &str) -> HashSet<String> {
    let mut claims: HashMap<&str, usize> = HashMap::new();
    for line in log.lines() {
        let claimed = line.split_once("|Claiming lport ").and_then(|(_, rest)| rest.split_once(" for this "));
        if let Some((port, _)) = claimed {
            *claims.entry(port).or_default() += 1;
        }
    }
    let restless = claims.into_iter().filter(|(_, count)| *count > MOST_CLAIMS);
    restless.map(|(port, _)| port.to_owned()).collect()
}

fn report(outcome: &Outcome, label: &str, wrong: &mut String) {
    println!(
        "{label}: {} translations, {} flows, {} refused{}",
        outcome.translated,
        outcome.installed,
        outcome.refused.len(),
        if outcome.differences.is_empty() { "" } else { ": DIFFERENT" }
    );
    for refused in &outcome.refused {
        println!("  refused: {refused}");
    }
    if !outcome.differences.is_empty() {
        let _ = writeln!(wrong, "{label}\n{}", outcome.differences);
    }
}

/// The last of the lines that are no reports of ordinary work, or the last at all.
fn last_lines(log: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = log.lines().collect();
    if lines.iter().any(|line| !line.contains("|INFO|")) {
        lines.retain(|line| !line.contains("|INFO|"));
    }
    lines.split_off(lines.len().saturating_sub(3))
}

#[test]
fn flows_of_a_cluster_are_those_of_the_installed_controller() {
    let Some(mut central) = Central::start_with_installed_northd() else { return };
    central.run_script(include_str!("../../../examples/cluster.nbctl"));
    let mut wrong = String::new();
    report(&compared(&mut central).expect("a cluster at rest"), "examples/cluster.nbctl", &mut wrong);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn flows_of_cases_are_those_of_the_installed_controller() {
    let (mut wrong, mut equal, mut files) = (String::new(), 0, 0);
    for file in case_files() {
        let label = file.display().to_string();
        let Some(found) = compared_case(&file) else { return };
        files += 1;
        match found {
            Ok((extent, outcome)) => {
                equal += usize::from(outcome.differences.is_empty());
                let is_early = extent != Extent::wanted();
                report(&outcome, &if is_early { format!("{label}, loaded") } else { label }, &mut wrong);
            }
            Err(problem) => println!("skipped: {label}: {problem}"),
        }
    }
    println!("{files} files, {equal} equal");
    assert!(wrong.is_empty(), "{wrong}");
}
