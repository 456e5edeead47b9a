//! Properties of plans that their speed rests on.

use weft_plan::plan::{HeadKind, InputRows, JoinSide, NodeKind};

use super::support::{count, distincts, plan, plan_over_switches, products, sides};

#[test]
fn a_reference_set_is_inverted_and_not_searched() {
    let plan = plan(
        "rule r { from p in nb.Port where exists(s in nb.Switch where p in s.ports) warn \"${p.name}\" }",
    );
    assert_eq!(products(&plan), 0);
    // The set's members are an input; the switches are found by their ports.
    assert_eq!(count(&plan, |kind| matches!(kind, NodeKind::Join { .. })), 1);
    let text = plan.to_text();
    assert!(text.contains("input nb.Switch.ports") && !text.contains("unnest"), "{text}");
}

#[test]
fn a_product_is_planned_only_where_it_is_written() {
    let written = plan("rule r { from a in nb.Acl, cross g in nb.Group warn \"${a.match} ${g.name}\" }");
    assert_eq!(products(&written), 1);
    let joined =
        plan("rule r { from a in nb.Acl, g in nb.Group where a.name == Some(g.name) warn \"${a.match}\" }");
    assert_eq!(products(&joined), 0);
}

#[test]
fn a_lookup_by_an_index_is_one_join() {
    let by_index = plan(
        "rule r { from p in nb.Port let g = nb.Group[name: p.kind] warn \"${p.name}${g.weights.size}\" }",
    );
    assert_eq!(count(&by_index, |kind| matches!(kind, NodeKind::Join { .. })), 1);
    assert_eq!(count(&by_index, |kind| matches!(kind, NodeKind::Reduce { .. })), 0);
    let by_another_column = plan(
        "rule r { from p in nb.Port let s = nb.Switch[mode: p.kind] warn \"${p.name}${s.options.size}\" }",
    );
    assert_eq!(count(&by_another_column, |kind| matches!(kind, NodeKind::Reduce { .. })), 1);
}

#[test]
fn equality_of_computed_values_is_a_join() {
    let plan = plan(
        "rule r { from a in nb.Acl, b in nb.Acl where a.tier + 1 == b.priority * 2 warn \"${a.match}${b.match}\" }",
    );
    assert_eq!(products(&plan), 0);
}

#[test]
fn the_order_of_clauses_does_not_matter() {
    let one = plan(
        "rule r { from p in nb.Port, g in nb.Group where p in g.ports where p.kind == \"a\" warn \"${p.name}${g.name}\" }",
    );
    let other = plan(
        "rule r { where p.kind == \"a\" where p in g.ports from g in nb.Group, p in nb.Port warn \"${p.name}${g.name}\" }",
    );
    assert_eq!(one.statistics(), other.statistics());
}

#[test]
fn rules_that_ask_the_same_share_it() {
    let one = "rule a { from s in Switch where s.is_stateful warn \"a ${s.row.name}\" }";
    let two = "rule b { from s in Switch where s.is_stateful warn \"b ${s.row.name}\" }";
    let alone = plan_over_switches(one);
    let both = plan_over_switches(&format!("{one}\n{two}"));
    assert_eq!(both.nodes.len(), alone.nodes.len() + 1, "only a sink more:\n{}", both.to_text());
}

#[test]
fn columns_that_nothing_reads_are_not_in_the_plan() {
    let plan = plan("rule r { from p in nb.Port where p.kind == \"a\" warn \"${p.name}\" }");
    assert_eq!(plan.tables.len(), 1);
    let mut columns = plan.tables[0].columns.clone();
    columns.sort();
    assert_eq!(columns, ["kind", "name"]);
}

#[test]
fn members_of_a_set_column_are_an_input_of_their_own() {
    let plan = plan("rule r { from g in nb.Group, p in g.ports warn \"${g.name} ${p.name}\" }");
    let of_group = plan.tables.iter().filter(|table| table.table == "Group");
    let mut read: Vec<_> = of_group.map(|table| (table.columns.join(", "), table.rows)).collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("name".to_owned(), InputRows::Whole), ("ports".to_owned(), InputRows::Members)];
    assert_eq!(read, expected);
}

#[test]
fn an_entity_over_a_table_is_the_table() {
    let plan = plan("entity Port from p in nb.Port { } rule r { from p in Port warn \"${p.name}\" }");
    assert_eq!(count(&plan, |kind| matches!(kind, NodeKind::Join { .. } | NodeKind::Arrange { .. })), 0);
}

#[test]
fn an_inverse_is_its_attribute_the_other_way_round() {
    let with =
        plan_over_switches("rule r { from s in Switch, p in s.ports warn \"${s.row.name} ${p.name}\" }");
    let without = plan_over_switches("rule r { from p in Port warn \"${p.switch.row.name} ${p.name}\" }");
    let joins = |plan| count(plan, |kind| matches!(kind, NodeKind::Join { .. }));
    assert_eq!(joins(&with), joins(&without), "{}", with.to_text());
}

#[test]
fn rows_that_differ_anyway_are_not_made_distinct() {
    let members = plan(
        "entity S from s in nb.Switch { ports = set { p for p in s.ports } } rule r { from s in S, p in s.ports warn \"${p.uuid}\" }",
    );
    assert_eq!(distincts(&members), 0, "{}", members.to_text());
    let counted =
        plan("rule r { from s in nb.Switch let n = count { p for p in s.ports } warn \"${s.name} ${n}\" }");
    assert_eq!(distincts(&counted), 0, "{}", counted.to_text());
    let unique = plan(
        "rule r { from s in nb.Switch where exists(l in [1, 2] where s.limit == l) warn \"${s.name}\" }",
    );
    assert!(distincts(&unique) <= 1, "{}", unique.to_text());
}

