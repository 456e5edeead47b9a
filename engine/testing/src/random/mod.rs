//! Random data for a program: rows of the tables and columns that it reads, from small domains so that
//! joins, lookups and comparisons hit.

mod data;
mod domain;
mod generator;
mod program;
mod shape;

pub use data::RandomData;
pub use program::RandomProgram;
