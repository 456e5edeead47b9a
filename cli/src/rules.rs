//! The rules that a command is about.

use std::path::Path;

use anyhow::Context as _;
use weft_rules::{CompileError, Compiled, compile, embedded_files, read_directory};
use weft_syntax::span::SourceFile;

/// The rule files of a folder, or those built in.
///
/// # Errors
/// The folder cannot be read, or has no rule file.
pub(crate) fn rule_files(folder: Option<&Path>) -> anyhow::Result<Vec<SourceFile>> {
    let Some(folder) = folder else { return Ok(embedded_files()) };
    let files =
        read_directory(folder).with_context(|| format!("cannot read the rules in {}", folder.display()))?;
    anyhow::ensure!(
        !files.is_empty(),
        "there is no rule file (*.weft) in {}; --rules takes the folder that holds them",
        folder.display()
    );
    Ok(files)
}

/// Compiles the rules of a folder, or those built in.
///
/// # Errors
/// They cannot be read, or are wrong.
pub(crate) fn compile_rules(folder: Option<&Path>) -> anyhow::Result<Compiled> {
    compile(rule_files(folder)?).map_err(|error| match error {
        CompileError::Wrong(problems) => {
            anyhow::anyhow!("the rules have errors:\n{}", problems.trim_end())
        }
        other => other.into(),
    })
}
