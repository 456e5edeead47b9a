//! The scheduler: visits the nodes that have something to do, in topological order.

use std::time::Instant;

use weft_plan::plan::Plan;
use weft_value::{HostRegistry, Row};

use crate::change::{HeadChange, InputChange};
use crate::driver::{AllocationMemory, Driver, NodeProfile, Roots};
use crate::error::LoadError;
use crate::expression::Scratch;
use crate::program::{Operator, Program};
use crate::shared::SharedInterner;

use super::arrangement::Arrangement;
use super::delta::Delta;
use super::node::{Memory, NodeState, Run};
use super::reduce::Sums;

/// Interned values up to which a sweep is not worth its time.
const SWEEP_VALUES_MIN: usize = 20_000;

/// Runs a plan in the calling thread.
pub struct Direct {
    program: Program,
    interner: SharedInterner,
    states: Vec<NodeState>,
    deltas: Vec<Delta>,
    wiring: Wiring,
    dirty: Dirty,
    scratch: Scratch,
    profiles: Vec<NodeProfile>,
    /// Whether the clock is asked at every visit.
    is_timed: bool,
    /// Indexed nodes that have something to merge.
    unmerged: Vec<usize>,
    values_after_sweep: usize,
}

/// Who reads whom.
struct Wiring {
    /// For each node, those that it reads.
    sources: Vec<Vec<usize>>,
    /// For each node, those that read it.
    readers: Vec<Vec<usize>>,
    /// For each node, those whose changes nobody needs once it has run.
    released: Vec<Vec<usize>>,
    /// For each table, its input nodes.
    inputs: Vec<Vec<usize>>,
}

/// A set of nodes, visited from the lowest.
#[derive(Default)]
struct Dirty {
    words: Vec<u64>,
}

impl Dirty {
    fn insert(&mut self, node: usize) {
        self.words[node / 64] |= 1 << (node % 64);
    }

    /// Takes out the lowest node from `from` on.
    fn take(&mut self, from: usize) -> Option<usize> {
        let start = from / 64;
        for (offset, word) in self.words.get_mut(start..)?.iter_mut().enumerate() {
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some((start + offset) * 64 + bit);
            }
        }
        None
    }
}

impl Wiring {
    fn new(program: &Program) -> Wiring {
        let count = program.nodes.len();
        let mut readers = vec![Vec::new(); count];
        let mut released = vec![Vec::new(); count];
        let mut inputs = vec![Vec::new(); program.tables.len()];
        for (position, node) in program.nodes.iter().enumerate() {
            for input in node.operator.inputs() {
                if readers[input].last() != Some(&position) {
                    readers[input].push(position);
                }
            }
            if let Operator::Input { table } = node.operator {
                inputs[table].push(position);
            }
        }
        for (position, readers) in readers.iter().enumerate() {
            released[readers.last().copied().unwrap_or(position)].push(position);
        }
        let sources = program.nodes.iter().map(|node| node.operator.inputs()).collect();
        Wiring { sources, readers, released, inputs }
    }
}

fn node_states(program: &Program) -> Vec<NodeState> {
    let mut is_indexed = vec![false; program.nodes.len()];
    for (position, node) in program.nodes.iter().enumerate() {
        // A reduce looks up in its own index what it gave before.
        if let Operator::Reduce { .. } = node.operator {
            is_indexed[position] = true;
        }
        node.operator.indexed_inputs().into_iter().for_each(|input| is_indexed[input] = true);
    }
    let state = |(node, is_indexed): (&crate::program::Node, bool)| NodeState {
        index: node.key_width.filter(|_| is_indexed).map(|key| Arrangement::new(node.width, key)),
        memory: match &node.operator {
            Operator::Reduce { .. } => Memory::Sums(Sums::default()),
            Operator::Allocate { .. } => Memory::Allocator(Box::default()),
            Operator::Components { .. } => Memory::Components(Box::default()),
            _ => Memory::Nothing,
        },
    };
    program.nodes.iter().zip(is_indexed).map(state).collect()
}

impl Direct {
    /// A driver for a plan, with the ids that a driver before it gave.
    ///
    /// # Errors
    /// When a host function is missing or declared differently, or the plan breaks its promises.
    pub fn new(
        plan: &Plan,
        hosts: &HostRegistry,
        interner: SharedInterner,
        memory: &AllocationMemory,
    ) -> Result<Direct, LoadError> {
        let program = Program::new(plan, hosts, &interner)?;
        let mut states = node_states(&program);
        for (node, state) in program.nodes.iter().zip(&mut states) {
            if let (Operator::Allocate { name, .. }, Memory::Allocator(allocator)) =
                (&node.operator, &mut state.memory)
            {
                let interner = interner.read();
                for ((scope, holder), id) in memory.get(name).into_iter().flatten() {
                    allocator.remember(interner.datum_of(scope), interner.datum_of(holder), *id);
                }
            }
        }
        let deltas = program.nodes.iter().map(|node| Delta::new(node.width)).collect();
        let profile =
            |node: &crate::program::Node| NodeProfile { name: node.name.clone(), ..NodeProfile::default() };
        let mut dirty = Dirty { words: vec![0; program.nodes.len().div_ceil(64)] };
        for (position, node) in program.nodes.iter().enumerate() {
            if let Operator::Unit = node.operator {
                dirty.insert(position);
            }
        }
        Ok(Direct {
            wiring: Wiring::new(&program),
            profiles: program.nodes.iter().map(profile).collect(),
            program,
            interner,
            states,
            deltas,
            dirty,
            scratch: Scratch::default(),
            is_timed: false,
            unmerged: Vec::new(),
            values_after_sweep: 0,
        })
    }

