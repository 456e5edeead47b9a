//! Values of the rule engine: datums, rows and the interner.

pub mod hash;
pub mod host;
pub mod value;

pub use hash::stable_hash;
pub use host::{HostEntry, HostFunction, HostRegistry};
pub use value::Value;
