//! Plans written by hand, and what the tests do with drivers.

#![allow(clippy::panic, clippy::unwrap_used, reason = "only tests compile this")]

pub(crate) mod everything;
pub(crate) mod naive;

use std::collections::BTreeMap;

use weft_dataflow::{AllocationMemory, Direct, Driver, Encoder, HeadChange, Heads, SharedInterner, Timely};
use weft_plan::plan::{
    Aggregation, AggregationKind, Head, HeadId, HeadKind, InputRows, InputTable, Node, NodeId, NodeKind,
    Plan, Step,
};
use weft_plan::scalar::Scalar;
use weft_syntax::ast::BinaryOp;
use weft_value::{HostRegistry, Value};

/// A row of values; none for undefined.
pub(crate) type Values = Vec<Option<Value>>;
/// Rows with multiplicity.
pub(crate) type Bag = BTreeMap<Values, i64>;

/// A plan in the making.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) plan: Plan,
}

impl Graph {
    pub(crate) fn table(&mut self, name: &str, columns: &[&str]) -> NodeId {
        self.plan.tables.push(InputTable {
            database: "nb".into(),
            table: name.into(),
            columns: columns.iter().map(|c| (*c).into()).collect(),
            rows: InputRows::Whole,
        });
        let table = self.plan.tables.len() as u32 - 1;
        self.node(NodeKind::Input { table })
    }

    pub(crate) fn node(&mut self, kind: NodeKind) -> NodeId {
        let name = format!("node {}", self.plan.nodes.len());
        self.plan.nodes.push(Node { name, kind });
        NodeId(self.plan.nodes.len() as u32 - 1)
    }

    pub(crate) fn map(&mut self, input: NodeId, steps: Vec<Step>) -> NodeId {
        self.node(NodeKind::Map { input, steps })
    }

    pub(crate) fn arrange(&mut self, input: NodeId, key: &[u32], value: &[u32]) -> NodeId {
        self.node(NodeKind::Arrange { input, key: key.to_vec(), value: value.to_vec() })
    }

    pub(crate) fn reduce(&mut self, input: NodeId, kind: AggregationKind, descending: &[bool]) -> NodeId {
        let aggregation = Aggregation { kind, descending: descending.to_vec() };
        self.node(NodeKind::Reduce { input, aggregation })
    }

    /// A head whose columns are those of the node's rows.
    pub(crate) fn sink(&mut self, input: NodeId, width: u32) -> HeadId {
        self.sink_columns(input, (0..width).map(Scalar::Column).collect())
    }

    pub(crate) fn sink_columns(&mut self, input: NodeId, columns: Vec<Scalar>) -> HeadId {
        let head = HeadId(self.plan.heads.len() as u32);
        self.plan.heads.push(Head {
            name: format!("head {}", head.0),
            source: format!("test.weft:{}", head.0),
            kind: HeadKind::Warning,
            columns,
        });
        self.node(NodeKind::Sink { input, head });
        head
    }
}

pub(crate) fn column(column: u32) -> Scalar {
    Scalar::Column(column)
}

pub(crate) fn int(value: i64) -> Scalar {
    Scalar::Constant(Value::Int(value))
}

pub(crate) fn text(value: &str) -> Scalar {
    Scalar::Constant(Value::String(value.into()))
}

pub(crate) fn binary(operator: BinaryOp, left: Scalar, right: Scalar) -> Scalar {
    Scalar::Binary(operator, Box::new(left), Box::new(right))
}

pub(crate) fn set(members: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(std::sync::Arc::new(members.into_iter().collect()))
}

/// A driver with what turns values into rows and back; accumulates what the driver says.
pub(crate) struct Harness {
    pub(crate) driver: Box<dyn Driver>,
    pub(crate) encoder: Encoder,
    pub(crate) interner: SharedInterner,
    pub(crate) heads: Heads,
    /// The rows of the heads by what came out so far.
    pub(crate) outputs: BTreeMap<HeadId, Bag>,
}

/// A changed row: table, UUID, columns, difference.
pub(crate) type Change = (u32, u128, Vec<Value>, i64);

impl Harness {
    pub(crate) fn direct(plan: &Plan) -> Harness {
        Harness::direct_with(plan, &AllocationMemory::new())
    }

    pub(crate) fn direct_with(plan: &Plan, memory: &AllocationMemory) -> Harness {
        let interner = SharedInterner::new();
        let driver = Direct::new(plan, &HostRegistry::default(), interner.clone(), memory).unwrap();
        Harness::new(plan, Box::new(driver), interner)
    }

    pub(crate) fn timely(plan: &Plan, workers: usize) -> Harness {
        let interner = SharedInterner::new();
        let (hosts, memory) = (HostRegistry::default(), AllocationMemory::new());
        let driver = Timely::new(plan, &hosts, interner.clone(), &memory, workers).unwrap();
        Harness::new(plan, Box::new(driver), interner)
    }

    pub(crate) fn new(plan: &Plan, driver: Box<dyn Driver>, interner: SharedInterner) -> Harness {
        let heads = Heads::new(plan, &HostRegistry::default(), interner.clone()).unwrap();
        let encoder = Encoder::new(plan, interner.clone());
        Harness { driver, encoder, interner, heads, outputs: BTreeMap::new() }
    }

    /// Runs a transaction; what changed, by head, as values.
    pub(crate) fn transact(&mut self, changes: &[Change]) -> BTreeMap<HeadId, Bag> {
        let encode = |(table, uuid, columns, diff): &Change| {
            self.encoder.changes(*table, *uuid, columns, *diff).unwrap()
        };
        let changes = self.driver.transact(changes.iter().flat_map(encode).collect());
        let mut result: BTreeMap<HeadId, Bag> = BTreeMap::new();
        for HeadChange { head, row, diff } in changes {
            assert_ne!(diff, 0, "a change of nothing");
            let row = row.iter().map(|datum| self.interner.read().value_of(*datum)).collect();
            let before = result.entry(head).or_default().insert(row, diff);
            assert_eq!(before, None, "changes of one row stand apart");
        }
        for (head, bag) in &result {
            let output = self.outputs.entry(*head).or_default();
            for (row, diff) in bag {
                *output.entry(row.clone()).or_default() += diff;
            }
            output.retain(|_, count| *count != 0);
        }
        self.outputs.retain(|_, bag| !bag.is_empty());
        assert_eq!(self.driver.take_warnings(), Vec::<String>::new());
        result
    }

    /// The rows of a head that there are.
    pub(crate) fn rows(&self, head: HeadId) -> Bag {
        self.outputs.get(&head).cloned().unwrap_or_default()
    }
}
