//! The driver of the daemons: differential dataflow's indexes under a scheduler of our own.

mod arrangement;
mod columns;
mod delta;
mod driver;
mod join;
mod node;
mod reader;
mod recent;
mod reduce;

pub use driver::Direct;
