//! Diagnostics for people.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{
    diagnostic::{Diagnostic, Severity},
    span::{SourceFile, Span},
};

/// Whether the rendered text has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text alone.
    #[default]
    Plain,
    /// With ANSI escape sequences.
    Coloured,
}

/// Diagnostics as text with the lines that they are about, an empty line between them. `files` stand in
/// the order of their ids; of a place in no file only the message is written.
pub fn render(diagnostics: &[Diagnostic], files: &[SourceFile], style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&renderer.render(&[group(diagnostic, files)]));
        text.push('\n');
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, files: &'a [SourceFile]) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code));
    let own = file(files, diagnostic.span);
    if let Some(source) = own {
        let primary =
            AnnotationKind::Primary.span(range(&source.text, diagnostic.span)).label(&diagnostic.label);
        let beside = diagnostic.related.iter().filter(|(span, _)| span.file == diagnostic.span.file);
        let context = beside.map(|(span, label)| {
            AnnotationKind::Context.span(range(&source.text, *span)).label(label.as_str())
        });
        group = group.element(
            Snippet::source(&source.text).path(&source.path).annotation(primary).annotations(context),
        );
    }
    for (span, label) in &diagnostic.related {
        if own.is_some() && span.file == diagnostic.span.file {
            continue;
        }
        group =
            match file(files, *span) {
                Some(source) => group.element(Snippet::source(&source.text).path(&source.path).annotation(
                    AnnotationKind::Context.span(range(&source.text, *span)).label(label.as_str()),
                )),
                None => group.element(Level::NOTE.message(label)),
            };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    group
}

fn file(files: &[SourceFile], span: Span) -> Option<&SourceFile> {
    files.get(span.file.0 as usize)
}

/// The bytes of a span, within the text and between characters.
fn range(text: &str, span: Span) -> Range<usize> {
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.ceil_char_boundary(span.end as usize);
    start..end.max(start)
}
