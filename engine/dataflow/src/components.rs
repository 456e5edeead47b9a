//! Connected components of an undirected graph, kept up to date edge by edge.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;
use weft_value::{Datum, Interner};

use crate::change::Diff;

type Map<K, V> = HashMap<K, V, FxBuildHasher>;

/// The graph and the least node of each component.
///
/// A new edge renames the component with the greater least node; an edge that goes has its component
/// searched anew. Other components are not looked at.
#[derive(Default)]
pub(crate) struct Components {
    /// For each node its neighbours, with the number of edges to them.
    neighbours: Map<Datum, Map<Datum, Diff>>,
    least: Map<Datum, Datum>,
    /// The members of each component, by its least node.
    members: Map<Datum, Vec<Datum>>,
}

/// The least node of the component that a node was in, before the changes.
type Before = Map<Datum, Option<Datum>>;

impl Components {
    /// Takes changes of edges and emits the changes of rows (node, least node of its component).
    pub(crate) fn apply<'d>(
        &mut self,
        changes: impl Iterator<Item = (&'d [Datum], Diff)>,
        interner: &Interner,
        emit: &mut dyn FnMut(&[Datum], Diff),
    ) {
        let mut touched: Map<(Datum, Datum), bool> = HashMap::default();
        for (row, diff) in changes {
            let [a, b] = row else { continue };
            let edge = (*a.min(b), *a.max(b));
            touched.entry(edge).or_insert_with(|| self.has_edge(edge));
            self.add(edge.0, edge.1, diff);
            if edge.0 != edge.1 {
                self.add(edge.1, edge.0, diff);
            }
        }
        let mut touched: Vec<_> = touched.into_iter().collect();
        touched.sort_unstable();
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for (edge, was_there) in touched {
            match (was_there, self.has_edge(edge)) {
                (true, false) => gone.push(edge),
                (false, true) => new.push(edge),
                _ => {}
            }
        }
        let mut before = Before::default();
        self.search_without(&gone, interner, &mut before);
        for (a, b) in new {
            self.unite(a, b, interner, &mut before);
        }
        let mut before: Vec<_> = before.into_iter().collect();
        before.sort_unstable();
        for (node, old) in before {
            let new = self.least.get(&node).copied();
            if old != new {
                old.iter().for_each(|least| emit(&[node, *least], -1));
                new.iter().for_each(|least| emit(&[node, *least], 1));
            }
        }
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.neighbours.len()
    }

    /// Gives every datum kept to `mark`.
    pub(crate) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        self.neighbours.keys().for_each(|node| mark(*node));
    }

    fn has_edge(&self, (a, b): (Datum, Datum)) -> bool {
        self.neighbours.get(&a).and_then(|n| n.get(&b)).is_some_and(|count| *count > 0)
    }

    fn add(&mut self, from: Datum, to: Datum, diff: Diff) {
        let neighbours = self.neighbours.entry(from).or_default();
        let count = neighbours.entry(to).or_default();
        *count += diff;
        if *count == 0 {
            neighbours.remove(&to);
            if neighbours.is_empty() {
                self.neighbours.remove(&from);
            }
        }
    }

    /// Finds the parts into which the components of these edges fall.
    fn search_without(&mut self, gone: &[(Datum, Datum)], interner: &Interner, before: &mut Before) {
        let mut nodes = Vec::new();
        for (a, b) in gone {
            for end in [a, b] {
                // The second end is in the first one's component, which is already taken apart.
                let Some(least) = self.least.get(end).copied() else { continue };
                for node in self.members.remove(&least).unwrap_or_default() {
                    before.entry(node).or_insert_with(|| self.least.remove(&node));
                    self.least.remove(&node);
                    nodes.push(node);
                }
            }
        }
        // In ascending order, the first node of a component that the search meets is its least.
        nodes.sort_by(|a, b| interner.compare(*a, *b));
        for least in nodes {
            if self.least.contains_key(&least) || !self.neighbours.contains_key(&least) {
                continue;
            }
            let mut members = vec![least];
            self.least.insert(least, least);
            let mut next = 0;
            while next < members.len() {
                for (neighbour, count) in self.neighbours.get(&members[next]).into_iter().flatten() {
                    // A node of another component hangs on a new edge, which is united later.
                    let is_part = *count > 0 && before.contains_key(neighbour);
                    if is_part && !self.least.contains_key(neighbour) {
                        self.least.insert(*neighbour, least);
                        members.push(*neighbour);
                    }
                }
                next += 1;
            }
            self.members.insert(least, members);
        }
    }

    fn unite(&mut self, a: Datum, b: Datum, interner: &Interner, before: &mut Before) {
        let (a, b) = (self.component(a, before), self.component(b, before));
        if a == b {
            return;
        }
        let (least, other) = if interner.compare(a, b).is_lt() { (a, b) } else { (b, a) };
        let moved = self.members.remove(&other).unwrap_or_default();
        for node in &moved {
            let old = self.least.insert(*node, least);
            before.entry(*node).or_insert(old);
        }
        self.members.entry(least).or_default().extend(moved);
    }

    /// The least node of a node's component; a new node is a component by itself.
    fn component(&mut self, node: Datum, before: &mut Before) -> Datum {
        if let Some(least) = self.least.get(&node) {
            return *least;
        }
        before.entry(node).or_insert(None);
        self.least.insert(node, node);
        self.members.insert(node, vec![node]);
        node
    }
}
