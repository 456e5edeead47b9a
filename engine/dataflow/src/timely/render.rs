//! From nodes to operators.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use differential_dataflow::VecCollection;
use differential_dataflow::input::InputSession;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::trace::implementations::{ValBuilder, ValSpine};
use timely::dataflow::Scope;
use timely::dataflow::operators::probe::Handle;
use weft_plan::plan::{Aggregation, HeadId, JoinSide};
use weft_value::{Datum, Row};

use crate::aggregate::aggregate;
use crate::allocate::Allocator;
use crate::change::{Diff, HeadChange};
use crate::components::Components;
use crate::driver::AllocationMemory;
use crate::expression::{Context, Scratch};
use crate::program::{Operator, Program};
use crate::shared::OwnedReader;
use crate::steps::Steps;

use super::stateful::{Stateful, on_one_worker};

/// The number of a transaction.
pub(super) type Time = u64;

pub(super) type Rows<'s> = VecCollection<'s, Time, Row, Diff>;
type Index<'s> = Arranged<'s, TraceAgent<ValSpine<Row, Row, Time, Diff>>>;

/// What the operators of one worker share.
pub(super) struct Surroundings {
    pub(super) program: Arc<Program>,
    pub(super) interner: OwnedReader,
    pub(super) scratch: RefCell<Scratch>,
    /// What came to the sinks since the worker last looked.
    pub(super) changes: RefCell<Vec<HeadChange>>,
    /// The allocations by name, where this worker runs them.
    pub(super) allocators: RefCell<HashMap<String, Rc<RefCell<Allocator>>>>,
}

/// How a worker feeds its dataflow and sees how far it is.
pub(super) struct Ports {
    /// For `Unit` nodes, then for each table.
    pub(super) unit: InputSession<Time, Row, Diff>,
    pub(super) tables: Vec<InputSession<Time, Row, Diff>>,
    pub(super) probe: Handle<Time>,
}

/// A node's output: as rows, and indexed if it is arranged.
enum Rendered<'s> {
    Rows(Rows<'s>),
    Indexed(Index<'s>),
}

impl<'s> Rendered<'s> {
    fn rows(&self) -> Rows<'s> {
        match self {
            Rendered::Rows(rows) => rows.clone(),
            Rendered::Indexed(index) => index.clone().as_collection(|key, value| concatenated(&[key, value])),
        }
    }
}

fn concatenated(parts: &[&[Datum]]) -> Row {
    parts.iter().flat_map(|part| part.iter().copied()).collect()
}

fn indexed<'s>(rows: Rows<'s>, key_width: usize) -> Index<'s> {
    rows.map(move |row| (Row::new(&row[..key_width]), Row::new(&row[key_width..]))).arrange_by_key()
}

/// Builds the dataflow of a plan.
pub(super) struct Renderer<'s> {
    scope: Scope<'s, Time>,
    surroundings: Rc<Surroundings>,
    nodes: Vec<Rendered<'s>>,
    unit: Rows<'s>,
    tables: Vec<Rows<'s>>,
    probe: Handle<Time>,
}

/// Builds the dataflow and returns its ports.
pub(super) fn render(
    scope: Scope<'_, Time>,
    surroundings: &Rc<Surroundings>,
    memory: &AllocationMemory,
) -> Ports {
    let program = Arc::clone(&surroundings.program);
    let mut unit = InputSession::new();
    let mut tables: Vec<InputSession<Time, Row, Diff>> =
        program.tables.iter().map(|_| InputSession::new()).collect();
    let mut renderer = Renderer {
        unit: unit.to_collection(scope),
        tables: tables.iter_mut().map(|table| table.to_collection(scope)).collect(),
        scope,
        surroundings: Rc::clone(surroundings),
        nodes: Vec::with_capacity(program.nodes.len()),
        probe: Handle::new(),
    };
    // Tables that no node reads hold nothing back, but their frontier has to be seen as well.
    let probe = renderer.probe.clone();
    for rows in renderer.tables.iter().chain([&renderer.unit]) {
        rows.clone().probe_with(&probe);
    }
    for position in 0..program.nodes.len() {
        let node = renderer.node(position, memory);
        renderer.nodes.push(node);
    }
    Ports { unit, tables, probe }
}

