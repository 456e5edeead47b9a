//! `Some`, `e?` and `e?.rest`.

use weft_syntax::ast;
use weft_syntax::span::Span;

use super::failed;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

impl<'a> Checker<'a> {
    /// `Some(e)` is `e` of another type: the value is the same.
    pub(super) fn infer_some(&mut self, scope: &mut Scope<'a>, inner: &'a ast::Expr, hint: &Type) -> Expr {
        let inner = self.infer(scope, inner, hint.without_option());
        if inner.ty.is_option() {
            let found = self.program.type_name(&inner.ty);
            let problem =
                error("E0305", inner.span, "an Option inside an Option", format!("this is {found}"));
            self.report.push(problem.help("leave `Some(…)` out".to_owned()));
            return inner;
        }
        let (span, ty) = (inner.span, inner.ty.clone().optional());
        Expr { span, ty, kind: ExprKind::Reinterpret(Box::new(inner)) }
    }

    pub(super) fn infer_try(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        inner: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let inner = self.infer(scope, inner, hint.without_option());
        self.tried(inner, span)
    }

    /// `e?` of an expression.
    pub(super) fn tried(&mut self, inner: Expr, span: Span) -> Expr {
        if inner.ty == Type::Unknown {
            return failed(span);
        }
        if matches!(inner.kind, ExprKind::Try(_)) {
            return inner;
        }
        Expr { span, ty: inner.ty.clone().optional(), kind: ExprKind::Try(Box::new(inner)) }
    }

    pub(super) fn infer_chain(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        value: &'a ast::Expr,
        rest: &'a ast::Expr,
    ) -> Expr {
        let value = self.infer(scope, value, &Type::Unknown);
        let value_span = value.span;
        let value = self.tried(value, value_span);
        let variable = self.fresh(scope, "_", value.ty.without_option().clone());
        scope.chain.push(variable);
        let rest = self.infer(scope, rest, &Type::Unknown);
        scope.chain.pop();
        if rest.ty == Type::Unknown {
            return failed(span);
        }
        let ty = rest.ty.clone().optional();
        Expr { span, ty, kind: ExprKind::Chain { value: Box::new(value), variable, rest: Box::new(rest) } }
    }

    pub(super) fn infer_chain_value(&mut self, scope: &mut Scope<'a>, span: Span) -> Expr {
        match scope.chain.last().copied() {
            Some(variable) => self.variable(scope, variable, span),
            None => failed(span),
        }
    }
}
