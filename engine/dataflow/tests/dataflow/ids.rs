//! Allocation of ids, as LANGUAGE.md, section *emit*, says.

use std::collections::BTreeMap;

use crate::support::{Bag, Change, Graph, Harness, column};
use weft_dataflow::AllocationMemory;
use weft_plan::plan::{HeadId, NodeKind, Plan, Step};
use weft_value::Value;

/// A table (uuid, holder, scope, low, high, request, keep), whose allocation "Key" is head 0.
fn plan() -> Plan {
    let mut graph = Graph::default();
    let table = graph.table("t", &["holder", "scope", "low", "high", "request", "keep"]);
    let claims = graph.map(table, vec![Step::Project(vec![1, 2, 3, 4, 5, 6])]);
    let allocated = graph.node(NodeKind::Allocate { input: claims, name: "Key".into() });
    graph.sink_columns(allocated, vec![column(0)]);
    graph.plan
}

fn text(value: &str) -> Value {
    Value::String(value.into())
}

/// A holder that claims from 1 to `high`, with a request and a kept id (0 for none).
fn claim(holder: &str, high: i64, request: i64, keep: i64, diff: i64) -> Change {
    let optional = |value: i64| if value == 0 { Value::None } else { Value::Int(value) };
    let columns =
        vec![text(holder), text("scope"), Value::Int(1), Value::Int(high), optional(request), optional(keep)];
    let uuid = holder.bytes().fold(0, |uuid, byte| uuid << 8 | u128::from(byte));
    (0, uuid, columns, diff)
}

fn shown(bag: &Bag) -> Vec<String> {
    let mut lines: Vec<String> = bag
        .iter()
        .map(|(row, count)| {
            let part = |position: usize| match &row[position] {
                Some(Value::String(text)) => text.to_string(),
                Some(Value::Int(value)) => value.to_string(),
                Some(Value::Bool(true)) => "unmet".to_owned(),
                Some(Value::None) => "none".to_owned(),
                _ => String::new(),
            };
            let line = format!("{count:+} {} {} {}", part(0), part(1), part(2));
            line.trim_end().to_owned()
        })
        .collect();
    lines.sort();
    lines
}

/// What a transaction changes: lines of the difference, the holder, its id and whether a request is unmet.
fn transact(harness: &mut Harness, changes: &[Change]) -> Vec<String> {
    harness.transact(changes).get(&HeadId(0)).map(shown).unwrap_or_default()
}

#[test]
fn ids_are_given_from_the_lowest_in_the_order_of_the_holders() {
    let mut harness = Harness::direct(&plan());
    let changes = [claim("c", 9, 0, 0, 1), claim("a", 9, 0, 0, 1), claim("b", 9, 0, 0, 1)];
    assert_eq!(transact(&mut harness, &changes), ["+1 a 1", "+1 b 2", "+1 c 3"]);
    assert_eq!(transact(&mut harness, &[claim("b", 9, 0, 0, -1)]), ["-1 b 2"]);
    assert_eq!(transact(&mut harness, &[claim("d", 9, 0, 0, 1)]), ["+1 d 2"]);
}

#[test]
fn a_request_takes_an_id_from_who_did_not_request_it() {
    let mut harness = Harness::direct(&plan());
    transact(&mut harness, &[claim("a", 9, 0, 0, 1), claim("b", 9, 0, 0, 1)]);
    let changes = transact(&mut harness, &[claim("c", 9, 1, 0, 1)]);
    assert_eq!(changes, ["+1 a 3", "+1 c 1", "-1 a 1"]);
}

#[test]
fn of_two_requests_the_holder_of_the_id_keeps_it_and_the_other_waits() {
    let mut harness = Harness::direct(&plan());
    assert_eq!(transact(&mut harness, &[claim("b", 9, 5, 0, 1)]), ["+1 b 5"]);
    assert_eq!(transact(&mut harness, &[claim("a", 9, 5, 0, 1)]), ["+1 a 1 unmet"]);
    let changes = transact(&mut harness, &[claim("b", 9, 5, 0, -1)]);
    assert_eq!(changes, ["+1 a 5", "-1 a 1 unmet", "-1 b 5"]);
}

