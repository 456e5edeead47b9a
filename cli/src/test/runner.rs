//! One test in all the ways in which it is run.

use std::collections::BTreeSet;

use weft_lang::program::Program;
use weft_reference::{AllocState, Evaluation};
use weft_rule_texts::flow_error;
use weft_rules::Compiled;
use weft_syntax::LineIndex;
use weft_syntax::ast::{Test, TestStep};
use weft_syntax::span::Span;
use weft_value::{HostRegistry, Value, stable_hash};

use super::compare::disagreement;
use super::expectation;
use super::world::World;
use crate::oracle::{Oracle, alloc_state};
use crate::schemas::{Schemas, northbound_name};
use crate::session::{InputEdit, Session};

/// How a step's rows reach the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// As one transaction.
    Together,
    /// A transaction for each row.
    RowByRow,
    /// In another order, a few rows at a time.
    Shuffled,
}

/// A session with the way in which it gets its rows.
struct Lane<'r> {
    delivery: Delivery,
    session: Session<'r>,
}

/// Runs one test.
pub(super) struct Runner<'r> {
    program: &'r Program,
    schemas: &'r Schemas,
    hosts: &'r HostRegistry,
    world: World<'r>,
    lanes: Vec<Lane<'r>>,
    /// What the rules say without any input, and what the nodes of the plan keep then.
    empty: (Evaluation, Vec<(&'r str, usize)>),
    oracle: Oracle,
    /// The ids after the step before, as the oracle gave them.
    ids: AllocState,
    /// Matches and actions that were looked at.
    read: BTreeSet<(String, String)>,
    problems: Vec<String>,
}

impl<'r> Runner<'r> {
    pub(super) fn new(
        compiled: &'r Compiled,
        schemas: &'r Schemas,
        hosts: &'r HostRegistry,
    ) -> anyhow::Result<Self> {
        let lane = |delivery| {
            Ok::<_, anyhow::Error>(Lane { delivery, session: Session::new(&compiled.plan, hosts, schemas)? })
        };
        let mut together = lane(Delivery::Together)?;
        let empty = (together.session.evaluation(), together.session.arranged_rows());
        Ok(Self {
            program: &compiled.program,
            schemas,
            hosts,
            world: World::new(&compiled.plan, schemas, northbound_name(&compiled.program)?),
            lanes: vec![together, lane(Delivery::RowByRow)?, lane(Delivery::Shuffled)?],
            empty,
            oracle: Oracle::default(),
            ids: AllocState::new(),
            read: BTreeSet::new(),
            problems: Vec::new(),
        })
    }

    /// Everything that went wrong, in words; a failed step is the last.
    ///
    /// # Errors
    /// The reference evaluator cannot run the rules.
    pub(super) fn run(mut self, test: &Test) -> anyhow::Result<Vec<String>> {
        for (number, step) in test.steps.iter().enumerate() {
            let edits = match self.world.change(step) {
                Ok(edits) => edits,
                Err(problem) => {
                    self.note(step, &problem);
                    return Ok(self.problems);
                }
            };
            if !edits.is_empty() {
                self.oracle.apply(self.schemas, &edits);
                self.deliver(&edits, &format!("{} {number}", test.name));
                self.compare_with_oracle(step)?;
            }
            let found = self.lanes.first().map(|lane| lane.session.evaluation()).unwrap_or_default();
            self.read_texts(step, &found);
            if let Some(problem) = expectation::check(step, &self.world, &found) {
                self.note(step, &problem);
            }
        }
        let edits = self.world.delete_everything();
        self.deliver(&edits, &test.name);
        self.compare_with_empty();
        Ok(self.problems)
    }

    fn deliver(&mut self, edits: &[InputEdit], seed: &str) {
        for Lane { delivery, session } in &mut self.lanes {
            match delivery {
                Delivery::Together => session.transact(edits),
                Delivery::RowByRow => edits.iter().for_each(|edit| session.transact([edit])),
                Delivery::Shuffled => {
                    let mut shuffled: Vec<&InputEdit> = edits.iter().collect();
                    // The order is another one in each step, and the same in each run.
                    shuffled.sort_by_cached_key(|input| {
                        stable_hash(&Value::String(format!("{seed} {}", input.edit.uuid).into()))
                    });
                    shuffled.chunks(3).for_each(|chunk| session.transact(chunk.iter().copied()));
                }
            }
            for defect in session.take_defects() {
                self.problems.push(format!("defect of the engine, {}: {defect}", describe(*delivery)));
            }
        }
    }

    /// Every flow is one that OVN's controller understands.
    fn read_texts(&mut self, step: &TestStep, found: &Evaluation) {
        for flow in &found.flows {
            let texts = (flow.matches.clone(), flow.actions.clone());
            if self.read.contains(&texts) {
                continue;
            }
            if let Some(problem) = flow_error(&texts.0, &texts.1) {
                self.note(step, &format!("{} in {}", problem, flow.source));
            }
            self.read.insert(texts);
        }
    }

    fn compare_with_oracle(&mut self, step: &TestStep) -> anyhow::Result<()> {
        let mut problems = Vec::new();
        let mut shown = None;
        for Lane { delivery, session } in &mut self.lanes {
            // Which ids rows have depends on the order in which they came: the oracle is told those of the
            // other lanes, and must find nothing to change in them.
            let ids = match delivery {
                Delivery::Together => std::mem::take(&mut self.ids),
                _ => alloc_state(&session.allocations()),
            };
            let oracle = self.oracle.evaluate(self.program, self.hosts, &ids)?;
            if let Some(difference) = disagreement(&oracle, &session.evaluation()) {
                let way = describe(*delivery);
                let lines = if shown.as_ref() == Some(&difference) { "  the same" } else { &difference };
                problems.push(format!(
                    "engine, {way}, and reference evaluator disagree (- reference, + engine):\n{lines}"
                ));
                shown = Some(difference);
            }
            if *delivery == Delivery::Together {
                self.ids = oracle.alloc;
            }
        }
        problems.iter().for_each(|problem| self.note(step, problem));
        Ok(())
    }

    fn compare_with_empty(&mut self) {
        for Lane { delivery, session } in &mut self.lanes {
            let way = describe(*delivery);
            if let Some(difference) = disagreement(&self.empty.0, &session.evaluation()) {
                self.problems
                    .push(format!("after everything is deleted, {way}, there is left:\n{difference}"));
            }
            let kept = session.arranged_rows();
            let more = kept.iter().zip(&self.empty.1).filter(|((_, rows), (_, before))| rows != before);
            for ((node, rows), _) in more {
                self.problems.push(format!("after everything is deleted, {way}, {node} keeps {rows} rows"));
            }
        }
    }

    fn note(&mut self, step: &TestStep, problem: &str) {
        let place = place(step).and_then(|span| {
            let file = self.program.files.get(span.file.0 as usize)?;
            let line = LineIndex::new(&file.text).line_column(span.start).line;
            Some(format!("{}:{line}: ", file.path))
        });
        self.problems.push(format!("{}{problem}", place.unwrap_or_default()));
    }
}

fn describe(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Together => "with each step at once",
        Delivery::RowByRow => "row by row",
        Delivery::Shuffled => "in another order",
    }
}

fn place(step: &TestStep) -> Option<Span> {
    match step {
        TestStep::Nbctl { commands } => commands.first().map(|(_, span)| *span),
        TestStep::Insert { span, .. }
        | TestStep::Update { span, .. }
        | TestStep::Delete { span, .. }
        | TestStep::ExpectFlows { span, .. }
        | TestStep::ExpectRows { span, .. }
        | TestStep::ExpectWarnings { span, .. } => Some(*span),
    }
}
