//! The scheduler: visits the nodes that have something to do, in topological order.

use std::time::Instant;

use weft_plan::plan::Plan;
use weft_value::{Datum, HostRegistry, Row};

use crate::change::{HeadChange, InputChange};
use crate::driver::{AllocationMemory, Driver, NodeProfile, Roots};
use crate::error::LoadError;
use crate::expression::Scratch;
use crate::program::{Operator, Program};
use crate::shared::SharedInterner;

use super::arrangement::Arrangement;
use super::delta::Delta;
use super::deltas::{Deltas, MANY_ROWS};
use super::indexes::Indexes;
use super::node::{Memory, Run};
use super::readers::Readers;
use super::wiring::Wiring;

/// Interned values up to which a sweep is not worth its time.
const SWEEP_VALUES_MIN: usize = 20_000;

/// Runs a plan in the calling thread.
pub struct Direct {
    program: Program,
    interner: SharedInterner,
    indexes: Indexes,
    /// What each node keeps beside its index.
    memories: Vec<Memory>,
    deltas: Deltas,
    wiring: Wiring,
    readers: Readers,
    dirty: Dirty,
    scratch: Scratch,
    /// What the node that runs gives, and room to sort it.
    output: Delta,
    spare: Delta,
    combination: Vec<Datum>,
    /// What each node did, when that is counted.
    counts: Option<Vec<Counts>>,
    /// Indexed nodes that changed in the last transaction.
    staged: Vec<usize>,
    /// Indexed nodes that have something to merge.
    unmerged: Vec<usize>,
    values_after_sweep: usize,
}

/// What a node did.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    runs: u64,
    rows_in: u64,
    rows_out: u64,
    elapsed_ns: u64,
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
        let memories = program.nodes.iter().map(|node| Memory::new(&node.operator));
        let mut memories: Vec<Memory> = memories.collect();
        for (node, kept) in program.nodes.iter().zip(&mut memories) {
            if let (Operator::Allocate { name, .. }, Memory::Allocator(allocator)) = (&node.operator, kept) {
                let interner = interner.read();
                for ((scope, holder), id) in memory.get(name).into_iter().flatten() {
                    allocator.remember(interner.datum_of(scope), interner.datum_of(holder), *id);
                }
            }
        }
        let mut dirty = Dirty { words: vec![0; program.nodes.len().div_ceil(64)] };
        for (position, node) in program.nodes.iter().enumerate() {
            if let Operator::Unit = node.operator {
                dirty.insert(position);
            }
        }
        let readers = Readers::new(&program);
        Ok(Direct {
            wiring: Wiring::new(&program, &readers),
            readers,
            deltas: Deltas::new(program.nodes.len()),
            indexes: Indexes::new(&program),
            program,
            interner,
            memories,
            dirty,
            scratch: Scratch::default(),
            output: Delta::default(),
            spare: Delta::default(),
            combination: Vec::new(),
            counts: None,
            staged: Vec::new(),
            unmerged: Vec::new(),
            values_after_sweep: 0,
        })
    }

    /// Puts the changes into the input nodes.
    fn feed(&mut self, mut changes: Vec<InputChange>) {
        changes.sort_by_key(|change| change.table);
        for changes in changes.chunk_by(|a, b| a.table == b.table) {
            let table = changes[0].table as usize;
            let width = self.program.tables.get(table).copied();
            let (fitting, others): (Vec<_>, Vec<_>) =
                changes.iter().partition(|change| Some(change.row.len()) == width);
            for change in others {
                self.scratch.warn(format!("a row of {} columns for table {table}", change.row.len()));
            }
            let Some(width) = width.filter(|_| !fitting.is_empty()) else { continue };
            for node in self.wiring.inputs(table) {
                self.output.begin(width);
                fitting.iter().for_each(|change| self.output.push(&change.row, change.diff));
                self.deltas.put(node, &mut self.output);
                self.dirty.insert(node);
            }
        }
    }

    /// Runs a node, and marks those that read it.
    fn visit(&mut self, node: usize, interner: &weft_value::Interner) {
        let started = self.counts.is_some().then(Instant::now);
        self.output.begin(self.program.nodes[node].width());
        let mut run = Run {
            program: &self.program,
            interner,
            scratch: &mut self.scratch,
            indexes: &self.indexes,
            deltas: &self.deltas,
            memory: &mut self.memories[node],
            output: &mut self.output,
            spare: &mut self.spare,
            combination: &mut self.combination,
        };
        run.run(node);
        if let Some(index) = self.indexes.get_mut(node) {
            index.stage(self.output.rows());
            self.staged.push(node);
        }
        self.deltas.put(node, &mut self.output);
        self.wake_readers(node);
        if let Some(started) = started {
            self.count(node, started);
        }
    }

    /// Marks the readers of what a node gave. Many rows wake all: the last one releases them.
    fn wake_readers(&mut self, node: usize) {
        let rows = self.deltas.rows(node).len();
        if rows >= MANY_ROWS {
            self.readers.all(node).for_each(|reader| self.dirty.insert(reader));
        } else if rows > 0 {
            self.readers.awake(node).for_each(|reader| self.dirty.insert(reader));
        }
    }

    fn count(&mut self, node: usize, started: Instant) {
        let read: usize = self.wiring.sources(node).map(|source| self.deltas.rows(source).len()).sum();
        if let Some(counts) = self.counts.as_mut().and_then(|counts| counts.get_mut(node)) {
            counts.runs += 1;
            counts.rows_in += read as u64;
            counts.rows_out += self.deltas.rows(node).len() as u64;
            counts.elapsed_ns += started.elapsed().as_nanos() as u64;
        }
    }

    /// Makes the changes of the last transaction part of the indexes, if that was not done yet. It can wait
    /// until the transaction's result is on its way.
    fn settle(&mut self) {
        let mut staged = std::mem::take(&mut self.staged);
        staged.drain(..).for_each(|node| self.commit(node));
        self.staged = staged;
        self.deltas.clear();
        self.output.shrink();
        self.spare.shrink();
    }

    fn commit(&mut self, node: usize) {
        let Some(index) = self.indexes.get_mut(node) else { return };
        let was_empty = index.is_empty();
        if index.commit(self.deltas.rows(node)) {
            self.unmerged.push(node);
        }
        match (was_empty, index.is_empty()) {
            (true, false) => {
                let indexes = &self.indexes;
                let is_empty = |input| indexes.get(input).is_none_or(Arrangement::is_empty);
                self.readers.has_rows_now(node, &self.program, is_empty);
            }
            (false, true) => self.readers.is_empty_now(node, &self.program),
            _ => {}
        }
    }

    /// Takes the changes that came to the sinks, head by head.
    fn collect(&self, sink: usize, changes: &mut Vec<(usize, Delta)>) {
        let Operator::Sink { input, head } = self.program.nodes[sink].operator else { return };
        let rows = self.deltas.rows(input);
        let position = match changes.iter().position(|(known, _)| *known == head.0 as usize) {
            Some(position) => position,
            None => {
                changes.push((head.0 as usize, Delta::new(self.program.nodes[sink].width())));
                changes.len() - 1
            }
        };
        rows.iter().for_each(|(row, diff)| changes[position].1.push(row, diff));
    }
}

