//! Tidying a scope before it is closed.

use weft_lang::program::EntityId;
use weft_value::Value;

use crate::atom::{Atom, Relation};
use crate::scalar::Scalar;
use crate::symbol::Symbol;

use super::scope::Lifter;

impl Lifter<'_, '_> {
    /// Puts the tables of simple entities into the innermost scope, and simplifies its atoms.
    pub(crate) fn tidy(&mut self) {
        while let Some((entity, key)) = self.simple_entity() {
            self.expand_entity(entity, key);
        }
        if let Some(scope) = self.scopes.last_mut() {
            let atoms = std::mem::take(&mut scope.atoms);
            scope.atoms = self.planner.simplified_atoms(&atoms);
            scope.lookups.clear();
            let symbols = &self.planner.symbols;
            scope.variables = scope.variables.iter().map(|symbol| symbols.find(*symbol)).collect();
        }
    }

    /// Takes out the next atom for members of a simple entity; implied ones just go.
    fn simple_entity(&mut self) -> Option<(EntityId, Symbol)> {
        loop {
            let symbols = &self.planner.symbols;
            let scope = self.scopes.last_mut()?;
            scope.atoms = scope.atoms.iter().map(|atom| atom.resolve(symbols)).collect();
            let found = scope.atoms.iter().enumerate().find_map(|(at, atom)| match atom {
                Atom::Relation(Relation::Entity(id), columns) if self.planner.is_simple_entity(*id) => {
                    columns.first().map(|(_, key)| (at, *id, *key))
                }
                _ => None,
            });
            let (at, id, key) = found?;
            let is_implied = self.planner.is_member_elsewhere(&scope.atoms, id, key, at);
            // The positions of other atoms stay: lookups are found by them.
            scope.atoms[at] = Atom::Filter(Scalar::Constant(Value::Bool(true)));
            scope.lookups.remove(&(Relation::Entity(id), vec![(0, key)]));
            if !is_implied {
                return Some((id, key));
            }
        }
    }
}
