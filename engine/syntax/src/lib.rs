//! Syntax of rule files: lexer, lossless tree, typed tree and diagnostics.
