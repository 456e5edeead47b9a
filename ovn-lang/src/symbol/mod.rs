//! Names that matches and actions may use.

mod connection;
mod definition;
mod flags;
mod logical;
mod protocol;
mod table;

pub use definition::{Level, OvnField, Scope, Source, Symbol, SymbolId};
pub use flags::{LogicalFlag, field as logical_field};
pub(crate) use table::Expansion;
pub use table::{SymbolError, SymbolTable};
