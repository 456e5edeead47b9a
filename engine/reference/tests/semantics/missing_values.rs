//! LANGUAGE.md, *Missing values*, and clauses.

use crate::support::{Rows, run, warnings};
use weft_testing::values::{int, options, set, string, strings, uuid, uuids};

#[test]
fn columns_of_a_row_that_is_not_there_have_no_value() {
    let snapshot = Rows::default()
        .with("Group", 1, [("name", string("g"))])
        .with("Port", 10, [("name", string("a")), ("owner", uuid(1))])
        .with("Port", 11, [("name", string("b")), ("owner", uuid(99))])
        .port(12, "c")
        .done();
    let rules = "rule r { from p in nb.Port let g = p.owner else skip warn \"${p.name} ${g.name}\" }";
    assert_eq!(warnings(rules, &snapshot), ["a g"]);
    let rules = "rule r { from p in nb.Port warn \"${p.name} ${p.owner?.name ?? \"none\"}\" }";
    assert_eq!(warnings(rules, &snapshot), ["a g", "b none", "c none"]);
}

#[test]
fn a_lookup_finds_the_least_row_or_has_no_value() {
    let snapshot = Rows::default()
        .with("Port", 11, [("name", string("a")), ("tag", int(2))])
        .with("Port", 10, [("name", string("a")), ("tag", int(1))])
        .with("Settings", 1, [])
        .done();
    let rules = "rule r { from s in nb.Settings let p = nb.Port[name: \"a\"] warn \"${p.tag}\" }";
    assert_eq!(warnings(rules, &snapshot), ["1"]);
    let rules =
        "rule r { from s in nb.Settings let p = nb.Port[name: \"a\", tag: Some(2)] warn \"${p.tag}\" }";
    assert_eq!(warnings(rules, &snapshot), ["2"]);
    let rules = "rule r { from s in nb.Settings let p = nb.Port[name: \"b\"] warn \"${p.tag}\" }";
    assert_eq!(warnings(rules, &snapshot), [] as [&str; 0]);
    let rules = "rule r { from s in nb.Settings warn \"${nb.Port[name: \"b\"]?.tag ?? 5}\" }";
    assert_eq!(warnings(rules, &snapshot), ["5"]);
}

#[test]
fn a_clause_without_value_drops_the_row_and_a_head_drops_itself() {
    let snapshot =
        Rows::default().port(10, "a").with("Port", 11, [("name", string("b")), ("tag", int(0))]).done();
    let rules = "rule r {
        from p in nb.Port
        let x = 6 / (p.tag ?? 2)
        warn \"${p.name} ${x}\"
    }";
    assert_eq!(warnings(rules, &snapshot), ["a 3"]);
    let rules = "rule r {
        from p in nb.Port
        warn \"${p.name}\"
        warn \"${p.name} ${6 / (p.tag ?? 2)}\"
        if 6 / (p.tag ?? 2) == 3 { warn \"${p.name} is 3\" } else { warn \"${p.name} is other\" }
    }";
    assert_eq!(warnings(rules, &snapshot), ["a", "a 3", "a is 3", "b"]);
}

