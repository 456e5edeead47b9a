//! From nodes to operators.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use differential_dataflow::VecCollection;
use differential_dataflow::input::InputSession;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::trace::TraceReader;
use differential_dataflow::trace::cursor::{Cursor, cursor_list};
use differential_dataflow::trace::implementations::{ValBuilder, ValSpine};
use timely::dataflow::Scope;
use timely::dataflow::operators::probe::Handle;
use timely::progress::frontier::AntichainRef;
use weft_plan::plan::{Aggregation, HeadId, JoinSide};
use weft_value::{Datum, Row};

use crate::aggregate::aggregate;
use crate::allocate::Allocator;
use crate::change::{Diff, HeadChange};
use crate::components::Components;
use crate::driver::AllocationMemory;
use crate::expression::{Context, Scratch};
use crate::program::{Joined, Operator, Program};
use crate::shared::OwnedReader;
use crate::steps::Steps;

use super::stateful::{Stateful, on_one_worker};

/// The number of a transaction.
pub(super) type Time = u64;

pub(super) type Rows<'s> = VecCollection<'s, Time, Row, Diff>;
type Trace = TraceAgent<ValSpine<Row, Row, Time, Diff>>;
type Index<'s> = Arranged<'s, Trace>;

/// What the operators of one worker share.
pub(super) struct Surroundings {
    pub(super) program: Arc<Program>,
    pub(super) interner: OwnedReader,
    pub(super) scratch: RefCell<Scratch>,
    /// What came to the sinks since the worker last looked.
    pub(super) changes: RefCell<Vec<HeadChange>>,
    /// The allocations by name, where this worker runs them.
    pub(super) allocators: RefCell<HashMap<String, Rc<RefCell<Allocator>>>>,
    /// The indexes of arranged nodes, by position.
    pub(super) traces: RefCell<Vec<(usize, Trace)>>,
}

impl Surroundings {
    pub(super) fn new(program: Arc<Program>, interner: OwnedReader) -> Surroundings {
        Surroundings {
            program,
            interner,
            scratch: RefCell::default(),
            changes: RefCell::default(),
            allocators: RefCell::default(),
            traces: RefCell::default(),
        }
    }

    /// Lets the indexes forget how they came to what they are before `time`.
    pub(super) fn compact(&self, time: Time) {
        for (_, trace) in self.traces.borrow_mut().iter_mut() {
            trace.set_logical_compaction(AntichainRef::new(&[time]));
            trace.set_physical_compaction(AntichainRef::new(&[time]));
        }
    }

    /// For each node, how many distinct rows of its index this worker keeps.
    pub(super) fn arranged_rows(&self) -> Vec<usize> {
        let mut rows = vec![0; self.program.nodes.len()];
        for (position, trace) in self.traces.borrow_mut().iter_mut() {
            let batches = trace.batches_through(AntichainRef::new(&[])).unwrap_or_default();
            let (mut cursor, storage) = cursor_list(batches);
            while cursor.key_valid(&storage) {
                while cursor.val_valid(&storage) {
                    let mut count: Diff = 0;
                    cursor.map_times(&storage, |_, diff| count += diff);
                    rows[*position] += usize::from(count != 0);
                    cursor.step_val(&storage);
                }
                cursor.step_key(&storage);
            }
        }
        rows
    }
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
    fn rows(self) -> Rows<'s> {
        match self {
            Rendered::Rows(rows) => rows,
            Rendered::Indexed(index) => index.as_collection(|key, value| concatenated(&[key, value])),
        }
    }

    fn enter<'r>(&self, region: Scope<'r, Time>) -> Rendered<'r> {
        match self {
            Rendered::Rows(rows) => Rendered::Rows(rows.clone().enter_region(region)),
            Rendered::Indexed(index) => Rendered::Indexed(index.clone().enter_region(region)),
        }
    }
}

