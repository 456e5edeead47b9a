//! The plan as a timely dataflow, with one operator or more for each node.

mod driver;
mod render;
mod stateful;
mod worker;

pub use driver::Timely;
