//! Networks, and what is found.

use std::fmt::Write;

use weft_installed_ovn::logical::{chassis_name, equipment};
use weft_installed_ovn::{Central, Chassis, case_files, play};

use crate::compare::compare;

/// Compares a chassis of a central; adds what is wrong to `wrong`.
fn check(central: &mut Central, label: &str, wrong: &mut String) {
    let name = chassis_name(central);
    let mut chassis = Chassis::start(central, &name, &equipment(central, &name));
    let Some(outcome) = compare(central, &mut chassis, &name) else {
        println!(
            "skipped: {label}: the installed programs end, or do not come to rest: {}",
            last_line(&chassis.controller.log())
        );
        return;
    };
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

fn last_line(log: &str) -> &str {
    log.lines().last().unwrap_or_default()
}

#[test]
fn flows_of_a_cluster_are_those_of_the_installed_controller() {
    let Some(mut central) = Central::start_with_installed_northd() else { return };
    central.run_script(include_str!("../../../examples/cluster.nbctl"));
    let mut wrong = String::new();
    check(&mut central, "examples/cluster.nbctl", &mut wrong);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn flows_of_cases_are_those_of_the_installed_controller() {
    let mut wrong = String::new();
    for file in case_files() {
        let label = file.display().to_string();
        let Some(mut central) = Central::start_with_installed_northd() else { return };
        match play(&mut central, &file, |_| {}) {
            Ok(()) => check(&mut central, &label, &mut wrong),
            Err(problem) => println!("skipped: {label}: {problem}"),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
