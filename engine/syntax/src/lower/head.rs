//! Blocks and heads.

use super::{Lower, child, children, tokens};
use crate::{
    ast::{Block, Clause, Datapaths, EmitField, Expr, ExprKind, Flow, Head, Name, Pattern},
    kind::{SyntaxKind, SyntaxNode},
};

impl Lower<'_> {
    /// The block right below a node.
    pub(super) fn block_below(&mut self, node: &SyntaxNode) -> Block {
        child(node, SyntaxKind::Block).map(|block| self.block(&block)).unwrap_or_default()
    }

    fn block(&mut self, node: &SyntaxNode) -> Block {
        Block {
            clauses: self.clauses(node),
            heads: node.children().filter_map(|child| self.head(&child)).collect(),
        }
    }

    fn head(&mut self, node: &SyntaxNode) -> Option<Head> {
        let span = self.span(node);
        match node.kind() {
            SyntaxKind::FlowHead => Some(Head::Flow(Box::new(self.flow(node)))),
            SyntaxKind::EmitHead => Some(Head::Emit {
                database: self.name(node, 0),
                table: self.name(node, 1),
                key: self.named_keys(node),
                fields: self.emit_fields(node),
                span,
            }),
            SyntaxKind::WarnHead => Some(Head::Warn { text: self.expr_at(node, 0), span }),
            SyntaxKind::IfHead => Some(self.if_head(node)),
            SyntaxKind::ForHead => {
                let mut block = self.block_below(node);
                let mut clauses = self.clauses_below(node);
                clauses.append(&mut block.clauses);
                Some(Head::For { block: Block { clauses, heads: block.heads }, span })
            }
            _ => None,
        }
    }

    fn if_head(&mut self, node: &SyntaxNode) -> Head {
        let mut arms = Vec::new();
        let mut otherwise = None;
        let mut condition = None;
        for part in node.children() {
            match part.kind() {
                SyntaxKind::Condition => condition = Some(self.condition_of(&part)),
                SyntaxKind::Block => {
                    let block = self.block(&part);
                    match condition.take() {
                        Some(condition) => arms.push((condition, block)),
                        None => otherwise = Some(block),
                    }
                }
                _ => {}
            }
        }
        Head::If { arms, otherwise, span: self.span(node) }
    }

    fn emit_fields(&mut self, node: &SyntaxNode) -> Vec<EmitField> {
        let is_field = |kind| matches!(kind, SyntaxKind::FieldValue | SyntaxKind::EmitField);
        node.children()
            .filter(|child| is_field(child.kind()))
            .map(|field| EmitField {
                column: self.name(&field, 0),
                member: field.kind() == SyntaxKind::EmitField,
                value: self.expr_at(&field, 0),
            })
            .collect()
    }

    fn flow(&mut self, node: &SyntaxNode) -> Flow {
        let missing = Expr { span: self.span(node), kind: ExprKind::Missing };
        let mut flow = Flow {
            span: self.span(node),
            stage: self.expr_at(node, 0),
            priority: self.expr_at(node, 1),
            datapaths: self.datapaths(node),
            hint: child(node, SyntaxKind::FlowHint).map(|hint| self.expr_at(&hint, 0)),
            matches: missing.clone(),
            actions: missing,
            meter: None,
            description: None,
            port: None,
            tags: Vec::new(),
        };
        let mut seen = Vec::new();
        for field in children(node, SyntaxKind::FlowField) {
            let word = tokens(&field).next().map(|token| token.text().to_owned()).unwrap_or_default();
            let value = self.expr_at(&field, 0);
            match word.as_str() {
                "match" => flow.matches = value,
                "actions" => flow.actions = value,
                "meter" => flow.meter = Some(value),
                "desc" => flow.description = Some(value),
                "port" => flow.port = Some(value),
                _ => {
                    flow.tags.push((value, self.expr_at(&field, 1)));
                    continue;
                }
            }
            self.unique(&field, &word, &mut seen);
        }
        for word in ["match", "actions"] {
            if !seen.iter().any(|seen| seen == word) {
                let message = format!("a flow without `{word}`");
                self.missing(node, &message, "this flow", &format!("add `{word} \"…\"`"));
            }
        }
        flow
    }

    /// Reports a part that is there twice.
    pub(super) fn unique(&mut self, part: &SyntaxNode, word: &str, seen: &mut Vec<String>) {
        if seen.iter().any(|seen| seen == word) {
            let span = self.first_line(part);
            self.error("E0116", span, format!("`{word}` stands here twice"), "the second", None);
        } else {
            seen.push(word.to_owned());
        }
    }

    fn datapaths(&mut self, node: &SyntaxNode) -> Datapaths {
        let Some(all) = child(node, SyntaxKind::DatapathAll) else {
            let one = child(node, SyntaxKind::DatapathOne);
            let position = if one.is_some() { 0 } else { usize::MAX };
            return Datapaths::One(self.expr_at(one.as_ref().unwrap_or(node), position));
        };
        let clauses = self.clauses_below(&all);
        let span = self.span(&all);
        let variable = match clauses.first() {
            Some(Clause::From { pattern: Pattern::Variable(variable), .. }) => variable.clone(),
            Some(Clause::From { pattern: Pattern::Tuple(_, span), .. }) => {
                self.error(
                    "E0103",
                    *span,
                    "expected one variable, the datapath".to_owned(),
                    "expected a name",
                    None,
                );
                Name { text: String::new(), span: *span }
            }
            _ => Name { text: String::new(), span },
        };
        Datapaths::All { variable, clauses, span }
    }
}