#[test]
fn what_may_repeat_is_made_distinct_once() {
    let union =
        plan_over_switches("rule r { from s in Switch, a in s.acls warn \"${s.row.name} ${a.match}\" }");
    assert_eq!(distincts(&union), 1, "{}", union.to_text());
    let found = plan(
        "rule r { from p in nb.Port where exists(g in nb.Group where p in g.ports) warn \"${p.name}\" }",
    );
    assert_eq!(distincts(&found), 1);
}

#[test]
fn negation_needs_no_distinct() {
    let plan = plan(
        "rule r { from p in nb.Port where not exists(g in nb.Group where p in g.ports) warn \"${p.name}\" }",
    );
    assert_eq!(distincts(&plan), 0);
    assert_eq!(sides(&plan, JoinSide::Absent), 1);
}

#[test]
fn a_class_does_not_go_through_the_body_of_its_rule() {
    let class = "for all s in Switch where a in s.acls";
    let rules = |bodies: &[&str]| -> String {
        let rule = |(at, body): (usize, &&str)| {
            format!(
                "rule r{at} {{ from a in nb.Acl {body} flow in_acl[{at}] {class} {{ match \"${{a.tier}}\" actions \"next;\" }} }}\n"
            )
        };
        bodies.iter().enumerate().map(rule).collect()
    };
    let plan = plan_over_switches(&rules(&[
        "",
        "where a.tier > 1",
        "where exists(p in nb.Port where p.tag == a.tier)",
    ]));
    assert_eq!(products(&plan), 0);
    let inputs: Vec<_> = plan
        .nodes
        .iter()
        .filter_map(|node| match &node.kind {
            NodeKind::Sink { input, head } => Some((input, &plan.heads[head.0 as usize].kind)),
            _ => None,
        })
        .filter(|(_, kind)| **kind == HeadKind::ClassMember)
        .map(|(input, _)| input)
        .collect();
    assert!(!inputs.is_empty());
    assert!(inputs.iter().all(|input| *input == inputs[0]), "one node for all rules:\n{}", plan.to_text());
}

#[test]
fn heads_of_a_rule_share_its_body() {
    let body = "from s in Switch, a in s.acls where a.tier > 1 and s.is_stateful";
    let one = plan_over_switches(&format!("rule r {{ {body} warn \"${{s.row.name}} ${{a.match}}\" }}"));
    let two = plan_over_switches(&format!(
        "rule r {{ {body} warn \"${{s.row.name}} ${{a.match}}\" warn \"${{a.match}} ${{s.row.name}}\" }}"
    ));
    let joins = |plan| count(plan, |kind| matches!(kind, NodeKind::Join { .. }));
    assert_eq!(joins(&one), joins(&two));
}

#[test]
fn what_is_always_there_is_not_looked_up_twice() {
    let plan = plan_over_switches(
        "rule r { from p in Port where p.switch.is_stateful or p.is_enabled warn \"${p.name}\" }",
    );
    // The row of the port and the switch's attribute: neither can be missing.
    let text = plan.to_text();
    let in_rule = |line: &&str| line.contains("?#") && line.ends_with(" r");
    assert_eq!(text.lines().filter(in_rule).count(), 0, "{text}");
}

#[test]
fn nodes_read_only_nodes_before_them() {
    for fixture in weft_testing::fixtures() {
        let plan = plan(fixture.rules);
        for (at, node) in plan.nodes.iter().enumerate() {
            assert!(node.kind.inputs().iter().all(|input| (input.0 as usize) < at), "{}", fixture.name);
        }
    }
}

#[test]
fn nodes_and_heads_say_where_they_come_from() {
    let plan = plan("rule r {\n    from p in nb.Port\n    warn \"${p.name}\"\n}");
    assert_eq!(plan.heads[0].source, "rules.weft:3");
    assert_eq!(plan.heads[0].name, "rules.weft:1 r");
    assert!(plan.nodes.iter().any(|node| node.name == "nb.Port"));
}

#[test]
fn lookups_that_may_fail_are_made_once_for_all_heads() {
    let head = |name: &str| format!("warn \"{name} ${{nb.Port[name: p.kind]?.tag ?? 0}}\"");
    let one = plan(&format!("rule r {{ from p in nb.Port {} }}", head("a")));
    let two = plan(&format!("rule r {{ from p in nb.Port {} {} }}", head("a"), head("b")));
    assert_eq!(sides(&two, JoinSide::Outer), sides(&one, JoinSide::Outer), "{}", two.to_text());
}

#[test]
fn a_function_looks_up_nothing_for_branches_that_constants_do_not_take() {
    let rules = |argument: &str| {
        format!(
            "fn label(p: nb.Port, group: Option<nb.Group>) -> string = if group is Some(g) {{ g.name }} else {{ p.name }}
             rule r {{ from p in nb.Port warn \"${{label(p, {argument})}}\" }}"
        )
    };
    assert_eq!(plan(&rules("None")).tables.len(), 1);
    assert_eq!(plan(&rules("p.owner")).tables.len(), 2);
}

#[test]
fn wide_rows_are_not_carried_through_many_joins() {
    let plan = plan_over_switches(
        r#"rule r {
            from p in Port
            warn "${p.name} ${p.kind} ${p.row.tag} ${p.switch.row.name} ${p.switch.is_stateful}
                  ${nb.Port[name: p.row.peer ?? ""]?.kind ?? ""} ${p.row.owner?.name ?? ""}"
        }"#,
    );
    let widest =
        plan.nodes.iter().filter(|node| node.name.ends_with(" r")).filter_map(|node| match &node.kind {
            NodeKind::Arrange { key, value, .. } => Some(key.len() + value.len()),
            _ => None,
        });
    assert!(widest.max() <= Some(7), "{}", plan.to_text());
}
