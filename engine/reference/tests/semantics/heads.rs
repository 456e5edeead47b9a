//! LANGUAGE.md, *Rules*: heads, flows and rows of output tables.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Rows, flows, run, warnings};
use weft_reference::{ExpandedFlow, Snapshot, TableName};
use weft_testing::values::{int, options, set, string, strings, uuid, uuids};
use weft_value::Value;

const SWITCHES: &str = r#"
pipeline switch.ingress over Switch { stage first stage second }
entity Switch from ls in nb.Switch { }
"#;

/// Switches s (port a, ACL 20) and t (port b, ACLs 20 and 21).
fn snapshot() -> Snapshot {
    Rows::default()
        .with("Port", 10, [("name", string("a")), ("tag", int(5)), ("addresses", set(strings(["x", "y"])))])
        .port(11, "b")
        .with("Acl", 20, [("priority", int(2)), ("match", string("ip4"))])
        .with("Acl", 21, [("priority", int(3)), ("match", string("ip6"))])
        .with("Switch", 1, [("name", string("s")), ("ports", set(uuids([10]))), ("acls", set(uuids([20])))])
        .with(
            "Switch",
            2,
            [("name", string("t")), ("ports", set(uuids([11]))), ("acls", set(uuids([20, 21])))],
        )
        .done()
}

fn with_switches(rules: &str) -> String {
    format!("{SWITCHES}{rules}")
}

#[test]
fn conditions_choose_the_first_arm_that_holds() {
    let rules = "rule r {
        from p in nb.Port
        if p.name == \"a\" { warn \"${p.name}: first\" }
        else if p.name != \"c\" { warn \"${p.name}: second\" }
        else { warn \"${p.name}: last\" }
        if p.tag is Some(t) { warn \"${p.name}: tag ${t}\" } else { warn \"${p.name}: no tag\" }
    }";
    assert_eq!(warnings(rules, &snapshot()), ["a: first", "a: tag 5", "b: no tag", "b: second"]);
}

#[test]
fn blocks_have_clauses_and_heads_of_their_own() {
    let rules = "rule r {
        from s in nb.Switch
        for p in s.ports where p.name != \"b\" {
            let text = p.name + s.name
            warn \"${text}\"
            for a in p.addresses { warn \"${text} ${a}\" }
        }
    }";
    assert_eq!(warnings(rules, &snapshot()), ["as", "as x", "as y"]);
}

#[test]
fn a_flow_of_one_datapath_has_all_its_columns() {
    let rules = with_switches(
        "rule r {
            from s in Switch where s.row.name == \"s\"
            flow second[10 + 1] for s hint s {
                match \"ip\" actions \"next;\" meter \"m\" desc \"d\" port \"p\"
                tag \"one\" = \"1\" tag \"none\" = s.row.options[\"none\"]?
            }
        }",
    );
    let evaluation = run(&rules, &snapshot());
    let flow = evaluation.flows.first().cloned().unwrap_or_else(|| panic!("no flow"));
    assert_eq!((flow.stage.as_str(), flow.priority), ("second", 11));
    assert_eq!((flow.matches.as_str(), flow.actions.as_str()), ("ip", "next;"));
    assert_eq!(flow.datapaths, uuid(1));
    assert_eq!(flow.hint.as_deref(), Some("00000000"));
    let optional = (flow.meter.as_deref(), flow.description.as_deref(), flow.port.as_deref());
    assert_eq!(optional, (Some("m"), Some("d"), Some("p")));
    assert_eq!(flow.tags, BTreeMap::from([("one".to_owned(), "1".to_owned())]));
    assert!(flow.source.starts_with("rules.weft:"), "{}", flow.source);
    assert_eq!(evaluation.flows.len(), 1);
}

#[test]
fn a_class_of_datapaths_is_named_by_its_rule_and_what_it_depends_on() {
    let rules = with_switches(
        "rule acl {
            from a in nb.Acl
            flow first[a.priority] for all s in Switch where a in s.row.acls hint a {
                match \"${raw(a.match)}\" actions \"next;\"
            }
        }",
    );
    let evaluation = run(&rules, &snapshot());
    let sets: BTreeSet<Value> = evaluation.flows.iter().map(|flow| flow.datapaths.clone()).collect();
    let parameter = |set: &Value| match set {
        Value::Tuple(parts) => parts[1..].to_vec(),
        other => vec![other.clone()],
    };
    assert_eq!(sets.iter().map(parameter).collect::<Vec<_>>(), [vec![uuid(20)], vec![uuid(21)]]);
    let members: Vec<_> = evaluation.class_members.values().cloned().collect();
    assert_eq!(members, [BTreeSet::from([uuid(1), uuid(2)]), BTreeSet::from([uuid(2)])]);
    let expanded: Vec<(String, Value)> = evaluation
        .expanded_flows()
        .into_iter()
        .map(|ExpandedFlow { matches, datapath, .. }| (matches, datapath))
        .collect();
    let wanted = [("ip4", 1), ("ip4", 2), ("ip6", 2)].map(|(text, sw)| (text.to_owned(), uuid(sw)));
    assert_eq!(expanded, wanted);
}

