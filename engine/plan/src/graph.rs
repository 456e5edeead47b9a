//! Nodes under construction, equal ones shared.

use std::collections::HashMap;

use crate::plan::{Aggregation, Node, NodeId, NodeKind, Step};

/// The nodes made so far. Equal nodes are one, so equal parts of rules meet.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    known: HashMap<NodeKind, NodeId>,
    /// What nodes made from now on are called.
    pub(crate) name: String,
}

impl Graph {
    /// All nodes, in the order in which they were made.
    pub(crate) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    /// The node of this kind; sinks are never shared.
    pub(crate) fn add(&mut self, kind: NodeKind) -> NodeId {
        if let Some(known) = self.known.get(&kind) {
            return *known;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { name: self.name.clone(), kind: kind.clone() });
        self.known.insert(kind, id);
        id
    }

    /// Rows of `input` through the steps.
    pub(crate) fn map(&mut self, input: NodeId, steps: Vec<Step>) -> NodeId {
        if steps.is_empty() { input } else { self.add(NodeKind::Map { input, steps }) }
    }

    /// All rows of the inputs.
    pub(crate) fn union(&mut self, inputs: Vec<NodeId>) -> NodeId {
        match inputs.as_slice() {
            [only] => *only,
            _ => self.add(NodeKind::Union { inputs }),
        }
    }

    /// An index of `input`; `input` itself where it already is that index.
    pub(crate) fn arrange(&mut self, input: NodeId, key: Vec<u32>, value: Vec<u32>) -> NodeId {
        let width = key.len() + value.len();
        let in_place = key.iter().chain(&value).zip(0..).all(|(column, position)| *column == position);
        if in_place && self.arrangement(input) == Some((key.len(), width)) {
            return input;
        }
        self.add(NodeKind::Arrange { input, key, value })
    }

    /// The rows of an index, each once.
    pub(crate) fn distinct(&mut self, input: NodeId) -> NodeId {
        self.add(NodeKind::Distinct { input })
    }

    /// One row for each key of an index.
    pub(crate) fn reduce(&mut self, input: NodeId, aggregation: Aggregation) -> NodeId {
        self.add(NodeKind::Reduce { input, aggregation })
    }

    /// Widths of key and whole row of an arranged node.
    fn arrangement(&self, node: NodeId) -> Option<(usize, usize)> {
        match &self.nodes[node.0 as usize].kind {
            NodeKind::Arrange { key, value, .. } => Some((key.len(), key.len() + value.len())),
            NodeKind::Distinct { input } => self.arrangement(*input),
            NodeKind::Reduce { input, .. } => self.arrangement(*input).map(|(key, _)| (key, key + 1)),
            _ => None,
        }
    }
}
