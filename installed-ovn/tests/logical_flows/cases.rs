//! Networks, and what is found.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use weft_installed_ovn::logical::{chassis_name, equipment};
use weft_installed_ovn::{Central, Chassis, Extent, Installation, case_files, play};

use crate::compare::{Outcome, compare};
use crate::remedies::remedied;

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

/// How a case is compared.
struct Way {
    /// The northd that writes the rows.
    northd: PathBuf,
    extent: Extent,
    /// What is said of it.
    label: &'static str,
}

/// A case is compared in the first way in which it can be: as far as it is wanted, where everything is loaded and
/// bound, or with the rows of another northd, which `OVN_NORTHD` names.
fn ways(installed: &Installation) -> Vec<Way> {
    let way = |northd: PathBuf, extent, label| Way { northd, extent, label };
    let mut ways = vec![way(installed.program("ovn-northd"), Extent::wanted(), "")];
    if Extent::wanted() != Extent::Bound {
        ways.push(way(installed.program("ovn-northd"), Extent::Bound, ", loaded"));
    }
    let another = std::env::var_os("OVN_NORTHD").map(PathBuf::from);
    ways.extend(another.map(|northd| way(northd, Extent::wanted(), ", rows of OVN_NORTHD")));
    ways
}

/// Compares a case; an error says why it cannot be. Also how it is compared.
fn compared_case(file: &Path, installed: &Installation) -> (String, Result<Outcome, String>) {
    let mut last = (String::new(), Err("there is no northd".to_owned()));
    for Way { northd, extent, label } in ways(installed) {
        let mut central = Central::start_in(installed, &northd);
        last = match play(&mut central, file, extent, |_| {}) {
            Ok(()) => remedied(&mut central, compared),
            Err(problem) => (String::new(), Err(problem.to_string())),
        };
        last.0.insert_str(0, label);
        if last.1.is_ok() {
            break;
        }
    }
    last
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
        "{label}: {} translations, {} flows, {} refused{}; {} flows in all, {} with other forms",
        outcome.translated,
        outcome.installed,
        outcome.refused.len(),
        if outcome.differences.is_empty() { "" } else { ": DIFFERENT" },
        outcome.of_switch,
        outcome.other_forms.len(),
    );
    for refused in &outcome.refused {
        println!("  refused: {refused}");
    }
    if !outcome.differences.is_empty() {
        let _ = writeln!(wrong, "{label}\n{}", outcome.differences);
    }
    let forms = &outcome.other_forms;
    if !forms.is_empty() {
        let few: Vec<&String> = forms.iter().take(5).collect();
        let _ = writeln!(wrong, "{label}: {} flows have other forms, such as\n{few:#?}", forms.len());
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
    let Some(installed) = Installation::find() else { return };
    let (mut wrong, mut equal) = (String::new(), 0);
    let files = case_files();
    for file in &files {
        let (way, found) = compared_case(file, &installed);
        let label = format!("{}{way}", file.display());
        match found {
            Ok(outcome) => {
                equal += usize::from(outcome.differences.is_empty());
                report(&outcome, &label, &mut wrong);
            }
            Err(problem) => println!("skipped: {label}: {problem}"),
        }
    }
    println!("{} files, {equal} equal", files.len());
    assert!(wrong.is_empty(), "{wrong}");
    assert!(equal > 0 || files.is_empty(), "none of {} files could be compared", files.len());
}
