//! Meaning of rule files: names, types and the typed program.

mod alloc;
mod attribute;
pub mod builtin;
mod checker;
mod clauses;
mod codes;
mod collect;
mod constant;
mod emit;
pub mod expr;
mod flow;
mod function;
mod infer;
mod member_set;
mod names;
mod order;
mod output;
mod product;
pub mod program;
mod register;
mod register_use;
mod report;
mod resolve_type;
mod rule;
pub mod schema;
mod scope;
mod stage;
mod syntax_walk;
mod test_steps;
pub mod types;
mod unify;
mod walk;

pub use checker::{Checked, check, compile_source};
pub use codes::explain;
pub use program::SourceFile;
pub use schema::{OvnSchemas, SchemaSource};
