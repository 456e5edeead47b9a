//! Joins are not visited while an input of theirs has no rows.

use crate::support::{Change, Graph, Harness};
use weft_plan::plan::{HeadId, JoinInput, JoinSide, NodeKind};
use weft_value::Value;

const TABLES: [u32; 3] = [0, 1, 2];

fn change(table: u32, row: u128, key: i64, diff: i64) -> Change {
    (table, row, vec![Value::Int(key)], diff)
}

#[test]
fn a_join_sleeps_until_all_its_inner_inputs_have_rows_and_again_when_one_has_none() {
    let mut graph = Graph::default();
    let tables = ["a", "b", "c"].map(|name| graph.table(name, &["key"]));
    let [a, b, c] = tables.map(|table| graph.arrange(table, &[1], &[0]));
    let side = |node, side| JoinInput { node, side };
    let inputs = vec![side(a, JoinSide::Inner), side(b, JoinSide::Inner), side(c, JoinSide::Inner)];
    let inner = graph.node(NodeKind::Join { inputs, steps: vec![] });
    let inputs = vec![side(a, JoinSide::Inner), side(b, JoinSide::Outer), side(c, JoinSide::Absent)];
    let open = graph.node(NodeKind::Join { inputs, steps: vec![] });
    graph.sink(inner, 4);
    graph.sink(open, 3);
    let mut harness = Harness::direct(&graph.plan);
    harness.driver.time_nodes();
    let runs =
        |harness: &Harness, node: weft_plan::plan::NodeId| harness.driver.profile()[node.0 as usize].runs;

    harness.transact(&[change(0, 1, 7, 1)]);
    harness.transact(&[change(2, 3, 7, 1)]);
    // It waited for the rows of a, then for those of b.
    assert_eq!((runs(&harness, inner), runs(&harness, open)), (1, 2));
    harness.transact(&[change(1, 2, 7, 1)]);
    assert_eq!(harness.rows(HeadId(0)).len(), 1);
    assert_eq!(runs(&harness, inner), 2);

    harness.transact(&[change(1, 2, 7, -1)]);
    assert_eq!((harness.rows(HeadId(0)).len(), runs(&harness, inner)), (0, 3));
    harness.transact(&[change(0, 4, 7, 1), change(2, 5, 8, 1)]);
    assert_eq!(runs(&harness, inner), 3, "b has no rows any more");
    harness.transact(&TABLES.map(|table| change(table, 6, 8, 1)));
    assert_eq!(harness.rows(HeadId(0)).len(), 2);
}