    /// Puts the changes into the input nodes.
    fn feed(&mut self, changes: &[InputChange]) {
        for change in changes {
            let table = change.table as usize;
            if self.program.tables.get(table) != Some(&change.row.len()) {
                self.scratch.warn(format!("a row of {} columns for table {table}", change.row.len()));
                continue;
            }
            for node in &self.wiring.inputs[table] {
                self.deltas[*node].push(&change.row, change.diff);
                self.dirty.insert(*node);
            }
        }
    }

    /// Runs a node, and marks those that read it.
    fn visit(&mut self, node: usize, interner: &weft_value::Interner) {
        let started = self.is_timed.then(Instant::now);
        let (before, rest) = self.deltas.split_at_mut(node);
        let (states_before, states_rest) = self.states.split_at_mut(node);
        let mut run = Run {
            program: &self.program,
            interner,
            scratch: &mut self.scratch,
            states: states_before,
            deltas: before,
            state: &mut states_rest[0],
            output: &mut rest[0],
        };
        run.run(node);
        if !self.deltas[node].is_empty() {
            self.wiring.readers[node].iter().for_each(|reader| self.dirty.insert(*reader));
        }
        let read: usize = self.wiring.sources[node].iter().map(|source| self.deltas[*source].len()).sum();
        let profile = &mut self.profiles[node];
        profile.runs += 1;
        profile.rows_in += read as u64;
        profile.rows_out += self.deltas[node].len() as u64;
        profile.elapsed_ns += started.map_or(0, |started| started.elapsed().as_nanos() as u64);
    }

    /// Takes the changes that came to the sinks, head by head.
    fn collect(&self, sink: usize, changes: &mut Vec<(usize, Delta)>) {
        let Operator::Sink { input, head } = self.program.nodes[sink].operator else { return };
        let delta = &self.deltas[input];
        let position = match changes.iter().position(|(known, _)| *known == head.0 as usize) {
            Some(position) => position,
            None => {
                changes.push((head.0 as usize, Delta::new(self.program.nodes[sink].width)));
                changes.len() - 1
            }
        };
        delta.iter().for_each(|(row, diff)| changes[position].1.push(row, diff));
    }
}

impl Driver for Direct {
    fn transact(&mut self, changes: Vec<InputChange>) -> Vec<HeadChange> {
        self.feed(&changes);
        drop(changes);
        let interner = self.interner.read_owned();
        let mut collected: Vec<(usize, Delta)> = Vec::new();
        let mut staged = Vec::new();
        let mut from = 0;
        while let Some(node) = self.dirty.take(from) {
            from = node;
            self.visit(node, &interner);
            self.collect(node, &mut collected);
            if self.states[node].index.is_some() {
                staged.push(node);
            }
            for released in &self.wiring.released[node] {
                self.deltas[*released].clear();
            }
        }
        for node in staged {
            if let Some(index) = &mut self.states[node].index
                && index.commit()
            {
                self.unmerged.push(node);
            }
        }
        collected.sort_by_key(|(head, _)| *head);
        let mut result = Vec::new();
        for (head, mut delta) in collected {
            delta.consolidate();
            let head = weft_plan::plan::HeadId(head as u32);
            result.extend(delta.iter().map(|(row, diff)| HeadChange { head, row: Row::new(row), diff }));
        }
        result
    }

    fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.scratch.warnings)
    }

    fn time_nodes(&mut self) {
        self.is_timed = true;
    }

    fn profile(&self) -> Vec<NodeProfile> {
        let kept = |(profile, state): (&NodeProfile, &NodeState)| NodeProfile {
            updates_kept: state.index.as_ref().map_or(0, Arrangement::updates),
            ..profile.clone()
        };
        self.profiles.iter().zip(&self.states).map(kept).collect()
    }

    fn arranged_rows(&mut self) -> Vec<usize> {
        self.states.iter().map(NodeState::rows).collect()
    }

    fn allocations(&mut self) -> AllocationMemory {
        let interner = self.interner.read();
        let mut memory = AllocationMemory::new();
        for (node, state) in self.program.nodes.iter().zip(&self.states) {
            if let (Operator::Allocate { name, .. }, Memory::Allocator(allocator)) =
                (&node.operator, &state.memory)
            {
                memory.insert(name.clone(), allocator.memory(&interner));
            }
        }
        memory
    }

    fn reclaim(&mut self, roots: &mut Roots<'_>) -> bool {
        let values = self.interner.read().size().values();
        if values < SWEEP_VALUES_MIN || values < 2 * self.values_after_sweep {
            return false;
        }
        let (program, states) = (&self.program, &self.states);
        self.values_after_sweep = self.interner.exclusively(|interner| {
            interner.begin_mark();
            let mut mark = |datum| interner.mark(datum);
            program.constants(&mut mark);
            states.iter().for_each(|state| state.datums(&mut mark));
            roots(&mut mark);
            interner.sweep();
            interner.size().values()
        });
        true
    }

    fn maintain(&mut self) {
        self.unmerged.sort_unstable();
        self.unmerged.dedup();
        for node in self.unmerged.drain(..) {
            if let Some(index) = &mut self.states[node].index {
                index.merge();
            }
        }
    }

    fn compact(&mut self) {
        self.unmerged.clear();
        for index in self.states.iter_mut().filter_map(|state| state.index.as_mut()) {
            index.compact();
        }
    }
}
