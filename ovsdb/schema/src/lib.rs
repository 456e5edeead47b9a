//! OVSDB schemas and values: tables, columns, types, constraints, atoms, sets and maps.
//!
//! A [`DatabaseSchema`] says what a database may hold.
//! It is read from the JSON form of RFC 7047 section 3.2 or from the compact text form described in
//! [`parse_text`], and both give the same struct.
//! [`Value`] is one column's content (RFC 7047 section 5.1) as a sorted set or map of [`Atom`]s; it is decoded
//! straight from a JSON stream against a [`ColumnType`] by [`ColumnSeed`], checked by
//! [`ColumnSchema::check`], and differenced by [`Value::diff`] and [`Value::apply_diff`].
//!
//! The crate does no input or output and never panics on bad input.

mod atom;
mod atom_map;
mod atom_set;
mod built_in;
mod constraint;
mod decode;
mod diff;
mod differences;
mod encode;
mod error;
mod json;
mod mutator;
mod read_schema;
mod read_value;
mod schema;
mod text;
mod text_lexer;
mod types;
mod value;
mod value_text;
mod write_schema;

pub use atom::{Atom, Real};
pub use atom_map::AtomMap;
pub use atom_set::AtomSet;
pub use built_in::{northbound, server, southbound, timer};
pub use constraint::ConstraintError;
pub use decode::ColumnSeed;
pub use differences::for_each_difference;
pub use error::SchemaError;
pub use json::{Json, JsonObject, Kind, ObjectReader, OvsdbError, write_json_string};
pub use mutator::Mutator;
pub use read_schema::parse_json;
pub use read_value::{Symbols, parse_uuid};
pub use schema::{ColumnSchema, DatabaseSchema, TableSchema, parse};
pub use text::parse_text;
pub use types::{AtomicType, BaseType, ColumnType, Reference, ReferenceKind};
pub use uuid::Uuid;
pub use value::Value;
pub use write_schema::to_json;
