//! Scopes: where atoms are collected.

use std::collections::HashMap;

use weft_lang::program::VarId;

use crate::atom::{Atom, Bindings, Question, Relation, Sub};
use crate::planner::Planner;
use crate::scalar::Scalar;
use crate::symbol::{Facts, Symbol};

/// What a scope is to the scope around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    /// Its rows are rows of the scope around it with more to them: heads, and the outermost scope.
    Extension,
    /// A body of its own that reads symbols of the scopes around it.
    Sub,
}

/// A body whose atoms are being collected.
pub(crate) struct Scope {
    pub(crate) kind: ScopeKind,
    pub(crate) atoms: Vec<Atom>,
    /// Symbols defined by a scalar.
    pub(crate) defined: HashMap<Scalar, Symbol>,
    /// Positions of the atoms that look up a relation by a key.
    pub(crate) lookups: HashMap<(Relation, Bindings), usize>,
    pub(crate) variables: Vec<Symbol>,
    pub(crate) is_lossy: bool,
}

/// Turns the clauses and expressions of one item (a rule, an entity, …) into atoms.
pub(crate) struct Lifter<'a, 'p> {
    pub(crate) planner: &'a mut Planner<'p>,
    pub(crate) scopes: Vec<Scope>,
    /// What the item's variables are; in a function's body, the function's.
    pub(crate) variables: HashMap<VarId, Scalar>,
    /// The member whose own columns an attribute reads that is computed in place: its row is there.
    pub(crate) trusted_row: Option<Symbol>,
}

/// The atoms of a scope that is closed.
pub(crate) struct Body {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) variables: Vec<Symbol>,
    pub(crate) is_lossy: bool,
    /// Its depth: symbols of a lower level are of the scopes around it.
    pub(crate) level: usize,
}

impl<'a, 'p> Lifter<'a, 'p> {
    /// A lifter without scopes.
    pub(crate) fn new(planner: &'a mut Planner<'p>) -> Self {
        Self { planner, scopes: Vec::new(), variables: HashMap::new(), trusted_row: None }
    }

    /// Opens a scope.
    pub(crate) fn open(&mut self, kind: ScopeKind) {
        self.scopes.push(Scope {
            kind,
            atoms: Vec::new(),
            defined: HashMap::new(),
            lookups: HashMap::new(),
            variables: Vec::new(),
            is_lossy: false,
        });
    }

    /// Closes the innermost scope.
    pub(crate) fn close(&mut self) -> Body {
        self.tidy();
        let level = self.level();
        match self.scopes.pop() {
            Some(scope) => {
                Body { atoms: scope.atoms, variables: scope.variables, is_lossy: scope.is_lossy, level }
            }
            None => Body { atoms: Vec::new(), variables: Vec::new(), is_lossy: false, level },
        }
    }

    /// Closes the innermost scope and asks the scope around it a question about it.
    pub(crate) fn ask(&mut self, question: Question) {
        let body = self.close();
        let sub = self.sub(body, question);
        self.add(Atom::Sub(Box::new(sub)));
    }

    /// A closed body as a body inside a body.
    pub(crate) fn sub(&mut self, body: Body, question: Question) -> Sub {
        let symbols = &self.planner.symbols;
        let mut outer: Vec<Symbol> = Vec::new();
        let mut add = |symbol: Symbol| {
            if symbols.facts(symbol).level < body.level && !outer.contains(&symbol) {
                outer.push(symbol);
            }
        };
        for atom in &body.atoms {
            atom.symbols(symbols).into_iter().for_each(&mut add);
        }
        if let Question::Aggregate { columns, .. } = &question {
            for column in columns {
                symbols.read_by(column).into_iter().for_each(&mut add);
            }
        }
        Sub { question, atoms: body.atoms, variables: body.variables, is_lossy: body.is_lossy, outer }
    }

    /// Depth of the innermost scope.
    pub(crate) fn level(&self) -> usize {
        self.scopes.len().saturating_sub(1)
    }

    /// A new symbol of the innermost scope that is always defined.
    pub(crate) fn fresh(&mut self) -> Symbol {
        let level = self.level();
        self.planner.symbols.fresh(Facts { level, ..Facts::default() })
    }

    /// Adds an atom to the innermost scope.
    pub(crate) fn add(&mut self, atom: Atom) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.atoms.push(atom);
        }
    }

    /// The symbol of a scalar, defined by it when it is not a symbol itself. It may be undefined.
    pub(crate) fn symbol_of(&mut self, scalar: Scalar) -> Symbol {
        let scalar = self.planner.symbols.resolve(&scalar);
        if let Scalar::Column(symbol) = scalar {
            return symbol;
        }
        if let Some(known) = self.known_definition(&scalar) {
            return known;
        }
        let is_partial = self.planner.symbols.may_be_undefined(&scalar);
        self.define(scalar, false, is_partial)
    }

    /// The symbol of a value without which rows are dropped.
    pub(crate) fn defined_symbol_of(&mut self, scalar: Scalar) -> Symbol {
        let scalar = self.planner.symbols.resolve(&scalar);
        if !self.planner.symbols.may_be_undefined(&scalar) {
            return self.symbol_of(scalar);
        }
        if matches!(scalar, Scalar::Column(_)) || self.known_definition(&scalar).is_some() {
            let symbol = self.symbol_of(scalar);
            self.add(Atom::Require(Scalar::Column(symbol)));
            return symbol;
        }
        self.define(scalar, true, false)
    }

    fn known_definition(&self, scalar: &Scalar) -> Option<Symbol> {
        for scope in self.scopes.iter().rev() {
            if let Some(symbol) = scope.defined.get(scalar) {
                return Some(self.planner.symbols.find(*symbol));
            }
            if scope.kind == ScopeKind::Sub {
                return None;
            }
        }
        None
    }

    fn define(&mut self, value: Scalar, is_strict: bool, is_partial: bool) -> Symbol {
        let level = self.level();
        let symbol = self.planner.symbols.fresh(Facts { level, is_partial, ..Facts::default() });
        if let Some(scope) = self.scopes.last_mut() {
            scope.defined.insert(value.clone(), symbol);
            scope.atoms.push(Atom::Define { symbol, value, is_strict });
        }
        symbol
    }
}
