//! Which nodes a node's changes wake.

use std::ops::Range;

use weft_plan::plan::JoinSide;

use crate::program::{Operator, Program};

/// The readers of each node, those asleep among them.
///
/// A join sleeps while the index of one of its inner inputs has no rows: only that input's own changes can
/// make it give something, so nobody else's wake it. Most networks use few of the features that rules have
/// for a port: half of the joins that read one meet an empty index.
#[derive(Debug)]
pub(super) struct Readers {
    spans: Vec<Span>,
    /// The readers of all nodes, one node's after the other's.
    members: Vec<u32>,
    /// For each join that sleeps, the input that it waits for.
    awaited: Vec<Option<u32>>,
}

/// Where the readers of a node are: those that it wakes, then those asleep.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    asleep: u32,
    end: u32,
}

impl Readers {
    /// Those of a program all of whose indexes are empty.
    pub(super) fn new(program: &Program) -> Readers {
        let count = program.nodes.len();
        let mut lists = vec![Vec::new(); count];
        for (position, node) in program.nodes.iter().enumerate() {
            for input in node.operator.inputs() {
                if lists[input].last() != Some(&(position as u32)) {
                    lists[input].push(position as u32);
                }
            }
        }
        let mut readers = Readers { spans: Vec::new(), members: Vec::new(), awaited: vec![None; count] };
        for list in lists {
            let start = readers.members.len() as u32;
            readers.members.extend(list);
            let end = readers.members.len() as u32;
            readers.spans.push(Span { start, asleep: end, end });
        }
        for node in 0..count {
            readers.await_input(node, inner_inputs(program, node).next(), program);
        }
        readers
    }

    /// All readers of a node.
    pub(super) fn all(&self, node: usize) -> impl Iterator<Item = usize> {
        let Span { start, end, .. } = self.spans[node];
        self.among(start..end)
    }

    /// Those that do not sleep, or wait for this very node.
    pub(super) fn awake(&self, node: usize) -> impl Iterator<Item = usize> {
        let Span { start, asleep, .. } = self.spans[node];
        self.among(start..asleep)
    }

    fn among(&self, range: Range<u32>) -> impl Iterator<Item = usize> {
        self.members[range.start as usize..range.end as usize].iter().map(|reader| *reader as usize)
    }

    /// An index got its first rows: the joins that waited for it wait for another one without rows, if there
    /// is one.
    pub(super) fn has_rows_now(&mut self, input: usize, program: &Program, is_empty: impl Fn(usize) -> bool) {
        let waiting = self.awake(input).filter(|reader| self.awaited[*reader] == Some(input as u32));
        for reader in waiting.collect::<Vec<usize>>() {
            let other = inner_inputs(program, reader).find(|input| is_empty(*input));
            self.await_input(reader, other, program);
        }
    }

    /// An index lost its last rows: the joins that wait for none wait for it.
    pub(super) fn is_empty_now(&mut self, input: usize, program: &Program) {
        let needs = |reader: usize| inner_inputs(program, reader).any(|inner| inner == input);
        let waiting = self.awake(input).filter(|reader| self.awaited[*reader].is_none() && needs(*reader));
        for reader in waiting.collect::<Vec<usize>>() {
            self.await_input(reader, Some(input), program);
        }
    }

    /// Has a node wait for an input, or for none.
    fn await_input(&mut self, node: usize, awaited: Option<usize>, program: &Program) {
        self.awaited[node] = awaited.map(|input| input as u32);
        for input in program.nodes[node].operator.inputs() {
            let is_awake = awaited.is_none_or(|awaited| awaited == input);
            self.place(node, input, is_awake);
        }
    }

    /// Puts a reader of a node among those awake or those asleep.
    fn place(&mut self, reader: usize, node: usize, is_awake: bool) {
        let span = &mut self.spans[node];
        let side = if is_awake { span.asleep..span.end } else { span.start..span.asleep };
        let found = side.into_iter().find(|place| self.members[*place as usize] == reader as u32);
        let Some(place) = found else { return };
        if is_awake {
            self.members.swap(place as usize, span.asleep as usize);
            span.asleep += 1;
        } else {
            span.asleep -= 1;
            self.members.swap(place as usize, span.asleep as usize);
        }
    }
}

/// The inputs without whose rows a node gives none.
fn inner_inputs(program: &Program, node: usize) -> impl Iterator<Item = usize> {
    let inputs = match &program.nodes[node].operator {
        Operator::Join { inputs, .. } => &**inputs,
        _ => &[],
    };
    inputs.iter().filter(|input| input.side == JoinSide::Inner).map(|input| input.node())
}
