//! The indexes of all nodes.

use weft_value::Datum;

use crate::program::{Operator, Program};

use super::arrangement::Arrangement;

/// No index.
const NONE: u32 = u32::MAX;

/// The indexes of the arranged nodes that some node reads, side by side.
pub(super) struct Indexes {
    /// The position of each node's index.
    places: Vec<u32>,
    all: Vec<Arrangement>,
}

impl Indexes {
    /// Empty ones.
    pub(super) fn new(program: &Program) -> Indexes {
        let mut is_indexed = vec![false; program.nodes.len()];
        for (position, node) in program.nodes.iter().enumerate() {
            // A reduce looks up in its own index what it gave before.
            if let Operator::Reduce { .. } = node.operator {
                is_indexed[position] = true;
            }
            node.operator.indexed_inputs().into_iter().for_each(|input| is_indexed[input] = true);
        }
        let mut indexes = Indexes { places: vec![NONE; program.nodes.len()], all: Vec::new() };
        for (position, node) in program.nodes.iter().enumerate() {
            if let Some(key_width) = node.key_width().filter(|_| is_indexed[position]) {
                indexes.places[position] = indexes.all.len() as u32;
                indexes.all.push(Arrangement::new(node.width(), key_width));
            }
        }
        indexes
    }

    /// The index of a node, if it has one.
    pub(super) fn get(&self, node: usize) -> Option<&Arrangement> {
        self.all.get(self.places[node] as usize)
    }

    /// The index of a node, if it has one.
    pub(super) fn get_mut(&mut self, node: usize) -> Option<&mut Arrangement> {
        self.all.get_mut(self.places[node] as usize)
    }

    /// Number of rows that a node's index has.
    pub(super) fn rows(&self, node: usize) -> usize {
        self.get(node).map_or(0, Arrangement::rows)
    }

    /// Gives every datum kept to `mark`.
    pub(super) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        self.all.iter().for_each(|index| index.datums(mark));
    }

    /// Merges each index into one batch.
    pub(super) fn compact(&mut self) {
        self.all.iter_mut().for_each(Arrangement::compact);
    }
}
