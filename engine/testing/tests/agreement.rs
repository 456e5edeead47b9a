//! Plan and dataflow agree with the reference evaluator, on every fixture and on random programs.

#![expect(clippy::panic, reason = "helpers of tests fail like tests")]

use weft_lang::program::Program;
use weft_reference::{AllocState, RowEdit, Snapshot, evaluate};
use weft_testing::random::{RandomData, RandomProgram};
use weft_testing::{Facts, Incremental, compile, fixtures, test_hosts};
use weft_value::HostRegistry;

/// Both engines over the same database.
struct Pair<'p> {
    program: &'p Program,
    hosts: HostRegistry,
    incremental: Incremental,
    snapshot: Snapshot,
    alloc: AllocState,
    /// What to say of a disagreement.
    about: String,
}

impl<'p> Pair<'p> {
    fn new(program: &'p Program, hosts: HostRegistry, workers: Option<usize>, about: String) -> Self {
        let incremental = match workers {
            None => Incremental::new(program, &hosts),
            Some(workers) => Incremental::on_workers(program, &hosts, workers),
        };
        let incremental = incremental.unwrap_or_else(|error| panic!("{about}: {error}"));
        Self {
            program,
            hosts,
            incremental,
            snapshot: Snapshot::default(),
            alloc: AllocState::default(),
            about,
        }
    }

    /// Gives a transaction to both and compares all facts. Returns how many there are.
    fn transact(&mut self, edits: &[RowEdit]) -> usize {
        let about = &self.about;
        self.incremental.transact(edits).unwrap_or_else(|error| panic!("{about}: {error}"));
        edits.iter().for_each(|edit| self.snapshot.apply(edit));
        let evaluation = evaluate(self.program, &self.snapshot, &self.hosts, &self.alloc)
            .unwrap_or_else(|faults| panic!("{about}: {faults:?}"));
        let wanted = Facts::of(&evaluation);
        let found = self.incremental.facts().unwrap_or_else(|error| panic!("{about}: {error}"));
        assert!(
            found == wanted,
            "{about}\n--- missing (-), too many (+):\n{}\n--- after {edits:#?}\n--- of {:#?}\n{}",
            wanted.difference(&found),
            self.snapshot,
            self.incremental.plan_text(),
        );
        self.alloc = evaluation.alloc;
        wanted.len()
    }
}

/// As `check_on`, with the driver of the daemons.
fn check(program: &Program, hosts: HostRegistry, seed: u64, about: &str) -> usize {
    check_on(None, program, hosts, seed, about)
}

/// Transactions as a whole or row by row, with references that stay or not, then nothing left: no fact but
/// those that need no data, and no row in an index.
fn check_on(workers: Option<usize>, program: &Program, hosts: HostRegistry, seed: u64, about: &str) -> usize {
    let row_by_row = seed % 3 == 2;
    let mut data = RandomData::new(program, seed);
    if seed % 2 == 1 {
        data = data.leaving_references();
    }
    let mut pair = Pair::new(program, hosts, workers, format!("{about}, seed {seed}"));
    let mut facts = pair.transact(&[]);
    let rows_at_start = pair.incremental.arranged_rows();
    for round in 0..6 {
        let edits = if round == 0 { data.fill() } else { data.transaction() };
        if row_by_row {
            facts += edits.chunks(1).map(|edit| pair.transact(edit)).sum::<usize>();
        } else {
            facts += pair.transact(&edits);
        }
    }
    pair.transact(&data.delete_everything());
    let rows_at_end = pair.incremental.arranged_rows();
    assert_eq!(rows_at_end, rows_at_start, "rows in indexes of {about}, seed {seed}");
    facts
}

#[test]
fn fixtures_agree() {
    for fixture in fixtures() {
        let program = compile(fixture.rules).unwrap_or_else(|errors| panic!("{errors}"));
        let facts: usize = (0..12).map(|seed| check(&program, test_hosts(), seed, fixture.name)).sum();
        assert!(facts > 100, "{}: only {facts} facts", fixture.name);
    }
}

/// Seeds from 0 up to 60, or from `WEFT_SEEDS=1000..2000`, to look for more.
fn seeds() -> std::ops::Range<u64> {
    let wanted = std::env::var("WEFT_SEEDS").unwrap_or_default();
    let range = wanted.split_once("..").and_then(|(low, high)| Some(low.parse().ok()?..high.parse().ok()?));
    range.unwrap_or(0..60)
}

#[test]
fn random_programs_agree() {
    for seed in seeds() {
        let random = RandomProgram::new(seed).unwrap_or_else(|refusal| panic!("{refusal}"));
        check(&random.program, test_hosts(), seed, &random.rules);
    }
}

#[test]
fn many_workers_agree() {
    // Starting workers takes most of the time.
    for fixture in fixtures() {
        let program = compile(fixture.rules).unwrap_or_else(|errors| panic!("{errors}"));
        (0..2).for_each(|seed| {
            check_on(Some(1 + seed as usize), &program, test_hosts(), seed, fixture.name);
        });
    }
    for seed in 0..4 {
        let random = RandomProgram::new(seed).unwrap_or_else(|refusal| panic!("{refusal}"));
        check_on(Some(2), &random.program, test_hosts(), seed, &random.rules);
    }
}

#[test]
fn the_built_in_rules_agree() {
    let compiled =
        weft_rules::compile(weft_rules::embedded_files()).unwrap_or_else(|error| panic!("{error}"));
    let facts: usize =
        (0..6).map(|seed| check(&compiled.program, weft_rules::registry(), seed, "the built-in rules")).sum();
    assert!(facts > 1000, "only {facts} facts");
}
