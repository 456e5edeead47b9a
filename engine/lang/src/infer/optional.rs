//! `Some`, `e?` and `e?.rest`.

use weft_syntax::ast::{self, ExprKind as Ast};
use weft_syntax::span::Span;

use super::failed;
use super::method::presence;
use crate::builtin::Builtin;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

/// Whether the rest of a chain ends in `.is_some` or `.is_none`, and what it asks about.
fn about_presence(rest: &ast::Expr) -> Option<(&ast::Expr, Builtin)> {
    match &rest.kind {
        Ast::Field(inner, name) => Some((inner, presence(&name.text)?)),
        Ast::Method(inner, name, arguments) if arguments.is_empty() => Some((inner, presence(&name.text)?)),
        _ => None,
    }
}

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
        if let Some((inner, builtin)) = about_presence(rest) {
            // `e?.f.is_some` asks about all of `e?.f`.
            let chain = match inner.kind {
                Ast::ChainValue => self.infer_try(scope, value.span, value, &Type::Unknown),
                _ => self.infer_chain(scope, span, value, inner),
            };
            return Expr { span, ty: Type::Bool, kind: ExprKind::Builtin(builtin, vec![chain]) };
        }
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
