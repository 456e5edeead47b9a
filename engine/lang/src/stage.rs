//! Which stages an expression may be: what `flow` checks against its datapath.

use std::collections::HashMap;

use crate::checker::Checker;
use crate::expr::{Expr, ExprKind, Pattern};
use crate::program::{Program, StageId, VarId};
use crate::scope::Scope;
use crate::types::Type;

/// The stages that parts of variables may be, where all of them are known: by the variable and the
/// positions in the tuples that lead to the part.
pub(crate) type KnownStages = HashMap<(VarId, Vec<usize>), Vec<StageId>>;

/// A way into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Any member of a set or list.
    Member,
    /// That part of a tuple.
    Position(usize),
}

impl<'a> Checker<'a> {
    /// The stages that the expression may be, where that can be seen.
    pub(crate) fn possible_stages(&self, scope: &Scope<'a>, expr: &Expr) -> Option<Vec<StageId>> {
        if expr.ty == Type::Stage { self.stages_at(scope, expr, &[]) } else { None }
    }

    /// Notes the stages that the variables of a pattern may be, of a value.
    pub(crate) fn note_stages_of_value(&self, scope: &mut Scope<'a>, pattern: &Pattern, value: &Expr) {
        self.note_stages(scope, pattern, value, &value.ty, &[]);
    }

    /// As `note_stages_of_value`, of the members of a collection.
    pub(crate) fn note_stages_of_members(&self, scope: &mut Scope<'a>, pattern: &Pattern, source: &Expr) {
        if let Type::Set(member) | Type::List(member) = &source.ty {
            self.note_stages(scope, pattern, source, member, &[Part::Member]);
        }
    }

    fn note_stages(&self, scope: &mut Scope<'a>, pattern: &Pattern, expr: &Expr, ty: &Type, way: &[Part]) {
        for place in places_of_stages(ty.without_option()) {
            let (variable, inside) = match (pattern, place.split_first()) {
                (Pattern::Variable(variable), _) => (Some(*variable), place.as_slice()),
                (Pattern::Tuple(parts), Some((first, rest))) => (parts.get(*first).copied().flatten(), rest),
                (Pattern::Tuple(_), None) => (None, place.as_slice()),
            };
            let way: Vec<Part> =
                way.iter().copied().chain(place.iter().map(|at| Part::Position(*at))).collect();
            if let (Some(variable), Some(stages)) = (variable, self.stages_at(scope, expr, &way)) {
                scope.stages.insert((variable, inside.to_vec()), stages);
            }
        }
    }

    fn stages_at(&self, scope: &Scope<'a>, expr: &Expr, way: &[Part]) -> Option<Vec<StageId>> {
        let mut stages = Vec::new();
        collect(&self.program, &scope.stages, expr, way, &mut stages).then_some(stages)
    }
}

/// Where stages stand in a value of this type.
fn places_of_stages(ty: &Type) -> Vec<Vec<usize>> {
    match ty {
        Type::Stage => vec![Vec::new()],
        Type::Tuple(parts) => {
            let of_part = |(at, part): (usize, &Type)| {
                places_of_stages(part).into_iter().map(move |inside| [vec![at], inside].concat())
            };
            parts.iter().enumerate().flat_map(of_part).collect()
        }
        _ => Vec::new(),
    }
}

/// Adds the stages that what lies at the end of the way may be; whether all of them are known.
fn collect(
    program: &Program,
    known: &KnownStages,
    expr: &Expr,
    way: &[Part],
    stages: &mut Vec<StageId>,
) -> bool {
    let mut all =
        |parts: &[&Expr], way: &[Part]| parts.iter().all(|part| collect(program, known, part, way, stages));
    match (&expr.kind, way) {
        (ExprKind::Stage(stage), []) => {
            stages.push(*stage);
            true
        }
        (ExprKind::Variable(variable), way) => {
            let position = |part: &Part| match part {
                Part::Position(at) => Some(*at),
                Part::Member => None,
            };
            let places: Option<Vec<usize>> = way.iter().map(position).collect();
            let found = places.and_then(|places| known.get(&(*variable, places)));
            stages.extend(found.into_iter().flatten());
            found.is_some()
        }
        (ExprKind::Tuple(parts), [Part::Position(at), rest @ ..]) => {
            parts.get(*at).is_some_and(|part| all(&[part], rest))
        }
        (ExprKind::Set(parts) | ExprKind::List(parts), [Part::Member, rest @ ..]) => {
            all(&parts.iter().collect::<Vec<_>>(), rest)
        }
        (ExprKind::Field(inner, at), way) => {
            let way: Vec<Part> = std::iter::once(Part::Position(*at)).chain(way.iter().copied()).collect();
            all(&[inner], &way)
        }
        (ExprKind::If(_, then, otherwise) | ExprKind::IfSome { then, otherwise, .. }, way) => {
            all(&[then, otherwise], way)
        }
        (ExprKind::Case { arms, otherwise, .. }, way) => {
            let results = arms.iter().map(|(_, result)| result).chain(otherwise.as_deref());
            all(&results.collect::<Vec<_>>(), way)
        }
        (ExprKind::Call(function, _), way) => match program.functions.get(function.index()) {
            Some(function) => collect(program, &KnownStages::new(), &function.body, way, stages),
            None => false,
        },
        _ => false,
    }
}
