//! The rules that are built into the binary.

use weft_plan::DecodeError;
use weft_plan::plan::Plan;
use weft_syntax::span::SourceFile;

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

/// The plan of the built-in rules, which the build has compiled.
///
/// # Errors
/// None, unless the binary is damaged.
pub fn embedded_plan() -> Result<Plan, DecodeError> {
    Plan::decode(include_bytes!(concat!(env!("OUT_DIR"), "/plan.bin")))
}
