//! Tidying a scope before it is closed: relations that say what others say already go.

use std::collections::BTreeSet;

use weft_lang::program::{EntityId, TableId};
use weft_lang::types::Type;

use crate::atom::{Atom, Bindings, Relation};
use crate::scalar::Scalar;
use crate::symbol::Symbol;

use super::scope::Lifter;

impl Lifter<'_, '_> {
    /// Resolves, merges and drops atoms of the innermost scope until nothing changes.
    pub(crate) fn tidy(&mut self) {
        while let Some((entity, key)) = self.simple_entity() {
            self.expand_entity(entity, key);
        }
        self.resolve();
        self.merge();
        self.drop_implied();
    }

    fn resolve(&mut self) {
        let symbols = &self.planner.symbols;
        if let Some(scope) = self.scopes.last_mut() {
            scope.atoms = scope.atoms.iter().map(|atom| atom.resolve(symbols)).collect();
            scope.variables = scope.variables.iter().map(|symbol| symbols.find(*symbol)).collect();
        }
    }

    /// Takes out the next atom for members of a simple entity; implied ones just go.
    fn simple_entity(&mut self) -> Option<(EntityId, Symbol)> {
        self.resolve();
        let scope = self.scopes.last()?;
        let found = scope.atoms.iter().enumerate().find_map(|(at, atom)| match atom {
            Atom::Relation(Relation::Entity(id), columns) if self.planner.is_simple_entity(*id) => {
                columns.first().map(|(_, key)| (at, *id, *key))
            }
            _ => None,
        });
        let (at, id, key) = found?;
        let is_implied = self.is_member_elsewhere(id, key, at);
        let scope = self.scopes.last_mut()?;
        // The positions of other atoms stay: lookups are found by them.
        scope.atoms[at] = Atom::Filter(Scalar::Constant(weft_value::Value::Bool(true)));
        let memo = (Relation::Entity(id), vec![(0, key)]);
        scope.lookups.remove(&memo);
        if is_implied { self.simple_entity() } else { Some((id, key)) }
    }

    /// Makes relations with the same key one.
    fn merge(&mut self) {
        let Some(scope) = self.scopes.last_mut() else {
            return;
        };
        let mut merged: Vec<Atom> = Vec::new();
        let mut equal: Vec<(Symbol, Symbol)> = Vec::new();
        for atom in std::mem::take(&mut scope.atoms) {
            match &atom {
                Atom::Filter(Scalar::Constant(weft_value::Value::Bool(true))) => {}
                Atom::Relation(relation, columns) => {
                    let width = self.planner.key_of(relation);
                    let key = key_part(columns, &width);
                    let same = key.and_then(|key| {
                        merged.iter_mut().find_map(|other| match other {
                            Atom::Relation(r, c)
                                if r == relation && key_part(c, &width).as_ref() == Some(&key) =>
                            {
                                Some(c)
                            }
                            _ => None,
                        })
                    });
                    match same {
                        Some(known) => join_columns(known, columns, &mut equal),
                        None => merged.push(atom),
                    }
                }
                _ => merged.push(atom),
            }
        }
        merged.extend(equal.into_iter().map(|(symbol, same)| Atom::Define {
            symbol,
            value: Scalar::Column(same),
            is_strict: true,
        }));
        scope.atoms = merged;
        scope.lookups.clear();
    }

    /// Drops relations whose rows are there because others' are.
    fn drop_implied(&mut self) {
        let mut at = 0;
        loop {
            let Some(scope) = self.scopes.last() else {
                return;
            };
            let Some(atom) = scope.atoms.get(at) else {
                return;
            };
            let is_implied = match atom {
                Atom::Relation(Relation::Entity(id), columns) => match columns.as_slice() {
                    [(0, key)] => self.is_member_elsewhere(*id, *key, at),
                    _ => false,
                },
                Atom::Relation(Relation::Table(table), columns) => match columns.as_slice() {
                    [(0, key)] => self.is_row_elsewhere(*table, *key, at),
                    _ => false,
                },
                _ => false,
            };
            if is_implied {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.atoms.remove(at);
                }
            } else {
                at += 1;
            }
        }
    }

    fn others(&self, at: usize) -> impl Iterator<Item = (&Relation, u32, Symbol)> {
        let atoms = self.scopes.last().into_iter().flat_map(|scope| &scope.atoms).enumerate();
        atoms.filter(move |(other, _)| *other != at).flat_map(|(_, atom)| match atom {
            Atom::Relation(relation, columns) => {
                columns.iter().map(|(column, symbol)| (relation, *column, *symbol)).collect()
            }
            _ => Vec::new(),
        })
    }

    fn is_member_elsewhere(&self, entity: EntityId, key: Symbol, at: usize) -> bool {
        self.others(at).any(|(relation, column, symbol)| {
            symbol == key && self.member_column(relation, column) == Some(entity)
        })
    }

    /// The entity whose members stand in this column.
    fn member_column(&self, relation: &Relation, column: u32) -> Option<EntityId> {
        let program = self.planner.program;
        match (relation, column) {
            (Relation::Entity(id) | Relation::Attribute(id, _), 0) => Some(*id),
            (Relation::Attribute(id, at), 1) => {
                let ty = &program.entities[id.index()].attributes[*at].ty;
                match ty {
                    Type::Entity(member) => Some(*member),
                    Type::Set(inner) if self.planner.is_member_set(*id, *at) => match **inner {
                        Type::Entity(member) => Some(member),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_row_elsewhere(&self, table: TableId, key: Symbol, at: usize) -> bool {
        self.others(at).any(|(relation, column, symbol)| {
            let has_row = match relation {
                Relation::Table(other) | Relation::Collection(other, _) => column == 0 && *other == table,
                Relation::Lookup(other, columns) => *other == table && column as usize == columns.len(),
                _ => self.member_column(relation, column).is_some_and(|id| {
                    let entity = &self.planner.program.entities[id.index()];
                    entity.row == Some(table) && self.planner.rows_exist(id)
                }),
            };
            symbol == key && has_row
        })
    }
}

fn key_part(columns: &Bindings, key: &BTreeSet<u32>) -> Option<Bindings> {
    let part: Bindings = columns.iter().filter(|(column, _)| key.contains(column)).copied().collect();
    let covered: BTreeSet<u32> = part.iter().map(|(column, _)| *column).collect();
    (covered == *key).then_some(part)
}

fn join_columns(known: &mut Bindings, more: &Bindings, equal: &mut Vec<(Symbol, Symbol)>) {
    for (column, symbol) in more {
        match known.iter().find(|(other, _)| other == column) {
            Some((_, same)) if same == symbol => {}
            Some((_, same)) => equal.push((*symbol, *same)),
            None => known.push((*column, *symbol)),
        }
    }
    known.sort_unstable();
}
