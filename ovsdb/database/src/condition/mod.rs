//! Conditions (RFC 7047 section 5.1, `<condition>`): read, evaluated, and answered from indexes where there are any.

mod clause;
mod set;

pub(crate) use clause::{type_mismatch, unknown_column};
pub(crate) use set::Condition;
