//! A slow and obvious evaluator of typed programs: the oracle of the tests.
//!
//! It follows rule text as it stands: clauses are nested loops over a snapshot, attributes and ids are
//! computed when something asks for them. It shares nothing with the dataflow but the typed program,
//! values and host functions, and it is free of any thought about changes.

mod aggregate;
mod alloc;
mod builtin;
mod clauses;
mod components;
mod entity;
mod environment;
mod evaluation;
mod evaluator;
mod expression;
mod heads;
mod memo;
mod operator;
mod order;
mod output_rows;
mod snapshot;
mod text;
mod variables;

pub use alloc::{AllocState, Allocation};
pub use environment::Environment;
pub use evaluation::{EmitFact, Evaluation, ExpandedFlow, Fault, FlowRow, MemberFact, OutputRows, Warning};
pub use evaluator::{Evaluator, evaluate};
pub use snapshot::{Row, RowEdit, Snapshot, TableName};
