//! Which variables expressions and clauses need and bind.

use std::collections::BTreeSet;

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern};
use weft_lang::program::VarId;

/// Variables that an expression reads and does not bind itself.
pub(crate) fn needed_by_expr(expr: &Expr) -> BTreeSet<VarId> {
    let mut usage = Usage::default();
    expr.walk(&mut |part| usage.note(part));
    usage.free()
}

/// Variables that a clause reads, those of its warning too.
pub(crate) fn needed_by_clause(clause: &Clause) -> BTreeSet<VarId> {
    let mut usage = Usage::default();
    clause.for_each_expr(&mut |expr| expr.walk(&mut |part| usage.note(part)));
    usage.free()
}

/// Variables that a clause binds.
pub(crate) fn bound_by_clause(clause: &Clause) -> BTreeSet<VarId> {
    match clause {
        Clause::From { pattern, .. } | Clause::Let { pattern, .. } => match pattern {
            Pattern::Variable(variable) => BTreeSet::from([*variable]),
            Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
        },
        Clause::Where(_) => BTreeSet::new(),
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

    fn note(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Variable(variable) => {
                self.read.insert(*variable);
            }
            ExprKind::Chain { variable, .. } | ExprKind::IfSome { variable, .. } => {
                self.bound.insert(*variable);
            }
            ExprKind::Aggregate(aggregate) => self.bound.extend(bound_by_all(&aggregate.clauses)),
            ExprKind::Exists(clauses) => self.bound.extend(bound_by_all(clauses)),
            _ => {}
        }
    }
}

fn bound_by_all(clauses: &[Clause]) -> BTreeSet<VarId> {
    clauses.iter().flat_map(bound_by_clause).collect()
}
