//! Syntax of rule files: lexer, lossless tree, typed tree and diagnostics.

pub mod ast;
pub mod diagnostic;
pub mod span;
