//! Plans that cannot be run, and inputs that do not fit.

use crate::support::{Graph, column, int};
use weft_dataflow::{AllocationMemory, Direct, Driver, InputChange, LoadError, SharedInterner};
use weft_plan::plan::{HostSignature, NodeId, NodeKind, Plan, Step};
use weft_plan::scalar::Scalar;
use weft_value::{HostRegistry, Row, Value};

fn error(plan: &Plan) -> LoadError {
    let mut hosts = HostRegistry::default();
    hosts.register("f", "(x: int) -> Option<int>", |_| Value::None);
    let result = Direct::new(plan, &hosts, SharedInterner::new(), &AllocationMemory::new());
    result.err().expect("the plan is wrong")
}

fn with_host(name: &str, signature: &str) -> Plan {
    Plan { hosts: vec![HostSignature { name: name.into(), signature: signature.into() }], ..Plan::default() }
}

#[test]
fn host_functions_must_be_there_as_declared() {
    assert_eq!(
        error(&with_host("g", "(x: int) -> int")).to_string(),
        "there is no host function g(x: int) -> int"
    );
    assert_eq!(
        error(&with_host("f", "(x: int) -> int")).to_string(),
        "the host function f is (x: int) -> Option<int> and not (x: int) -> int"
    );
    let same = with_host("f", "(x:int)->Option<int>");
    let mut hosts = HostRegistry::default();
    hosts.register("f", "(x: int) -> Option<int>", |_| Value::None);
    assert!(Direct::new(&same, &hosts, SharedInterner::new(), &AllocationMemory::new()).is_ok());
}

/// The error of a plan with a table (uuid, a), an arrangement of it by a, and this node.
fn problem(kind: NodeKind) -> String {
    let mut graph = Graph::default();
    let table = graph.table("t", &["a"]);
    graph.arrange(table, &[1], &[0]);
    graph.node(kind);
    error(&graph.plan).to_string()
}

#[test]
fn a_plan_that_breaks_its_promises_is_an_error() {
    let of = |problem: &str| format!("node 2 of the plan (node 2): {problem}");
    let (table, index) = (NodeId(0), NodeId(1));
    let map = |steps| NodeKind::Map { input: table, steps };
    let join = |left, right| NodeKind::join(left, right, vec![]);
    assert_eq!(problem(NodeKind::Input { table: 1 }), of("there is no table 1"));
    assert_eq!(problem(map(vec![Step::Project(vec![2])])), of("there is no column 2 among 2"));
    assert_eq!(
        problem(map(vec![Step::Unnest { value: column(1), width: 3 }])),
        of("a collection's member cannot have 3 columns")
    );
    assert_eq!(problem(map(vec![Step::Push(Scalar::Host(0, vec![]))])), of("there is no host function 0"));
    assert_eq!(problem(join(table, index)), of("node 0 is not arranged"));
    assert_eq!(problem(join(NodeId(2), index)), of("it reads node 2, which does not stand before it"));
    assert_eq!(
        problem(NodeKind::Allocate { input: table, name: "Key".into() }),
        of("its input has 2 columns and not 6")
    );
    assert_eq!(problem(NodeKind::Union { inputs: vec![] }), of("a union of nothing has no width"));
    assert_eq!(
        problem(NodeKind::Sink { input: table, head: weft_plan::plan::HeadId(0) }),
        of("there is no head 0")
    );
}

#[test]
fn a_row_that_does_not_fit_is_left_out_with_a_warning() {
    let mut graph = Graph::default();
    let table = graph.table("t", &["a"]);
    let pushed = graph.map(table, vec![Step::Push(int(1))]);
    graph.sink(pushed, 3);
    let interner = SharedInterner::new();
    let hosts = HostRegistry::default();
    let mut direct = Direct::new(&graph.plan, &hosts, interner, &AllocationMemory::new()).unwrap();
    let change = |table| InputChange { table, row: Row::new(&[]), diff: 1 };
    assert_eq!(direct.transact(vec![change(0), change(3)]), vec![]);
    assert_eq!(direct.take_warnings(), ["a row of 0 columns for table 0", "a row of 0 columns for table 3"]);
}
