//! Names: variables, attributes of the entity around, and items.

use weft_syntax::ast::{self, ExprKind as Ast};
use weft_syntax::span::Span;

use super::failed;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::names::Global;
use crate::program::VarId;
use crate::report::{Detail, did_you_mean, error};
use crate::scope::Scope;
use crate::types::Type;

impl<'a> Checker<'a> {
    /// A variable as an expression.
    pub(crate) fn variable(&self, scope: &Scope<'a>, variable: VarId, span: Span) -> Expr {
        Expr { span, ty: self.variable_type(scope, variable), kind: ExprKind::Variable(variable) }
    }

    pub(super) fn infer_name(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        name: &'a str,
        hint: &Type,
    ) -> Expr {
        if let Some(variable) = scope.get(name) {
            self.mark_used(scope, variable);
            return self.variable(scope, variable, span);
        }
        if let Some(entity) = scope.entity
            && let Some(position) = self.find_attribute(entity, name)
        {
            let this = self.this_member(scope, entity, span);
            return self.attribute(this, entity, position, span);
        }
        match self.names.get(name) {
            Some(Global::Const(position)) => self.constant(position, span, hint),
            Some(Global::Register(position)) => {
                let place = self.registers[position].place.to_owned();
                self.register_names.insert(span, position);
                Expr { span, ty: Type::Match, kind: ExprKind::Register(place) }
            }
            Some(Global::Stage(stage)) => Expr { span, ty: Type::Stage, kind: ExprKind::Stage(stage) },
            Some(global) => {
                let message = format!("`{name}` is {}, not a value", global.describe());
                let help = match global {
                    Global::Entity(_) => {
                        Some(format!("write `x in {name}`, or `{name}[key]` for one member"))
                    }
                    Global::Alloc(_) | Global::Components(_) => Some(format!("write `{name}[x]`")),
                    Global::Function(_) | Global::Host(_) => Some(format!("call it: `{name}(…)`")),
                    _ => None,
                };
                self.report.push(error("E0208", span, message, "not a value").help(help));
                failed(span)
            }
            None => {
                self.report_unknown_name(scope, span, name);
                failed(span)
            }
        }
    }

    fn report_unknown_name(&mut self, scope: &Scope<'a>, span: Span, name: &str) {
        let siblings = scope.entity.map(|entity| &self.entities[entity.index()].attributes);
        let siblings = siblings.into_iter().flatten().map(|attribute| attribute.name.text.as_str());
        let help = did_you_mean(name, scope.names().chain(siblings).chain(self.names.candidates(|_| true)));
        self.report
            .push(error("E0201", span, format!("there is no `{name}` here"), "unknown name").help(help));
    }

    /// A table or an entity by name, which are collections but not values.
    pub(crate) fn named_collection(&mut self, scope: &Scope<'a>, expr: &'a ast::Expr) -> Option<Expr> {
        let span = expr.span;
        match &expr.kind {
            Ast::Name(name) => match self.global_unless_hidden(scope, name) {
                Some(Global::Entity(entity)) => {
                    self.ensure_entity(entity, span);
                    let ty = Type::Set(Box::new(Type::Entity(entity)));
                    Some(Expr { span, ty, kind: ExprKind::AllMembers(entity) })
                }
                _ => None,
            },
            Ast::Field(receiver, table) => {
                let Ast::Name(name) = &receiver.kind else { return None };
                let Some(Global::Database(database)) = self.global_unless_hidden(scope, name) else {
                    return None;
                };
                let Some(table) = self.find_table(database, &table.text, table.span) else {
                    return Some(failed(span));
                };
                let ty = Type::Set(Box::new(Type::Row(table)));
                Some(Expr { span, ty, kind: ExprKind::AllRows(table) })
            }
            _ => None,
        }
    }

    /// The item of that name, unless a variable or attribute hides it.
    pub(super) fn global_unless_hidden(&mut self, scope: &Scope<'a>, name: &str) -> Option<Global> {
        if scope.get(name).is_some() {
            return None;
        }
        if let Some(entity) = scope.entity
            && self.find_attribute(entity, name).is_some()
        {
            return None;
        }
        self.names.get(name)
    }
}