impl Driver for Direct {
    fn transact(&mut self, changes: Vec<InputChange>) -> Vec<HeadChange> {
        self.settle();
        self.feed(changes);
        let interner = self.interner.read_owned();
        let mut collected: Vec<(usize, Delta)> = Vec::new();
        let mut from = 0;
        while let Some(node) = self.dirty.take(from) {
            from = node;
            self.visit(node, &interner);
            self.collect(node, &mut collected);
            if self.deltas.has_many() {
                self.wiring.released(node).for_each(|released| self.deltas.release(released));
            }
        }
        collected.sort_by_key(|(head, _)| *head);
        let mut result = Vec::new();
        for (head, mut delta) in collected {
            delta.consolidate(&mut self.spare);
            let head = weft_plan::plan::HeadId(head as u32);
            result.extend(delta.rows().iter().map(|(row, diff)| HeadChange {
                head,
                row: Row::new(row),
                diff,
            }));
        }
        result
    }

    fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.scratch.warnings)
    }

    fn time_nodes(&mut self) {
        self.counts = Some(vec![Counts::default(); self.program.nodes.len()]);
    }

    fn profile(&self) -> Vec<NodeProfile> {
        let profile = |(node, name): (usize, &String)| {
            let counts = self.counts.as_ref().map_or_else(Counts::default, |counts| counts[node]);
            let kept = |index: &Arrangement| index.updates() + self.deltas.rows(node).len();
            NodeProfile {
                name: name.clone(),
                runs: counts.runs,
                rows_in: counts.rows_in,
                rows_out: counts.rows_out,
                elapsed_ns: counts.elapsed_ns,
                updates_kept: self.indexes.get(node).map_or(0, kept),
            }
        };
        self.program.names.iter().enumerate().map(profile).collect()
    }

    fn arranged_rows(&mut self) -> Vec<usize> {
        self.settle();
        let memories = self.memories.iter().enumerate();
        memories.map(|(node, memory)| self.indexes.rows(node) + memory.rows()).collect()
    }

    fn allocations(&mut self) -> AllocationMemory {
        let interner = self.interner.read();
        let mut memory = AllocationMemory::new();
        for (node, kept) in self.program.nodes.iter().zip(&self.memories) {
            if let (Operator::Allocate { name, .. }, Memory::Allocator(allocator)) = (&node.operator, kept) {
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
        self.settle();
        let Direct { program, indexes, memories, .. } = self;
        self.values_after_sweep = self.interner.exclusively(|interner| {
            interner.begin_mark();
            let mut mark = |datum| interner.mark(datum);
            program.constants(&mut mark);
            indexes.datums(&mut mark);
            memories.iter().for_each(|memory| memory.datums(&mut mark));
            roots(&mut mark);
            interner.sweep();
            interner.size().values()
        });
        true
    }

    fn maintain(&mut self) {
        self.settle();
        self.unmerged.sort_unstable();
        self.unmerged.dedup();
        for node in self.unmerged.drain(..) {
            if let Some(index) = self.indexes.get_mut(node) {
                index.merge();
            }
        }
    }

    fn compact(&mut self) {
        self.settle();
        self.unmerged.clear();
        self.indexes.compact();
    }
}
