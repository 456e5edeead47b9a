//! Lookups: columns of rows that are found by a key.

use crate::atom::{Atom, Bindings, Relation};
use crate::scalar::Scalar;
use crate::symbol::{Facts, Symbol};

use super::scope::{Lifter, ScopeKind};

/// A lookup that an expression asks for.
pub(crate) struct Lookup {
    pub(crate) relation: Relation,
    pub(crate) key: Bindings,
    /// The column that is read.
    pub(crate) column: u32,
    /// Whether rows without it are dropped.
    pub(crate) is_strict: bool,
    /// Whether there is a row for every key.
    pub(crate) is_total: bool,
}

impl Lifter<'_, '_> {
    /// The symbol of a column that is looked up.
    pub(crate) fn look_up(&mut self, lookup: Lookup) -> Symbol {
        let symbols = &self.planner.symbols;
        let key: Bindings = lookup.key.iter().map(|(at, symbol)| (*at, symbols.find(*symbol))).collect();
        let key_is_partial = key.iter().any(|(_, symbol)| symbols.facts(*symbol).is_partial);
        let is_total = lookup.is_total && !key_is_partial;
        let lookup = Lookup { key, is_total, ..lookup };
        if let Some((level, at)) = self.known_lookup(&lookup) {
            return self.read_known(lookup, level, at);
        }
        let level = if is_total { self.home_of(&lookup.key) } else { self.level() };
        let is_inner = lookup.is_strict || is_total;
        let symbol = if is_inner { self.key_symbol(&lookup) } else { None }
            .unwrap_or_else(|| self.column_symbol(&lookup, level, !is_inner));
        let Lookup { relation, key, column, .. } = lookup;
        let memo = (relation.clone(), key.clone());
        let atom = if is_inner {
            let mut columns = key;
            if !columns.contains(&(column, symbol)) {
                columns.push((column, symbol));
            }
            Atom::Relation(relation, columns)
        } else {
            Atom::Optional { relation, key, outputs: vec![(column, symbol)] }
        };
        self.put(level, memo, atom);
        symbol
    }

    /// Notes that a relation is looked up by this key in the innermost scope, whatever is read.
    pub(crate) fn relate(&mut self, relation: Relation, key: Bindings, rest: Bindings) {
        let memo = (relation.clone(), key.clone());
        let columns = key.into_iter().chain(rest).collect();
        self.put(self.level(), memo, Atom::Relation(relation, columns));
    }

    fn put(&mut self, level: usize, memo: (Relation, Bindings), atom: Atom) {
        if let Some(scope) = self.scopes.get_mut(level) {
            let at = scope.atoms.len();
            if let Some(by_uuid) = by_uuid(&atom) {
                scope.lookups.entry(by_uuid).or_insert(at);
            }
            scope.lookups.insert(memo, at);
            scope.atoms.push(atom);
        }
    }

    fn known_lookup(&self, lookup: &Lookup) -> Option<(usize, usize)> {
        let memo = (lookup.relation.clone(), lookup.key.clone());
        for (level, scope) in self.scopes.iter().enumerate().rev() {
            if let Some(at) = scope.lookups.get(&memo) {
                return Some((level, *at));
            }
            if scope.kind == ScopeKind::Sub {
                return None;
            }
        }
        None
    }

    /// A further column of a lookup that there is already.
    fn read_known(&mut self, lookup: Lookup, level: usize, at: usize) -> Symbol {
        let is_inner = lookup.is_strict || lookup.is_total;
        if is_inner && level == self.level() {
            self.make_inner(level, at);
        }
        let is_partial = matches!(self.scopes[level].atoms[at], Atom::Optional { .. });
        let known = match &self.scopes[level].atoms[at] {
            Atom::Relation(_, columns) | Atom::Optional { outputs: columns, .. } => {
                columns.iter().find(|(column, _)| *column == lookup.column).map(|(_, symbol)| *symbol)
            }
            _ => None,
        };
        let symbol = known.unwrap_or_else(|| {
            let symbol = self.column_symbol(&lookup, level, is_partial);
            match &mut self.scopes[level].atoms[at] {
                Atom::Relation(_, columns) | Atom::Optional { outputs: columns, .. } => {
                    columns.push((lookup.column, symbol));
                }
                _ => {}
            }
            symbol
        });
        if is_inner && is_partial {
            self.add(Atom::Require(Scalar::Column(symbol)));
        }
        symbol
    }

    /// An optional lookup that something cannot do without drops rows after all.
    fn make_inner(&mut self, level: usize, at: usize) {
        let Atom::Optional { relation, key, outputs } = &self.scopes[level].atoms[at] else {
            return;
        };
        let (relation, mut columns, outputs) = (relation.clone(), key.clone(), outputs.clone());
        let mut same = Vec::new();
        for (column, symbol) in outputs {
            self.planner.symbols.facts_mut(symbol).is_partial = false;
            match columns.iter().find(|(known, _)| *known == column) {
                Some((_, key)) => {
                    same.push(Atom::Define { symbol, value: Scalar::Column(*key), is_strict: true });
                }
                None => columns.push((column, symbol)),
            }
        }
        let scope = &mut self.scopes[level];
        scope.atoms[at] = Atom::Relation(relation, columns);
        scope.atoms.extend(same);
    }

    /// The outermost scope around that knows the key: there the lookup serves every head.
    fn home_of(&self, key: &Bindings) -> usize {
        let facts = key.iter().map(|(_, symbol)| self.planner.symbols.facts(*symbol));
        let needed = facts.map(|facts| facts.level.max(facts.innermost)).max().unwrap_or(0);
        let mut level = self.level();
        while level > needed && self.scopes[level].kind == ScopeKind::Extension {
            level -= 1;
        }
        level
    }

    fn key_symbol(&self, lookup: &Lookup) -> Option<Symbol> {
        lookup.key.iter().find(|(column, _)| *column == lookup.column).map(|(_, symbol)| *symbol)
    }

    fn column_symbol(&mut self, lookup: &Lookup, level: usize, is_partial: bool) -> Symbol {
        let row = match (&lookup.relation, lookup.column) {
            (Relation::Lookup(table, columns), column) if column as usize == columns.len() => Some(*table),
            (Relation::Table(table), 0) => Some(*table),
            _ => None,
        };
        self.planner.symbols.fresh(Facts { level, is_partial, row, ..Facts::default() })
    }
}

/// How a row that is found by other columns is looked up by its UUID: what else is read of it is read there.
fn by_uuid(atom: &Atom) -> Option<(Relation, Bindings)> {
    let (Atom::Relation(relation @ Relation::Table(_), columns)
    | Atom::Optional { relation: relation @ Relation::Table(_), outputs: columns, .. }) = atom
    else {
        return None;
    };
    let uuid = columns.iter().find(|(column, _)| *column == 0)?;
    Some((relation.clone(), vec![*uuid]))
}
