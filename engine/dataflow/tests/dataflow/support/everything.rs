//! A plan with every kind of node, and random inputs for it.

use proptest::prelude::*;
use weft_plan::plan::{AggregationKind, JoinInput, JoinSide, NodeKind, Plan, Step};
use weft_plan::scalar::Scalar;
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

use super::{Change, Graph, binary, column, int, set};

/// Tables `pairs` (uuid, a, b) and `sets` (uuid, members, c), and a sink behind every kind of node.
pub(crate) fn plan() -> Plan {
    let mut graph = Graph::default();
    let unit = graph.node(NodeKind::Unit);
    let pairs = graph.table("pairs", &["a", "b"]);
    let sets = graph.table("sets", &["members", "c"]);
    let small = binary(BinaryOp::Lt, column(1), int(3));
    let sums = graph.map(
        pairs,
        vec![
            Step::Filter(small),
            Step::Push(binary(BinaryOp::Div, int(6), column(2))),
            Step::Push(binary(BinaryOp::Add, column(1), column(2))),
        ],
    );
    let required = graph.map(sums, vec![Step::Require(column(3)), Step::Project(vec![1, 3])]);
    let members =
        graph.map(sets, vec![Step::Unnest { value: column(1), width: 1 }, Step::Project(vec![3, 2])]);
    graph.sink(sums, 5);
    graph.sink(required, 2);

    let by_a = graph.arrange(pairs, &[1], &[2, 0]);
    let by_sum = graph.arrange(sums, &[4], &[1]);
    let by_member = graph.arrange(members, &[0], &[1]);
    let twice = graph.node(NodeKind::Union { inputs: vec![members, members, required] });
    let by_both = graph.arrange(twice, &[0, 1], &[]);
    let distinct = graph.node(NodeKind::Distinct { input: by_both });
    let distinct_values = graph.node(NodeKind::Distinct { input: by_member });
    let tuple = Scalar::Tuple(vec![column(0), column(3)]);
    let join =
        graph.node(NodeKind::join(by_a, by_member, vec![Step::Push(tuple), Step::Project(vec![1, 4])]));
    let self_join = graph.node(NodeKind::join(by_a, by_a, vec![]));
    let deep = graph.node(NodeKind::join(by_sum, distinct_values, vec![]));
    let antijoin = graph.node(NodeKind::antijoin(by_a, distinct_values, vec![]));
    let self_antijoin = graph.node(NodeKind::antijoin(by_sum, by_sum, vec![]));
    let keyed_unit = graph.arrange(unit, &[], &[]);
    let all_pairs = graph.arrange(pairs, &[], &[1]);
    let product = graph.node(NodeKind::join(keyed_unit, all_pairs, vec![]));
    let none_left = graph.node(NodeKind::antijoin(keyed_unit, all_pairs, vec![]));
    let side = |node, side| JoinInput { node, side };
    let star = |inputs: Vec<JoinInput>| NodeKind::Join { inputs, steps: vec![] };
    let many = graph.node(star(vec![
        side(by_a, JoinSide::Inner),
        side(by_member, JoinSide::Outer),
        side(by_sum, JoinSide::Absent),
    ]));
    let inner = graph.node(star([by_a, by_member, by_sum].map(|node| side(node, JoinSide::Inner)).to_vec()));
    let outer = graph.node(star(vec![side(by_a, JoinSide::Inner), side(by_sum, JoinSide::Outer)]));
    for (node, width) in [
        (many, 5),
        (inner, 5),
        (outer, 5),
        (unit, 0),
        (twice, 2),
        (distinct, 2),
        (join, 2),
        (self_join, 5),
        (deep, 3),
        (antijoin, 3),
        (self_antijoin, 2),
        (product, 1),
        (none_left, 0),
        (by_member, 2),
    ] {
        graph.sink(node, width);
    }
    reduces(&mut graph, pairs, sets, members);
    ids(&mut graph, pairs);
    graph.plan
}

