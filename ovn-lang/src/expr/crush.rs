//! Conjunctions and disjunctions over one symbol brought down to one disjunction of comparisons
//! (`crush_cmps`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::simplify::fix;
use super::tree::{Compare, Expr, Operand, Relation};
use crate::symbol::{Level, SymbolId, SymbolTable};

/// Crushes expressions; remembers what it could not do.
pub(super) struct Crusher<'t> {
    pub(super) table: &'t SymbolTable,
    /// It met the name of a set whose members it would have to know.
    pub(super) needs_members: bool,
    /// How many comparisons it may still make.
    pub(super) budget: usize,
}

/// A comparison of bits: value, mask, and whether it comes from an address set.
#[derive(Clone, Copy)]
struct Bits {
    value: u128,
    mask: u128,
    from_set: bool,
}

impl Bits {
    fn of(expr: &Expr) -> Option<Bits> {
        match expr {
            Expr::Compare(Compare { operand: Operand::Bits { value, mask }, from_set, .. }) => {
                Some(Bits { value: *value, mask: *mask, from_set: *from_set })
            }
            _ => None,
        }
    }

    fn same(&self, other: &Bits) -> bool {
        (self.value, self.mask) == (other.value, other.mask)
    }

    /// The bits of both, unless they contradict each other.
    fn intersect(self, other: Bits) -> Option<Bits> {
        let contradiction = (self.value ^ other.value) & self.mask & other.mask != 0;
        let (value, mask) = (self.value | other.value, self.mask | other.mask);
        (!contradiction).then_some(Bits { value, mask, from_set: false })
    }

    fn equal(self, symbol: SymbolId) -> Expr {
        let operand = Operand::Bits { value: self.value, mask: self.mask };
        Expr::Compare(Compare { symbol, relation: Relation::Equal, operand, from_set: self.from_set })
    }
}

fn port(expr: &Expr) -> Option<&Arc<str>> {
    match expr {
        Expr::Compare(Compare { operand: Operand::Port(port), .. }) => Some(port),
        _ => None,
    }
}

