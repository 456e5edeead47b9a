//! The physical plan: a graph of few kinds of nodes over rows of one type.

use weft_value::Value;

use crate::scalar::Scalar;

/// Position of a node in [`Plan::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Position of a head in [`Plan::heads`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeadId(pub u32);

/// A compiled program: a pure function of the rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The inputs: what some rule reads of the tables. A table may stand here several times.
    pub tables: Vec<InputTable>,
    /// The host functions that scalars call, by position.
    pub hosts: Vec<HostSignature>,
    /// Names of all stages with their pipelines, by position (the value of a `Stage`).
    pub stages: Vec<PlanStage>,
    /// The output tables.
    pub outputs: Vec<OutputTable>,
    /// The nodes: each reads only nodes before it.
    pub nodes: Vec<Node>,
    /// The heads, which sinks refer to.
    pub heads: Vec<Head>,
}

/// What is read of a table of a database.
#[derive(Debug, Clone, PartialEq)]
pub struct InputTable {
    /// Name of the database in the rules (`nb`).
    pub database: String,
    /// Name of the table.
    pub table: String,
    /// Names of the columns read.
    pub columns: Vec<String>,
    /// What its rows are.
    pub rows: InputRows,
}

impl InputTable {
    /// Columns of its rows.
    #[must_use]
    pub fn width(&self) -> usize {
        match self.rows {
            InputRows::Whole => 1 + self.columns.len(),
            InputRows::Members => 2,
            InputRows::Entries => 3,
        }
    }
}

/// What the rows of an input are.
///
/// A set or map whose members rules ask for one by one is an input of its own: when one member of
/// thousands changes, one row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputRows {
    /// One for each row of the table: its UUID, then the columns.
    Whole,
    /// One for each member of the one column, a set: the row's UUID, then the member.
    Members,
    /// One for each entry of the one column, a map: the row's UUID, the key, the value.
    Entries,
}

/// A host function as the rules declare it.
#[derive(Debug, Clone, PartialEq)]
pub struct HostSignature {
    /// Its name.
    pub name: String,
    /// Types of the parameters and the result: `(string) -> Option<Ip>`.
    pub signature: String,
}

/// A stage.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanStage {
    /// `ls_in_l2_lkup`
    pub name: String,
    /// `switch` or `router`
    pub kind: String,
    /// `ingress` or `egress`
    pub direction: String,
    /// Table number in the pipeline.
    pub number: u32,
}

/// An output table.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputTable {
    /// Name of the database in the rules (`sb`).
    pub database: String,
    /// Name of the table.
    pub table: String,
    /// Names of the key columns, in the order of keys.
    pub key: Vec<String>,
    /// Names of the columns that the rules own, key columns not among them.
    pub write: Vec<String>,
    /// Columns written on insert only.
    pub init: Vec<(String, Value)>,
    /// Map keys of written columns that belong to somebody else.
    pub keep: Vec<(String, Vec<String>)>,
    /// A column and its values: the program owns these rows only.
    pub owns: Option<(String, Vec<Value>)>,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it comes from: `switch/acl.weft:12 acl_eval`, or the table, entity or attribute.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
}

/// The kinds of nodes.
///
/// A node's output is a multiset of rows. *Arranged* nodes ([`NodeKind::Arrange`],
/// [`NodeKind::Distinct`], [`NodeKind::Reduce`]) are also indexed: by key, with the rest of the row as
/// the value. A row of an arranged node is its key's columns, then its value's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// One row without columns.
    Unit,
    /// Rows of `Plan::tables[table]`.
    Input {
        /// Position of the table.
        table: u32,
    },
    /// Each row through the steps.
    Map {
        /// Where rows come from.
        input: NodeId,
        /// What is done to them.
        steps: Vec<Step>,
    },
    /// All rows of all inputs.
    Union {
        /// Where rows come from; one node may stand here twice.
        inputs: Vec<NodeId>,
    },
    /// Indexes rows: keeps the key columns, then the value columns.
    Arrange {
        /// Where rows come from.
        input: NodeId,
        /// Key columns of the input.
        key: Vec<u32>,
        /// Value columns of the input.
        value: Vec<u32>,
    },
    /// Rows that are there at least once, once. Same key and value as its input.
    Distinct {
        /// An arranged node.
        input: NodeId,
    },
    /// For each key of the first input, each combination of its rows with those of the other inputs: the
    /// key, the values of the first, then of each other what its [`JoinSide`] says; then the steps.
    ///
    /// Many inputs of one key cost no more than they themselves: nothing between them is kept.
    Join {
        /// Arranged nodes with keys of the same width, the first of them inner.
        inputs: Vec<JoinInput>,
        /// What is done to the combinations.
        steps: Vec<Step>,
    },
    /// One row for each key: the key, then the aggregate of its values. Arranged by the key.
    Reduce {
        /// An arranged node; its value columns are as `Aggregation` says.
        input: NodeId,
        /// What is computed.
        aggregation: Aggregation,
    },
    /// Ids. Input columns: holder, scope, lowest, highest, request (or None), keep (or None).
    /// Output: holder, id (or None when none is left), whether a request was not met.
    Allocate {
        /// Where rows come from, one for a holder.
        input: NodeId,
        /// Position among the allocations, by name: what a driver keeps is kept under it.
        name: String,
    },
    /// Connected components. Input columns: the two ends of an edge. Output: node, least node.
    Components {
        /// Where edges come from.
        input: NodeId,
    },
    /// Gives rows to a head.
    Sink {
        /// Where rows come from.
        input: NodeId,
        /// The head.
        head: HeadId,
    },
}

