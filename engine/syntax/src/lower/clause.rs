//! Clauses.

use super::{Lower, child};
use crate::{
    ast::{Clause, Name, Otherwise, Pattern},
    kind::{SyntaxKind, SyntaxNode},
    span::Span,
};

impl Lower<'_> {
    /// The clauses in the `Clauses` node below a node.
    pub(super) fn clauses_below(&mut self, node: &SyntaxNode) -> Vec<Clause> {
        child(node, SyntaxKind::Clauses).map(|clauses| self.clauses(&clauses)).unwrap_or_default()
    }

    /// The clauses right below a node.
    pub(super) fn clauses(&mut self, node: &SyntaxNode) -> Vec<Clause> {
        node.children().filter_map(|child| self.clause(&child)).collect()
    }

    fn clause(&mut self, node: &SyntaxNode) -> Option<Clause> {
        match node.kind() {
            SyntaxKind::FromClause => Some(Clause::From {
                pattern: self.pattern(node),
                source: self.expr_at(node, 0),
                cross: super::has_word(node, "cross"),
                span: self.span(node),
            }),
            SyntaxKind::WhereClause => Some(Clause::Where(self.expr_at(node, 0))),
            SyntaxKind::LetClause => Some(Clause::Let {
                pattern: self.pattern(node),
                value: self.expr_at(node, 0),
                otherwise: self.otherwise(node),
                span: self.span(node),
            }),
            _ => None,
        }
    }

    fn pattern(&mut self, node: &SyntaxNode) -> Pattern {
        let Some(pattern) = child(node, SyntaxKind::Pattern) else {
            let end = self.span(node).end;
            let span = Span { file: self.file, start: end, end };
            return Pattern::Variable(Name { text: String::new(), span });
        };
        if super::tokens(&pattern).any(|token| token.kind() == SyntaxKind::ParenOpen) {
            Pattern::Tuple(self.names(&pattern), self.span(&pattern))
        } else {
            Pattern::Variable(self.name(&pattern, 0))
        }
    }

    /// The `else` below a node.
    pub(super) fn otherwise(&mut self, node: &SyntaxNode) -> Otherwise {
        if let Some(warn) = child(node, SyntaxKind::OtherwiseWarn) {
            Otherwise::Warn(self.expr_at(&warn, 0))
        } else if child(node, SyntaxKind::OtherwiseSkip).is_some() {
            Otherwise::Skip
        } else {
            Otherwise::None
        }
    }
}
