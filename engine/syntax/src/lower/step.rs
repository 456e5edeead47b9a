//! Steps of tests.

use super::{Lower, child, children};
use crate::{
    ast::{Expr, Name, TestStep},
    kind::{SyntaxKind, SyntaxNode},
};

impl Lower<'_> {
    /// A step; None for what did not parse.
    pub(super) fn step(&mut self, node: &SyntaxNode) -> Option<TestStep> {
        let span = self.span(node);
        Some(match node.kind() {
            SyntaxKind::NbctlStep => {
                let mut commands = Vec::new();
                for text in children(node, SyntaxKind::TextExpr) {
                    commands.push((self.plain_text(&text), self.span(&text)));
                }
                TestStep::Nbctl { commands }
            }
            SyntaxKind::InsertStep => TestStep::Insert {
                database: self.name(node, 0),
                table: self.name(node, 1),
                name: self.names(node).into_iter().nth(2),
                fields: self.row(node),
                span,
            },
            SyntaxKind::UpdateStep => TestStep::Update {
                database: self.name(node, 0),
                table: self.name(node, 1),
                column: self.name(node, 2),
                value: self.expr_at(node, 0),
                fields: self.row(node),
                span,
            },
            SyntaxKind::DeleteStep => TestStep::Delete {
                database: self.name(node, 0),
                table: self.name(node, 1),
                column: self.name(node, 2),
                value: self.expr_at(node, 0),
                span,
            },
            SyntaxKind::ExpectFlowsStep => self.expect_flows(node),
            SyntaxKind::ExpectRowsStep => TestStep::ExpectRows {
                database: self.name(node, 0),
                table: self.name(node, 1),
                filter: self.names(node).into_iter().nth(2).map(|column| (column, self.expr_at(node, 0))),
                rows: children(node, SyntaxKind::ExpectedRow).map(|row| self.field_values(&row)).collect(),
                span,
            },
            SyntaxKind::ExpectWarningsStep => {
                let mut texts = Vec::new();
                for text in children(node, SyntaxKind::TextExpr) {
                    texts.push(self.plain_text(&text));
                }
                TestStep::ExpectWarnings { texts, span }
            }
            _ => return None,
        })
    }

    fn row(&mut self, node: &SyntaxNode) -> Vec<(Name, Expr)> {
        child(node, SyntaxKind::ExpectedRow).map(|row| self.field_values(&row)).unwrap_or_default()
    }

    fn expect_flows(&mut self, node: &SyntaxNode) -> TestStep {
        let has_priority = super::tokens(node).any(|token| token.kind() == SyntaxKind::BracketOpen);
        let mut flows = Vec::new();
        for flow in children(node, SyntaxKind::ExpectedFlow) {
            flows.push((self.plain_text_at(&flow, 0), self.plain_text_at(&flow, 1)));
        }
        TestStep::ExpectFlows {
            stage: self.name(node, 0),
            priority: has_priority.then(|| self.expr_at(node, 0)),
            datapath: child(node, SyntaxKind::ExpectFlowsDatapath).map(|text| self.plain_text_at(&text, 0)),
            flows,
            span: self.span(node),
        }
    }
}
