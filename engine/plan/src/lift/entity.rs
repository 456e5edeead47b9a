//! Entities: their members as atoms, and attributes that are cheaper computed than stored.

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern, Piece};
use weft_lang::program::{AttributeValue, Entity, EntityId};

use crate::atom::{Atom, Relation};
use crate::planner::{Planner, position};
use crate::scalar::Scalar;
use crate::symbol::Symbol;

use super::clause::unwrapped;
use super::expr::Mode;
use super::scope::Lifter;

impl Planner<'_> {
    /// Whether the members are the rows of a table that a condition on their own columns lets through.
    pub(crate) fn is_simple_entity(&self, entity: EntityId) -> bool {
        let entity = &self.program.entities[entity.index()];
        let mut tables = 0;
        let all_simple = entity.clauses.iter().all(|clause| match clause {
            Clause::From { pattern: Pattern::Variable(_), source, .. } => {
                tables += 1;
                matches!(source.kind, ExprKind::AllRows(_))
            }
            Clause::From { .. } | Clause::Let { .. } => false,
            Clause::Where(condition) => reads_own_columns_only(condition),
        });
        all_simple && tables == 1 && !entity.is_group && entity.key_variables.len() == 1
    }
}

impl Lifter<'_, '_> {
    /// Binds the key of an entity to a member: the relation of its members, and the parts of its key.
    pub(crate) fn member_of(&mut self, id: EntityId) -> Symbol {
        let program = self.planner.program;
        let entity = &program.entities[id.index()];
        let key = self.fresh();
        if self.planner.rows_exist(id) {
            self.planner.symbols.facts_mut(key).row = entity.row;
        }
        self.relate(Relation::Entity(id), vec![(0, key)], Vec::new());
        self.bind_key(entity, key);
        key
    }

    fn bind_key(&mut self, entity: &Entity, key: Symbol) {
        if let [variable] = entity.key_variables.as_slice() {
            self.variables.insert(*variable, Scalar::Column(key));
            return;
        }
        let mut parts = Vec::new();
        for (at, variable) in entity.key_variables.iter().enumerate() {
            let part = self.fresh();
            self.name(part, Scalar::Field(Box::new(Scalar::Column(key)), position(at)));
            self.variables.insert(*variable, Scalar::Column(part));
            parts.push(part);
        }
        let tuple = Scalar::Tuple(parts.iter().map(|part| Scalar::Column(*part)).collect());
        if let Some(scope) = self.scopes.last_mut() {
            scope.defined.insert(tuple, key);
        }
        self.planner.symbols.set_parts(key, parts);
    }

    /// The value of an attribute that only needs the columns of the member's own row.
    pub(crate) fn inlined(&mut self, member: &Scalar, id: EntityId, at: usize, mode: Mode) -> Option<Scalar> {
        let program = self.planner.program;
        let entity = &program.entities[id.index()];
        let AttributeValue::Value { expr, unwrap, .. } = &entity.attributes[at].value else {
            return None;
        };
        let [key] = entity.key_variables.as_slice() else {
            return None;
        };
        if !self.planner.rows_exist(id) || !reads_own_columns_only(expr) {
            return None;
        }
        let key_symbol = self.symbol_of(member.clone());
        let inside = [(*key, Scalar::Column(key_symbol))].into();
        let outside = std::mem::replace(&mut self.variables, inside);
        let trusted = self.trusted_row.replace(key_symbol);
        let value = self.lift(expr, mode);
        self.trusted_row = trusted;
        self.variables = outside;
        // A default inside must not stand for a member that is not there.
        let value = if self.planner.symbols.facts(key_symbol).is_partial {
            value.needing(vec![Scalar::Column(key_symbol)])
        } else {
            value
        };
        Some(unwrapped(value, *unwrap, &expr.ty))
    }

    /// Replaces the members of a simple entity by rows of its table.
    pub(crate) fn expand_entity(&mut self, id: EntityId, key: Symbol) {
        let program = self.planner.program;
        let entity = &program.entities[id.index()];
        let outside = std::mem::take(&mut self.variables);
        for clause in &entity.clauses {
            if let Clause::From { pattern: Pattern::Variable(variable), source, .. } = clause
                && let ExprKind::AllRows(table) = source.kind
            {
                self.variables.insert(*variable, Scalar::Column(key));
                let memo = (Relation::Table(table), vec![(0, key)]);
                let is_known = self.scopes.last().is_some_and(|scope| {
                    let at = scope.lookups.get(&memo);
                    at.is_some_and(|at| matches!(scope.atoms[*at], Atom::Relation(..)))
                });
                if !is_known {
                    self.relate(memo.0, memo.1, Vec::new());
                }
            }
        }
        for clause in &entity.clauses {
            if let Clause::Where(condition) = clause {
                self.condition(condition);
            }
        }
        self.variables = outside;
    }
}

/// Whether an expression computes something small from the columns of variables and constants.
fn reads_own_columns_only(expr: &Expr) -> bool {
    let all = |parts: &[Expr]| parts.iter().all(reads_own_columns_only);
    match &expr.kind {
        ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Register(_)
        | ExprKind::None
        | ExprKind::Stage(_)
        | ExprKind::Variable(_) => true,
        ExprKind::Literal(_, pieces) => pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Hole(hole) => reads_own_columns_only(hole),
        }),
        ExprKind::Column(row, ..) => matches!(row.kind, ExprKind::Variable(_)),
        ExprKind::RowUuid(inner)
        | ExprKind::Field(inner, _)
        | ExprKind::Try(inner)
        | ExprKind::Not(inner)
        | ExprKind::Negate(inner) => reads_own_columns_only(inner),
        ExprKind::MapIndex(a, b)
        | ExprKind::ListIndex(a, b)
        | ExprKind::Coalesce(a, b)
        | ExprKind::Binary(_, a, b) => reads_own_columns_only(a) && reads_own_columns_only(b),
        ExprKind::If(a, b, c) => [a, b, c].iter().all(|part| reads_own_columns_only(part)),
        ExprKind::Chain { value, rest, .. } => reads_own_columns_only(value) && reads_own_columns_only(rest),
        ExprKind::IfSome { value, then, otherwise, .. } => {
            [value, then, otherwise].iter().all(|part| reads_own_columns_only(part))
        }
        ExprKind::Case { value, arms, otherwise } => {
            reads_own_columns_only(value)
                && arms.iter().all(|(_, result)| reads_own_columns_only(result))
                && otherwise.as_ref().is_none_or(|value| reads_own_columns_only(value))
        }
        ExprKind::Builtin(_, parts)
        | ExprKind::Tuple(parts)
        | ExprKind::Set(parts)
        | ExprKind::List(parts) => all(parts),
        ExprKind::Map(entries) => {
            entries.iter().all(|(key, value)| reads_own_columns_only(key) && reads_own_columns_only(value))
        }
        _ => false,
    }
}
