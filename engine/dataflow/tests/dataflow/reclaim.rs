//! Values that nobody refers to any more are forgotten; the others never are.

use crate::support::{Change, Graph, Harness, column, text};
use weft_plan::plan::{AggregationKind, HeadId, NodeKind, Plan, Step};
use weft_plan::scalar::{Render, Scalar, TextPiece};
use weft_value::Value;

/// Names in an index, an aggregate and an allocation; head 0 gives a text with a constant for each.
fn plan() -> Plan {
    let mut graph = Graph::default();
    let names = graph.table("t", &["name", "group"]);
    let by_group = graph.arrange(names, &[2], &[1]);
    let lists = graph.reduce(by_group, AggregationKind::Set, &[]);
    let joined = graph.node(NodeKind::join(by_group, lists, vec![]));
    let prefix = Scalar::If(
        Box::new(Scalar::Constant(Value::Bool(true))),
        Box::new(text("the constant prefix ")),
        Box::new(text("")),
    );
    let columns = vec![Scalar::Text(vec![
        TextPiece::Hole(prefix, Render::Bare),
        TextPiece::Hole(column(1), Render::Bare),
    ])];
    graph.sink_columns(joined, columns);
    let one = || Scalar::Constant(Value::Int(1));
    let steps = vec![
        Step::Push(one()),
        Step::Push(Scalar::Constant(Value::Int(9_000_000))),
        Step::Push(Scalar::Constant(Value::None)),
    ];
    let claims = graph.map(names, steps);
    let claims = graph.map(claims, vec![Step::Project(vec![1, 3, 3, 4, 5, 5])]);
    let ids = graph.node(NodeKind::Allocate { input: claims, name: "Key".into() });
    graph.sink(ids, 2);
    graph.plan
}

fn change(name: String, group: i64, diff: i64) -> Change {
    let uuid = name.bytes().fold(7, |uuid: u128, byte| uuid.wrapping_mul(257) ^ u128::from(byte));
    (0, uuid, vec![Value::String(name.into()), Value::Int(group)], diff)
}

#[test]
fn memory_stays_bounded_while_names_come_and_go() {
    let plan = plan();
    let mut harness = Harness::direct(&plan);
    let kept: Vec<Change> = (0..50).map(|i| change(format!("kept {i}"), i % 5, 1)).collect();
    harness.transact(&kept);
    let batch = |round: usize, diff: i64| -> Vec<Change> {
        (0..5000).map(|i| change(format!("round {round} name {i}"), 100 + (i % 1000), diff)).collect()
    };
    let mut sweeps = 0;
    for round in 0..12 {
        harness.transact(&batch(round, 1));
        harness.transact(&batch(round, -1));
        harness.driver.compact();
        // What the sinks keep: the rows that came out.
        let (interner, outputs) = (harness.interner.clone(), harness.outputs.clone());
        let roots: Vec<_> = outputs
            .values()
            .flat_map(|bag| bag.keys().flatten().flatten())
            .map(|value| interner.read().datum_of(value))
            .collect();
        let swept = harness.driver.reclaim(&mut |mark| roots.iter().for_each(|datum| mark(*datum)));
        sweeps += usize::from(swept);
        if swept {
            assert!(harness.interner.read().size().values() < 1000, "{:?}", harness.interner.read().size());
        }
    }
    assert!(sweeps >= 2, "{sweeps} sweeps");
    let updates: usize = harness.driver.profile().iter().map(|profile| profile.updates_kept).sum();
    assert!(updates < 1000, "{updates} updates kept for 50 names");

    let name = change("kept 7".to_owned(), 2, -1);
    let changes = harness.transact(&[name]);
    let (row, _) = changes[&HeadId(0)].iter().find(|(_, count)| **count > 0).unwrap();
    let row: Vec<_> = row.iter().flatten().map(|value| harness.interner.read().datum_of(value)).collect();
    let mut rendered = String::new();
    assert!(harness.heads.render_text(HeadId(0), 0, &row, &mut rendered));
    assert!(rendered.starts_with("the constant prefix kept "), "{rendered}");
    assert_eq!(harness.rows(HeadId(1)).len(), 49);
}

#[test]
fn updates_are_counted_before_the_indexes_take_them_in() {
    for names in [10, 1000] {
        let mut harness = Harness::direct(&plan());
        let changes: Vec<Change> = (0..names).map(|i| change(format!("name {i}"), i % 5, 1)).collect();
        harness.transact(&changes);
        let updates = |harness: &Harness| -> usize {
            harness.driver.profile().iter().map(|profile| profile.updates_kept).sum()
        };
        let before = updates(&harness);
        assert!(before >= names as usize, "{before} updates of {names} names");
        harness.driver.maintain();
        assert_eq!(updates(&harness), before, "{names} names");
    }
}

#[test]
fn nothing_is_swept_before_it_is_worth_it() {
    let mut harness = Harness::direct(&plan());
    harness.transact(&[change("a".to_owned(), 1, 1)]);
    assert!(!harness.driver.reclaim(&mut |_| {}));
}
