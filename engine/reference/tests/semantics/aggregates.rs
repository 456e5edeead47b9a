//! LANGUAGE.md, *Expressions*: aggregates, `exists` and `the`.

use crate::support::{Rows, warnings};
use weft_testing::values::{int, set, string, strings};
use weft_value::Value;

/// One settings row and ports of tags 3, 1, 2, 2 and none.
fn ports() -> weft_reference::Snapshot {
    let tags = [("a", int(3)), ("b", int(1)), ("c", int(2)), ("d", int(2)), ("e", Value::None)];
    let mut rows = Rows::default().with("Settings", 1, []);
    for (uuid, (name, tag)) in (10..).zip(tags) {
        let columns = [("name", string(name)), ("tag", tag), ("addresses", set(strings(["x", name])))];
        rows = rows.with("Port", uuid, columns);
    }
    rows.done()
}

fn text_of(expression: &str) -> Option<String> {
    let rules = format!("rule r {{ from s in nb.Settings let x = {expression} warn \"${{x}}\" }}");
    let mut texts = warnings(&rules, &ports());
    assert!(texts.len() <= 1, "{expression} gives {texts:?}");
    texts.pop()
}

fn check(cases: &[(&str, &str)]) {
    for (expression, wanted) in cases {
        assert_eq!(text_of(expression).as_deref(), Some(*wanted), "{expression}");
    }
}

#[test]
fn sets_and_lists_collect_values_in_order() {
    check(&[
        ("set { t for p in nb.Port, let t = p.tag else skip }", "{1, 2, 3}"),
        ("list { t for p in nb.Port, let t = p.tag else skip }", "{1, 2, 2, 3}"),
        ("list { p.name for p in nb.Port, let t = p.tag else skip order by t desc }", "{a, c, d, b}"),
        ("list { p.name for p in nb.Port, let t = p.tag else skip order by t, p.name desc }", "{b, d, c, a}"),
        ("list { p.name for p in nb.Port where false }", "{}"),
    ]);
}

#[test]
fn numbers_count_from_one_in_order() {
    check(&[(
        "list { \"${n}${v}\" for (n, v) in number { p.name for p in nb.Port order by p.name desc } order by n }",
        "{1e, 2d, 3c, 4b, 5a}",
    )]);
}

#[test]
fn counts_and_sums_go_over_rows_and_not_over_values() {
    check(&[
        ("count { p for p in nb.Port }", "5"),
        ("count { 1 for p in nb.Port }", "5"),
        ("sum { 2 for p in nb.Port }", "10"),
        ("sum { t for p in nb.Port, let t = p.tag else skip }", "8"),
        ("sum { t for p in nb.Port, let t = p.tag else skip where false }", "0"),
        ("count { a for p in nb.Port, a in p.addresses }", "10"),
    ]);
    assert_eq!(text_of("sum { 9223372036854775807 for p in nb.Port }"), None);
}

#[test]
fn rows_are_distinct_bindings_of_variables() {
    check(&[("count { a for a in [1, 1, 2] }", "2"), ("sum { 5 for (a, _) in [(1, 2), (1, 3)] }", "5")]);
}

#[test]
fn least_greatest_and_first_values_are_optional() {
    check(&[
        ("min { t for p in nb.Port, let t = p.tag else skip }", "1"),
        ("max { t for p in nb.Port, let t = p.tag else skip }", "3"),
        ("least { p.name for p in nb.Port, let t = p.tag else skip order by t desc }", "a"),
        ("least { p.name for p in nb.Port order by 1 }", "a"),
        ("(min { p.name for p in nb.Port where false }).is_none", "true"),
        ("(max { p.name for p in nb.Port where false }).is_none", "true"),
        ("(least { p.name for p in nb.Port where false order by 1 }).is_none", "true"),
    ]);
}

#[test]
fn the_least_value_of_a_key_wins_in_a_map() {
    check(&[
        ("(map { t: p.name for p in nb.Port, let t = p.tag else skip })[2]", "c"),
        ("(map { t: p.name for p in nb.Port, let t = p.tag else skip }).keys", "{1, 2, 3}"),
    ]);
}

#[test]
fn the_has_a_value_when_all_rows_agree() {
    check(&[("the(p.name for p in nb.Port where p.tag == Some(3))", "a"), ("the(5 for p in nb.Port)", "5")]);
    assert_eq!(text_of("the(p.name for p in nb.Port where p.tag == Some(2))"), None);
    assert_eq!(text_of("the(p.name for p in nb.Port where p.tag == Some(9))"), None);
}

#[test]
fn exists_asks_for_one_row() {
    check(&[
        ("exists(p in nb.Port where p.tag == Some(3))", "true"),
        ("not exists(p in nb.Port where p.tag == Some(9))", "true"),
        ("exists(p in nb.Port, q in nb.Port where p.tag == q.tag and p.name != q.name)", "true"),
    ]);
}

#[test]
fn rows_whose_value_or_order_is_missing_are_not_there() {
    check(&[
        ("set { 6 / (t - 2) for p in nb.Port, let t = p.tag else skip }", "{-6, 6}"),
        ("count { 6 / (t - 2) for p in nb.Port, let t = p.tag else skip }", "2"),
        ("list { p.name for p in nb.Port, let t = p.tag else skip order by 6 / (t - 2) }", "{b, a}"),
        ("exists(p in nb.Port where 1 / 0 == 1)", "false"),
    ]);
}
