//! The lossless tree to the typed tree.
//!
//! Lowering never fails: what is not there becomes [`ExprKind::Missing`](ast::ExprKind) or is left out.
//! Parts that a construct must have are checked here, when nothing else is wrong with the construct.

mod clause;
mod expr;
mod head;
mod item;
mod step;
mod text;

use crate::{
    ast,
    diagnostic::{Diagnostic, Severity},
    kind::{
        SyntaxKind::{self, *},
        SyntaxNode, SyntaxToken,
    },
    span::{FileId, Span},
};

/// Lowers a whole file; adds what is wrong to `diagnostics`.
pub(crate) fn lower(file: FileId, root: &SyntaxNode, diagnostics: &mut Vec<Diagnostic>) -> ast::File {
    let mut lower = Lower { file, diagnostics };
    ast::File { items: root.children().filter_map(|node| lower.item(&node)).collect() }
}

struct Lower<'a> {
    file: FileId,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Lower<'_> {
    fn span(&self, node: &SyntaxNode) -> Span {
        self.range(node.text_range())
    }

    fn range(&self, range: rowan::TextRange) -> Span {
        Span { file: self.file, start: range.start().into(), end: range.end().into() }
    }

    fn error(&mut self, code: &'static str, span: Span, message: String, label: &str, help: Option<&str>) {
        self.diagnostics.push(Diagnostic {
            code,
            severity: Severity::Error,
            span,
            message,
            label: label.to_owned(),
            help: help.map(str::to_owned),
            related: Vec::new(),
        });
    }

    /// Reports a part that a construct must have, unless the construct did not parse anyway.
    fn missing(&mut self, node: &SyntaxNode, message: &str, label: &str, help: &str) {
        if !self.is_broken(node) {
            let span = self.first_line(node);
            self.error("E0113", span, message.to_owned(), label, Some(help));
        }
    }

    fn is_broken(&self, node: &SyntaxNode) -> bool {
        let span = self.span(node);
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.span.start >= span.start && diagnostic.span.start <= span.end)
    }

    /// The node's place up to the end of its first line.
    fn first_line(&self, node: &SyntaxNode) -> Span {
        let mut span = self.span(node);
        let length = node
            .descendants_with_tokens()
            .filter_map(|element| element.into_token())
            .find(|token| token.kind() == Whitespace && token.text().contains('\n'));
        if let Some(newline) = length {
            span.end = newline.text_range().start().into();
        }
        span
    }

    fn name_of(&self, node: &SyntaxNode) -> ast::Name {
        ast::Name { text: node.text().to_string(), span: self.span(node) }
    }

    /// The names right below a node.
    fn names(&self, node: &SyntaxNode) -> Vec<ast::Name> {
        node.children().filter(|child| child.kind() == Name).map(|child| self.name_of(&child)).collect()
    }

    /// The name at a position; an empty one where there is none.
    fn name(&self, node: &SyntaxNode, position: usize) -> ast::Name {
        let name = node.children().filter(|child| child.kind() == Name).nth(position);
        name.map_or_else(
            || {
                let end = self.span(node).end;
                ast::Name { text: String::new(), span: Span { file: self.file, start: end, end } }
            },
            |name| self.name_of(&name),
        )
    }

    /// The type at a position among the types below a node.
    fn ty_at(&mut self, node: &SyntaxNode, position: usize) -> ast::Type {
        let ty = node.children().filter(|child| child.kind().is_type()).nth(position);
        match ty {
            Some(ty) => self.ty(&ty),
            None => ast::Type { span: self.span(node), kind: ast::TypeKind::Named(String::new()) },
        }
    }

    fn ty(&mut self, node: &SyntaxNode) -> ast::Type {
        let mut words =
            tokens(node).filter(|token| token.kind() == Ident).map(|token| token.text().to_owned());
        let first = words.next().unwrap_or_default();
        let arguments = |lower: &mut Self| {
            node.children()
                .filter(|child| child.kind().is_type())
                .map(|child| lower.ty(&child))
                .collect::<Vec<_>>()
        };
        let kind = match node.kind() {
            RowType => ast::TypeKind::Row { database: first, table: words.next().unwrap_or_default() },
            GenericType => ast::TypeKind::Generic { name: first, arguments: arguments(self) },
            TupleType => {
                let mut parts = arguments(self);
                // A type in parentheses is that type.
                if parts.len() == 1 && !tokens(node).any(|token| token.kind() == Comma) {
                    return parts.remove(0);
                }
                ast::TypeKind::Tuple(parts)
            }
            _ => ast::TypeKind::Named(first),
        };
        ast::Type { span: self.span(node), kind }
    }
}

/// The first child of a kind.
fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

/// All children of a kind.
fn children(node: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxNode> + use<> {
    node.children().filter(move |child| child.kind() == kind)
}

/// The tokens right below a node, without trivia.
fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
}

/// Whether a word stands right below a node.
fn has_word(node: &SyntaxNode, word: &str) -> bool {
    tokens(node).any(|token| token.kind() == Ident && token.text() == word)
}

/// The text of a node without trivia.
fn solid_text(node: &SyntaxNode) -> String {
    tokens(node).map(|token| token.text().to_owned()).collect()
}
