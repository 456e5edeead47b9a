//! What is always there: attributes that every member has, rows that every reference finds.

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern, Piece};
use weft_lang::program::{AttributeValue, Entity, EntityId, VarId};
use weft_lang::types::Type;
use weft_syntax::ast::{AggregateKind, BinaryOp};

use crate::planner::Planner;

impl Planner<'_> {
    /// Whether an attribute is stored as members and not as a value.
    pub(crate) fn is_member_set(&self, entity: EntityId, at: usize) -> bool {
        let attribute = &self.program.entities[entity.index()].attributes[at];
        matches!(attribute.value, AttributeValue::Members(_))
    }

    /// Whether the expression is a row that is there, because it is a member of an entity over rows.
    pub(crate) fn is_row_of_entity(&self, expr: &Expr) -> bool {
        let Type::Entity(entity) = &expr.ty else {
            return match &expr.kind {
                ExprKind::Reinterpret(inner) => self.is_row_of_entity(inner),
                _ => false,
            };
        };
        self.rows_exist(*entity)
    }

    /// Whether each member of the entity is a row that is there.
    pub(crate) fn rows_exist(&self, entity: EntityId) -> bool {
        let entity = &self.program.entities[entity.index()];
        let [key] = entity.key_variables.as_slice() else {
            return false;
        };
        entity.row.is_some() && !entity.is_group && self.binds_existing(entity, *key)
    }

    fn binds_existing(&self, entity: &Entity, key: VarId) -> bool {
        entity.clauses.iter().any(|clause| match clause {
            Clause::From { pattern: Pattern::Variable(variable), source, .. } if *variable == key => {
                match &source.kind {
                    ExprKind::AllRows(_) => true,
                    ExprKind::AllMembers(inner) => self.rows_exist(*inner),
                    _ => false,
                }
            }
            _ => false,
        })
    }

    /// Whether every member of the entity has the attribute.
    pub(crate) fn is_total_attribute(&mut self, entity: EntityId, at: usize) -> bool {
        if let Some(known) = self.totals.get(&(entity, at)) {
            return *known;
        }
        // Until it is known to be total it is not, should it ask for itself.
        self.totals.insert((entity, at), false);
        let program = self.program;
        let owner = &program.entities[entity.index()];
        let is_total = match &owner.attributes[at].value {
            AttributeValue::Members(_) => true,
            AttributeValue::Value { unwrap: true, .. } => false,
            AttributeValue::Value { expr, .. } => self.is_total(expr, owner),
        };
        self.totals.insert((entity, at), is_total);
        is_total
    }

    /// Whether an expression over the key of an entity always has a value.
    fn is_total(&mut self, expr: &Expr, owner: &Entity) -> bool {
        match &expr.kind {
            ExprKind::Column(row, ..) => {
                let is_own = match &row.kind {
                    ExprKind::Variable(variable) => self.binds_existing(owner, *variable),
                    _ => false,
                };
                (is_own || self.is_row_of_entity(row)) && self.is_total(row, owner)
            }
            ExprKind::Attribute(member, entity, at) => {
                self.is_total_attribute(*entity, *at) && self.is_total(member, owner)
            }
            ExprKind::Coalesce(_, right) => self.is_total(right, owner),
            ExprKind::Try(_) | ExprKind::Chain { .. } | ExprKind::Exists(_) => true,
            ExprKind::Aggregate(aggregate) => {
                !matches!(aggregate.kind, AggregateKind::The | AggregateKind::Sum)
            }
            ExprKind::Binary(operator, left, right) => {
                let is_arithmetic = matches!(
                    operator,
                    BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem
                );
                !is_arithmetic
                    && self.is_total(left, owner)
                    && (matches!(right.kind, ExprKind::AllMembers(_)) || self.is_total(right, owner))
            }
            ExprKind::Case { value, arms, otherwise } => {
                let otherwise = otherwise.as_ref().is_some_and(|value| self.is_total(value, owner));
                otherwise
                    && self.is_total(value, owner)
                    && arms.iter().all(|(_, result)| self.is_total(result, owner))
            }
            _ => self.has_total_parts(expr, owner),
        }
    }

    /// As `is_total`, for the forms that have a value when all of their parts have.
    fn has_total_parts(&mut self, expr: &Expr, owner: &Entity) -> bool {
        let mut all = |parts: &[Expr]| parts.iter().all(|part| self.is_total(part, owner));
        match &expr.kind {
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Register(_)
            | ExprKind::None
            | ExprKind::Stage(_)
            | ExprKind::Variable(_) => true,
            ExprKind::Literal(_, pieces) => pieces.iter().all(|piece| match piece {
                Piece::Text(_) => true,
                Piece::Hole(hole) => self.is_total(hole, owner),
            }),
            ExprKind::RowUuid(inner)
            | ExprKind::Reinterpret(inner)
            | ExprKind::Field(inner, _)
            | ExprKind::Not(inner) => self.is_total(inner, owner),
            ExprKind::Host(_, parts)
            | ExprKind::Builtin(_, parts)
            | ExprKind::Tuple(parts)
            | ExprKind::Set(parts)
            | ExprKind::List(parts)
            | ExprKind::OutputRef(_, parts) => all(parts),
            ExprKind::Map(entries) => {
                entries.iter().all(|(key, value)| self.is_total(key, owner) && self.is_total(value, owner))
            }
            ExprKind::If(condition, then, otherwise) => {
                [condition, then, otherwise].iter().all(|part| self.is_total(part, owner))
            }
            ExprKind::IfSome { value, then, otherwise, .. } => {
                [value, then, otherwise].iter().all(|part| self.is_total(part, owner))
            }
            _ => false,
        }
    }
}