/// An input of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JoinInput {
    /// An arranged node.
    pub node: NodeId,
    /// What it does to the combinations.
    pub side: JoinSide,
}

/// What an input does to the combinations of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinSide {
    /// A key without rows has no combination. Adds its values.
    Inner,
    /// A key without rows has one, with undefined values. Adds its values and whether there were rows.
    Outer,
    /// A key with rows has no combination. Adds nothing.
    Absent,
}

impl NodeKind {
    /// The pairs of two indexes.
    #[must_use]
    pub fn join(left: NodeId, right: NodeId, steps: Vec<Step>) -> NodeKind {
        NodeKind::pair(left, right, JoinSide::Inner, steps)
    }

    /// The left rows whose key the right does not have.
    #[must_use]
    pub fn antijoin(left: NodeId, right: NodeId, steps: Vec<Step>) -> NodeKind {
        NodeKind::pair(left, right, JoinSide::Absent, steps)
    }

    fn pair(left: NodeId, right: NodeId, side: JoinSide, steps: Vec<Step>) -> NodeKind {
        let inputs = vec![JoinInput { node: left, side: JoinSide::Inner }, JoinInput { node: right, side }];
        NodeKind::Join { inputs, steps }
    }
}

/// A step on a row. The row grows by pushes; scalars read its columns by position.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Appends a value, which may be undefined.
    Push(Scalar),
    /// Keeps the row if the value is true (false and undefined drop it).
    Filter(Scalar),
    /// Keeps the row if the value is defined.
    Require(Scalar),
    /// One row for each distinct member of a set or list (one column appended), or each entry of a map
    /// (two columns); an undefined or None value has no members.
    Unnest {
        /// The collection.
        value: Scalar,
        /// 1, or 2 for maps.
        width: u32,
    },
    /// Keeps these columns, in this order.
    Project(Vec<u32>),
}

/// What a reduce computes from the rows of a key. A row's multiplicity counts as so many rows.
///
/// Value columns of the input: first the `order_by` columns, then for `Map` the key, then the value
/// (for `Count` none needed).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Aggregation {
    /// Which.
    pub kind: AggregationKind,
    /// For each order column, whether it is descending. Ties go by the value, ascending.
    pub descending: Vec<bool>,
}

/// The kinds of aggregates, as in LANGUAGE.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "LANGUAGE.md, section Expressions, says what each does")]
pub enum AggregationKind {
    Set,
    List,
    Map,
    Count,
    Sum,
    Min,
    Max,
    Least,
    Number,
    /// The value when there is exactly one distinct, else no row.
    The,
}

/// What the rows of a sink mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// `switch/acl.weft:12 acl_eval`
    pub name: String,
    /// Path and line: `switch/acl.weft:12`.
    pub source: String,
    /// What it is.
    pub kind: HeadKind,
    /// The columns, over the sink's rows. A row with an undefined column is left out.
    pub columns: Vec<Scalar>,
}

/// The kinds of heads with the meaning of their columns.
#[derive(Debug, Clone, PartialEq)]
pub enum HeadKind {
    /// Stage, priority, match, actions, meter or None, datapath set, hint or None, description or
    /// None, port or None, map of further tags. A datapath set is a member's key, or the tuple
    /// (class name, parameters…).
    Flow,
    /// A member of a class: the datapath set's tuple, the member's key.
    ClassMember,
    /// A row of `Plan::outputs[output]`: the key columns, then these columns.
    Row {
        /// Position of the output.
        output: u32,
        /// Names of the columns after the key.
        columns: Vec<String>,
    },
    /// One member of a set or map column: the key columns, then the member (for a map, the tuple of
    /// key and value).
    Member {
        /// Position of the output.
        output: u32,
        /// Name of the column.
        column: String,
    },
    /// A warning: its text.
    Warning,
}
