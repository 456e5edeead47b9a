//! What nodes keep, and how each kind turns changes of its inputs into changes of its rows.

use smallvec::SmallVec;
use weft_value::{Datum, Interner};

use crate::allocate::Allocator;
use crate::components::Components;
use crate::expression::{Context, Scratch};
use crate::program::{Joined, Operator, Program};
use crate::steps::Steps;

use super::delta::Delta;
use super::deltas::Deltas;
use super::indexes::Indexes;
use super::join::{Input, join};
use super::reduce::{Sums, distinct, reduce};
use super::rows::Rows;

/// What a node keeps between transactions beside its index.
#[derive(Default)]
pub(super) enum Memory {
    #[default]
    Nothing,
    Sums(Box<Sums>),
    Allocator(Box<Allocator>),
    Components(Box<Components>),
}

impl Memory {
    /// That of a node that has seen nothing yet.
    pub(super) fn new(operator: &Operator) -> Memory {
        match operator {
            Operator::Reduce { .. } => Memory::Sums(Box::default()),
            Operator::Allocate { .. } => Memory::Allocator(Box::default()),
            Operator::Components { .. } => Memory::Components(Box::default()),
            _ => Memory::Nothing,
        }
    }

    /// Gives every datum kept to `mark`.
    pub(super) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        match self {
            Memory::Nothing => {}
            Memory::Sums(sums) => sums.datums(mark),
            Memory::Allocator(allocator) => allocator.datums(mark),
            Memory::Components(components) => components.datums(mark),
        }
    }

    /// Number of rows kept.
    pub(super) fn rows(&self) -> usize {
        match self {
            Memory::Nothing => 0,
            Memory::Sums(sums) => sums.len(),
            Memory::Allocator(allocator) => allocator.len(),
            Memory::Components(components) => components.len(),
        }
    }
}

/// The surroundings of one run of one node.
pub(super) struct Run<'a> {
    pub(super) program: &'a Program,
    pub(super) interner: &'a Interner,
    pub(super) scratch: &'a mut Scratch,
    pub(super) indexes: &'a Indexes,
    /// The changes of the nodes before this one.
    pub(super) deltas: &'a Deltas,
    pub(super) memory: &'a mut Memory,
    pub(super) output: &'a mut Delta,
    /// Room for a join.
    pub(super) combination: &'a mut Vec<Datum>,
    /// For sorting the output.
    pub(super) spare: &'a mut Delta,
}

impl Run<'_> {
    /// Fills the output from the inputs' changes. The driver itself feeds inputs and empties sinks.
    pub(super) fn run(&mut self, node: usize) {
        let program = self.program;
        let deltas = self.deltas;
        match &program.nodes[node].operator {
            Operator::Unit => self.output.push(&[], 1),
            Operator::Input { .. } | Operator::Sink { .. } => {}
            Operator::Map { input, steps } => self.map(deltas.rows(*input), steps),
            Operator::Union { inputs } => {
                for input in inputs {
                    deltas.rows(*input).iter().for_each(|(row, diff)| self.output.push(row, diff));
                }
            }
            Operator::Arrange { input, columns } => {
                for (row, diff) in deltas.rows(*input).iter() {
                    self.output.push_columns(row, columns, diff);
                }
            }
            Operator::Distinct { input } => {
                if let Some(index) = self.indexes.get(*input) {
                    distinct(index, deltas.rows(*input), self.output);
                }
            }
            Operator::Join { inputs, steps } => self.join(inputs, steps),
            Operator::Reduce { input, aggregation } => {
                let indexes = (self.indexes.get(*input), self.indexes.get(node));
                if let ((Some(index), Some(results)), Memory::Sums(sums)) = (indexes, &mut *self.memory) {
                    let source = (index, deltas.rows(*input));
                    reduce(aggregation, source, results, sums, self.interner, self.output);
                }
            }
            Operator::Allocate { input, .. } => {
                if let Memory::Allocator(allocator) = &mut *self.memory {
                    let output = &mut *self.output;
                    allocator.apply(deltas.rows(*input).iter(), self.interner, &mut |row, diff| {
                        output.push(row, diff);
                    });
                }
            }
            Operator::Components { input } => {
                if let Memory::Components(components) = &mut *self.memory {
                    let output = &mut *self.output;
                    components.apply(deltas.rows(*input).iter(), self.interner, &mut |row, diff| {
                        output.push(row, diff);
                    });
                }
            }
        }
        if program.nodes[node].key_width().is_some() {
            self.output.consolidate(self.spare);
        }
    }

    fn context(&mut self) -> (Context<'_>, &mut Delta) {
        let Run { program, interner, scratch, output, .. } = self;
        (Context { interner, stages: &program.stages, scratch }, output)
    }

    fn map(&mut self, input: Rows<'_>, steps: &Steps) {
        let (mut context, output) = self.context();
        for (row, diff) in input.iter() {
            context.scratch.load(row);
            steps.run(&mut context, &mut |row| output.push(row, diff));
        }
    }

    fn join(&mut self, inputs: &[Joined], steps: &Steps) {
        let (indexes, deltas) = (self.indexes, self.deltas);
        let input = |input: &Joined| {
            let node = input.node();
            Some(Input { index: indexes.get(node)?, rows: deltas.rows(node), side: input.side })
        };
        let inputs: SmallVec<[Input<'_>; 8]> = inputs.iter().filter_map(input).collect();
        let Run { program, interner, scratch, output, combination, .. } = self;
        let mut context = Context { interner, stages: &program.stages, scratch };
        join(&inputs, combination, &mut |row, diff| {
            if steps.is_identity() {
                output.push(row, diff);
                return;
            }
            context.scratch.load(row);
            steps.run(&mut context, &mut |row| output.push(row, diff));
        });
    }
}
