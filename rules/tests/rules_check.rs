//! The rule files of the repository are correct.

use std::path::Path;

use weft_lang::{OvnSchemas, compile_source};
use weft_syntax::render::{Style, render};

#[test]
fn all_rules_check_without_a_diagnostic() {
    let files = weft_rules::read_directory(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(files.len() > 20, "the rules are not where the test looks for them");
    let checked = compile_source(files.clone(), &OvnSchemas);
    let text = render(&checked.diagnostics, &files, Style::Plain);
    assert!(checked.diagnostics.is_empty(), "{text}");
}
