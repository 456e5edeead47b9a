//! The driver of the daemons: differential dataflow's indexes under a scheduler of our own.

mod arrangement;
mod columns;
mod delta;
mod deltas;
mod driver;
mod found;
mod indexes;
mod join;
mod node;
mod readers;
mod recent;
mod reduce;
mod rows;
mod wiring;

pub use driver::Direct;
