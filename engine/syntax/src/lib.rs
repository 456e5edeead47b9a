//! Syntax of rule files: lexer, lossless tree, typed tree and diagnostics.

pub mod ast;
pub mod diagnostic;
mod grammar;
pub mod kind;
mod lexer;
pub mod line_index;
mod lower;
mod parse;
mod parser;
pub mod render;
pub mod span;
mod tree;

pub use line_index::{LineColumn, LineIndex};
pub use parse::{Parse, parse};
pub use render::render;
