//! Listings of the plans of small programs, one for each construct.

use super::support::{plan, plan_over_switches};

macro_rules! listings {
    ($($name:ident: $plan:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!($plan.to_text());
        }
    )*};
}

listings! {
    a_scan_with_a_condition: plan(r#"
rule r { from p in nb.Port where p.kind == "a" and (p.enabled ?? true) warn "${p.name}" }
"#);
    a_join_by_columns: plan(r#"
rule r { from p in nb.Port, q in nb.Port where p.peer == Some(q.name) warn "${p.kind} ${q.kind}" }
"#);
    a_lookup_that_may_fail: plan(r#"
rule r { from p in nb.Port warn "${p.name} ${nb.Port[name: p.kind]?.tag ?? 0}" }
"#);
    a_lookup_that_must_not_fail: plan(r#"
rule r { from p in nb.Port warn "${p.name} ${nb.Port[name: p.kind].kind}" }
"#);
    absence: plan(r#"
rule r { from p in nb.Port where not exists(g in nb.Group where p in g.ports) warn "${p.name}" }
"#);
    existence_as_a_value: plan(r#"
rule r { from p in nb.Port let grouped = exists(g in nb.Group where p in g.ports) warn "${p.name} ${grouped}" }
"#);
    an_aggregate_over_its_own_index: plan(r#"
rule r { from s in nb.Switch warn "${s.name} ${list { p.name for p in s.ports order by p.tag desc }}" }
"#);
    an_aggregate_over_what_its_rule_has: plan(r#"
rule r { from p in nb.Port let n = count { a for a in nb.Acl where a.tier < (p.tag ?? 0) } warn "${p.name} ${n}" }
"#);
    entries_of_a_map: plan(r#"
rule r { from p in nb.Port, (k, v) in p.options where v != "" warn "${k}=${v}" }
"#);
    a_host_function: plan(r#"
rule r { from p in nb.Port, text in p.addresses let a = parse_address(text) else skip warn "${a.mac} ${a.ips}" }
"#);
    a_let_that_warns: plan(r#"
rule r { from p in nb.Port let tag = p.tag else warn "${p.name} has no tag" where p.kind == "a" warn "${tag}" }
"#);
    arms_of_an_if: plan(r#"
rule r {
    from p in nb.Port
    if p.tag is Some(tag) { warn "${p.name} ${tag}" } else if p.kind == "a" { warn "${p.name}" } else { warn "no" }
}
"#);
    a_group: plan(r#"
entity Tier from a in nb.Acl group by (a.tier) as (tier) { size = count { a } }
rule r { from t in Tier warn "${t.tier} ${t.size}" }
"#);
    an_entity_of_two_parts: plan(r#"
entity Place from s in nb.Switch, p in s.ports { text = s.name + p.name }
rule r { from x in Place warn "${x.text}" }
"#);
    a_class: plan_over_switches(r#"
rule r {
    from a in nb.Acl where a.tier == 1
    flow in_acl[a.priority] for all s in Switch where a in s.acls and s.is_stateful hint a {
        match "${raw(a.match)}" actions "next;"
    }
}
"#);
    a_class_of_what_its_rule_has: plan_over_switches(r#"
rule r {
    from a in nb.Acl let low = a.tier
    flow in_acl[1] for all s in Switch where s.row.limit == Some(low + 1) { match "1" actions "next;" }
}
"#);
    ids: plan(r#"
entity Port from p in nb.Port { }
alloc Key for p in Port { range 1 .. 9 request p.tag clash warn "${p.name}" }
rule r { from p in Port warn "${Key[p]}" }
"#);
    connected_components: plan(r#"
entity Port from p in nb.Port { }
components Group for p in Port, q in Port where p.peer == Some(q.name) { edge p, q }
rule r { from p in Port warn "${p.name} ${Group[p]?.name ?? ""}" }
"#);
    rows_of_outputs: plan(r#"
output sb.Datapath { key nb_uuid write name, ids init key = 7 }
rule r { from s in nb.Switch emit sb.Datapath { nb_uuid: Some(s.uuid), name: s.name } }
rule t { from s in nb.Switch, p in s.ports emit sb.Datapath[nb_uuid: Some(s.uuid)] { ids += (p.name, p.kind) } }
"#);
}
