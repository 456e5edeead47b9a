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
pub mod span;
mod tree;

pub use parse::{Parse, parse};
