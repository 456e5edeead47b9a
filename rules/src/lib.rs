//! The rules, their host functions and the plan built into the binaries.

pub mod host;
mod source;

pub use source::read_directory;
