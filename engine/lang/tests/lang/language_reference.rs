//! The examples of the language reference compile.

use weft_lang::program::SourceFile;
use weft_lang::{OvnSchemas, compile_source};

/// The blocks of LANGUAGE.md marked `weft`, each with the number of its first line.
fn blocks() -> Vec<(usize, String)> {
    let text = include_str!("../../../../rules/LANGUAGE.md");
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (position, line) in text.lines().enumerate() {
        match (&mut open, line) {
            (None, "```weft") => open = Some((position + 2, String::new())),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some((_, block)), line) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// Examples show attributes that no other example reads; nothing else may be said about them.
#[test]
fn the_examples_of_the_reference_compile() {
    let blocks = blocks();
    assert!(blocks.len() > 10, "only {} blocks were found", blocks.len());
    let files: Vec<SourceFile> = blocks
        .into_iter()
        .map(|(line, text)| SourceFile { path: format!("LANGUAGE.md:{line}"), text })
        .collect();
    let checked = compile_source(files.clone(), &OvnSchemas);
    let mut problems = Vec::new();
    for diagnostic in checked.diagnostics.iter().filter(|diagnostic| diagnostic.code != "W0501") {
        let file = &files[diagnostic.span.file.0 as usize];
        let place = &file.text[diagnostic.span.start as usize..diagnostic.span.end as usize];
        problems.push(format!(
            "{} {} {}: {place}\n    {} [{:?}]",
            file.path, diagnostic.code, diagnostic.message, diagnostic.label, diagnostic.help
        ));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
