//! What stays the same of who reads whom.

use crate::program::{Operator, Program};

use super::readers::Readers;

/// Edges of a program's graph, as numbers side by side: a visit reads a few of them.
#[derive(Debug)]
pub(super) struct Wiring {
    sources: Lists,
    released: Lists,
    inputs: Lists,
}

/// A list of nodes for each position, one after the other.
#[derive(Debug, Default)]
struct Lists {
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl Lists {
    fn new(lists: Vec<Vec<usize>>) -> Lists {
        let mut all = Lists::default();
        for list in lists {
            all.members.extend(list.into_iter().map(|member| member as u32));
            all.ends.push(all.members.len() as u32);
        }
        all
    }

    fn get(&self, position: usize) -> impl Iterator<Item = usize> {
        let start = position.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.members[start..self.ends[position] as usize].iter().map(|member| *member as usize)
    }
}

impl Wiring {
    pub(super) fn new(program: &Program, readers: &Readers) -> Wiring {
        let count = program.nodes.len();
        let mut released = vec![Vec::new(); count];
        let mut inputs = vec![Vec::new(); program.tables.len()];
        for (position, node) in program.nodes.iter().enumerate() {
            released[readers.all(position).max().unwrap_or(position)].push(position);
            if let Operator::Input { table } = node.operator {
                inputs[table].push(position);
            }
        }
        let sources = program.nodes.iter().map(|node| node.operator.inputs()).collect();
        let [sources, released, inputs] = [sources, released, inputs].map(Lists::new);
        Wiring { sources, released, inputs }
    }

    /// The nodes that a node reads.
    pub(super) fn sources(&self, node: usize) -> impl Iterator<Item = usize> {
        self.sources.get(node)
    }

    /// The nodes whose changes nobody needs once this one has run.
    pub(super) fn released(&self, node: usize) -> impl Iterator<Item = usize> {
        self.released.get(node)
    }

    /// The input nodes of a table.
    pub(super) fn inputs(&self, table: usize) -> impl Iterator<Item = usize> {
        self.inputs.get(table)
    }
}
