//! Text to trees.

use crate::{
    ast, diagnostic::Diagnostic, grammar, kind::SyntaxNode, lexer::lex, lower::lower, parser::Parser,
    span::FileId, tree,
};

/// What became of a file's text.
#[derive(Debug, Clone)]
pub struct Parse {
    /// The lossless tree: its text is the file's text, byte for byte.
    pub tree: SyntaxNode,
    /// The typed tree.
    pub file: ast::File,
    /// What is wrong, in the order of the text; empty when all of the file was understood.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a file. It never fails: what is wrong is said in the diagnostics (codes E0101 to E0199), and
/// the trees hold the rest. The text must be shorter than 4 GiB.
pub fn parse(file: FileId, text: &str) -> Parse {
    let (tokens, lexical) = lex(file, text);
    let mut parser = Parser::new(file, text, &tokens);
    grammar::file(&mut parser);
    let mut diagnostics = std::mem::take(&mut parser.diagnostics);
    let tree = tree::build(text, &tokens, parser.events);
    let typed = lower(file, &tree, &mut diagnostics);
    // What follows from a text without an end is not said.
    diagnostics.retain(|diagnostic| !lexical.iter().any(|cause| covers(cause, diagnostic)));
    diagnostics.extend(lexical);
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    Parse { tree, file: typed, diagnostics }
}

fn covers(cause: &Diagnostic, effect: &Diagnostic) -> bool {
    (cause.span.start..=cause.span.end).contains(&effect.span.start)
}
