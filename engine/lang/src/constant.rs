//! Constants, and expressions that must be known when the rules are compiled.

use std::rc::Rc;

use weft_syntax::ast::{self, BinaryOp, Name};
use weft_syntax::span::Span;

use crate::attribute::State;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind, Piece};
use crate::infer::failed;
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

/// A `const` as written. It stands for its expression, so that a text takes the type of its place.
#[derive(Debug)]
pub(crate) struct Const<'a> {
    name: &'a Name,
    value: &'a ast::Expr,
    state: State,
    /// Its value without a hint; most uses take it as it is.
    checked: Option<Rc<Expr>>,
}

impl<'a> Const<'a> {
    pub(crate) fn new(name: &'a Name, value: &'a ast::Expr) -> Self {
        Const { name, value, state: State::New, checked: None }
    }
}

impl<'a> Checker<'a> {
    /// Checks all constants.
    pub(crate) fn check_constants(&mut self) {
        for position in 0..self.consts.len() {
            let span = self.consts[position].name.span;
            self.constant(position, span, &Type::Unknown);
        }
    }

    /// A constant where it is used.
    pub(crate) fn constant(&mut self, position: usize, span: Span, hint: &Type) -> Expr {
        match self.consts[position].state {
            State::New => {
                self.consts[position].state = State::Open;
                let checked = self.constant_value(position, &Type::Unknown);
                let checked = self.require_constant(checked, "a constant");
                self.consts[position].checked = Some(Rc::new(checked));
                self.consts[position].state = State::Done;
            }
            State::Open => {
                let name = &self.consts[position].name.text;
                let message = format!("the constant `{name}` depends on itself");
                self.report.push(error("E0405", span, message, "part of the cycle"));
                return failed(span);
            }
            State::Done => {}
        }
        let is_text = matches!(hint.without_option(), Type::Match | Type::Actions);
        let checked = match &self.consts[position].checked {
            Some(checked) if !is_text && !checked.ty.is_open() => Expr::clone(checked),
            _ => {
                self.report.silence();
                let checked = self.constant_value(position, hint);
                self.report.resume();
                checked
            }
        };
        let folded = fold(&checked).unwrap_or(checked);
        Expr { span, ..folded }
    }

    fn constant_value(&mut self, position: usize, hint: &Type) -> Expr {
        let body = self.new_body();
        self.infer(&mut Scope::new(body), self.consts[position].value, hint)
    }

    /// The expression with its constant parts computed, or an error when it is not known at compile time.
    pub(crate) fn require_constant(&mut self, expr: Expr, what: &str) -> Expr {
        let mut is_known = true;
        expr.walk(&mut |inner| is_known &= inner.ty != Type::Unknown);
        if !is_known {
            return expr;
        }
        match fold(&expr) {
            Some(folded) => folded,
            None => {
                let message = format!("{what} must be known when the rules are compiled");
                self.report.push(error("E0311", expr.span, message, "not a constant"));
                expr
            }
        }
    }
}