#[test]
fn a_call_needs_all_its_arguments() {
    let snapshot = Rows::default().with("Settings", 1, []).done();
    let rules = "fn first(a: int, b: int) -> int = a
        rule r { from s in nb.Settings warn \"${first(1, 2)}\" warn \"${first(3, 4 / 0)}\" }";
    assert_eq!(warnings(rules, &snapshot), ["1"]);
}

#[test]
fn the_order_of_clauses_has_no_meaning() {
    let snapshot = Rows::default().port(10, "a").port(11, "b").switch(1, "sw", [10, 11]).done();
    let clauses =
        ["from s in nb.Switch", "from p in s.ports", "where p.name != \"b\"", "let x = p.name + s.name"];
    for rotation in 0..clauses.len() {
        let mut clauses = clauses;
        clauses.rotate_left(rotation);
        let rules = format!("rule r {{ {} warn \"${{x}}\" }}", clauses.join("\n"));
        assert_eq!(warnings(&rules, &snapshot), ["asw"], "{rules}");
    }
}

#[test]
fn sources_are_tables_sets_lists_and_maps() {
    let snapshot = Rows::default()
        .with(
            "Port",
            10,
            [
                ("name", string("b a b")),
                ("addresses", set(strings(["x", "y"]))),
                ("options", options([("k", "v"), ("l", "w")])),
            ],
        )
        .done();
    let rules = "rule r {
        from p in nb.Port
        for a in p.addresses { warn \"address ${a}\" }
        for (k, v) in p.options { warn \"option ${k} ${v}\" }
        for (a, b) in [(1, 2), (3, 4), (1, 2)] { warn \"pair ${a} ${b}\" }
        for word in p.name.split(\" \") { warn \"word ${word}\" }
    }";
    let wanted =
        ["address x", "address y", "option k v", "option l w", "pair 1 2", "pair 3 4", "word a", "word b"];
    assert_eq!(warnings(rules, &snapshot), wanted);
}

#[test]
fn a_product_goes_over_all_pairs() {
    let snapshot = Rows::default().port(10, "a").port(11, "b").done();
    let rules = "rule r { from p in nb.Port from cross q in nb.Port warn \"${p.name}${q.name}\" }";
    assert_eq!(warnings(rules, &snapshot), ["aa", "ab", "ba", "bb"]);
}

#[test]
fn unwrapping_drops_rows_without_value_and_can_warn() {
    let snapshot =
        Rows::default().port(10, "a").with("Port", 11, [("name", string("b")), ("tag", int(4))]).done();
    let rules = "rule r { from p in nb.Port let t = p.tag else skip warn \"${p.name} ${t}\" }";
    assert_eq!(warnings(rules, &snapshot), ["b 4"]);
    let rules = "rule r {
        from p in nb.Port
        let t = p.tag else warn \"${p.name} has no tag\"
        warn \"${p.name} ${t}\"
    }";
    assert_eq!(warnings(rules, &snapshot), ["a has no tag", "b 4"]);
    let rules = "rule r { from p in nb.Port let t = 1 / (p.tag ?? 0) else warn \"${p.name}: no value\" warn \"${t}\" }";
    assert_eq!(warnings(rules, &snapshot), ["0", "a: no value"]);
}

#[test]
fn an_else_warn_speaks_of_rows_that_all_independent_clauses_let_through() {
    let snapshot = Rows::default()
        .port(10, "a")
        .with("Port", 11, [("name", string("off")), ("enabled", weft_value::Value::Bool(false))])
        .done();
    let heads = [
        // A condition after the binding, a binding before the condition: the same.
        "let t = p.tag else warn \"${p.name}: no tag\" where p.enabled ?? true",
        "where p.enabled ?? true let t = p.tag else warn \"${p.name}: no tag\"",
        // What needs the variable does not silence it.
        "let t = p.tag else warn \"${p.name}: no tag\" where t > 5 and (p.enabled ?? true) where p.enabled ?? true",
    ];
    for clauses in heads {
        let rules = format!("rule r {{ from p in nb.Port {clauses} warn \"${{t}}\" }}");
        assert_eq!(warnings(&rules, &snapshot), ["a: no tag"], "{rules}");
    }
}

#[test]
fn two_missing_values_give_two_warnings_but_not_what_needs_the_first() {
    let snapshot = Rows::default().port(10, "a").done();
    let rules = "rule r {
        from p in nb.Port
        let t = p.tag else warn \"no tag\"
        let q = p.peer else warn \"no peer\"
        let r = nb.Port[name: \"p${t}\"]? else warn \"no row\"
        warn \"${t} ${q} ${r.name}\"
    }";
    assert_eq!(warnings(rules, &snapshot), ["no peer", "no tag"]);
}

#[test]
fn references_stay_members_of_a_set_when_their_row_is_gone() {
    let snapshot = Rows::default().port(10, "a").switch(1, "sw", [10, 99]).done();
    let rules = "rule r { from s in nb.Switch warn \"${s.ports.size} ${count { p for p in s.ports }}\"
                          warn \"names ${set { p.name for p in s.ports }}\" }";
    assert_eq!(warnings(rules, &snapshot), ["2 2", "names {a}"]);
}

#[test]
fn columns_without_data_have_the_default_of_their_type() {
    let snapshot = Rows::default().with("Acl", 1, []).with("Group", 2, [("ports", set(uuids([])))]).done();
    let rules = "rule r { from a in nb.Acl warn \"${a.priority} '${a.match}' ${a.name.is_none}\" }
                 rule q { from g in nb.Group warn \"${g.ports.size} ${g.weights.size}\" }";
    assert_eq!(warnings(rules, &snapshot), ["0 '' true", "0 0"]);
    assert_eq!(run(rules, &snapshot).flows.len(), 0);
}
