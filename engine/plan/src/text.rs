//! Plans as text, for people and for snapshots in tests.

use std::fmt::Write;

use crate::plan::{
    Aggregation, HeadKind, InputRows, InputTable, JoinInput, JoinSide, Node, NodeId, NodeKind, Plan, Step,
};
use crate::scalar_text::scalar_text;

impl Plan {
    /// A listing of the tables, the nodes with what they read, and the heads: one line for each.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (at, table) in self.tables.iter().enumerate() {
            line(&mut out, format_args!("table {at} {} ({})", input_name(table), table.columns.join(", ")));
        }
        for (at, node) in self.nodes.iter().enumerate() {
            line(&mut out, format_args!("#{at} {}", self.node_text(node)));
        }
        for (at, head) in self.heads.iter().enumerate() {
            let columns: Vec<String> = head.columns.iter().map(|column| scalar_text(self, column)).collect();
            line(&mut out, format_args!("head {at} {} {}", self.head_text(&head.kind), columns.join("; ")));
        }
        out
    }

    /// How many nodes there are of each kind: `12 arrange, 3 distinct, …`.
    #[must_use]
    pub fn statistics(&self) -> String {
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for node in &self.nodes {
            *counts.entry(node.kind.name()).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
        counts.join(", ")
    }

    fn node_text(&self, node: &Node) -> String {
        let name = node.kind.name();
        let inputs = inputs_text(&node.kind);
        let rest = match &node.kind {
            NodeKind::Input { table } => {
                let table = self.tables.get(*table as usize);
                table.map_or_else(String::new, |table| format!(" {}", input_name(table)))
            }
            NodeKind::Map { steps, .. } | NodeKind::Join { steps, .. } => self.steps_text(steps),
            NodeKind::Arrange { key, value, .. } => format!(" on {} with {}", list(key), list(value)),
            NodeKind::Reduce { aggregation, .. } => aggregation_text(aggregation),
            NodeKind::Allocate { name, .. } => format!(" {name}"),
            NodeKind::Sink { head, .. } => format!(" into head {}", head.0),
            _ => String::new(),
        };
        format!("{name}{inputs}{rest}  // {}", node.name)
    }

    fn steps_text(&self, steps: &[Step]) -> String {
        let mut out = String::new();
        for step in steps {
            out.push_str(match step {
                Step::Push(_) => " | push ",
                Step::Filter(_) => " | filter ",
                Step::Require(_) => " | require ",
                Step::Unnest { .. } => " | unnest ",
                Step::Project(_) => " | project ",
            });
            out.push_str(&match step {
                Step::Push(value)
                | Step::Filter(value)
                | Step::Require(value)
                | Step::Unnest { value, .. } => scalar_text(self, value),
                Step::Project(columns) => list(columns),
            });
        }
        out
    }

    fn head_text(&self, kind: &HeadKind) -> String {
        let output = |at: &u32| match self.outputs.get(*at as usize) {
            Some(output) => format!("{}.{}", output.database, output.table),
            None => at.to_string(),
        };
        match kind {
            HeadKind::Flow => "flow".into(),
            HeadKind::ClassMember => "class member".into(),
            HeadKind::Row { output: at, columns } => format!("row {} ({})", output(at), columns.join(", ")),
            HeadKind::Member { output: at, column } => format!("member {}.{column}", output(at)),
            HeadKind::Warning => "warning".into(),
        }
    }
}

impl NodeKind {
    /// The kind in lower case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            NodeKind::Unit => "unit",
            NodeKind::Input { .. } => "input",
            NodeKind::Map { .. } => "map",
            NodeKind::Union { .. } => "union",
            NodeKind::Arrange { .. } => "arrange",
            NodeKind::Distinct { .. } => "distinct",
            NodeKind::Join { .. } => "join",
            NodeKind::Reduce { .. } => "reduce",
            NodeKind::Allocate { .. } => "allocate",
            NodeKind::Components { .. } => "components",
            NodeKind::Sink { .. } => "sink",
        }
    }

    /// The nodes that it reads, in order.
    #[must_use]
    pub fn inputs(&self) -> Vec<NodeId> {
        match self {
            NodeKind::Unit | NodeKind::Input { .. } => Vec::new(),
            NodeKind::Map { input, .. }
            | NodeKind::Arrange { input, .. }
            | NodeKind::Distinct { input }
            | NodeKind::Reduce { input, .. }
            | NodeKind::Allocate { input, .. }
            | NodeKind::Components { input }
            | NodeKind::Sink { input, .. } => vec![*input],
            NodeKind::Union { inputs } => inputs.clone(),
            NodeKind::Join { inputs, .. } => inputs.iter().map(|input| input.node).collect(),
        }
    }
}

/// `nb.Logical_Router`, or `nb.Logical_Router.ports` for the members of a column.
fn input_name(table: &InputTable) -> String {
    let name = format!("{}.{}", table.database, table.table);
    match (table.rows, table.columns.as_slice()) {
        (InputRows::Members | InputRows::Entries, [column]) => format!("{name}.{column}"),
        _ => name,
    }
}

/// What a node reads; of a join, with `?` or `!` before an outer or absent side.
fn inputs_text(kind: &NodeKind) -> String {
    if let NodeKind::Join { inputs, .. } = kind {
        let side = |input: &JoinInput| match input.side {
            JoinSide::Inner => format!(" #{}", input.node.0),
            JoinSide::Outer => format!(" ?#{}", input.node.0),
            JoinSide::Absent => format!(" !#{}", input.node.0),
        };
        return inputs.iter().map(side).collect();
    }
    kind.inputs().iter().map(|input| format!(" #{}", input.0)).collect()
}

fn aggregation_text(aggregation: &Aggregation) -> String {
    let kind = format!("{:?}", aggregation.kind).to_lowercase();
    let orders = aggregation.descending.iter().map(|descending| if *descending { " desc" } else { " asc" });
    format!(" {kind}{}", orders.collect::<String>())
}

fn list(columns: &[u32]) -> String {
    let columns: Vec<String> = columns.iter().map(u32::to_string).collect();
    format!("[{}]", columns.join(" "))
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{text}");
}
