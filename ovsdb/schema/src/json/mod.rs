//! JSON as a tree that borrows from its text, for requests whose refusals quote them.

mod error;
mod number;
mod object_reader;
mod tree;
mod write;

pub use error::OvsdbError;
pub(crate) use number::{write_real, write_real_briefly};
pub use object_reader::{Kind, ObjectReader};
pub use tree::{Json, JsonObject};
pub(crate) use write::push_formatted;
pub use write::write_json_string;
