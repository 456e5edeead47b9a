//! The rules that are built into the binary.

use weft_plan::plan::Plan;
use weft_syntax::span::SourceFile;

use crate::compile::{CompileError, compile};

/// Path and text of each rule file, by path.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rule files that the binary was built with.
#[must_use]
pub fn embedded_files() -> Vec<SourceFile> {
    FILES
        .iter()
        .map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() })
        .collect()
}

/// The plan of the built-in rules.
///
/// # Errors
/// None that the build has not found: it checks the rules.
pub fn embedded_plan() -> Result<Plan, CompileError> {
    Ok(compile(embedded_files())?.plan)
}
