//! Compiles the rules, and writes their list, their text and their plan for `embedded.rs`.

#![allow(clippy::print_stdout, reason = "this is how Cargo is told")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use weft_lang::{OvnSchemas, compile_source};
use weft_syntax::diagnostic::Severity;
use weft_syntax::render::{Style, render};

#[allow(unreachable_pub, reason = "the library exports it")]
#[path = "src/source.rs"]
mod source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let files = source::read_directory(Path::new(&root))?;
    let mut list = String::from("&[\n");
    for file in &files {
        let path = Path::new(&root).join(&file.path);
        writeln!(list, "    ({:?}, include_str!({:?})),", file.path, path)?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), list)?;
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| Path::new(&file.path).parent()).collect();
    for folder in folders {
        println!("cargo::rerun-if-changed={}", Path::new(&root).join(folder).display());
    }

    let checked = compile_source(files.clone(), &OvnSchemas);
    let errors: Vec<_> =
        checked.diagnostics.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    if !errors.is_empty() {
        return Err(render(&errors, &files, Style::Plain).into());
    }
    let plan = weft_plan::plan(&checked.program);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("plan.bin"), plan.encode())?;
    Ok(())
}
