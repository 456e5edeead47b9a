//! What an evaluation gives.

use std::collections::{BTreeMap, BTreeSet};

use weft_syntax::span::Span;
use weft_value::Value;

use crate::alloc::AllocState;
use crate::snapshot::{Row, TableName};

/// A flow, as one head made it from one row of its body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowRow {
    /// The stage's name.
    pub stage: String,
    /// Its priority.
    pub priority: i64,
    /// Its match.
    pub matches: String,
    /// Its actions.
    pub actions: String,
    /// The controller meter.
    pub meter: Option<String>,
    /// A member's key, or the tuple (class name, parameters…) that [`Evaluation::class_members`] lists.
    pub datapaths: Value,
    /// The text of `stage-hint`.
    pub hint: Option<String>,
    /// `flow_desc`
    pub description: Option<String>,
    /// The tag `in_out_port`.
    pub port: Option<String>,
    /// Further tags; those without a value are left out.
    pub tags: BTreeMap<String, String>,
    /// Path and line: `switch/acl.weft:12`.
    pub source: String,
}

/// A flow on one datapath, without what is not part of its identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExpandedFlow {
    /// The stage's name.
    pub stage: String,
    /// Its priority.
    pub priority: i64,
    /// Its match.
    pub matches: String,
    /// Its actions.
    pub actions: String,
    /// The controller meter.
    pub meter: Option<String>,
    /// Key of the datapath in the stage's entity.
    pub datapath: Value,
}

/// What one `emit` head made of one row of its body: the columns that it gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EmitFact {
    /// The table.
    pub table: TableName,
    /// Values of the key columns, in the output's order.
    pub key: Vec<Value>,
    /// The columns given.
    pub columns: Row,
}

/// One member of a set or map column (for a map, the tuple of key and value).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberFact {
    /// The table.
    pub table: TableName,
    /// Values of the key columns, in the output's order.
    pub key: Vec<Value>,
    /// The column.
    pub column: String,
    /// The member.
    pub value: Value,
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// What it says.
    pub text: String,
    /// Path and line of what says it: `switch/acl.weft:12`.
    pub source: String,
}

/// Rows of the output tables: by table, by the values of the key columns. A row has its key columns
/// and every written column, in the schema's default where no rule gives it. References to rows of
/// this program (`ref`) are the tuple of that row's key, resolved or not.
pub type OutputRows = BTreeMap<TableName, BTreeMap<Vec<Value>, Row>>;

/// All that a program makes of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// The flows.
    pub flows: BTreeSet<FlowRow>,
    /// Members of the classes of datapaths that flows are for.
    pub class_members: BTreeMap<Value, BTreeSet<Value>>,
    /// What `emit` heads made.
    pub emits: BTreeSet<EmitFact>,
    /// What `emit … +=` heads made.
    pub members: BTreeSet<MemberFact>,
    /// The rows of the output tables: `emits` and `members` put together.
    pub rows: OutputRows,
    /// Two heads that give one column of a row different values, in words. The least value stands.
    pub conflicts: BTreeSet<String>,
    /// The warnings.
    pub warnings: BTreeSet<Warning>,
    /// The ids given, to be handed to the next evaluation.
    pub alloc: AllocState,
}

impl Evaluation {
    /// The flows of every single datapath.
    #[must_use]
    pub fn expanded_flows(&self) -> BTreeSet<ExpandedFlow> {
        let mut expanded = BTreeSet::new();
        for flow in &self.flows {
            let alone = BTreeSet::from([flow.datapaths.clone()]);
            for datapath in self.class_members.get(&flow.datapaths).unwrap_or(&alone) {
                expanded.insert(ExpandedFlow {
                    stage: flow.stage.clone(),
                    priority: flow.priority,
                    matches: flow.matches.clone(),
                    actions: flow.actions.clone(),
                    meter: flow.meter.clone(),
                    datapath: datapath.clone(),
                });
            }
        }
        expanded
    }

    /// The texts of the warnings.
    #[must_use]
    pub fn warning_texts(&self) -> BTreeSet<String> {
        self.warnings.iter().map(|warning| warning.text.clone()).collect()
    }
}

/// A program that is not well typed, or that asks for a host function that is not there. Rules that
/// passed the checker have no faults, whatever the data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where in the rules.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}
