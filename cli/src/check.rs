//! `weft check`

use std::time::Instant;

use serde_json::json;
use weft_rules::explain;
use weft_syntax::LineIndex;
use weft_syntax::diagnostic::{Diagnostic, Severity};
use weft_syntax::render::{Style, render};
use weft_syntax::span::{SourceFile, Span};

use crate::options::CheckOptions;
use crate::report::{Report, counted};
use crate::rules::rule_files;

/// Checks rules. Diagnostics are the output, or with `json` one object a line.
///
/// # Errors
/// The rules cannot be read, or a code to explain is not known.
pub fn check(options: &CheckOptions, style: Style) -> anyhow::Result<Report> {
    if let Some(code) = &options.explain {
        let text = explain(code).ok_or_else(|| anyhow::anyhow!("there is no diagnostic {code}"))?;
        return Ok(Report { output: format!("{}\n", text.trim_end()), ..Report::default() });
    }
    let start = Instant::now();
    let files = rule_files(options.rules.rules.as_deref())?;
    let checked = weft_rules::check(&files);
    let errors = checked.diagnostics.iter().filter(|problem| problem.severity == Severity::Error).count();
    let output = if options.json {
        checked.diagnostics.iter().map(|problem| as_json(problem, &files)).collect()
    } else {
        render(&checked.diagnostics, &files, style)
    };
    let program = &checked.program;
    let summary = format!(
        "{}: {}, {}, {}, {} checked in {} ms; {}, {}",
        if errors == 0 { "ok" } else { "failed" },
        counted(files.len(), "file"),
        counted(program.rules.len(), "rule"),
        counted(program.entities.len(), "entity"),
        counted(program.tests.len(), "test"),
        start.elapsed().as_millis(),
        counted(errors, "error"),
        counted(checked.diagnostics.len() - errors, "warning"),
    );
    Ok(Report { output, summary, has_failed: errors > 0 })
}

fn as_json(problem: &Diagnostic, files: &[SourceFile]) -> String {
    let related = problem.related.iter().map(|(span, label)| {
        let mut place = place(*span, files);
        place["label"] = json!(label);
        place
    });
    let mut object = place(problem.span, files);
    object["code"] = json!(problem.code);
    object["severity"] = json!(match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    });
    object["message"] = json!(problem.message);
    object["label"] = json!(problem.label);
    object["help"] = json!(problem.help);
    object["related"] = related.collect();
    format!("{object}\n")
}

/// Path, and line and column from 1 of both ends.
fn place(span: Span, files: &[SourceFile]) -> serde_json::Value {
    let Some(file) = files.get(span.file.0 as usize) else { return json!({}) };
    let index = LineIndex::new(&file.text);
    let (start, end) = (index.line_column(span.start), index.line_column(span.end));
    json!({
        "path": file.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}
