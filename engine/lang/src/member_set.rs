//! Member sets: unions of comprehensions, and the inverse of an attribute.

use weft_syntax::ast::{self, AggregateKind, BinaryOp};

use crate::checker::Checker;
use crate::expr::{Clause, Expr, ExprKind, Pattern};
use crate::names::Global;
use crate::program::{AttributeValue, EntityId, Members};
use crate::report::{Detail, did_you_mean, error};
use crate::scope::Scope;
use crate::types::Type;
use crate::unify::{fits, join};

impl<'a> Checker<'a> {
    /// The attribute as a member set, when it is written as one.
    pub(crate) fn member_set(
        &mut self,
        scope: &mut Scope<'a>,
        value: &'a ast::Expr,
        known: Option<&Type>,
    ) -> Option<(AttributeValue, Type)> {
        let mut operands = Vec::new();
        union_operands(value, &mut operands);
        if !operands.iter().any(|operand| is_comprehension(operand)) {
            return None;
        }
        let mut element = match known {
            Some(Type::Set(element)) => (**element).clone(),
            _ => Type::Unknown,
        };
        let mut members = Vec::with_capacity(operands.len());
        for operand in operands {
            let (part, ty) = self.union_part(scope, operand, &element);
            match join(&element, &ty) {
                Some(joined) => element = joined,
                None => {
                    let (found, first) = (self.program.type_name(&ty), self.program.type_name(&element));
                    let message = "the sets of a union have members of different types";
                    let label = format!("found Set<{found}>, the others are Set<{first}>");
                    self.report.push(error("E0306", operand.span, message, label));
                }
            }
            members.extend(part);
        }
        let ty = Type::Set(Box::new(element));
        if let Some(known) = known.filter(|known| !fits(&ty, known)) {
            self.report_mismatch(value.span, &ty, known);
        }
        Some((AttributeValue::Members(members), known.cloned().unwrap_or(ty)))
    }

    /// One operand of a union as a comprehension, and the type of its members.
    fn union_part(
        &mut self,
        scope: &mut Scope<'a>,
        operand: &'a ast::Expr,
        element: &Type,
    ) -> (Option<Members>, Type) {
        let expr = self.infer(scope, operand, &Type::Set(Box::new(element.clone())));
        let span = expr.span;
        match (expr.kind, expr.ty) {
            (ExprKind::Aggregate(aggregate), Type::Set(ty)) if aggregate.kind == AggregateKind::Set => {
                (Some(Members { clauses: aggregate.clauses, value: aggregate.value }), *ty)
            }
            (kind, Type::Set(ty)) => {
                let variable = self.fresh(scope, "_", (*ty).clone());
                let value = self.variable(scope, variable, span);
                let source = Expr { span, ty: Type::Set(ty.clone()), kind };
                let from = Clause::From { pattern: Pattern::Variable(variable), source, cross: false, span };
                (Some(Members { clauses: vec![from], value }), *ty)
            }
            (_, Type::Unknown) => (None, Type::Unknown),
            (_, ty) => {
                let found = self.program.type_name(&ty);
                self.report.push(error("E0303", span, "`|` joins sets", format!("found {found}")));
                (None, Type::Unknown)
            }
        }
    }

    /// The type of `inverse E.a`.
    pub(crate) fn inverse_type(&mut self, of: &ast::Name) -> Option<Type> {
        match self.names.get(&of.text) {
            Some(Global::Entity(id)) => Some(Type::Set(Box::new(Type::Entity(id)))),
            _ => None,
        }
    }

    /// `inverse E.a`: the members of E whose attribute is this member, or has it among its members.
    pub(crate) fn inverse(
        &mut self,
        scope: &mut Scope<'a>,
        of: &'a ast::Name,
        attribute: &'a ast::Name,
        known: Option<Type>,
    ) -> (AttributeValue, Type) {
        let Some(Global::Entity(entity)) = self.names.get(&of.text) else {
            let names = self.names.candidates(|global| matches!(global, Global::Entity(_)));
            let help = did_you_mean(&of.text, names);
            let message = format!("there is no entity `{}`", of.text);
            self.report.push(error("E0201", of.span, message, "not an entity").help(help));
            return (AttributeValue::Members(Vec::new()), Type::Unknown);
        };
        let span = attribute.span;
        let ty = Type::Set(Box::new(Type::Entity(entity)));
        if let Some(known) = known.filter(|known| !fits(&ty, known)) {
            self.report_mismatch(span, &ty, &known);
        }
        let variable = self.fresh(scope, "_", Type::Entity(entity));
        let member = self.variable(scope, variable, of.span);
        let value = self.field(scope, member.clone(), attribute);
        let Some(condition) = self.inverse_condition(scope, value, span) else {
            return (AttributeValue::Members(Vec::new()), ty);
        };
        let source = Expr { span: of.span, ty: ty.clone(), kind: ExprKind::AllMembers(entity) };
        let from = Clause::From { pattern: Pattern::Variable(variable), source, cross: false, span };
        let members = Members { clauses: vec![from, Clause::Where(condition)], value: member };
        (AttributeValue::Members(vec![members]), ty)
    }

    /// `x.a == this`, or `this in x.a` where it is a set.
    fn inverse_condition(
        &mut self,
        scope: &Scope<'a>,
        value: Expr,
        span: weft_syntax::span::Span,
    ) -> Option<Expr> {
        let entity = scope.entity?;
        let this = self.this_member(scope, entity, span);
        let row = self.program.entities[entity.index()].row.map(Type::Row);
        let wanted = match &value.ty {
            Type::Unknown => return None,
            Type::Set(inner) | Type::List(inner) | Type::Option(inner) => (**inner).clone(),
            other => other.clone(),
        };
        let this = if wanted == this.ty {
            this
        } else if row.as_ref() == Some(&wanted) {
            Expr { span, ty: wanted, kind: ExprKind::Reinterpret(Box::new(this)) }
        } else {
            self.report_no_inverse(entity, &value.ty, span);
            return None;
        };
        let kind = match &value.ty {
            Type::Set(_) | Type::List(_) => ExprKind::Binary(BinaryOp::In, Box::new(this), Box::new(value)),
            _ => ExprKind::Binary(BinaryOp::Eq, Box::new(value), Box::new(this)),
        };
        Some(Expr { span, ty: Type::Bool, kind })
    }

    fn report_no_inverse(&mut self, entity: EntityId, found: &Type, span: weft_syntax::span::Span) {
        let name = self.program.type_name(&Type::Entity(entity));
        let label = format!("found {}", self.program.type_name(found));
        let message = format!("`inverse` needs an attribute of type `{name}`, an Option or a set of it");
        self.report.push(error("E0301", span, message, label));
    }
}

fn is_comprehension(expr: &ast::Expr) -> bool {
    matches!(expr.kind, ast::ExprKind::Aggregate { kind: AggregateKind::Set, .. })
}

fn union_operands<'a>(expr: &'a ast::Expr, operands: &mut Vec<&'a ast::Expr>) {
    match &expr.kind {
        ast::ExprKind::Binary(BinaryOp::Union, left, right) => {
            union_operands(left, operands);
            union_operands(right, operands);
        }
        _ => operands.push(expr),
    }
}
