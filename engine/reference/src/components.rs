//! Connected components.

use std::collections::BTreeMap;
use std::rc::Rc;

use weft_lang::program::{Components, ComponentsId};
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;

impl<'a> Evaluator<'a> {
    /// The least node of a node's component; no value for a node without edges.
    pub fn component(&self, components: ComponentsId, node: &Value) -> Option<Value> {
        let declared = &self.program.components[components.index()];
        let least = self.known.components.get(components.0, || Rc::new(least_nodes(self.edges(declared))));
        match least {
            Some(least) => least.get(node).cloned(),
            None => self.fault(declared.span, "the components need themselves"),
        }
    }

    fn edges(&self, components: &'a Components) -> Vec<(Value, Value)> {
        let environment = Environment::new(components.variables.len());
        let rows = self.rows(&components.clauses, &environment);
        let edge = |row| {
            let (from, to) = &components.edge;
            Some((self.value(from, row)?, self.value(to, row)?))
        };
        rows.iter().filter_map(edge).collect()
    }
}

/// Lets the lesser end of each edge spread until nothing changes.
fn least_nodes(edges: Vec<(Value, Value)>) -> BTreeMap<Value, Value> {
    let mut least: BTreeMap<Value, Value> = BTreeMap::new();
    for (from, to) in &edges {
        least.insert(from.clone(), from.clone());
        least.insert(to.clone(), to.clone());
    }
    let mut changed = true;
    while changed {
        changed = false;
        for (from, to) in &edges {
            let smaller = (&least[from]).min(&least[to]).clone();
            for end in [from, to] {
                if least[end] != smaller {
                    least.insert(end.clone(), smaller.clone());
                    changed = true;
                }
            }
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_node_has_the_least_node_that_it_is_connected_with() {
        let edges = [(5, 4), (2, 3), (4, 6), (6, 3), (9, 9), (8, 7)];
        let edges = edges.iter().map(|(a, b)| (Value::Int(*a), Value::Int(*b))).collect();
        let least: Vec<(Value, Value)> = least_nodes(edges).into_iter().collect();
        let wanted = [(2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (7, 7), (8, 7), (9, 9)];
        let wanted: Vec<(Value, Value)> =
            wanted.iter().map(|(a, b)| (Value::Int(*a), Value::Int(*b))).collect();
        assert_eq!(least, wanted);
    }
}
