//! Values of the rule engine: datums, rows and the interner.

pub mod host;
pub mod value;

pub use host::{HostEntry, HostFunction, HostRegistry};
pub use value::Value;
