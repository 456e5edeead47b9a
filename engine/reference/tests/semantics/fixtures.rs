//! The programs of `weft-testing` over random data.

use std::collections::BTreeSet;

use weft_reference::{AllocState, Evaluation, Snapshot, evaluate};
use weft_testing::random::{RandomData, RandomProgram};
use weft_testing::{Fixture, fixtures, test_hosts};

use crate::support::program;

/// Evaluations of a fixture over several random databases, before each transaction.
fn evaluations(fixture: Fixture, mut each: impl FnMut(&Evaluation, &Snapshot)) {
    let program = program(fixture.rules);
    for seed in 0..12 {
        let mut data = RandomData::new(&program, seed);
        if seed % 2 == 1 {
            data = data.leaving_references();
        }
        let mut alloc = AllocState::default();
        data.fill();
        for _ in 0..6 {
            let evaluation = match evaluate(&program, data.snapshot(), &test_hosts(), &alloc) {
                Ok(evaluation) => evaluation,
                Err(faults) => panic!("{}: {faults:?}", fixture.name),
            };
            each(&evaluation, data.snapshot());
            alloc = evaluation.alloc;
            data.transaction();
        }
    }
}

#[test]
fn every_rule_of_every_fixture_gives_something_and_has_no_faults() {
    for fixture in fixtures() {
        let mut sources = BTreeSet::new();
        evaluations(fixture, |evaluation, _| {
            sources.extend(evaluation.warnings.iter().map(|warning| warning.source.clone()));
            sources.extend(evaluation.flows.iter().map(|flow| flow.source.clone()));
            sources.extend(evaluation.emits.iter().map(|emit| emit.table.to_string()));
            sources.extend(evaluation.members.iter().map(|member| member.column.clone()));
        });
        let heads = fixture.rules.lines().filter(|line| {
            let line = line.trim_start();
            line.contains("warn \"") || line.starts_with("flow ") || line.starts_with("emit ")
        });
        let (found, wanted) = (sources.len(), heads.count());
        assert!(found >= wanted, "{}: {found} of {wanted} heads: {sources:#?}", fixture.name);
    }
}

#[test]
fn an_empty_database_gives_at_most_what_depends_on_nothing() {
    for fixture in fixtures() {
        let program = program(fixture.rules);
        let mut data = RandomData::new(&program, 1);
        data.fill();
        data.delete_everything();
        let evaluation = evaluate(&program, data.snapshot(), &test_hosts(), &AllocState::default());
        let evaluation = evaluation.unwrap_or_else(|faults| panic!("{}: {faults:?}", fixture.name));
        assert!(evaluation.expanded_flows().is_empty(), "{}", fixture.name);
        assert!(evaluation.rows.is_empty(), "{}", fixture.name);
        assert!(evaluation.warnings.is_empty(), "{}", fixture.name);
    }
}

#[test]
fn the_order_of_clauses_of_random_programs_has_no_meaning() {
    let mut facts = 0;
    for seed in 0..60 {
        let random = RandomProgram::new(seed).unwrap_or_else(|refusal| panic!("{refusal}"));
        let shuffled = program(&random.shuffled);
        let mut data = RandomData::new(&random.program, seed);
        data.fill();
        let evaluate = |program| {
            evaluate(program, data.snapshot(), &test_hosts(), &AllocState::default())
                .unwrap_or_else(|faults| panic!("{faults:?}\n--- in\n{}", random.rules))
        };
        let (one, other) = (evaluate(&random.program), evaluate(&shuffled));
        assert_eq!(one.warning_texts(), other.warning_texts(), "{}\n---\n{}", random.rules, random.shuffled);
        assert_eq!(one.expanded_flows(), other.expanded_flows(), "{}", random.rules);
        assert_eq!(one.rows, other.rows, "{}", random.rules);
        facts += one.warnings.len() + one.flows.len() + one.members.len();
    }
    assert!(facts > 150, "random programs hardly give anything: {facts} facts");
}