impl<'s> Renderer<'s> {
    fn rows(&self, node: usize) -> Rows<'s> {
        self.nodes[node].rows()
    }

    /// The index of an arranged node; the program has checked that it is one.
    fn index(&self, node: usize) -> Index<'s> {
        match &self.nodes[node] {
            Rendered::Indexed(index) => index.clone(),
            Rendered::Rows(rows) => indexed(rows.clone(), 0),
        }
    }

    fn node(&self, position: usize, memory: &AllocationMemory) -> Rendered<'s> {
        let node = &self.surroundings.program.nodes[position];
        let key_width = node.key_width.unwrap_or_default();
        Rendered::Rows(match &node.operator {
            Operator::Unit => self.unit.clone(),
            Operator::Input { table } => self.tables[*table].clone(),
            Operator::Map { input, .. } => self.through_steps(position, self.rows(*input)),
            Operator::Union { inputs } => differential_dataflow::collection::concatenate(
                self.scope,
                inputs.iter().map(|input| self.rows(*input)),
            ),
            Operator::Arrange { input, columns } => {
                let columns = columns.clone();
                let rows =
                    self.rows(*input).map(move |row| columns.iter().map(|column| row[*column]).collect());
                return Rendered::Indexed(indexed(rows, key_width));
            }
            Operator::Distinct { input } => return Rendered::Indexed(distinct(self.index(*input))),
            Operator::Join { inputs, .. } => self.through_steps(position, self.joined(inputs)),
            Operator::Reduce { input, aggregation } => {
                return Rendered::Indexed(self.reduce(self.index(*input), aggregation.clone()));
            }
            Operator::Allocate { input, name } => {
                let allocator = Rc::new(RefCell::new(self.allocator(name, memory)));
                self.surroundings.allocators.borrow_mut().insert(name.clone(), Rc::clone(&allocator));
                on_one_worker(self.rows(*input), Stateful::Allocator(allocator), &self.surroundings)
            }
            Operator::Components { input } => {
                let components = Stateful::Components(Components::default());
                on_one_worker(self.rows(*input), components, &self.surroundings)
            }
            Operator::Sink { input, head } => self.sink(self.rows(*input), *head),
        })
    }

    /// The combinations of a join's inputs.
    fn joined(&self, inputs: &[(usize, JoinSide)]) -> Rows<'s> {
        let Some(((first, _), others)) = inputs.split_first() else { return self.unit.clone() };
        let nodes = &self.surroundings.program.nodes;
        let key_width = nodes[*first].key_width.unwrap_or_default();
        let mut left = self.index(*first);
        let mut rows = left.clone().as_collection(|key, value| concatenated(&[key, value]));
        for (number, (node, side)) in others.iter().enumerate() {
            if number > 0 {
                left = indexed(rows, key_width);
            }
            let right = self.index(*node);
            rows = match side {
                JoinSide::Inner => {
                    left.clone().join_core(right, |key, left, right| Some(concatenated(&[key, left, right])))
                }
                JoinSide::Absent => unmatched(left.clone(), right, Row::default()),
                JoinSide::Outer => {
                    let mut missing = vec![Datum::UNDEFINED; nodes[*node].width - key_width];
                    missing.push(Datum::FALSE);
                    let found = left.clone().join_core(right.clone(), |key, left, right| {
                        Some(concatenated(&[key, left, right, &[Datum::TRUE]]))
                    });
                    found.concat(unmatched(left.clone(), right, Row::new(&missing)))
                }
            };
        }
        rows
    }

    /// A closure that runs a node's steps on a row given in parts.
    fn steps_of(&self, position: usize) -> impl FnMut(&[&[Datum]]) -> Vec<Row> + use<> {
        let surroundings = Rc::clone(&self.surroundings);
        move |parts| {
            let mut rows = Vec::new();
            if let Some(steps) = surroundings.program.nodes[position].operator.steps() {
                run_steps(steps, parts, &surroundings, &mut rows);
            }
            rows
        }
    }

    fn through_steps(&self, position: usize, rows: Rows<'s>) -> Rows<'s> {
        let mut each = self.steps_of(position);
        rows.flat_map(move |row| each(&[&row]))
    }

    fn reduce(&self, index: Index<'s>, aggregation: Aggregation) -> Index<'s> {
        let surroundings = Rc::clone(&self.surroundings);
        index.reduce_abelian::<_, ValBuilder<_, _, _, _>, ValSpine<_, _, _, _>, _, _>(
            "Reduce",
            move |_, rows, output| {
                let mut rows: Vec<(&[Datum], Diff)> =
                    rows.iter().map(|(row, count)| (&***row, *count)).collect();
                let value = aggregate(&aggregation, &mut rows, &surroundings.interner);
                output.extend(value.map(|value| (Row::new(&[value]), 1)));
            },
            |updates, key, changes| {
                updates.clear();
                updates
                    .extend(changes.drain(..).map(|(value, time, diff)| ((key.clone(), value), time, diff)));
            },
        )
    }

    fn allocator(&self, name: &str, memory: &AllocationMemory) -> Allocator {
        let interner = &self.surroundings.interner;
        let mut allocator = Allocator::default();
        for ((scope, holder), id) in memory.get(name).into_iter().flatten() {
            allocator.remember(interner.datum_of(scope), interner.datum_of(holder), *id);
        }
        allocator
    }

    fn sink(&self, rows: Rows<'s>, head: HeadId) -> Rows<'s> {
        let surroundings = Rc::clone(&self.surroundings);
        let seen = rows.inspect(move |(row, _, diff)| {
            surroundings.changes.borrow_mut().push(HeadChange { head, row: row.clone(), diff: *diff });
        });
        seen.probe_with(&self.probe)
    }
}

fn run_steps(steps: &Steps, parts: &[&[Datum]], surroundings: &Surroundings, rows: &mut Vec<Row>) {
    let scratch = &mut *surroundings.scratch.borrow_mut();
    scratch.slots.clear();
    parts.iter().for_each(|part| scratch.slots.extend_from_slice(part));
    let stages = &surroundings.program.stages;
    let mut context = Context { interner: &surroundings.interner, stages, scratch };
    steps.run(&mut context, &mut |row| rows.push(Row::new(row)));
}

/// The left rows whose key the right does not have, with further columns.
fn unmatched<'s>(left: Index<'s>, right: Index<'s>, rest: Row) -> Rows<'s> {
    let keys = right.as_collection(|key, _| (key.clone(), Row::default()));
    let keys = distinct(keys.arrange_by_key());
    let all = left.clone().as_collection(|key, value| concatenated(&[key, value]));
    let with_right = left.join_core(keys, |key, value, _| Some(concatenated(&[key, value])));
    all.concat(with_right.negate()).map(move |row| concatenated(&[&row, &rest]))
}

fn distinct<'s>(index: Index<'s>) -> Index<'s> {
    index.reduce_abelian::<_, ValBuilder<_, _, _, _>, ValSpine<_, _, _, _>, _, _>(
        "Distinct",
        |_, rows, output| {
            let present = rows.iter().filter(|(_, count)| *count > 0);
            output.extend(present.map(|(row, _)| ((*row).clone(), 1)));
        },
        |updates, key, changes| {
            updates.clear();
            updates.extend(changes.drain(..).map(|(value, time, diff)| ((key.clone(), value), time, diff)));
        },
    )
}
