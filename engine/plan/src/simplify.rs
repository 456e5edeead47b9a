//! Simplifying bodies: relations that say what others say already go.

use std::collections::BTreeSet;

use weft_lang::program::{EntityId, TableId};
use weft_lang::types::Type;
use weft_value::Value;

use crate::atom::{Atom, Bindings, Relation};
use crate::planner::Planner;
use crate::scalar::Scalar;
use crate::symbol::Symbol;

impl Planner<'_> {
    /// The same body with fewer atoms.
    pub(crate) fn simplified_atoms(&self, atoms: &[Atom]) -> Vec<Atom> {
        let atoms = atoms.iter().map(|atom| atom.resolve(&self.symbols)).collect();
        self.without_implied(self.merged(atoms))
    }

    /// Makes relations with the same key one.
    fn merged(&self, atoms: Vec<Atom>) -> Vec<Atom> {
        let mut merged: Vec<Atom> = Vec::new();
        let mut equal: Vec<(Symbol, Symbol)> = Vec::new();
        for atom in atoms {
            match &atom {
                Atom::Filter(Scalar::Constant(Value::Bool(true))) => {}
                Atom::Relation(relation, columns) => {
                    let keys = self.row_keys(relation);
                    let agree = |other: &Bindings| {
                        keys.iter().any(|key| {
                            let part = key_part(columns, key);
                            part.is_some() && part == key_part(other, key)
                        })
                    };
                    let same = merged.iter_mut().find_map(|other| match other {
                        Atom::Relation(r, c) if r == relation && agree(c) => Some(c),
                        _ => None,
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
        merged
    }

    /// Drops relations whose rows are there because others' are.
    fn without_implied(&self, mut atoms: Vec<Atom>) -> Vec<Atom> {
        let mut at = 0;
        while let Some(atom) = atoms.get(at) {
            let is_implied = match atom {
                Atom::Relation(relation, columns) => match (relation, columns.as_slice()) {
                    (Relation::Entity(id), [(0, key)]) => self.is_member_elsewhere(&atoms, *id, *key, at),
                    (Relation::Table(table), [(0, key)]) => self.is_row_elsewhere(&atoms, *table, *key, at),
                    _ => false,
                },
                _ => false,
            };
            if is_implied {
                atoms.remove(at);
            } else {
                at += 1;
            }
        }
        atoms
    }

    /// Whether an atom but the one at `at` says that a symbol is a member of the entity.
    pub(crate) fn is_member_elsewhere(
        &self,
        atoms: &[Atom],
        entity: EntityId,
        key: Symbol,
        at: usize,
    ) -> bool {
        others(atoms, at).any(|(relation, column, symbol)| {
            symbol == key && self.member_column(relation, column) == Some(entity)
        })
    }

    fn is_row_elsewhere(&self, atoms: &[Atom], table: TableId, key: Symbol, at: usize) -> bool {
        others(atoms, at).any(|(relation, column, symbol)| {
            let has_row = match relation {
                Relation::Table(other) | Relation::Collection(other, _) => column == 0 && *other == table,
                Relation::Lookup(other, columns) => *other == table && column as usize == columns.len(),
                _ => self.member_column(relation, column).is_some_and(|id| {
                    let entity = &self.program.entities[id.index()];
                    entity.row == Some(table) && self.rows_exist(id)
                }),
            };
            symbol == key && has_row
        })
    }

    /// The entity whose members stand in this column.
    fn member_column(&self, relation: &Relation, column: u32) -> Option<EntityId> {
        let program = self.program;
        match (relation, column) {
            (Relation::Entity(id) | Relation::Attribute(id, _), 0) => Some(*id),
            (Relation::Attribute(id, at), 1) => {
                let ty = &program.entities[id.index()].attributes[*at].ty;
                match ty {
                    Type::Entity(member) => Some(*member),
                    Type::Set(inner) if self.is_member_set(*id, *at) => match **inner {
                        Type::Entity(member) => Some(member),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The columns of the relations but the one at `at`.
fn others(atoms: &[Atom], at: usize) -> impl Iterator<Item = (&Relation, u32, Symbol)> {
    atoms.iter().enumerate().filter(move |(other, _)| *other != at).flat_map(|(_, atom)| {
        let (relation, columns): (Option<&Relation>, &[(u32, Symbol)]) = match atom {
            Atom::Relation(relation, columns) => (Some(relation), columns),
            _ => (None, &[]),
        };
        columns.iter().filter_map(move |(column, symbol)| Some((relation?, *column, *symbol)))
    })
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
