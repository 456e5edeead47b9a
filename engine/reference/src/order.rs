//! The order in which clauses are followed. It has no meaning for the result: only for what is bound
//! when a clause is looked at, and for the time it takes.

use std::collections::BTreeSet;

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern};
use weft_lang::program::VarId;
use weft_syntax::ast::BinaryOp;

use crate::variables::{bound_by_clause, needed_by_clause, needed_by_expr};

/// Clauses in an order in which each has what it needs.
pub(crate) struct Order<'a> {
    /// All clauses.
    pub(crate) steps: Vec<Step<'a>>,
    /// For each `else warn`, the rows that it speaks of.
    pub(crate) warnings: Vec<WarningOrder<'a>>,
}

/// One clause.
pub(crate) struct Step<'a> {
    pub(crate) clause: &'a Clause,
    /// A shortcut to the members of the clause's source that a later `where` can let through.
    pub(crate) probe: Option<Probe<'a>>,
}

/// `key` of a member (all members of `key`, if `key_is_collection`) equals the value of `wanted` (one
/// of the members of `wanted`, if `wanted_is_collection`).
#[derive(Clone, Copy)]
pub(crate) struct Probe<'a> {
    /// The variable that the source binds, the only one that `key` needs.
    pub(crate) variable: VarId,
    pub(crate) key: &'a Expr,
    pub(crate) key_is_collection: bool,
    /// Needs only what is bound before the source.
    pub(crate) wanted: &'a Expr,
    pub(crate) wanted_is_collection: bool,
}

/// An `else warn` with the clauses whose rows it speaks of: all others, but for those that need its
/// variable or another `else warn` that it does not need itself.
pub(crate) struct WarningOrder<'a> {
    pub(crate) value: &'a Expr,
    pub(crate) text: &'a Expr,
    pub(crate) steps: Vec<Step<'a>>,
}

/// Orders clauses, given what is bound before them. Fails with a clause that never has what it needs.
pub(crate) fn order_clauses<'a>(
    clauses: &'a [Clause],
    bound: &BTreeSet<VarId>,
) -> Result<Order<'a>, &'a Clause> {
    let all: Vec<&Clause> = clauses.iter().collect();
    let mut warnings = Vec::new();
    for (position, clause) in clauses.iter().enumerate() {
        if let Clause::Let { value, warn: Some(text), .. } = clause {
            let steps = order_steps(&spoken_of(&all, position), bound)?;
            warnings.push(WarningOrder { value, text, steps });
        }
    }
    Ok(Order { steps: order_steps(&all, bound)?, warnings })
}

/// The clauses whose rows the `else warn` at `position` speaks of.
fn spoken_of<'a>(clauses: &[&'a Clause], position: usize) -> Vec<&'a Clause> {
    let needed = closure_of_needs(clauses, position);
    let silenced = clauses.iter().enumerate().filter(|(other, clause)| {
        let warns = matches!(clause, Clause::Let { warn: Some(_), .. });
        *other == position || warns && !needed.contains(other)
    });
    let mut absent: BTreeSet<usize> = silenced.map(|(other, _)| other).collect();
    loop {
        let missing: BTreeSet<VarId> =
            absent.iter().flat_map(|other| bound_by_clause(clauses[*other])).collect();
        let before = absent.len();
        absent.extend(
            (0..clauses.len()).filter(|other| !needed_by_clause(clauses[*other]).is_disjoint(&missing)),
        );
        if absent.len() == before {
            break;
        }
    }
    (0..clauses.len()).filter(|other| !absent.contains(other)).map(|other| clauses[other]).collect()
}

/// Positions of the clauses that bind what the one at `position` needs, directly or not.
fn closure_of_needs(clauses: &[&Clause], position: usize) -> BTreeSet<usize> {
    let mut closure = BTreeSet::from([position]);
    loop {
        let needs: BTreeSet<VarId> =
            closure.iter().flat_map(|member| needed_by_clause(clauses[*member])).collect();
        let before = closure.len();
        closure
            .extend((0..clauses.len()).filter(|other| !bound_by_clause(clauses[*other]).is_disjoint(&needs)));
        if closure.len() == before {
            return closure;
        }
    }
}

fn order_steps<'a>(clauses: &[&'a Clause], bound: &BTreeSet<VarId>) -> Result<Vec<Step<'a>>, &'a Clause> {
    let mut waiting: Vec<&Clause> = clauses.to_vec();
    let mut bound = bound.clone();
    let mut steps = Vec::new();
    while let Some(first) = waiting.first() {
        let ready = (0..waiting.len())
            .filter(|position| needed_by_clause(waiting[*position]).is_subset(&bound))
            .map(|position| (position, probe_for(waiting[position], &waiting, &bound)))
            .min_by_key(|(position, probe)| effort(waiting[*position], probe.is_some()));
        let Some((position, probe)) = ready else {
            return Err(first);
        };
        let clause = waiting.remove(position);
        bound.extend(bound_by_clause(clause));
        steps.push(Step { clause, probe });
    }
    Ok(steps)
}

/// Filters before values before members of a value before whole tables.
fn effort(clause: &Clause, has_probe: bool) -> u8 {
    match clause {
        Clause::Where(_) => 0,
        Clause::Let { .. } => 1,
        Clause::From { source, .. } if !is_whole(source) => 2,
        Clause::From { .. } if has_probe => 3,
        Clause::From { .. } => 4,
    }
}

fn is_whole(source: &Expr) -> bool {
    matches!(source.kind, ExprKind::AllRows(_) | ExprKind::AllMembers(_))
}

/// A shortcut into the whole table or entity that `clause` goes through.
fn probe_for<'a>(clause: &'a Clause, others: &[&'a Clause], bound: &BTreeSet<VarId>) -> Option<Probe<'a>> {
    let Clause::From { pattern: Pattern::Variable(variable), source, .. } = clause else {
        return None;
    };
    if !is_whole(source) {
        return None;
    }
    others.iter().find_map(|other| match other {
        Clause::Where(condition) => {
            conjuncts(condition).into_iter().find_map(|part| probe_by(part, *variable, bound))
        }
        _ => None,
    })
}

/// The parts of a condition that must all be true.
fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            let mut parts = conjuncts(left);
            parts.extend(conjuncts(right));
            parts
        }
        _ => vec![condition],
    }
}

fn probe_by<'a>(condition: &'a Expr, variable: VarId, bound: &BTreeSet<VarId>) -> Option<Probe<'a>> {
    let ExprKind::Binary(operator, left, right) = &condition.kind else {
        return None;
    };
    let is_key = |expr: &Expr| needed_by_expr(expr) == BTreeSet::from([variable]);
    let is_wanted = |expr: &Expr| needed_by_expr(expr).is_subset(bound);
    let probe = |key, key_is_collection, wanted, wanted_is_collection| {
        Some(Probe { variable, key, key_is_collection, wanted, wanted_is_collection })
    };
    match operator {
        BinaryOp::Eq if is_key(left) && is_wanted(right) => probe(left, false, right, false),
        BinaryOp::Eq if is_key(right) && is_wanted(left) => probe(right, false, left, false),
        BinaryOp::In if is_whole(right) => None,
        BinaryOp::In if is_key(left) && is_wanted(right) => probe(left, false, right, true),
        BinaryOp::In if is_key(right) && is_wanted(left) => probe(right, true, left, false),
        _ => None,
    }
}
