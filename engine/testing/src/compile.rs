//! Compiling rule text for tests.

use weft_lang::program::{Program, SourceFile};
use weft_lang::{SchemaSource, compile_source};
use weft_ovsdb_schema::{DatabaseSchema, parse_text};
use weft_syntax::diagnostic::Severity;

const HEADER: &str = include_str!("../fixtures/header.weft");

/// Two small databases: `test-in.schema` and `test-out.schema`.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestSchemas;

impl SchemaSource for TestSchemas {
    fn schema(&self, file_name: &str) -> Option<DatabaseSchema> {
        match file_name {
            "test-in.schema" => parse_text(include_str!("../schemas/test-in.schema")).ok(),
            "test-out.schema" => parse_text(include_str!("../schemas/test-out.schema")).ok(),
            _ => None,
        }
    }
}

/// Compiles rule text after a header that declares the test databases (`nb`, `sb`) and host functions.
///
/// # Errors
/// The errors of the checker, a line for each with the text that it is about.
pub fn compile(text: &str) -> Result<Program, String> {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let files = vec![file("header.weft", HEADER), file("rules.weft", text)];
    let checked = compile_source(files, &TestSchemas);
    let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let lines: Vec<String> = errors
        .map(|error| {
            let text = if error.span.file.0 == 0 { HEADER } else { text };
            let place = text.get(error.span.start as usize..error.span.end as usize).unwrap_or_default();
            format!("{}: {} ({}): `{place}`", error.code, error.message, error.label)
        })
        .collect();
    if lines.is_empty() { Ok(checked.program) } else { Err(lines.join("\n")) }
}
