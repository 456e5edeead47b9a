//! Names and calls inside expressions as written.

use weft_syntax::ast::{Clause, Condition, Expr, ExprKind, Name, Otherwise, Pattern, Piece};

/// Calls `visit` for the name of each function called inside the expression.
pub(crate) fn for_each_call<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Name)) {
    if let ExprKind::Call(name, _) = &expr.kind {
        visit(name);
    }
    for_each_child(expr, &mut |child| for_each_call(child, visit));
}

/// Calls `visit` for each name used inside the expression, whatever it refers to.
pub(crate) fn for_each_name<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a str)) {
    if let ExprKind::Name(name) = &expr.kind {
        visit(name);
    }
    for_each_child(expr, &mut |child| for_each_name(child, visit));
}

/// Calls `visit` for the expressions of a clause.
pub(crate) fn for_each_clause_expr<'a>(clause: &'a Clause, visit: &mut dyn FnMut(&'a Expr)) {
    match clause {
        Clause::From { source, .. } => visit(source),
        Clause::Where(condition) => visit(condition),
        Clause::Let { value, otherwise, .. } => {
            visit(value);
            if let Otherwise::Warn(text) = otherwise {
                visit(text);
            }
        }
    }
}

/// The names that a pattern binds.
pub(crate) fn pattern_names(pattern: &Pattern) -> &[Name] {
    match pattern {
        Pattern::Variable(name) => std::slice::from_ref(name),
        Pattern::Tuple(names, _) => names,
    }
}

fn for_each_child<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    use ExprKind as K;
    match &expr.kind {
        K::Missing | K::Bool(_) | K::Int(_) | K::None | K::Name(_) | K::ChainValue => {}
        K::Literal(_, pieces) => {
            for piece in pieces {
                if let Piece::Hole(hole) = piece {
                    visit(hole);
                }
            }
        }
        K::Some(value) | K::Field(value, _) | K::Try(value) | K::Not(value) | K::Negate(value) => {
            visit(value);
        }
        K::Method(receiver, _, arguments) => {
            visit(receiver);
            arguments.iter().for_each(visit);
        }
        K::Call(_, values) | K::Tuple(values) | K::Set(values) | K::List(values) => {
            values.iter().for_each(visit);
        }
        K::Index(value, keys) => {
            visit(value);
            keys.iter().for_each(|(_, key)| visit(key));
        }
        K::Chain { value, rest } => {
            visit(value);
            visit(rest);
        }
        K::Binary(_, left, right) => {
            visit(left);
            visit(right);
        }
        K::If { condition, then, otherwise } => {
            match &**condition {
                Condition::Bool(value) | Condition::IsSome { value, .. } => visit(value),
            }
            visit(then);
            otherwise.iter().for_each(|value| visit(value));
        }
        K::Case { value, arms, otherwise } => {
            visit(value);
            for (patterns, result) in arms {
                patterns.iter().for_each(&mut *visit);
                visit(result);
            }
            otherwise.iter().for_each(|value| visit(value));
        }
        K::Map(entries) => entries.iter().for_each(|(key, value)| {
            visit(key);
            visit(value);
        }),
        K::Record(_, fields) => fields.iter().for_each(|(_, value)| visit(value)),
        K::OutputRef { key, .. } => key.iter().for_each(|(_, value)| visit(value)),
        K::Aggregate { key, value, clauses, order_by, .. } => {
            clauses.iter().for_each(|clause| for_each_clause_expr(clause, visit));
            key.iter().for_each(|key| visit(key));
            visit(value);
            order_by.iter().for_each(|(key, _)| visit(key));
        }
        K::Exists(clauses) => clauses.iter().for_each(|clause| for_each_clause_expr(clause, visit)),
    }
}
