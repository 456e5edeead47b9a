//! From clauses and expressions to atoms: lookups and aggregates are lifted out of expressions.

mod aggregate;
mod clause;
mod condition;
mod entity;
mod expr;
mod lookup;
mod scope;
mod text;
mod tidy;
mod total;

pub(crate) use clause::unwrapped;
pub(crate) use condition::equality;
pub(crate) use scope::{Body, Lifter, ScopeKind};
