//! Flow heads.

use weft_syntax::ast;
use weft_syntax::span::Span;

use crate::builtin::Builtin;
use crate::checker::Checker;
use crate::expr::{Clause, Expr, ExprKind};
use crate::product::Surroundings;
use crate::program::{Datapaths, EntityId, Flow, VarId};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

impl<'a> Checker<'a> {
    pub(crate) fn flow(&mut self, scope: &mut Scope<'a>, flow: &'a ast::Flow) -> Flow {
        let stage = self.check(scope, &flow.stage, &Type::Stage);
        let priority = self.check(scope, &flow.priority, &Type::Int);
        let mark = scope.mark();
        let datapaths = match &flow.datapaths {
            ast::Datapaths::One(datapath) => {
                let datapath = self.infer(scope, datapath, &Type::Unknown);
                self.check_datapath(scope, &stage, &datapath.ty, datapath.span);
                Datapaths::One(datapath)
            }
            ast::Datapaths::All { variable, clauses, span } => {
                let datapaths = self.all_datapaths(scope, variable, clauses, *span, &stage);
                self.leave(scope, mark);
                datapaths
            }
        };
        let optional_string = Type::String.optional();
        let optional = |checker: &mut Self, scope: &mut Scope<'a>, value: &'a Option<ast::Expr>| {
            value.as_ref().map(|value| checker.check(scope, value, &optional_string))
        };
        let meter = optional(self, scope, &flow.meter);
        let description = optional(self, scope, &flow.description);
        let port = optional(self, scope, &flow.port);
        let mut tags = Vec::with_capacity(flow.tags.len());
        for (key, value) in &flow.tags {
            let key = self.check(scope, key, &Type::String);
            tags.push((key, self.check(scope, value, &optional_string)));
        }
        Flow {
            span: flow.span,
            stage,
            priority,
            datapaths,
            hint: flow.hint.as_ref().map(|hint| self.hint(scope, hint)),
            matches: self.check(scope, &flow.matches, &Type::Match),
            actions: self.check(scope, &flow.actions, &Type::Actions),
            meter,
            description,
            port,
            tags,
        }
    }

    /// `for all x in S where c`. The rule's variables that it reads are what the set depends on.
    fn all_datapaths(
        &mut self,
        scope: &mut Scope<'a>,
        variable: &'a ast::Name,
        clauses: &'a [ast::Clause],
        span: Span,
        stage: &Expr,
    ) -> Datapaths {
        let around: Vec<VarId> = scope.variables().collect();
        // Its members need not be read: the set is meant as a whole.
        let is_rule = std::mem::replace(&mut scope.is_rule, false);
        let clauses = self.silent_clauses(scope, clauses);
        scope.is_rule = is_rule;
        self.check_products(scope, &clauses, Surroundings::None);
        let member = scope.get(&variable.text).filter(|member| !around.contains(member));
        let member = member.unwrap_or_else(|| self.fresh(scope, &variable.text, Type::Unknown));
        let ty = self.variable_type(scope, member);
        self.check_datapath(scope, stage, &ty, variable.span);
        let parameters = parameters(&clauses, &around);
        Datapaths::All { name: self.class_name(scope, span, &parameters), parameters, clauses, member }
    }

    /// The identity of a set: its text without what white space says nothing, and its parameters with
    /// their types. Names in the text mean the same everywhere, so equal names are equal sets, whichever
    /// rules they stand in.
    fn class_name(&self, scope: &Scope<'a>, span: Span, parameters: &[VarId]) -> String {
        let file = self.program.files.get(span.file.0 as usize);
        let text = file.and_then(|file| file.text.get(span.start as usize..span.end as usize));
        let mut name = text.unwrap_or_default().split_whitespace().collect::<Vec<&str>>().join(" ");
        for (position, parameter) in parameters.iter().enumerate() {
            name.push_str(if position == 0 { " given " } else { ", " });
            name.push_str(self.variable_name(scope, *parameter));
            name.push_str(": ");
            name.push_str(&self.program.type_name(&self.variable_type(scope, *parameter)));
        }
        name
    }

