//! Aggregates: `set { e for x in S where c order by k }` and the others.

use weft_syntax::ast::{self, AggregateKind, BinaryOp, ExprKind as Ast};
use weft_syntax::span::Span;

use super::failed;
use crate::checker::Checker;
use crate::expr::{Aggregate, Clause, Expr, ExprKind};
use crate::product::Surroundings;
use crate::program::EntityId;
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

impl<'a> Checker<'a> {
    pub(super) fn infer_aggregate(
        &mut self,
        scope: &mut Scope<'a>,
        expr: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let span = expr.span;
        let Ast::Aggregate { kind, key, value, clauses, order_by } = &expr.kind else { return failed(span) };
        let (key_hint, value_hint) = hints(*kind, hint);
        let mark = scope.mark();
        let clauses = if clauses.is_empty() {
            match scope.entity.filter(|entity| self.program.entities[entity.index()].is_group) {
                Some(entity) => self.group_clauses(scope, entity, span),
                None => {
                    let message = "this aggregate has no rows to run over";
                    let problem = error("E0408", span, message, "needs `for x in …`");
                    let help = "only in an entity with `group by` it may be left out, for the group's rows";
                    self.report.push(problem.help(help.to_owned()));
                    Vec::new()
                }
            }
        } else {
            let clauses = self.silent_clauses(scope, clauses);
            self.check_products(scope, &clauses, Surroundings::None);
            clauses
        };
        let key = key.as_ref().map(|key| self.infer(scope, key, &key_hint));
        let value = match kind {
            AggregateKind::Sum => self.check(scope, value, &Type::Int),
            _ => self.infer(scope, value, &value_hint),
        };
        let order_by: Vec<(Expr, bool)> = order_by
            .iter()
            .map(|(key, descending)| (self.infer(scope, key, &Type::Unknown), *descending))
            .collect();
        self.leave(scope, mark);
        for (key, _) in &order_by {
            self.require_comparable(key, "compared");
        }
        if let Some(key) = &key {
            self.require_comparable(key, "a key");
        }
        self.check_aggregated(*kind, &value);
        let Some(ty) = aggregate_type(*kind, key.as_ref(), &value) else { return failed(span) };
        let aggregate = Aggregate { kind: *kind, clauses, key, value, order_by };
        Expr { span, ty, kind: ExprKind::Aggregate(Box::new(aggregate)) }
    }

    fn check_aggregated(&mut self, kind: AggregateKind, value: &Expr) {
        use AggregateKind as A;
        match kind {
            A::Min | A::Max | A::Least | A::Map if value.ty.is_option() => {
                let found = self.program.type_name(&value.ty);
                let message = "the values of this aggregate cannot be Options";
                let problem = error("E0305", value.span, message, format!("this is {found}"));
                self.report.push(problem.help("unwrap them: `for …, let v = … else skip`".to_owned()));
            }
            A::Set => self.require_comparable(value, "a member of a set"),
            A::Min | A::Max => self.require_comparable(value, "compared"),
            _ => {}
        }
    }

    /// The clauses of a group entity with variables of their own, for the rows of this member's group.
    fn group_clauses(&mut self, scope: &mut Scope<'a>, entity: EntityId, span: Span) -> Vec<Clause> {
        let ast = self.entities[entity.index()].ast;
        let outer = scope.entity.take();
        // They were checked with the entity; what is wrong with them is known.
        self.report.silence();
        let mut clauses = self.clauses(scope, &ast.clauses);
        let key_variables = self.program.entities[entity.index()].key_variables.clone();
        for ((value, _), variable) in ast.group_by.iter().zip(key_variables) {
            let left = Box::new(self.infer(scope, value, &Type::Unknown));
            let right = Box::new(self.variable(scope, variable, span));
            let kind = ExprKind::Binary(BinaryOp::Eq, left, right);
            clauses.push(Clause::Where(Expr { span, ty: Type::Bool, kind }));
        }
        for variable in scope.variables().collect::<Vec<_>>() {
            self.mark_used(scope, variable);
        }
        self.report.resume();
        scope.entity = outer;
        clauses
    }
}

fn hints(kind: AggregateKind, hint: &Type) -> (Type, Type) {
    match (kind, hint.without_option()) {
        (AggregateKind::Set, Type::Set(element)) | (AggregateKind::List, Type::List(element)) => {
            (Type::Unknown, (**element).clone())
        }
        (AggregateKind::Map, Type::Map(key, value)) => ((**key).clone(), (**value).clone()),
        (AggregateKind::Min | AggregateKind::Max | AggregateKind::Least | AggregateKind::The, hint) => {
            (Type::Unknown, hint.clone())
        }
        _ => (Type::Unknown, Type::Unknown),
    }
}

fn aggregate_type(kind: AggregateKind, key: Option<&Expr>, value: &Expr) -> Option<Type> {
    let element = value.ty.clone();
    Some(match kind {
        AggregateKind::Count | AggregateKind::Sum => Type::Int,
        AggregateKind::Set => Type::Set(Box::new(element)),
        AggregateKind::List => Type::List(Box::new(element)),
        AggregateKind::Map => Type::Map(Box::new(key?.ty.clone()), Box::new(element)),
        AggregateKind::Min | AggregateKind::Max | AggregateKind::Least => element.optional(),
        AggregateKind::Number => Type::List(Box::new(Type::Tuple(vec![Type::Int, element]))),
        AggregateKind::The => element,
    })
}
