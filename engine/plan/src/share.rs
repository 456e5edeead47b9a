//! What branches of a rule share moves into the body around them.

use std::collections::BTreeSet;

use crate::atom::{Atom, Bindings, Relation};
use crate::planner::Planner;
use crate::rule::Branch;
use crate::scalar::Scalar;
use crate::symbol::Symbol;

/// What an atom adds to rows without dropping any.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Addition {
    /// A value.
    Define(Scalar),
    /// A lookup by a key.
    Optional(Relation, Bindings),
}

impl Planner<'_> {
    /// The same branch with its bodies put together where only one branch adds to another, and with
    /// lookups that all of its branches need made once.
    pub(crate) fn simplified_branch(&mut self, mut branch: Branch) -> Branch {
        branch.branches = branch.branches.into_iter().map(|inner| self.simplified_branch(inner)).collect();
        if branch.targets.is_empty() && branch.branches.len() == 1 {
            for only in std::mem::take(&mut branch.branches) {
                branch.atoms.extend(only.atoms);
                branch.targets = only.targets;
                branch.branches = only.branches;
            }
        }
        if branch.targets.is_empty() && branch.branches.len() > 1 {
            while self.share_optional(&mut branch) || self.share_lookup(&mut branch) {}
        }
        branch.atoms = self.simplified_atoms(&branch.atoms);
        branch
    }

    /// Moves one lookup that every branch makes of what is known around them; whether there was one.
    fn share_lookup(&mut self, branch: &mut Branch) -> bool {
        let Some(first) = branch.branches.first() else {
            return false;
        };
        let lookups: Vec<(Relation, Bindings)> =
            first.atoms.iter().filter_map(|atom| self.lookup(atom, first)).collect();
        for (relation, key) in lookups {
            let places: Option<Vec<usize>> =
                branch.branches.iter().map(|inner| self.place_of(inner, &relation, &key)).collect();
            if let Some(places) = places {
                let found = branch.branches.iter_mut().zip(places).map(|(inner, at)| inner.atoms.remove(at));
                let found: Vec<Atom> = found.collect();
                let level =
                    branch.branches.iter().map(|inner| inner.level).min().unwrap_or(0).saturating_sub(1);
                branch.atoms.push(self.shared(relation, key, &found, level));
                return true;
            }
        }
        false
    }

    /// The relation and key of an atom that finds at most one row, by what is known around the branch,
    /// and says nothing else of what is known.
    fn lookup(&self, atom: &Atom, branch: &Branch) -> Option<(Relation, Bindings)> {
        let Atom::Relation(relation, columns) = atom else {
            return None;
        };
        let is_outer = |symbol: u32| self.symbols.facts(symbol).level < branch.level;
        let resolved = columns.iter().map(|(column, symbol)| (*column, self.symbols.find(*symbol)));
        let (mut key, rest): (Bindings, Bindings) = resolved.partition(|(_, symbol)| is_outer(*symbol));
        key.sort_unstable();
        let of_key: BTreeSet<u32> = key.iter().map(|(column, _)| *column).collect();
        let is_lookup = key.len() == of_key.len()
            && self.row_keys(relation).contains(&of_key)
            && rest
                .iter()
                .enumerate()
                .all(|(at, (_, symbol))| rest[..at].iter().all(|(_, other)| other != symbol));
        is_lookup.then(|| (relation.clone(), key))
    }

    fn place_of(&self, branch: &Branch, relation: &Relation, key: &Bindings) -> Option<usize> {
        branch.atoms.iter().position(|atom| {
            self.lookup(atom, branch)
                .is_some_and(|(other, other_key)| other == *relation && other_key == *key)
        })
    }

    /// One lookup for several of the same key.
    fn shared(&mut self, relation: Relation, key: Bindings, lookups: &[Atom], level: usize) -> Atom {
        let mut columns = key;
        for lookup in lookups {
            if let Atom::Relation(_, more) = lookup {
                self.add_columns(&mut columns, more, level);
            }
        }
        Atom::Relation(relation, columns)
    }

    /// Moves one addition that several branches make, where it harms none; whether there was one.
    fn share_optional(&mut self, branch: &mut Branch) -> bool {
        for at in 0..branch.branches.len() {
            let inner = &branch.branches[at];
            let additions: Vec<Addition> =
                inner.atoms.iter().filter_map(|atom| self.addition(atom, inner)).collect();
            for addition in additions {
                let place = |inner: &Branch| {
                    inner.atoms.iter().position(|atom| self.addition(atom, inner).as_ref() == Some(&addition))
                };
                let places: Vec<Option<usize>> = branch.branches.iter().map(place).collect();
                if places.iter().flatten().count() > 1 {
                    let inner = branch.branches.iter_mut().zip(places);
                    let found: Vec<Atom> = inner
                        .filter_map(|(inner, place)| place.map(|place| inner.atoms.remove(place)))
                        .collect();
                    let level = branch.branches[at].level.saturating_sub(1);
                    branch.atoms.extend(self.shared_addition(found, level));
                    return true;
                }
            }
        }
        false
    }

    /// What an atom adds that only needs what is known around the branch.
    fn addition(&self, atom: &Atom, branch: &Branch) -> Option<Addition> {
        let is_outer = |symbol: Symbol| self.symbols.facts(symbol).level < branch.level;
        match atom {
            Atom::Define { symbol, value, is_strict: false } => {
                let needs_outer = self.symbols.read_by(value).into_iter().all(is_outer);
                (needs_outer && !is_outer(*symbol)).then(|| Addition::Define(self.symbols.resolve(value)))
            }
            Atom::Optional { relation, key, .. } => {
                let mut key: Bindings =
                    key.iter().map(|(column, symbol)| (*column, self.symbols.find(*symbol))).collect();
                key.sort_unstable();
                let needs_outer = key.iter().all(|(_, symbol)| is_outer(*symbol));
                needs_outer.then(|| Addition::Optional(relation.clone(), key))
            }
            _ => None,
        }
    }

    /// One atom for several that add the same.
    fn shared_addition(&mut self, atoms: Vec<Atom>, level: usize) -> Option<Atom> {
        let mut atoms = atoms.into_iter();
        let mut first = atoms.next()?;
        match &mut first {
            Atom::Define { symbol, .. } => {
                self.symbols.facts_mut(*symbol).level = level;
                for other in atoms {
                    if let Atom::Define { symbol: other, .. } = other {
                        self.symbols.unify(*symbol, other);
                    }
                }
            }
            Atom::Optional { outputs, .. } => {
                outputs.iter().for_each(|(_, symbol)| self.symbols.facts_mut(*symbol).level = level);
                for other in atoms {
                    if let Atom::Optional { outputs: more, .. } = other {
                        self.add_columns(outputs, &more, level);
                    }
                }
            }
            _ => {}
        }
        Some(first)
    }

    /// Adds columns to those of a lookup; a column that is there already is one symbol with it.
    fn add_columns(&mut self, columns: &mut Bindings, more: &Bindings, level: usize) {
        for (column, symbol) in more {
            match columns.iter().find(|(known, _)| known == column) {
                Some((_, known)) => self.symbols.unify(*known, *symbol),
                None => {
                    self.symbols.facts_mut(*symbol).level = level;
                    columns.push((*column, *symbol));
                }
            }
        }
    }
}
