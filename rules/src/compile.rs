//! From rule text to a plan.

use std::io;
use std::path::Path;

use weft_lang::program::Program;
use weft_lang::{OvnSchemas, compile_source};
use weft_plan::plan::Plan;
use weft_syntax::diagnostic::{Diagnostic, Severity};
use weft_syntax::render::{Style, render};
use weft_syntax::span::SourceFile;

use crate::source::read_directory;

/// Rules that were compiled.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The typed program.
    pub program: Program,
    /// What runs it.
    pub plan: Plan,
    /// What the compiler thinks of the rules, none of it an error.
    pub warnings: Vec<Diagnostic>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The rules cannot be read.
    #[error("cannot read the rules: {0}")]
    Read(#[from] io::Error),
    /// They are wrong: all errors, with the lines that they are about.
    #[error("{0}")]
    Wrong(String),
}

/// Compiles rule files. The order of the files has no meaning.
///
/// # Errors
/// [`CompileError::Wrong`] when the checker finds an error.
pub fn compile(files: Vec<SourceFile>) -> Result<Compiled, CompileError> {
    let checked = compile_source(files.clone(), &OvnSchemas);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        checked.diagnostics.into_iter().partition(|problem| problem.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(CompileError::Wrong(render(&errors, &files, Style::Plain)));
    }
    let plan = weft_plan::plan(&checked.program);
    Ok(Compiled { program: checked.program, plan, warnings })
}

/// Compiles the rule files below a directory.
///
/// # Errors
/// When they cannot be read, or are wrong.
pub fn compile_directory(root: &Path) -> Result<Compiled, CompileError> {
    compile(read_directory(root)?)
}

/// The plan of the rules below a directory.
///
/// # Errors
/// When they cannot be read, or are wrong.
pub fn plan_of_directory(root: &Path) -> Result<Plan, CompileError> {
    Ok(compile_directory(root)?.plan)
}
