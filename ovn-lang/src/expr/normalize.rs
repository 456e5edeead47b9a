//! Disjunctions of conjunctions of clauses, a clause being a disjunction over one symbol
//! (`expr_normalize`): what becomes OpenFlow flows and conjunctive matches.

use super::crush::Crusher;
use super::simplify::fix;
use super::tree::Expr;
use crate::symbol::{SymbolId, SymbolTable};

/// A normal form.
pub(super) struct Normal {
    pub(super) expr: Expr,
    /// Whether names of sets were left where their members count: the form is wrong then.
    pub(super) needs_members: bool,
    /// Whether the form would have been too large: it is wrong then.
    pub(super) too_large: bool,
}

/// How many comparisons a normal form may take on its way.
const BUDGET: usize = 10_000_000;

/// The normal form of a match that is annotated, simplified, and has no questions for the chassis.
pub(super) fn normalize(expr: Expr, table: &SymbolTable) -> Normal {
    let mut normalizer = Normalizer { crusher: Crusher { table, needs_members: false, budget: BUDGET } };
    let expr = normalizer.expr(expr);
    let Crusher { needs_members, budget, .. } = normalizer.crusher;
    Normal { expr, needs_members, too_large: budget == 0 }
}

struct Normalizer<'t> {
    crusher: Crusher<'t>,
}

impl Normalizer<'_> {
    fn expr(&mut self, expr: Expr) -> Expr {
        match expr {
            Expr::And(parts) => self.conjunction(parts),
            Expr::Or(parts) => self.disjunction(parts),
            other => other,
        }
    }

    fn disjunction(&mut self, parts: Vec<Expr>) -> Expr {
        let done = parts.into_iter().map(|part| match part {
            Expr::And(inner) => self.conjunction(inner),
            other => other,
        });
        fix(done.collect(), false)
    }

    /// Clauses over one symbol are crushed; a disjunction over several symbols, and one over a symbol that
    /// makes no clause, is multiplied out.
    fn conjunction(&mut self, parts: Vec<Expr>) -> Expr {
        let clauses = match self.clauses(parts) {
            Expr::And(clauses) => clauses,
            other => return other,
        };
        let multiply = |clause: &Expr| match clause {
            Expr::Or(_) | Expr::In(_) => match clause.unique_symbol() {
                Some(symbol) => self.crusher.table.get(symbol).crossproduct,
                None => true,
            },
            _ => false,
        };
        let Some(position) = clauses.iter().position(multiply) else { return Expr::And(clauses) };
        let Expr::Or(alternatives) = &clauses[position] else {
            self.crusher.needs_members = true;
            return Expr::And(clauses);
        };
        let leaves: usize = clauses.iter().map(|e| e.leaves().len()).sum();
        self.crusher.spend(alternatives.len() * leaves);
        if self.crusher.budget == 0 {
            return Expr::Boolean(false);
        }
        let product = |alternative: &Expr| {
            let mut factors = clauses.clone();
            factors[position] = alternative.clone();
            super::expand::flat(factors, true)
        };
        self.disjunction(alternatives.iter().map(product).collect())
    }

    /// Sorts the parts of a conjunction by symbol and crushes those over one (`expr_sort`).
    fn clauses(&mut self, parts: Vec<Expr>) -> Expr {
        let table = self.crusher.table;
        let mut keyed: Vec<(Key<'_>, Expr)> = parts.into_iter().map(|e| (key(&e, table), e)).collect();
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut done: Vec<Expr> = Vec::with_capacity(keyed.len());
        let mut rest = keyed.into_iter().peekable();
        while let Some((key, first)) = rest.next() {
            let Some(symbol) = key.symbol else {
                done.push(first);
                continue;
            };
            let mut group = vec![first];
            while let Some((_, next)) = rest.next_if(|(k, _)| k.symbol == Some(symbol)) {
                group.push(next);
            }
            let alone = group.len() == 1;
            let whole = if alone { group.remove(0) } else { super::expand::flat(group, true) };
            match self.crusher.crush(whole, symbol) {
                Expr::Boolean(false) => return Expr::Boolean(false),
                Expr::Boolean(true) => {}
                crushed => done.push(crushed),
            }
        }
        fix(done, true)
    }
}

fn key<'t>(expr: &Expr, table: &'t SymbolTable) -> Key<'t> {
    let symbol = expr.unique_symbol();
    let name = symbol.map_or("", |s| table.get(s).name.as_str());
    let (kind, parts) = match expr {
        _ if symbol.is_some() => (0, 0),
        Expr::And(parts) => (1, parts.len()),
        Expr::Or(parts) => (2, parts.len()),
        _ => (3, 0),
    };
    Key { kind, name, parts, symbol }
}

/// Clauses over one symbol come first, by its name; then the others by the number of their parts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'t> {
    kind: u8,
    name: &'t str,
    parts: usize,
    symbol: Option<SymbolId>,
}
