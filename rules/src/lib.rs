//! The rules, their host functions and the plan built into the binaries.

mod compile;
mod embedded;
pub mod host;
mod source;

pub use compile::{CompileError, Compiled, check, compile, compile_directory, explain, plan_of_directory};
pub use embedded::{embedded_files, embedded_plan};
pub use host::registry;
pub use source::read_directory;
