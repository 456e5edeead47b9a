//! Matches: parsed, printed, brought to normal form, and turned into OpenFlow (OVN's `lib/expr.c`).

mod annotate;
mod compile;
mod crush;
mod expand;
mod field;
mod format;
mod incremental;
mod normalize;
mod operand;
mod parse;
mod resolution;
mod simplify;
mod tree;

pub use compile::{CompileError, Compiled, Conjunction, FlowMatch, compile};
pub use expand::{AddressSet, SetError};
pub use field::FieldRef;
pub use field::parse_field;
pub(crate) use field::symbol_with_prerequisites;
pub use incremental::Change;
pub use parse::{parse, parse_resolved};
pub(crate) use parse::{parse_constant, parse_constants};
pub use resolution::Resolution;
pub use tree::{Compare, Constant, ConstantSet, Expr, In, Operand, Relation};
