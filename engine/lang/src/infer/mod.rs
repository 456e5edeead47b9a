//! Types of expressions, from the outside in: what a place expects is a hint for what stands in it.

mod aggregate;
mod branch;
mod call;
mod collection;
mod field;
mod index;
mod literal;
mod method;
mod name;
mod operator;
mod optional;
mod require;

use weft_syntax::ast::{self, ExprKind as Ast};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::product::Surroundings;
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

/// How many expressions may be open at once, each needed for the type of the one before. The parser bounds
/// single expressions; this bounds the stack where attributes and constants lead from one to the next.
const DEPTH_MAX: u32 = 512;

/// The expression that stands for one that did not check.
pub(crate) fn failed(span: Span) -> Expr {
    Expr { span, ty: Type::Unknown, kind: ExprKind::None }
}

/// Whether the expression takes its type from its place rather than bringing one.
pub(crate) fn is_open_form(expr: &ast::Expr) -> bool {
    match &expr.kind {
        Ast::None | Ast::Literal(ast::LiteralKind::Plain, _) | Ast::Set(_) | Ast::List(_) | Ast::Map(_) => {
            true
        }
        Ast::Some(inner) => is_open_form(inner),
        Ast::If { then, otherwise, .. } => {
            is_open_form(then) && otherwise.as_ref().is_none_or(|other| is_open_form(other))
        }
        Ast::Call(name, _) => name.text == "raw",
        _ => false,
    }
}

impl<'a> Checker<'a> {
    /// Checks an expression where a type is required.
    pub(crate) fn check(&mut self, scope: &mut Scope<'a>, expr: &'a ast::Expr, expected: &Type) -> Expr {
        let checked = self.infer(scope, expr, expected);
        self.require(checked, expected)
    }

    /// Checks an expression whose type must follow from itself or from the hint.
    pub(crate) fn infer_determined(
        &mut self,
        scope: &mut Scope<'a>,
        expr: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let before = self.report.len();
        let checked = self.infer(scope, expr, hint);
        if checked.ty != Type::Unknown
            && checked.ty.is_open()
            && !hint_closes(hint)
            && self.report.len() == before
        {
            let found = self.program.type_name(&checked.ty);
            let message = "the type of this expression is not determined";
            let problem = error("E0312", expr.span, message, format!("this is {found}"));
            self.report.push(problem.help("write its type, or a value that tells it".to_owned()));
        }
        checked
    }

    /// Checks an expression. The hint is what its place would like; the result may be of another type.
    pub(crate) fn infer(&mut self, scope: &mut Scope<'a>, expr: &'a ast::Expr, hint: &Type) -> Expr {
        if self.depth == DEPTH_MAX {
            let message = "the definitions that this one needs are nested too deep";
            let problem = error("E0410", expr.span, message, "the limit is reached here");
            let help = "write the types of attributes on the way, which are then not looked for";
            self.report.push(problem.help(help.to_owned()));
            return failed(expr.span);
        }
        self.depth += 1;
        let checked = self.infer_form(scope, expr, hint);
        self.depth -= 1;
        checked
    }

    fn infer_form(&mut self, scope: &mut Scope<'a>, expr: &'a ast::Expr, hint: &Type) -> Expr {
        let span = expr.span;
        let simple = |ty: Type, kind: ExprKind| Expr { span, ty, kind };
        match &expr.kind {
            Ast::Missing => failed(span),
            Ast::Bool(value) => simple(Type::Bool, ExprKind::Bool(*value)),
            Ast::Int(value) => simple(Type::Int, ExprKind::Int(*value)),
            Ast::Literal(kind, pieces) => self.infer_literal(scope, span, *kind, pieces, hint),
            Ast::None => simple(Type::Unknown.optional(), ExprKind::None),
            Ast::Some(inner) => self.infer_some(scope, inner, hint),
            Ast::Name(name) => self.infer_name(scope, span, name, hint),
            Ast::Field(receiver, name) => self.infer_field(scope, span, receiver, name),
            Ast::Method(receiver, name, arguments) => {
                self.infer_method(scope, span, receiver, name, arguments)
            }
            Ast::Call(name, arguments) => self.infer_call(scope, span, name, arguments, hint),
            Ast::Index(receiver, keys) => self.infer_index(scope, span, receiver, keys),
            Ast::Try(inner) => self.infer_try(scope, span, inner, hint),
            Ast::Chain { value, rest } => self.infer_chain(scope, span, value, rest),
            Ast::ChainValue => self.infer_chain_value(scope, span),
            Ast::Not(inner) => {
                let inner = self.check(scope, inner, &Type::Bool);
                simple(Type::Bool, ExprKind::Not(Box::new(inner)))
            }
            Ast::Negate(inner) => {
                let inner = self.check(scope, inner, &Type::Int);
                simple(Type::Int, ExprKind::Negate(Box::new(inner)))
            }
            Ast::Binary(operator, left, right) => {
                self.infer_binary(scope, span, *operator, left, right, hint)
            }
            Ast::If { condition, then, otherwise } => {
                self.infer_if(scope, span, condition, then, otherwise.as_deref(), hint)
            }
            Ast::Case { value, arms, otherwise } => {
                self.infer_case(scope, span, value, arms, otherwise.as_deref(), hint)
            }
            Ast::Tuple(parts) => self.infer_tuple(scope, span, parts, hint),
            Ast::Set(elements) => self.infer_set(scope, span, elements, hint),
            Ast::List(elements) => self.infer_list(scope, span, elements, hint),
            Ast::Map(entries) => self.infer_map(scope, span, entries, hint),
            Ast::Record(name, fields) => self.infer_record(scope, span, name, fields),
            Ast::Aggregate { .. } => self.infer_aggregate(scope, expr, hint),
            Ast::Exists(clauses) => {
                let mark = scope.mark();
                let clauses = self.silent_clauses(scope, clauses);
                self.check_products(scope, &clauses, Surroundings::None);
                self.leave(scope, mark);
                simple(Type::Bool, ExprKind::Exists(clauses))
            }
            Ast::OutputRef { database, table, key } => {
                self.infer_output_ref(scope, span, database, table, key)
            }
        }
    }
}

/// Whether the place tells the type, so that an open part is not an error.
fn hint_closes(hint: &Type) -> bool {
    *hint != Type::Unknown && !hint.is_open()
}