#[test]
fn a_request_that_is_withdrawn_leaves_the_id_where_it_is() {
    let mut harness = Harness::direct(&plan());
    transact(&mut harness, &[claim("a", 9, 5, 0, 1)]);
    let changes = [claim("a", 9, 5, 0, -1), claim("a", 9, 0, 5, 1)];
    assert_eq!(transact(&mut harness, &changes), Vec::<String>::new());
}

#[test]
fn where_no_id_is_left_there_is_none_until_one_is_free() {
    let mut harness = Harness::direct(&plan());
    let changes = [claim("a", 2, 0, 0, 1), claim("b", 2, 0, 0, 1), claim("c", 2, 0, 0, 1)];
    assert_eq!(transact(&mut harness, &changes), ["+1 a 1", "+1 b 2", "+1 c none"]);
    assert_eq!(transact(&mut harness, &[claim("a", 2, 0, 0, -1)]), ["+1 c 1", "-1 a 1", "-1 c none"]);
    assert_eq!(transact(&mut harness, &[claim("d", 2, 7, 0, 1)]), ["+1 d none unmet"]);
}

#[test]
fn the_database_alone_restores_the_ids() {
    let mut before = Harness::direct(&plan());
    transact(&mut before, &[claim("b", 9, 0, 0, 1)]);
    transact(&mut before, &[claim("a", 9, 0, 0, 1), claim("c", 9, 0, 0, 1)]);
    transact(&mut before, &[claim("a", 9, 0, 0, -1)]);
    assert_eq!(shown(&before.rows(HeadId(0))), ["+1 b 1", "+1 c 3"]);
    let mut after = Harness::direct(&plan());
    let changes = [claim("b", 9, 0, 1, 1), claim("c", 9, 0, 3, 1), claim("a", 9, 0, 1, 1)];
    assert_eq!(transact(&mut after, &changes), ["+1 a 1", "+1 b 2", "+1 c 3"]);
    let mut again = Harness::direct(&plan());
    let changes = [claim("b", 9, 0, 1, 1), claim("c", 9, 0, 3, 1)];
    assert_eq!(transact(&mut again, &changes), ["+1 b 1", "+1 c 3"]);
}

#[test]
fn ids_go_over_to_a_driver_of_other_rules_by_name() {
    let mut before = Harness::direct(&plan());
    transact(&mut before, &[claim("b", 9, 0, 0, 1)]);
    transact(&mut before, &[claim("a", 9, 0, 0, 1)]);
    let ids = before.driver.allocations();
    let expected = [((text("scope"), text("a")), 2), ((text("scope"), text("b")), 1)];
    assert_eq!(ids, AllocationMemory::from([("Key".to_owned(), BTreeMap::from(expected))]));
    let mut after = Harness::direct_with(&plan(), &ids);
    assert_eq!(after.driver.allocations(), ids);
    let changes = [claim("a", 9, 0, 0, 1), claim("b", 9, 0, 0, 1), claim("0", 9, 0, 0, 1)];
    assert_eq!(transact(&mut after, &changes), ["+1 0 3", "+1 a 2", "+1 b 1"]);
}

#[test]
fn a_narrower_range_moves_only_who_is_outside() {
    let mut harness = Harness::direct(&plan());
    transact(&mut harness, &[claim("a", 9, 0, 0, 1), claim("b", 9, 8, 0, 1)]);
    let changes =
        [claim("a", 9, 0, 0, -1), claim("a", 4, 0, 0, 1), claim("b", 9, 8, 0, -1), claim("b", 4, 8, 0, 1)];
    assert_eq!(transact(&mut harness, &changes), ["+1 b 2 unmet", "-1 b 8"]);
}

#[test]
fn one_change_among_many_holders_touches_one() {
    let mut harness = Harness::direct(&plan());
    let all: Vec<Change> = (0..2000).map(|i| claim(&format!("{i:04}"), 5000, 0, 0, 1)).collect();
    assert_eq!(transact(&mut harness, &all).len(), 2000);
    assert_eq!(transact(&mut harness, &[all[700].clone()].map(|c| (c.0, c.1, c.2, -1))), ["-1 0700 701"]);
    assert_eq!(transact(&mut harness, &[claim("9999", 5000, 0, 0, 1)]), ["+1 9999 701"]);
}