    /// An error unless the datapath is a member of the entity that the stage's pipeline is over.
    fn check_datapath(&mut self, scope: &Scope<'a>, stage: &Expr, datapath: &Type, span: Span) {
        let entity = match datapath {
            Type::Unknown => return,
            Type::Entity(entity) => *entity,
            other => {
                let message = format!("{} is not a datapath", self.program.type_name(other));
                let help = match other {
                    Type::Row(_) => Some("look the member up: `Switch[…]`".to_owned()),
                    ty if ty.is_option() => Some("unwrap it with `let x = … else skip`".to_owned()),
                    _ => None,
                };
                self.report
                    .push(error("E0401", span, message, "needs a member of a pipeline's entity").help(help));
                return;
            }
        };
        let is_over = |entity: EntityId| self.program.stages.iter().any(|stage| stage.datapaths == entity);
        let name = self.program.type_name(datapath);
        match self.possible_stages(scope, stage) {
            Some(stages) => {
                let wrong = stages.iter().map(|id| &self.program.stages[id.index()]);
                let wrong: Vec<_> = wrong.filter(|stage| stage.datapaths != entity).collect();
                if let Some(wrong) = wrong.first() {
                    let over = self.program.type_name(&Type::Entity(wrong.datapaths));
                    let message = format!("the stage `{}` is of another kind of datapath", wrong.name);
                    let label = format!("its datapaths are of type {over}");
                    let problem = error("E0401", stage.span, message, label);
                    self.report.push(problem.related(span, format!("this is {name}")));
                }
            }
            None if !is_over(entity) => {
                let message = format!("no pipeline is over `{name}`");
                self.report.push(error("E0401", span, message, "not a datapath"));
            }
            None => {}
        }
    }

    /// The text of `stage-hint`: the first digits of a row's UUID, or a string as it is.
    fn hint(&mut self, scope: &mut Scope<'a>, hint: &'a ast::Expr) -> Expr {
        let value = self.infer(scope, hint, &Type::Unknown);
        let span = value.span;
        match value.ty.clone() {
            Type::String | Type::Unknown => value,
            Type::Option(inner) if matches!(*inner, Type::String | Type::Unknown) => value,
            Type::Option(inner) if self.has_uuid(&inner) => {
                let variable = self.fresh(scope, "_", *inner);
                let rest = Box::new(short_uuid(self.variable(scope, variable, span)));
                let kind = ExprKind::Chain { value: Box::new(value), variable, rest };
                Expr { span, ty: Type::String.optional(), kind }
            }
            ty if self.has_uuid(&ty) => short_uuid(value),
            ty => {
                let found = self.program.type_name(&ty);
                let message = "a hint is a row, or an entity's member that stands for one row";
                let problem = error("E0301", span, message, format!("this is {found}"));
                self.report.push(problem.help("it can be a string too".to_owned()));
                value
            }
        }
    }

    fn has_uuid(&self, ty: &Type) -> bool {
        match ty {
            Type::Row(_) | Type::Uuid => true,
            Type::Entity(entity) => self.program.entities[entity.index()].row.is_some(),
            _ => false,
        }
    }
}

fn short_uuid(value: Expr) -> Expr {
    let span = value.span;
    let uuid = match value.ty {
        Type::Uuid => value,
        _ => Expr { span, ty: Type::Uuid, kind: ExprKind::RowUuid(Box::new(value)) },
    };
    Expr { span, ty: Type::String, kind: ExprKind::Builtin(Builtin::UuidShort, vec![uuid]) }
}

/// The variables around that the clauses read, in their order.
fn parameters(clauses: &[Clause], around: &[VarId]) -> Vec<VarId> {
    let mut parameters = Vec::new();
    let mut note = |expr: &Expr| {
        if let ExprKind::Variable(variable) = expr.kind
            && around.contains(&variable)
            && !parameters.contains(&variable)
        {
            parameters.push(variable);
        }
    };
    clauses.iter().for_each(|clause| clause.for_each_expr(&mut |expr| expr.walk(&mut |inner| note(inner))));
    parameters.sort();
    parameters
}
