//! Expressions.

use super::{Lower, child, children, has_word, solid_text, tokens};
use crate::{
    ast::{AggregateKind, BinaryOp, Condition, Expr, ExprKind},
    kind::{
        SyntaxKind::{self, *},
        SyntaxNode,
    },
    span::Span,
};

impl Lower<'_> {
    /// The expression at a position among the expressions right below a node.
    pub(super) fn expr_at(&mut self, node: &SyntaxNode, position: usize) -> Expr {
        let expr = node.children().filter(|child| child.kind().is_expr()).nth(position);
        match expr {
            Some(expr) => self.expr(&expr),
            None => {
                let end = self.span(node).end;
                Expr { span: Span { file: self.file, start: end, end }, kind: ExprKind::Missing }
            }
        }
    }

    fn boxed(&mut self, node: &SyntaxNode, position: usize) -> Box<Expr> {
        Box::new(self.expr_at(node, position))
    }

    /// The expressions right below a node.
    pub(super) fn exprs(&mut self, node: &SyntaxNode) -> Vec<Expr> {
        node.children().filter(|child| child.kind().is_expr()).map(|child| self.expr(&child)).collect()
    }

    pub(super) fn expr(&mut self, node: &SyntaxNode) -> Expr {
        let kind = match node.kind() {
            ParenExpr => return self.expr_at(node, 0),
            FieldExpr | MethodExpr | IndexExpr | TryExpr => return self.chain(node),
            BoolExpr => ExprKind::Bool(has_word(node, "true")),
            IntExpr => ExprKind::Int(self.int(node, false)),
            NoneExpr => ExprKind::None,
            NameExpr => ExprKind::Name(solid_text(node)),
            TextExpr => {
                let (kind, pieces) = self.text(node);
                ExprKind::Literal(kind, pieces)
            }
            SomeExpr => ExprKind::Some(self.boxed(node, 0)),
            CallExpr => ExprKind::Call(self.name(node, 0), self.arguments(node)),
            NotExpr => ExprKind::Not(self.boxed(node, 0)),
            NegateExpr => self.negate(node),
            BinaryExpr => match binary_op(node) {
                Some(op) => ExprKind::Binary(op, self.boxed(node, 0), self.boxed(node, 1)),
                None => ExprKind::Missing,
            },
            IfExpr => self.conditional(node),
            CaseExpr => self.case(node),
            TupleExpr => ExprKind::Tuple(self.exprs(node)),
            SetExpr => ExprKind::Set(self.exprs(node)),
            ListExpr => ExprKind::List(self.exprs(node)),
            MapExpr => {
                let entries = children(node, MapEntry);
                ExprKind::Map(
                    entries.map(|entry| (self.expr_at(&entry, 0), self.expr_at(&entry, 1))).collect(),
                )
            }
            RecordExpr => ExprKind::Record(self.name(node, 0), self.field_values(node)),
            AggregateExpr => self.aggregate(node),
            ExistsExpr => ExprKind::Exists(self.clauses_below(node)),
            OutputRefExpr => ExprKind::OutputRef {
                database: self.name(node, 0),
                table: self.name(node, 1),
                key: self.named_keys(node),
            },
            _ => ExprKind::Missing,
        };
        Expr { span: self.span(node), kind }
    }

    /// Fields, methods, keys and `?` after a value. A `?` with something after it holds what follows.
    fn chain(&mut self, node: &SyntaxNode) -> Expr {
        let mut links = vec![node.clone()];
        let mut base = node.first_child();
        while let Some(inner) = base.take_if(|inner| is_link(inner.kind())) {
            base = inner.first_child();
            links.push(inner);
        }
        links.reverse();
        let base = match base.filter(|base| base.kind().is_expr()) {
            Some(base) => self.expr(&base),
            None => self.expr_at(node, 0),
        };
        self.links(base, &links)
    }

    fn links(&mut self, mut value: Expr, links: &[SyntaxNode]) -> Expr {
        for (at, link) in links.iter().enumerate() {
            let span = self.span(link);
            let rest = links.get(at + 1..).unwrap_or_default();
            let kind = match link.kind() {
                TryExpr => {
                    if let Some(last) = rest.iter().find(|next| next.kind() != TryExpr).and(rest.last()) {
                        let inside = Expr { span, kind: ExprKind::ChainValue };
                        let rest = Box::new(self.links(inside, rest));
                        let kind = ExprKind::Chain { value: Box::new(value), rest };
                        return Expr { span: self.span(last), kind };
                    }
                    ExprKind::Try(Box::new(value))
                }
                FieldExpr => ExprKind::Field(Box::new(value), self.name(link, 0)),
                MethodExpr => ExprKind::Method(Box::new(value), self.name(link, 0), self.arguments(link)),
                _ => ExprKind::Index(Box::new(value), self.keys(link)),
            };
            value = Expr { span, kind };
        }
        value
    }

    fn arguments(&mut self, node: &SyntaxNode) -> Vec<Expr> {
        child(node, Arguments).map(|arguments| self.exprs(&arguments)).unwrap_or_default()
    }

    /// `e` or `column: e`, each.
    fn keys(&mut self, node: &SyntaxNode) -> Vec<(Option<crate::ast::Name>, Expr)> {
        children(node, IndexKey).map(|key| (self.names(&key).pop(), self.expr_at(&key, 0))).collect()
    }

    /// `column: e`, each; a key without a column is an error.
    pub(super) fn named_keys(&mut self, node: &SyntaxNode) -> Vec<(crate::ast::Name, Expr)> {
        let mut result = Vec::new();
        for (name, value) in self.keys(node) {
            if let Some(name) = name {
                result.push((name, value));
            } else {
                self.error(
                    "E0103",
                    value.span,
                    "expected a column before the key".to_owned(),
                    "expected `column: value`",
                    None,
                );
            }
        }
        result
    }

    /// `field: e`, each.
    pub(super) fn field_values(&mut self, node: &SyntaxNode) -> Vec<(crate::ast::Name, Expr)> {
        children(node, FieldValue).map(|field| (self.name(&field, 0), self.expr_at(&field, 0))).collect()
    }

    fn negate(&mut self, node: &SyntaxNode) -> ExprKind {
        match child(node, IntExpr) {
            Some(int) => ExprKind::Int(self.int(&int, true)),
            None => ExprKind::Negate(self.boxed(node, 0)),
        }
    }

    fn int(&mut self, node: &SyntaxNode, negative: bool) -> i64 {
        let text = solid_text(node).replace('_', "");
        let parsed = match text.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16),
            None => text.parse::<i128>(),
        };
        let value = parsed.map(|value| if negative { -value } else { value });
        if let Some(value) = value.ok().and_then(|value| i64::try_from(value).ok()) {
            return value;
        }
        let span = self.span(node);
        self.error(
            "E0115",
            span,
            format!("`{text}` is not a number"),
            "expected decimal digits or `0x` and hexadecimal ones, within 64 bits",
            None,
        );
        0
    }

    fn condition(&mut self, node: &SyntaxNode) -> Condition {
        match child(node, Condition) {
            Some(condition) => self.condition_of(&condition),
            None => Condition::Bool(self.expr_at(node, usize::MAX)),
        }
    }

    /// A condition itself.
    pub(super) fn condition_of(&mut self, condition: &SyntaxNode) -> Condition {
        let value = self.expr_at(condition, 0);
        if has_word(condition, "is") {
            Condition::IsSome { value, pattern: self.name(condition, 0) }
        } else {
            Condition::Bool(value)
        }
    }

    fn conditional(&mut self, node: &SyntaxNode) -> ExprKind {
        let mut branches = children(node, Branch);
        let then = branches.next().unwrap_or_else(|| node.clone());
        let otherwise = match branches.next() {
            Some(branch) => Some(self.boxed(&branch, 0)),
            None => child(node, IfExpr).map(|nested| Box::new(self.expr(&nested))),
        };
        ExprKind::If {
            condition: Box::new(self.condition(node)),
            then: if then.kind() == Branch { self.boxed(&then, 0) } else { self.boxed(node, usize::MAX) },
            otherwise,
        }
    }

    fn case(&mut self, node: &SyntaxNode) -> ExprKind {
        let value = self.boxed(node, 0);
        let mut arms = Vec::new();
        for arm in children(node, CaseArm) {
            let patterns =
                child(&arm, CasePatterns).map(|patterns| self.exprs(&patterns)).unwrap_or_default();
            arms.push((patterns, self.expr_at(&arm, 0)));
        }
        let otherwise = child(node, CaseElse).map(|otherwise| self.boxed(&otherwise, 0));
        ExprKind::Case { value, arms, otherwise }
    }

    fn aggregate(&mut self, node: &SyntaxNode) -> ExprKind {
        let word = tokens(node).next().map(|token| token.text().to_owned()).unwrap_or_default();
        let kind = match word.as_str() {
            "set" => AggregateKind::Set,
            "list" => AggregateKind::List,
            "map" => AggregateKind::Map,
            "count" => AggregateKind::Count,
            "sum" => AggregateKind::Sum,
            "min" => AggregateKind::Min,
            "max" => AggregateKind::Max,
            "least" => AggregateKind::Least,
            "number" => AggregateKind::Number,
            _ => AggregateKind::The,
        };
        let (key, value) = match child(node, MapEntry) {
            Some(entry) => (Some(self.boxed(&entry, 0)), self.boxed(&entry, 1)),
            None => (None, self.boxed(node, 0)),
        };
        let clauses = self.clauses_below(node);
        let mut order_by = Vec::new();
        for part in children(node, OrderBy) {
            order_by.push((self.expr_at(&part, 0), has_word(&part, "desc")));
        }
        ExprKind::Aggregate { kind, key, value, clauses, order_by }
    }
}

fn is_link(kind: SyntaxKind) -> bool {
    matches!(kind, FieldExpr | MethodExpr | IndexExpr | TryExpr)
}

fn binary_op(node: &SyntaxNode) -> Option<BinaryOp> {
    let operator = tokens(node).next()?;
    Some(match operator.kind() {
        QuestionQuestion => BinaryOp::Coalesce,
        PipePipe => BinaryOp::Or,
        AmpersandAmpersand => BinaryOp::And,
        Equal | EqualEqual => BinaryOp::Eq,
        NotEqual => BinaryOp::Ne,
        Less => BinaryOp::Lt,
        LessEqual => BinaryOp::Le,
        Greater => BinaryOp::Gt,
        GreaterEqual => BinaryOp::Ge,
        Pipe => BinaryOp::Union,
        Ampersand => BinaryOp::Intersect,
        Plus => BinaryOp::Add,
        Minus => BinaryOp::Sub,
        Star => BinaryOp::Mul,
        Slash => BinaryOp::Div,
        Percent => BinaryOp::Rem,
        _ => match operator.text() {
            "or" => BinaryOp::Or,
            "and" => BinaryOp::And,
            "in" => BinaryOp::In,
            _ => BinaryOp::NotIn,
        },
    })
}