/// What was rendered in a region, outside of it.
fn leave<'o>(rendered: Rendered<'_>, scope: Scope<'o, Time>) -> Rendered<'o> {
    match rendered {
        Rendered::Rows(rows) => Rendered::Rows(rows.leave_region(scope)),
        Rendered::Indexed(index) => Rendered::Indexed(index.leave_region(scope)),
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
    /// A node's rows, in a region.
    fn rows<'r>(&self, region: Scope<'r, Time>, node: usize) -> Rows<'r> {
        self.nodes[node].enter(region).rows()
    }

    /// The index of an arranged node, in a region; the program has checked that it is one.
    fn index<'r>(&self, region: Scope<'r, Time>, node: usize) -> Index<'r> {
        match self.nodes[node].enter(region) {
            Rendered::Indexed(index) => index,
            Rendered::Rows(rows) => indexed(rows, 0),
        }
    }

    /// A node. Its operators stand in a region of its name, the rule's file and line.
    fn node(&self, position: usize, memory: &AllocationMemory) -> Rendered<'s> {
        let node = &self.surroundings.program.nodes[position];
        match &node.operator {
            Operator::Unit => Rendered::Rows(self.unit.clone()),
            Operator::Input { table } => Rendered::Rows(self.tables[*table].clone()),
            _ => self.scope.region_named(&self.surroundings.program.names[position], |region| {
                leave(self.operators(region, position, memory), self.scope)
            }),
        }
    }

    fn operators<'r>(
        &self,
        region: Scope<'r, Time>,
        position: usize,
        memory: &AllocationMemory,
    ) -> Rendered<'r> {
        let node = &self.surroundings.program.nodes[position];
        let key_width = node.key_width().unwrap_or_default();
        Rendered::Rows(match &node.operator {
            Operator::Unit => self.unit.clone().enter_region(region),
            Operator::Input { table } => self.tables[*table].clone().enter_region(region),
            Operator::Map { input, .. } => self.through_steps(position, self.rows(region, *input)),
            Operator::Union { inputs } => differential_dataflow::collection::concatenate(
                region,
                inputs.iter().map(|input| self.rows(region, *input)),
            ),
            Operator::Arrange { input, columns } => {
                let columns = columns.clone();
                let rows = self
                    .rows(region, *input)
                    .map(move |row| columns.iter().map(|column| row[usize::from(*column)]).collect());
                return self.kept(position, indexed(rows, key_width));
            }
            Operator::Distinct { input } => {
                return self.kept(position, distinct(self.index(region, *input)));
            }
            Operator::Join { inputs, .. } => self.through_steps(position, self.joined(region, inputs)),
            Operator::Reduce { input, aggregation } => {
                return self.kept(position, self.reduce(self.index(region, *input), (**aggregation).clone()));
            }
            Operator::Allocate { input, name } => {
                let allocator = Rc::new(RefCell::new(self.allocator(name, memory)));
                self.surroundings.allocators.borrow_mut().insert(name.clone(), Rc::clone(&allocator));
                let allocator = Stateful::Allocator(allocator);
                on_one_worker(self.rows(region, *input), allocator, &self.surroundings)
            }
            Operator::Components { input } => {
                let components = Stateful::Components(Components::default());
                on_one_worker(self.rows(region, *input), components, &self.surroundings)
            }
            Operator::Sink { input, head } => self.sink(self.rows(region, *input), *head),
        })
    }

    /// The index of a node, whose rows can be counted.
    fn kept<'r>(&self, position: usize, index: Index<'r>) -> Rendered<'r> {
        self.surroundings.traces.borrow_mut().push((position, index.trace.clone()));
        Rendered::Indexed(index)
    }

    /// The combinations of a join's inputs.
    fn joined<'r>(&self, region: Scope<'r, Time>, inputs: &[Joined]) -> Rows<'r> {
        let Some((first, others)) = inputs.split_first() else {
            return self.unit.clone().enter_region(region);
        };
        let nodes = &self.surroundings.program.nodes;
        let key_width = nodes[first.node()].key_width().unwrap_or_default();
        let mut left = self.index(region, first.node());
        let mut rows = left.clone().as_collection(|key, value| concatenated(&[key, value]));
        for (number, other) in others.iter().enumerate() {
            if number > 0 {
                left = indexed(rows, key_width);
            }
            let right = self.index(region, other.node());
            rows = match other.side {
                JoinSide::Inner => {
                    left.clone().join_core(right, |key, left, right| Some(concatenated(&[key, left, right])))
                }
                JoinSide::Absent => unmatched(left.clone(), right, Row::default()),
                JoinSide::Outer => {
                    let mut missing = vec![Datum::UNDEFINED; nodes[other.node()].width() - key_width];
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

    fn through_steps<'r>(&self, position: usize, rows: Rows<'r>) -> Rows<'r> {
        let mut each = self.steps_of(position);
        rows.flat_map(move |row| each(&[&row]))
    }

    fn reduce<'r>(&self, index: Index<'r>, aggregation: Aggregation) -> Index<'r> {
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

    fn sink<'r>(&self, rows: Rows<'r>, head: HeadId) -> Rows<'r> {
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

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use timely::logging::{TimelyEvent, TimelyEventBuilder};
    use weft_plan::plan::{InputRows, InputTable, Node, NodeId, NodeKind, Plan};
    use weft_value::HostRegistry;

    use super::*;
    use crate::shared::SharedInterner;

    #[test]
    fn operators_stand_in_regions_named_after_file_and_line() {
        let table = InputTable {
            database: "nb".into(),
            table: "T".into(),
            columns: vec!["c".into()],
            rows: InputRows::Whole,
        };
        let node = |name: &str, kind| Node { name: name.to_owned(), kind };
        let arranged = NodeKind::Arrange { input: NodeId(0), key: vec![1], value: vec![0] };
        let nodes = vec![
            node("nb.T", NodeKind::Input { table: 0 }),
            node("switch/acl.weft:12 acl_eval", arranged),
            node("switch/acl.weft:20 acl_log", NodeKind::Distinct { input: NodeId(1) }),
        ];
        let plan = Plan { tables: vec![table], nodes, ..Plan::default() };
        let interner = SharedInterner::new();
        let program = Program::new(&plan, &HostRegistry::default(), &interner).expect("a plan that runs");
        let (program, names) = (Arc::new(program), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&names);
        timely::execute_directly(move |worker| {
            let mut log = worker.log_register().expect("a log");
            log.insert::<TimelyEventBuilder, _>("timely", move |_, events| {
                for (_, event) in events.iter().flat_map(|events| events.iter()) {
                    if let TimelyEvent::Operates(operator) = event {
                        seen.lock().unwrap_or_else(PoisonError::into_inner).push(operator.name.clone());
                    }
                }
            });
            drop(log);
            let surroundings = Rc::new(Surroundings::new(program, interner.read_owned()));
            worker.dataflow(|scope| render(scope, &surroundings, &AllocationMemory::new()));
        });
        let mut names = names.lock().unwrap_or_else(PoisonError::into_inner).clone();
        names.retain(|name| name.contains(".weft:"));
        names.sort();
        assert_eq!(names, ["switch/acl.weft:12 acl_eval", "switch/acl.weft:20 acl_log"]);
    }
}
