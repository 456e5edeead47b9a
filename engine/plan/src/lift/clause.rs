//! Clauses to atoms.

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern};
use weft_lang::program::VarId;
use weft_lang::types::Type;

use crate::atom::{Atom, Relation};
use crate::planner::position;
use crate::scalar::Scalar;
use crate::symbol::Symbol;

use super::expr::element_type;
use super::scope::Lifter;

impl Lifter<'_, '_> {
    /// Adds the atoms of clauses. Every variable has its symbol before any clause is looked at, so the
    /// order of clauses has no meaning.
    pub(crate) fn clauses<'c>(&mut self, clauses: impl IntoIterator<Item = &'c Clause>) {
        let clauses: Vec<&Clause> = clauses.into_iter().collect();
        for clause in &clauses {
            match clause {
                Clause::From { pattern, source, .. } => {
                    self.declare(pattern);
                    self.note_row(pattern, source);
                }
                Clause::Let { pattern, .. } => self.declare(pattern),
                Clause::Where(_) => {}
            }
        }
        for clause in clauses {
            self.clause(clause);
        }
    }

    fn declare(&mut self, pattern: &Pattern) {
        let variables = match pattern {
            Pattern::Variable(variable) => vec![*variable],
            Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
        };
        for variable in variables {
            let symbol = self.fresh();
            self.variables.insert(variable, Scalar::Column(symbol));
        }
    }

    fn note_row(&mut self, pattern: &Pattern, source: &Expr) {
        if let (Pattern::Variable(variable), ExprKind::AllRows(table)) = (pattern, &source.kind)
            && let Some(symbol) = self.declared(*variable)
        {
            self.planner.symbols.facts_mut(symbol).row = Some(*table);
        }
    }

    fn declared(&self, variable: VarId) -> Option<Symbol> {
        match self.variables.get(&variable) {
            Some(Scalar::Column(symbol)) => Some(*symbol),
            _ => None,
        }
    }

    fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::From { pattern, source, .. } => self.from(pattern, source),
            Clause::Where(condition) => self.condition(condition),
            Clause::Let { pattern, value, unwrap, .. } => {
                let scalar = self.strict(value);
                let value = unwrapped(scalar, *unwrap, &value.ty);
                self.bind_let(pattern, value);
            }
        }
    }

    /// Gives a declared pattern a value without which there is no row.
    fn bind_let(&mut self, pattern: &Pattern, value: Scalar) {
        match pattern {
            Pattern::Variable(variable) => {
                if let Some(symbol) = self.declared(*variable) {
                    self.name(symbol, value);
                }
            }
            Pattern::Tuple(parts) => {
                let tuple = self.defined_symbol_of(value);
                self.bind_parts(parts, tuple);
            }
        }
    }

    fn bind_parts(&mut self, parts: &[Option<VarId>], tuple: Symbol) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        for (at, variable) in parts.iter().enumerate() {
            if let Some(symbol) = variable.and_then(|variable| self.declared(variable)) {
                let part = Scalar::Field(Box::new(Scalar::Column(tuple)), position(at));
                self.name(symbol, part);
                symbols.push(symbol);
            }
        }
        symbols
    }

    /// Makes a fresh symbol stand for a value without which there is no row.
    pub(crate) fn name(&mut self, symbol: Symbol, value: Scalar) {
        let value = self.planner.symbols.resolve(&value);
        match value {
            Scalar::Column(same) if !self.planner.symbols.facts(same).is_partial => {
                self.planner.symbols.unify(symbol, same);
            }
            value => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.defined.entry(value.clone()).or_insert(symbol);
                }
                self.add(Atom::Define { symbol, value, is_strict: true });
            }
        }
    }

    fn from(&mut self, pattern: &Pattern, source: &Expr) {
        match &source.kind {
            ExprKind::AllRows(table) => {
                let row = self.member_symbol(pattern);
                self.relate(Relation::Table(*table), vec![(0, row)], Vec::new());
            }
            ExprKind::AllMembers(entity) => {
                let member = self.member_symbol(pattern);
                self.relate(Relation::Entity(*entity), vec![(0, member)], Vec::new());
            }
            ExprKind::Attribute(owner, entity, at) if self.planner.is_member_set(*entity, *at) => {
                let owner = self.strict(owner);
                let owner = self.defined_symbol_of(owner);
                let member = self.member_symbol(pattern);
                self.relate(Relation::Attribute(*entity, *at), vec![(0, owner), (1, member)], Vec::new());
            }
            ExprKind::Column(row, table, column) if is_reference_set(&source.ty) => {
                let row = self.strict(row);
                let row = self.defined_symbol_of(row);
                let member = self.member_symbol(pattern);
                self.relate(Relation::Collection(*table, *column), vec![(0, row), (1, member)], Vec::new());
            }
            _ if is_map(&source.ty) => self.entries_of(pattern, source),
            _ => {
                let value = self.strict(source);
                let member = self.member_symbol(pattern);
                self.add(Atom::Unnest(value, vec![member]));
            }
        }
    }

    fn entries_of(&mut self, pattern: &Pattern, source: &Expr) {
        let value = self.strict(source);
        let mut symbols = Vec::new();
        match pattern {
            Pattern::Variable(variable) => {
                let (key, entry) = (self.fresh(), self.fresh());
                if let Some(symbol) = self.declared(*variable) {
                    self.name(symbol, Scalar::Tuple(vec![Scalar::Column(key), Scalar::Column(entry)]));
                }
                self.add_variables([key]);
                symbols.extend([key, entry]);
            }
            Pattern::Tuple(parts) => {
                for variable in parts {
                    match variable.and_then(|variable| self.declared(variable)) {
                        Some(symbol) => {
                            self.add_variables([symbol]);
                            symbols.push(symbol);
                        }
                        None => symbols.push(self.fresh()),
                    }
                }
                // Without the key, entries of equal values are one row.
                if parts.first().is_some_and(Option::is_none) {
                    self.set_lossy();
                }
            }
        }
        self.add(Atom::Unnest(value, symbols));
    }

    /// The symbol of a source's member, with its parts bound.
    fn member_symbol(&mut self, pattern: &Pattern) -> Symbol {
        match pattern {
            Pattern::Variable(variable) => {
                let symbol = self.declared(*variable).unwrap_or_else(|| self.fresh());
                self.add_variables([symbol]);
                symbol
            }
            Pattern::Tuple(parts) => {
                let member = self.fresh();
                let symbols = self.bind_parts(parts, member);
                self.add_variables(symbols.iter().copied());
                if symbols.len() == parts.len() {
                    self.planner.symbols.set_parts(member, symbols);
                } else {
                    self.set_lossy();
                }
                member
            }
        }
    }

    fn add_variables(&mut self, symbols: impl IntoIterator<Item = Symbol>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.variables.extend(symbols);
        }
    }

    fn set_lossy(&mut self) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.is_lossy = true;
        }
    }
}

/// What is inside an `Option`, where it is one.
pub(crate) fn unwrapped(value: Scalar, unwrap: bool, ty: &Type) -> Scalar {
    if unwrap && matches!(ty, Type::Option(_) | Type::Unknown) { value.unwrapped() } else { value }
}

/// Whether a column of this type is kept as a relation of its own: sets of rows grow large, and rules
/// ask who refers to a row.
pub(crate) fn is_reference_set(ty: &Type) -> bool {
    element_type(ty).is_some_and(|element| matches!(element, Type::Row(_)))
}

/// Whether a value of this type has entries.
pub(crate) fn is_map(ty: &Type) -> bool {
    match ty {
        Type::Map(..) => true,
        Type::Option(inner) => is_map(inner),
        _ => false,
    }
}