impl Crusher<'_> {
    /// A comparison, a disjunction of them, or a constant that says the same as `expr`, all of whose
    /// comparisons are about `symbol`.
    pub(super) fn crush(&mut self, expr: Expr, symbol: SymbolId) -> Expr {
        match expr {
            Expr::Or(parts) => self.disjunction(parts, symbol),
            Expr::And(parts) if self.table.get(symbol).is_string() => self.ports_in_all(parts, symbol),
            Expr::And(parts) => self.bits_in_all(parts, symbol),
            other => other,
        }
    }

    fn disjunction(&mut self, parts: Vec<Expr>, symbol: SymbolId) -> Expr {
        let parts = parts.into_iter().map(|e| self.crush(e, symbol)).collect();
        match fix(parts, false) {
            Expr::Or(parts) => self.without_covered(parts, symbol),
            other => other,
        }
    }

    /// Sorts by the number of bits, value and mask; takes out what is there twice, and what another member
    /// with fewer bits covers (`crush_or_supersets`).
    fn without_covered(&mut self, parts: Vec<Expr>, symbol: SymbolId) -> Expr {
        if parts.iter().any(|e| matches!(e, Expr::In(_))) {
            self.needs_members = true;
            return Expr::Or(parts);
        }
        if self.table.get(symbol).is_string() {
            let ports: BTreeSet<Arc<str>> = parts.iter().filter_map(|e| port(e).cloned()).collect();
            return any_port(symbol, ports);
        }
        let mut members: Vec<Bits> = parts.iter().filter_map(Bits::of).collect();
        let from_set = members.iter().any(|b| b.from_set);
        members.sort_by_key(|b| (b.mask.count_ones(), b.value, b.mask));
        members.dedup_by(|next, before| {
            let same = next.same(before);
            before.from_set &= !same;
            same
        });
        if self.table.get(symbol).level == Level::Ordinal && !from_set {
            members = uncovered(members);
        }
        fix(members.into_iter().map(|b| b.equal(symbol)).collect(), false)
    }

    fn ports_in_all(&mut self, parts: Vec<Expr>, symbol: SymbolId) -> Expr {
        let mut common: Option<BTreeSet<Arc<str>>> = None;
        for part in parts {
            let ports: BTreeSet<Arc<str>> = match self.crush(part, symbol) {
                Expr::Or(members) => members.iter().filter_map(|e| port(e).cloned()).collect(),
                Expr::Boolean(true) => continue,
                Expr::Boolean(false) => return Expr::Boolean(false),
                other => {
                    self.needs_members |= matches!(other, Expr::In(_));
                    port(&other).cloned().into_iter().collect()
                }
            };
            common = Some(match common {
                Some(before) => before.intersection(&ports).cloned().collect(),
                None => ports,
            });
        }
        match common {
            Some(ports) => any_port(symbol, ports),
            None => Expr::Boolean(true),
        }
    }

    fn bits_in_all(&mut self, parts: Vec<Expr>, symbol: SymbolId) -> Expr {
        let mut common = Bits { value: 0, mask: 0, from_set: false };
        let mut disjunctions = Vec::new();
        for part in parts {
            match self.crush(part, symbol) {
                Expr::Or(members) => disjunctions.push(members),
                Expr::Boolean(true) => {}
                Expr::Boolean(false) => return Expr::Boolean(false),
                Expr::In(_) => self.needs_members = true,
                other => match Bits::of(&other).and_then(|b| common.intersect(b)) {
                    Some(both) => common = both,
                    None => return Expr::Boolean(false),
                },
            }
        }
        let mut product = if common.mask == 0 { Expr::Boolean(true) } else { common.equal(symbol) };
        let only = disjunctions.len() == 1;
        let mut factors = vec![common];
        for members in disjunctions {
            let members: Vec<Bits> = members.iter().filter_map(Bits::of).collect();
            self.spend(factors.len() * members.len());
            if self.budget == 0 {
                return Expr::Boolean(false);
            }
            let pairs = factors.iter().flat_map(|&a| {
                members.iter().filter_map(move |&b| {
                    let both = a.intersect(b)?;
                    Some(Bits { from_set: only && b.from_set, ..both })
                })
            });
            product = self.disjunction(pairs.map(|b| b.equal(symbol)).collect(), symbol);
            factors = match &product {
                Expr::Or(members) => members.iter().filter_map(Bits::of).collect(),
                other => Bits::of(other).into_iter().collect(),
            };
        }
        product
    }

    /// Counts comparisons that are made.
    pub(super) fn spend(&mut self, comparisons: usize) {
        self.budget = self.budget.saturating_sub(comparisons);
    }
}

fn any_port(symbol: SymbolId, ports: BTreeSet<Arc<str>>) -> Expr {
    let compare = |port| {
        let operand = Operand::Port(port);
        Compare { symbol, relation: Relation::Equal, operand, from_set: false }
    };
    fix(ports.into_iter().map(|p| Expr::Compare(compare(p))).collect(), false)
}

/// Members that no other with fewer bits covers; they are sorted by the number of bits.
fn uncovered(members: Vec<Bits>) -> Vec<Bits> {
    let mut masks: Vec<u128> = Vec::new();
    let mut values: HashMap<u128, HashSet<u128>> = HashMap::new();
    let mut kept = Vec::with_capacity(members.len());
    for member in members {
        let Bits { value, mask, .. } = member;
        let covered = |&wide: &u128| {
            let covers = wide & mask == wide && wide != mask;
            covers && values.get(&wide).is_some_and(|v| v.contains(&(value & wide)))
        };
        if masks.iter().any(covered) {
            continue;
        }
        let with_mask = values.entry(mask).or_insert_with(|| {
            masks.push(mask);
            HashSet::new()
        });
        with_mask.insert(value);
        kept.push(member);
    }
    kept
}
