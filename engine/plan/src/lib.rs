//! The physical plan: what the compiler makes of a typed program.

pub mod plan;
pub mod scalar;

mod atom;
mod build;
mod fold;
mod graph;
mod head;
mod ids;
mod lift;
mod outputs;
mod planner;
mod relation;
mod rule;
mod scalar_text;
mod share;
mod signature;
mod simplify;
mod symbol;
mod text;
mod walk;
mod warning;
mod wire;

pub use planner::plan;
pub use wire::DecodeError;