/// Every aggregation, and a join that reads one of them.
fn reduces(
    graph: &mut Graph,
    pairs: weft_plan::plan::NodeId,
    sets: weft_plan::plan::NodeId,
    members: weft_plan::plan::NodeId,
) {
    let values = graph.arrange(pairs, &[1], &[2]);
    let ordered = graph.arrange(pairs, &[1], &[2, 0]);
    let entries = graph.arrange(pairs, &[], &[0, 1, 2]);
    let rest = graph.arrange(sets, &[2], &[1]);
    for kind in [
        AggregationKind::Set,
        AggregationKind::List,
        AggregationKind::Count,
        AggregationKind::Sum,
        AggregationKind::Min,
        AggregationKind::Max,
        AggregationKind::Least,
        AggregationKind::Number,
        AggregationKind::The,
    ] {
        let reduced = graph.reduce(values, kind, &[]);
        graph.sink(reduced, 2);
    }
    let by_order = [AggregationKind::List, AggregationKind::Least, AggregationKind::Number];
    for (kind, descending) in by_order.into_iter().zip([true, false, true]) {
        let reduced = graph.reduce(ordered, kind, &[descending]);
        graph.sink(reduced, 2);
    }
    let map = graph.reduce(entries, AggregationKind::Map, &[true]);
    graph.sink(map, 1);
    let min_of_sets = graph.reduce(rest, AggregationKind::Min, &[]);
    graph.sink(min_of_sets, 2);
    let by_member = graph.arrange(members, &[0], &[1]);
    let count = graph.reduce(by_member, AggregationKind::Count, &[]);
    let joined = graph.node(NodeKind::join(values, count, vec![]));
    graph.sink(joined, 3);
}

fn ids(graph: &mut Graph, pairs: weft_plan::plan::NodeId) {
    let none = || Scalar::Constant(Value::None);
    let some_if = |condition, value| Scalar::If(Box::new(condition), Box::new(value), Box::new(none()));
    let claims = graph.map(
        pairs,
        vec![
            Step::Push(int(1)),
            Step::Push(binary(BinaryOp::Add, column(1), int(2))),
            Step::Push(some_if(binary(BinaryOp::Lt, column(2), int(3)), column(2))),
            Step::Push(some_if(binary(BinaryOp::Eq, column(2), int(4)), int(2))),
            Step::Push(int(7)),
            Step::Project(vec![0, 7, 3, 4, 5, 6]),
        ],
    );
    let one_scope = graph.node(NodeKind::Allocate { input: claims, name: "Key".into() });
    graph.sink(one_scope, 3);
    let scoped = graph.map(claims, vec![Step::Project(vec![0, 3, 2, 3, 4, 5])]);
    let scopes = graph.node(NodeKind::Allocate { input: scoped, name: "ScopedKey".into() });
    graph.sink(scopes, 3);
    let edges = graph.map(pairs, vec![Step::Project(vec![1, 2])]);
    let components = graph.node(NodeKind::Components { input: edges });
    graph.sink(components, 2);
}

/// The columns of a row of a table.
fn columns(table: u32) -> BoxedStrategy<Vec<Value>> {
    if table == 0 {
        (0_i64..6, 0_i64..6).prop_map(|(a, b)| vec![Value::Int(a), Value::Int(b)]).boxed()
    } else {
        (prop::collection::btree_set(0_i64..6, 0..4), 0_i64..3)
            .prop_map(|(members, c)| vec![set(members.into_iter().map(Value::Int)), Value::Int(c)])
            .boxed()
    }
}

/// What a transaction wants of a row: the columns it is to have, or that it goes.
pub(crate) type Wish = (u32, u128, Option<Vec<Value>>);

/// Transactions of some wishes each.
pub(crate) fn transactions() -> impl Strategy<Value = Vec<Vec<Wish>>> {
    let wish = (0_u32..2, 0_u128..8).prop_flat_map(|(table, uuid)| {
        (Just(table), Just(uuid), prop::option::weighted(0.7, columns(table)))
    });
    prop::collection::vec(prop::collection::vec(wish, 0..6), 1..12)
}

/// The rows of the tables, by UUID.
#[derive(Default)]
pub(crate) struct Database {
    pub(crate) rows: std::collections::BTreeMap<(u32, u128), Vec<Value>>,
}

impl Database {
    /// The changes that fulfil the wishes.
    pub(crate) fn apply(&mut self, wishes: &[Wish]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (table, uuid, columns) in wishes {
            let old = match columns {
                Some(columns) => self.rows.insert((*table, *uuid), columns.clone()),
                None => self.rows.remove(&(*table, *uuid)),
            };
            changes.extend(old.map(|old| (*table, *uuid, old, -1)));
            changes.extend(columns.iter().map(|new| (*table, *uuid, new.clone(), 1)));
        }
        changes
    }

    /// The wishes that empty the tables.
    pub(crate) fn all_gone(&self) -> Vec<Wish> {
        self.rows.keys().map(|(table, uuid)| (*table, *uuid, None)).collect()
    }

    /// The rows as bags, by table.
    pub(crate) fn tables(&self) -> Vec<super::Bag> {
        let mut tables = vec![super::Bag::new(); 2];
        for ((table, uuid), columns) in &self.rows {
            let row = std::iter::once(Value::Uuid(*uuid)).chain(columns.iter().cloned()).map(Some).collect();
            tables[*table as usize].insert(row, 1);
        }
        tables
    }
}
