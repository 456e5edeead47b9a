//! `if` and `case`.

use weft_syntax::ast::{self, Condition};
use weft_syntax::span::Span;

use super::{failed, is_open_form};
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::report::{Detail, error};
use crate::scope::{Scope, Watch};
use crate::types::Type;
use crate::unify::join;

impl<'a> Checker<'a> {
    pub(super) fn infer_if(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        condition: &'a Condition,
        then: &'a ast::Expr,
        otherwise: Option<&'a ast::Expr>,
        hint: &Type,
    ) -> Expr {
        let mut branches = Branches::new(hint);
        let is_open = is_open_form(then) && otherwise.is_some_and(|other| !is_open_form(other));
        // A branch of literals takes its type from the other one.
        let early = match otherwise {
            Some(other) if is_open => Some(self.branch(scope, other, &mut branches)),
            _ => None,
        };
        match condition {
            Condition::Bool(condition) => {
                let condition = Box::new(self.check(scope, condition, &Type::Bool));
                let then = Box::new(self.branch(scope, then, &mut branches));
                let otherwise = Box::new(self.else_branch(scope, span, otherwise, early, &mut branches));
                Expr { span, ty: branches.ty(), kind: ExprKind::If(condition, then, otherwise) }
            }
            Condition::IsSome { value, pattern } => {
                let value = Box::new(self.infer_option(scope, value));
                let mark = scope.mark();
                let variable = self.bind(scope, pattern, value.ty.without_option().clone(), Watch::Yes);
                let then = Box::new(self.branch(scope, then, &mut branches));
                self.leave(scope, mark);
                let otherwise = Box::new(self.else_branch(scope, span, otherwise, early, &mut branches));
                Expr { span, ty: branches.ty(), kind: ExprKind::IfSome { value, variable, then, otherwise } }
            }
        }
    }

    /// The value of `e is Some(x)`.
    pub(crate) fn infer_option(&mut self, scope: &mut Scope<'a>, value: &'a ast::Expr) -> Expr {
        let value = self.infer(scope, value, &Type::Unknown);
        if !value.ty.is_option() && value.ty != Type::Unknown {
            let found = self.program.type_name(&value.ty);
            let problem =
                error("E0309", value.span, "`is Some(…)` needs an Option", format!("this is {found}"));
            self.report.push(problem.help("`e?` is None where `e` has no value".to_owned()));
        }
        value
    }

    fn else_branch(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        otherwise: Option<&'a ast::Expr>,
        early: Option<Expr>,
        branches: &mut Branches,
    ) -> Expr {
        match (early, otherwise) {
            (Some(checked), _) => checked,
            (None, Some(other)) => self.branch(scope, other, branches),
            (None, None) => {
                branches.optional = true;
                let end = Span { start: span.end, ..span };
                Expr { span: end, ty: branches.joined.clone().optional(), kind: ExprKind::None }
            }
        }
    }

    fn branch(&mut self, scope: &mut Scope<'a>, value: &'a ast::Expr, branches: &mut Branches) -> Expr {
        let hint = branches.hint();
        let value = self.infer(scope, value, &hint);
        match join(&branches.joined, &value.ty) {
            Some(joined) => branches.joined = joined,
            None => {
                let (first, found) =
                    (self.program.type_name(&branches.joined), self.program.type_name(&value.ty));
                let message = format!("the branches have different types: {first} and {found}");
                let problem = error("E0301", value.span, message, format!("expected {first}, found {found}"));
                let expected = branches.joined.clone();
                self.report.push(problem.help(self.help_for_branch(&value.ty, &expected)));
            }
        }
        value
    }

    fn help_for_branch(&self, found: &Type, expected: &Type) -> Option<String> {
        let text = |ty: &Type| matches!(ty, Type::Match | Type::Actions);
        let pair = (found.without_option(), expected.without_option());
        matches!(pair, (Type::String, other) | (other, Type::String) if text(other))
            .then(|| "write `match\"…\"` or `actions\"…\"` in both".to_owned())
    }

    pub(super) fn infer_case(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        value: &'a ast::Expr,
        arms: &'a [(Vec<ast::Expr>, ast::Expr)],
        otherwise: Option<&'a ast::Expr>,
        hint: &Type,
    ) -> Expr {
        let value = self.infer(scope, value, &Type::Unknown);
        self.require_comparable(&value, "compared");
        if value.ty == Type::Unknown {
            return failed(span);
        }
        let mut branches = Branches::new(hint);
        // Branches of literals take their type from the others.
        let all = arms.iter().map(|(_, result)| result).chain(otherwise);
        let mut early = None;
        if let Some(first) = all.clone().find(|result| !is_open_form(result))
            && all.clone().any(is_open_form)
        {
            self.report.silence();
            early = Some(self.infer(scope, first, hint).ty);
            self.report.resume();
        }
        branches.preferred = early;
        let mut checked = Vec::with_capacity(arms.len());
        for (patterns, result) in arms {
            let patterns: Vec<Expr> =
                patterns.iter().map(|pattern| self.pattern(scope, pattern, &value)).collect();
            let result = self.branch(scope, result, &mut branches);
            checked.push((patterns, result));
        }
        let otherwise = otherwise.map(|other| Box::new(self.branch(scope, other, &mut branches)));
        let kind = ExprKind::Case { value: Box::new(value), arms: checked, otherwise };
        Expr { span, ty: branches.ty(), kind }
    }

    fn pattern(&mut self, scope: &mut Scope<'a>, pattern: &'a ast::Expr, value: &Expr) -> Expr {
        let pattern = self.check(scope, pattern, &value.ty);
        let pattern = self.require_constant(pattern, "a pattern of `case`");
        self.check_compared_enumeration(value, &pattern);
        pattern
    }
}

/// The type that the branches seen so far have in common.
struct Branches {
    hint: Type,
    preferred: Option<Type>,
    joined: Type,
    optional: bool,
}

impl Branches {
    fn new(hint: &Type) -> Self {
        Branches { hint: hint.clone(), preferred: None, joined: Type::Unknown, optional: false }
    }

    fn hint(&self) -> Type {
        match (&self.hint, &self.preferred) {
            (Type::Unknown, Some(preferred)) if self.joined == Type::Unknown => preferred.clone(),
            (Type::Unknown, _) => self.joined.clone(),
            (hint, _) => hint.clone(),
        }
    }

    fn ty(self) -> Type {
        if self.optional { self.joined.optional() } else { self.joined }
    }
}
