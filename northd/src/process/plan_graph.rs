//! The plan as a graph, for `--dump-inc-proc-graph`.

use std::collections::BTreeSet;
use std::fmt::Write;

use weft_plan::plan::{NodeKind, Plan};

/// The plan's nodes and which reads which, in the DOT language; with `end`, the part that leads to the
/// nodes whose name has it.
#[must_use]
pub fn plan_graph(plan: &Plan, end: Option<&str>) -> String {
    let shown = shown_nodes(plan, end);
    let mut text = String::from("digraph \"Incremental-Processing-Engine\" {\n\trankdir=LR;\n");
    for (position, node) in plan.nodes.iter().enumerate().filter(|(position, _)| shown.contains(position)) {
        let shape = if matches!(node.kind, NodeKind::Input { .. }) { "box" } else { "ellipse" };
        let label = node.name.replace('\\', "\\\\").replace('"', "\\\"");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\tn{position} [shape={shape}, label=\"{label}\"];");
        for input in node.kind.inputs() {
            let _ = writeln!(text, "\tn{} -> n{position};", input.0);
        }
    }
    text.push_str("}\n");
    text
}

/// Positions of the nodes to show.
fn shown_nodes(plan: &Plan, end: Option<&str>) -> BTreeSet<usize> {
    let nodes = plan.nodes.iter().enumerate();
    let Some(end) = end else { return nodes.map(|(position, _)| position).collect() };
    let ends = nodes.filter(|(_, node)| node.name.contains(end)).map(|(position, _)| position);
    let mut shown: BTreeSet<usize> = ends.collect();
    // A node reads only nodes before it.
    for (position, node) in plan.nodes.iter().enumerate().rev() {
        if shown.contains(&position) {
            shown.extend(node.kind.inputs().iter().map(|input| input.0 as usize));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use weft_plan::plan::{Node, NodeId};

    use super::*;

    #[test]
    fn the_graph_shows_what_leads_to_a_node() {
        let node = |name: &str, kind| Node { name: name.to_owned(), kind };
        let nodes = vec![
            node("nb.\"A\"", NodeKind::Input { table: 0 }),
            node("nb.B", NodeKind::Input { table: 1 }),
            node("rule a", NodeKind::Map { input: NodeId(0), steps: Vec::new() }),
        ];
        let plan = Plan { nodes, ..Plan::default() };
        let expected = "digraph \"Incremental-Processing-Engine\" {\n\trankdir=LR;\n\
                        \tn0 [shape=box, label=\"nb.\\\"A\\\"\"];\n\
                        \tn2 [shape=ellipse, label=\"rule a\"];\n\tn0 -> n2;\n}\n";
        assert_eq!(plan_graph(&plan, Some("rule")), expected);
        assert!(plan_graph(&plan, None).contains("\tn1 [shape=box, label=\"nb.B\"];\n"));
    }
}
