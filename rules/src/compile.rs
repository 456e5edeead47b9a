//! From rule text to a plan.

use std::io;
use std::path::Path;

use weft_lang::program::Program;
use weft_lang::{Checked, OvnSchemas, compile_source};
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

/// Checks rule files: the rules, and the matches and actions of their flows. The order of the files has no meaning.
pub fn check(files: &[SourceFile]) -> Checked {
    let mut checked = compile_source(files.to_vec(), &OvnSchemas);
    checked.diagnostics.extend(weft_rule_texts::check(&checked.program, files));
    checked
}

/// What an error or a warning means, by its code.
pub fn explain(code: &str) -> Option<&'static str> {
    weft_lang::explain(code).or_else(|| weft_rule_texts::explain(code))
}

/// Compiles rule files.
///
/// # Errors
/// [`CompileError::Wrong`] when [`check`] finds an error.
pub fn compile(files: Vec<SourceFile>) -> Result<Compiled, CompileError> {
    let checked = check(&files);
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
