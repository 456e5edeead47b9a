//! Meaning of rule files: names, types and the typed program.

pub mod builtin;
pub mod expr;
pub mod program;
pub mod types;