#[test]
fn a_flow_for_an_empty_class_is_on_no_datapath() {
    let rules = with_switches(
        "rule r { from p in nb.Port flow first[1] for all s in Switch where s.row.name == p.name {
            match \"1\" actions \"next;\" } }",
    );
    let evaluation = run(&rules, &snapshot());
    assert_eq!(flows(&evaluation).len(), 1);
    assert!(evaluation.expanded_flows().is_empty());
}

#[test]
fn a_flow_without_a_datapath_or_priority_is_dropped_alone() {
    let rules = with_switches(
        "entity Port from p in nb.Port { switch: Switch = Switch[the(s for s in nb.Switch where p in s.ports)] else skip }
         rule r {
            from p in Port
            flow first[10 / ((p.row.tag ?? 0) - 5)] for p.switch { match \"1\" actions \"a;\" }
            flow first[1] for p.switch { match \"${p.row.name}\" actions \"b;\" }
         }",
    );
    let snapshot = Rows::default()
        .with("Port", 10, [("name", string("a")), ("tag", int(5))])
        .port(11, "lost")
        .switch(1, "s", [10])
        .done();
    let evaluation = run(&rules, &snapshot);
    assert_eq!(flows(&evaluation).into_iter().collect::<Vec<_>>(), ["first[1] \"a\" => b;"]);
}

const OUTPUTS: &str = r#"
output sb.Datapath { key nb_uuid write key, name, ids }
output sb.Binding {
    key   port
    write datapath, gateway, others, key, kind, tag, addresses, options
    init  up = false
}
output sb.Port_Set { key name, tier write ports, ids }
"#;

fn row(rules: &str, table: &str, key: &[Value]) -> Option<weft_reference::Row> {
    let evaluation = run(&format!("{OUTPUTS}{rules}"), &snapshot());
    evaluation.rows.get(&TableName::new("sb", table))?.get(key).cloned()
}

#[test]
fn an_emitted_row_has_its_key_what_is_given_and_defaults() {
    let rules = "rule r { from p in nb.Port
        emit sb.Binding { port: p.name, kind: \"k\", tag: p.tag, addresses: p.addresses,
            datapath: ref sb.Datapath[nb_uuid: Some(p.uuid)] } }";
    let row = row(rules, "Binding", &[string("a")]).unwrap_or_else(|| panic!("no row"));
    assert_eq!(row["port"], string("a"));
    assert_eq!(row["kind"], string("k"));
    assert_eq!(row["tag"], int(5));
    assert_eq!(row["addresses"], set(strings(["x", "y"])));
    assert_eq!(row["datapath"], Value::Tuple([uuid(10)].into()));
    assert_eq!((&row["key"], &row["options"], &row["gateway"]), (&int(0), &options([]), &Value::None));
    assert!(!row.contains_key("up"));
}

#[test]
fn members_make_and_fill_rows() {
    let rules = "
        rule m { from s in nb.Switch, p in s.ports emit sb.Port_Set[name: \"all\", tier: 1] { ports += p.name } }
        rule i { from s in nb.Switch emit sb.Port_Set[name: \"all\", tier: 1] { ids += (s.name, \"id\") } }
        rule e { from s in nb.Settings emit sb.Port_Set { name: \"all\", tier: 1, ports: {\"z\"} } }
        rule w { from p in nb.Port where p.name == \"a\" emit sb.Port_Set { name: \"all\", tier: 1, ports: {\"w\"} } }";
    let row = row(rules, "Port_Set", &[string("all"), int(1)]).unwrap_or_else(|| panic!("no row"));
    assert_eq!(row["ports"], set(strings(["a", "b", "w"])));
    assert_eq!(row["ids"], options([("s", "id"), ("t", "id")]));
}

#[test]
fn a_row_is_dropped_when_one_of_its_columns_has_no_value() {
    let rules = "rule r { from p in nb.Port let t = p.tag ?? 0
        emit sb.Port_Set { name: p.name, tier: 1, ids: map { \"x\": (10 / t).text } } }";
    assert!(row(rules, "Port_Set", &[string("a"), int(1)]).is_some());
    assert!(row(rules, "Port_Set", &[string("b"), int(1)]).is_none());
}

#[test]
fn two_values_of_one_column_are_a_conflict_and_the_least_stands() {
    let rules = format!(
        "{OUTPUTS} rule r {{ from s in nb.Switch emit sb.Datapath {{ nb_uuid: None, name: s.name }} }}"
    );
    let evaluation = run(&rules, &snapshot());
    let rows = &evaluation.rows[&TableName::new("sb", "Datapath")];
    assert_eq!(rows[&vec![Value::None]]["name"], string("s"));
    assert_eq!(evaluation.conflicts.len(), 1);
}
