//! The physical plan: what the compiler makes of a typed program.

pub mod plan;
pub mod scalar;
