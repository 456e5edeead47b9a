//! Plans of small programs, and questions about them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use weft_plan::plan::{JoinSide, NodeKind, Plan};
use weft_testing::compile;

/// Declarations that most programs begin with.
pub(crate) const SWITCHES: &str = r#"
pipeline switch.ingress over Switch { stage in_acl stage in_lookup }
entity Switch from ls in nb.Switch {
    acls        = set { a for a in ls.acls }
                | set { a for p in ls.ports, g in nb.Group where p in g.ports, a in g.acls }
    ports       = inverse Port.switch
    is_stateful = exists(a in acls where a.action == "related")
}
entity Port from lsp in nb.Port {
    switch: Switch = Switch[the(s for s in nb.Switch where lsp in s.ports)] else skip
    is_enabled = lsp.enabled ?? true
}
"#;

/// The plan of a program over the test schema.
pub(crate) fn plan(rules: &str) -> Plan {
    let program = compile(rules).unwrap();
    weft_plan::plan(&program)
}

/// The plan of rules over [`SWITCHES`].
pub(crate) fn plan_over_switches(rules: &str) -> Plan {
    plan(&format!("{SWITCHES}{rules}"))
}

/// How many nodes the test is true for.
pub(crate) fn count(plan: &Plan, test: impl Fn(&NodeKind) -> bool) -> usize {
    plan.nodes.iter().filter(|node| test(&node.kind)).count()
}

/// How many joins have nothing in common.
pub(crate) fn products(plan: &Plan) -> usize {
    let has_no_key = |node: &weft_plan::plan::NodeId| matches!(&plan.nodes[node.0 as usize].kind, NodeKind::Arrange { key, .. } if key.is_empty());
    count(plan, |kind| matches!(kind, NodeKind::Join { inputs, .. } if has_no_key(&inputs[0].node)))
}

/// How many nodes make rows distinct.
pub(crate) fn distincts(plan: &Plan) -> usize {
    count(plan, |kind| matches!(kind, NodeKind::Distinct { .. }))
}

/// How many inputs of joins do this to their combinations.
pub(crate) fn sides(plan: &Plan, side: JoinSide) -> usize {
    let of_node = |kind: &NodeKind| match kind {
        NodeKind::Join { inputs, .. } => inputs.iter().filter(|input| input.side == side).count(),
        _ => 0,
    };
    plan.nodes.iter().map(|node| of_node(&node.kind)).sum()
}