/// The value of a constant expression, made of literals, stages and collections of them alone.
pub(crate) fn fold(expr: &Expr) -> Option<Expr> {
    let all = |parts: &[Expr]| parts.iter().map(fold).collect::<Option<Vec<Expr>>>();
    let kind = match &expr.kind {
        ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::None | ExprKind::Stage(_) => {
            return Some(expr.clone());
        }
        ExprKind::Literal(kind, pieces) => {
            let mut whole = String::new();
            for piece in pieces {
                whole.push_str(&constant_text(piece)?);
            }
            ExprKind::Literal(*kind, vec![Piece::Text(whole)])
        }
        ExprKind::Reinterpret(inner) => {
            let folded = fold(inner)?;
            folded.kind
        }
        ExprKind::Negate(inner) => match fold(inner)?.kind {
            ExprKind::Int(value) => ExprKind::Int(value.checked_neg()?),
            _ => return None,
        },
        ExprKind::Binary(operator, left, right) => match (fold(left)?.kind, fold(right)?.kind) {
            (ExprKind::Int(left), ExprKind::Int(right)) => ExprKind::Int(compute(*operator, left, right)?),
            _ => return None,
        },
        ExprKind::Tuple(parts) => ExprKind::Tuple(all(parts)?),
        ExprKind::Set(parts) => ExprKind::Set(all(parts)?),
        ExprKind::List(parts) => ExprKind::List(all(parts)?),
        ExprKind::Map(entries) => {
            let folded = entries.iter().map(|(key, value)| Some((fold(key)?, fold(value)?)));
            ExprKind::Map(folded.collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    };
    Some(Expr { span: expr.span, ty: expr.ty.clone(), kind })
}

/// A piece of a constant text: text, or a hole that is written bare.
fn constant_text(piece: &Piece) -> Option<String> {
    let hole = match piece {
        Piece::Text(text) => return Some(text.clone()),
        Piece::Hole(hole) => fold(hole)?,
    };
    match (hole.kind, hole.ty) {
        (ExprKind::Int(value), _) => Some(value.to_string()),
        (ExprKind::Literal(_, pieces), Type::Match | Type::Actions) => {
            pieces.iter().map(constant_text).collect::<Option<String>>()
        }
        _ => None,
    }
}

fn compute(operator: BinaryOp, left: i64, right: i64) -> Option<i64> {
    match operator {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Sub => left.checked_sub(right),
        BinaryOp::Mul => left.checked_mul(right),
        BinaryOp::Div => left.checked_div(right),
        BinaryOp::Rem => left.checked_rem(right),
        _ => None,
    }
}

impl<'a> Checker<'a> {
    /// An error when a literal compared with an enumerated column is not in its enumeration.
    pub(crate) fn check_compared_enumeration(&mut self, value: &Expr, literal: &Expr) {
        if let Some((table, column)) = enumerated_column(value) {
            self.check_enumeration(table, column, literal);
        }
    }

    /// An error for each literal among the results of `value` that the column's enumeration lacks.
    pub(crate) fn check_enumeration(&mut self, table: crate::program::TableId, column: usize, value: &Expr) {
        let allowed = &self.program.tables[table.index()].columns[column].enumeration;
        if allowed.is_empty() {
            return;
        }
        let mut wrong = Vec::new();
        results(value, &mut |result| {
            if let Some(text) = plain_text(result)
                && !allowed.iter().any(|other| other == text)
            {
                wrong.push((
                    result.span,
                    text.to_owned(),
                    crate::report::did_you_mean(text, allowed.iter().map(String::as_str)),
                ));
            }
        });
        let list = allowed.join(", ");
        let table_name = self.program.type_name(&Type::Row(table));
        let column = &self.program.tables[table.index()].columns[column].name;
        for (span, text, help) in wrong {
            let message = format!("`{table_name}.{column}` is never \"{text}\"");
            let problem = error("E0308", span, message, "not one of its values");
            self.report.push(problem.help(help.unwrap_or_else(|| format!("its values are {list}"))));
        }
    }
}

fn enumerated_column(value: &Expr) -> Option<(crate::program::TableId, usize)> {
    match &value.kind {
        ExprKind::Column(_, table, column) => Some((*table, *column)),
        ExprKind::Coalesce(left, _) | ExprKind::Reinterpret(left) | ExprKind::Try(left) => {
            enumerated_column(left)
        }
        _ => None,
    }
}

/// The text of a literal without holes.
pub(crate) fn plain_text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(_, pieces) => match pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Calls `visit` for each expression that the value may come from.
fn results(value: &Expr, visit: &mut dyn FnMut(&Expr)) {
    match &value.kind {
        ExprKind::If(_, then, otherwise) | ExprKind::IfSome { then, otherwise, .. } => {
            results(then, visit);
            results(otherwise, visit);
        }
        ExprKind::Case { arms, otherwise, .. } => {
            arms.iter().for_each(|(_, result)| results(result, visit));
            otherwise.iter().for_each(|result| results(result, visit));
        }
        ExprKind::Coalesce(left, right) => {
            results(left, visit);
            results(right, visit);
        }
        ExprKind::Reinterpret(inner) => results(inner, visit),
        ExprKind::Set(members) | ExprKind::List(members) => {
            members.iter().for_each(|member| results(member, visit));
        }
        _ => visit(value),
    }
}
