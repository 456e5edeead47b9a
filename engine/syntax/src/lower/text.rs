//! Literals.

use super::{Lower, tokens};
use crate::{
    ast::{LiteralKind, Piece},
    kind::{
        SyntaxKind::{self, *},
        SyntaxNode, SyntaxToken,
    },
};

impl Lower<'_> {
    /// A literal: its kind and its pieces, with neighbouring texts joined.
    pub(super) fn text(&mut self, node: &SyntaxNode) -> (LiteralKind, Vec<Piece>) {
        let kind = match tokens(node).next().map(|token| token.text().to_owned()).as_deref() {
            Some("match\"") => LiteralKind::Match,
            Some("actions\"") => LiteralKind::Actions,
            _ => LiteralKind::Plain,
        };
        let mut pieces = Vec::new();
        for element in node.children_with_tokens() {
            match element {
                rowan::NodeOrToken::Node(hole) if hole.kind() == Hole => {
                    pieces.push(Piece::Hole(self.expr_at(&hole, 0)));
                }
                rowan::NodeOrToken::Token(token) if token.kind() == TextRun => {
                    append(&mut pieces, token.text());
                }
                rowan::NodeOrToken::Token(token) if token.kind() == TextEscape => {
                    let text = self.escape(&token);
                    append(&mut pieces, &text);
                }
                _ => {}
            }
        }
        (kind, pieces)
    }

    fn escape(&mut self, token: &SyntaxToken) -> String {
        let text = match token.text() {
            "\\\"" => "\"",
            "\\\\" => "\\",
            "\\n" => "\n",
            "\\t" => "\t",
            "\\$" => "$",
            other => {
                let span = self.range(token.text_range());
                self.error(
                    "E0112",
                    span,
                    format!("`{}` is not an escape", other.trim_end()),
                    "unknown escape",
                    Some("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\$`; a backslash is written `\\\\`"),
                );
                other
            }
        };
        text.to_owned()
    }

    /// A literal that has to be text alone, as a test's name.
    pub(super) fn plain_text(&mut self, node: &SyntaxNode) -> String {
        let (kind, pieces) = self.text(node);
        let mut result = String::new();
        let mut is_plain = kind == LiteralKind::Plain;
        for piece in pieces {
            match piece {
                Piece::Text(text) => result.push_str(&text),
                Piece::Hole(_) => is_plain = false,
            }
        }
        if !is_plain {
            let span = self.span(node);
            self.error(
                "E0114",
                span,
                "only plain text can stand here".to_owned(),
                "expected text without holes and without a prefix",
                Some("a dollar sign before a brace is written `\\$`"),
            );
        }
        result
    }

    /// The plain text of the literal at a position among the literals below a node.
    pub(super) fn plain_text_at(&mut self, node: &SyntaxNode, position: usize) -> String {
        let is_text = |kind: SyntaxKind| matches!(kind, TextExpr | MissingExpr);
        let literal = node.children().filter(|child| is_text(child.kind())).nth(position);
        literal.map(|literal| self.plain_text(&literal)).unwrap_or_default()
    }
}

fn append(pieces: &mut Vec<Piece>, text: &str) {
    if let Some(Piece::Text(last)) = pieces.last_mut() {
        last.push_str(text);
    } else {
        pieces.push(Piece::Text(text.to_owned()));
    }
}
