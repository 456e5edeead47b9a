//! Text with holes.

use weft_syntax::ast::{self, ExprKind as Ast, LiteralKind};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Expr, ExprKind, Piece};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

/// Whether the expression is text in all its branches, so that it is of its place's kind.
fn is_text_form(expr: &ast::Expr) -> bool {
    match &expr.kind {
        Ast::Literal(LiteralKind::Plain, _) => true,
        Ast::Call(name, _) => name.text == "raw",
        Ast::If { then, otherwise, .. } => {
            is_text_form(then) && otherwise.as_ref().is_none_or(|other| is_text_form(other))
        }
        Ast::Case { arms, otherwise, .. } => {
            arms.iter().all(|(_, value)| is_text_form(value))
                && otherwise.as_ref().is_none_or(|other| is_text_form(other))
        }
        _ => false,
    }
}

/// The type of a literal of that kind.
fn literal_type(kind: LiteralKind) -> Type {
    match kind {
        LiteralKind::Plain => Type::String,
        LiteralKind::Match => Type::Match,
        LiteralKind::Actions => Type::Actions,
    }
}

impl<'a> Checker<'a> {
    pub(super) fn infer_literal(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        kind: LiteralKind,
        pieces: &'a [ast::Piece],
        hint: &Type,
    ) -> Expr {
        let kind = match (kind, hint.without_option()) {
            (LiteralKind::Plain, Type::Match) => LiteralKind::Match,
            (LiteralKind::Plain, Type::Actions) => LiteralKind::Actions,
            (kind, _) => kind,
        };
        let pieces = pieces
            .iter()
            .map(|piece| match piece {
                ast::Piece::Text(text) => Piece::Text(text.clone()),
                ast::Piece::Hole(hole) => Piece::Hole(self.hole(scope, hole, kind)),
            })
            .collect();
        Expr { span, ty: literal_type(kind), kind: ExprKind::Literal(kind, pieces) }
    }

    /// A hole; text inside it is of the literal's kind, so that it is not quoted.
    fn hole(&mut self, scope: &mut Scope<'a>, hole: &'a ast::Expr, kind: LiteralKind) -> Expr {
        let hint = if is_text_form(hole) { literal_type(kind) } else { Type::Unknown };
        let expr = self.infer(scope, hole, &hint);
        if !self.can_be_written(&expr.ty, kind) {
            let found = self.program.type_name(&expr.ty);
            let target = self.program.type_name(&literal_type(kind));
            let message = format!("{found} cannot be written into {target}");
            let help = match expr.ty.without_option() {
                Type::Row(_) | Type::Entity(_) => Some("name a column, as `${port.name}`".to_owned()),
                Type::Record(_) | Type::Tuple(_) => Some("name a part of it".to_owned()),
                _ => None,
            };
            self.report.push(error("E0307", expr.span, message, "not text").help(help));
        }
        expr
    }

    fn can_be_written(&self, ty: &Type, kind: LiteralKind) -> bool {
        match ty {
            Type::Bool | Type::Int | Type::String | Type::Uuid | Type::Stage | Type::Unknown => true,
            Type::Match | Type::Actions => kind != LiteralKind::Plain,
            Type::Extern(id) => {
                self.can_be_written(&self.program.extern_types[id.index()].representation, kind)
            }
            Type::Option(inner) | Type::Set(inner) | Type::List(inner) => self.can_be_written(inner, kind),
            Type::Row(_) | Type::Entity(_) | Type::OutputRow(_) | Type::Record(_) => false,
            Type::Map(..) | Type::Tuple(_) => false,
        }
    }
}
