//! Which variables expressions and clauses need and bind.

use std::collections::BTreeSet;

use weft_lang::expr::{Aggregate, Clause, Expr, ExprKind, Pattern, Piece};
use weft_lang::program::VarId;

/// Variables that an expression reads and does not bind itself.
pub(crate) fn needed_by_expr(expr: &Expr) -> BTreeSet<VarId> {
    let mut usage = Usage::default();
    usage.expr(expr);
    usage.free()
}

/// Variables that a clause reads and does not bind itself, those of its warning too.
pub(crate) fn needed_by_clause(clause: &Clause) -> BTreeSet<VarId> {
    let mut usage = Usage::default();
    usage.clause(clause);
    usage.free()
}

/// Variables that a clause binds.
pub(crate) fn bound_by_clause(clause: &Clause) -> BTreeSet<VarId> {
    match clause {
        Clause::From { pattern, .. } | Clause::Let { pattern, .. } => bound_by_pattern(pattern),
        Clause::Where(_) => BTreeSet::new(),
    }
}

fn bound_by_pattern(pattern: &Pattern) -> BTreeSet<VarId> {
    match pattern {
        Pattern::Variable(variable) => BTreeSet::from([*variable]),
        Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
    }
}

/// Variables read and bound anywhere inside. A variable has one binding place in its item, so what is
/// read and not bound inside is free.
#[derive(Default)]
struct Usage {
    read: BTreeSet<VarId>,
    bound: BTreeSet<VarId>,
}

impl Usage {
    fn free(self) -> BTreeSet<VarId> {
        self.read.difference(&self.bound).copied().collect()
    }

    fn clause(&mut self, clause: &Clause) {
        self.bound.extend(bound_by_clause(clause));
        match clause {
            Clause::From { source, .. } => self.expr(source),
            Clause::Where(condition) => self.expr(condition),
            Clause::Let { value, warn, .. } => {
                self.expr(value);
                warn.iter().for_each(|text| self.expr(text));
            }
        }
    }

    fn all<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Register(_)
            | ExprKind::None
            | ExprKind::Stage(_)
            | ExprKind::AllMembers(_)
            | ExprKind::AllRows(_) => {}
            ExprKind::Variable(variable) => {
                self.read.insert(*variable);
            }
            ExprKind::Literal(_, pieces) => {
                for piece in pieces {
                    if let Piece::Hole(hole) = piece {
                        self.expr(hole);
                    }
                }
            }
            ExprKind::Column(inner, ..)
            | ExprKind::RowUuid(inner)
            | ExprKind::Reinterpret(inner)
            | ExprKind::Attribute(inner, ..)
            | ExprKind::Allocated(_, inner)
            | ExprKind::Component(_, inner)
            | ExprKind::Field(inner, _)
            | ExprKind::Try(inner)
            | ExprKind::Not(inner)
            | ExprKind::Negate(inner) => self.expr(inner),
            ExprKind::Member(_, parts)
            | ExprKind::OutputRef(_, parts)
            | ExprKind::Call(_, parts)
            | ExprKind::Host(_, parts)
            | ExprKind::Builtin(_, parts)
            | ExprKind::Tuple(parts)
            | ExprKind::Set(parts)
            | ExprKind::List(parts) => self.all(parts),
            ExprKind::Lookup(_, columns) => self.all(columns.iter().map(|(_, value)| value)),
            ExprKind::MapIndex(left, right)
            | ExprKind::ListIndex(left, right)
            | ExprKind::Coalesce(left, right)
            | ExprKind::Binary(_, left, right) => self.all([&**left, &**right]),
            ExprKind::If(condition, then, otherwise) => {
                self.all([&**condition, &**then, &**otherwise]);
            }
            ExprKind::Map(entries) => {
                self.all(entries.iter().flat_map(|(key, value)| [key, value]));
            }
            ExprKind::Chain { value, variable, rest } => {
                self.bound.insert(*variable);
                self.all([&**value, &**rest]);
            }
            ExprKind::IfSome { value, variable, then, otherwise } => {
                self.bound.insert(*variable);
                self.all([&**value, &**then, &**otherwise]);
            }
            ExprKind::Case { value, arms, otherwise } => {
                self.expr(value);
                self.all(arms.iter().flat_map(|(constants, _)| constants));
                self.all(arms.iter().map(|(_, result)| result));
                self.all(otherwise.as_deref());
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Exists(clauses) => clauses.iter().for_each(|clause| self.clause(clause)),
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        aggregate.clauses.iter().for_each(|clause| self.clause(clause));
        self.all(&aggregate.key);
        self.expr(&aggregate.value);
        self.all(aggregate.order_by.iter().map(|(key, _)| key));
    }
}
