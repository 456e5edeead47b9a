//! Variables and what is visible where an expression stands.

use weft_syntax::ast::Name;
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::program::{EntityId, VarId, Variable};
use crate::report::{Detail, warning};
use crate::stage::KnownStages;
use crate::types::Type;

/// The list of variables of a rule, entity, function or allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyId(pub(crate) usize);

/// All variables of one body.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) variables: Vec<Variable>,
    /// Which of them were read.
    used: Vec<bool>,
}

/// Whether to speak up when a variable is never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    /// It may stay unread.
    No,
    /// It should be read.
    Yes,
}

/// A name bound in a scope.
#[derive(Debug, Clone, Copy)]
struct Local<'a> {
    name: &'a str,
    span: Span,
    variable: VarId,
    watch: Watch,
}

/// What is visible where an expression stands.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) body: BodyId,
    locals: Vec<Local<'a>>,
    /// The entity whose attributes are in scope by name.
    pub(crate) entity: Option<EntityId>,
    /// The variables of the enclosing `e?.rest`, innermost last.
    pub(crate) chain: Vec<VarId>,
    /// The stages that variables may be.
    pub(crate) stages: KnownStages,
    /// Whether it is a rule, whose every source should be read.
    pub(crate) is_rule: bool,
}

impl<'a> Scope<'a> {
    /// An empty scope over a body.
    pub(crate) fn new(body: BodyId) -> Self {
        Scope {
            body,
            locals: Vec::new(),
            entity: None,
            chain: Vec::new(),
            stages: KnownStages::new(),
            is_rule: false,
        }
    }

    /// A place to return to with [`Checker::leave`].
    pub(crate) fn mark(&self) -> usize {
        self.locals.len()
    }

    /// The variable of that name, innermost first.
    pub(crate) fn get(&self, name: &str) -> Option<VarId> {
        self.locals.iter().rev().find(|local| local.name == name).map(|local| local.variable)
    }

    /// The name's place if it was bound since `mark`.
    pub(crate) fn bound_since(&self, mark: usize, name: &str) -> Option<Span> {
        self.locals[mark..].iter().find(|local| local.name == name).map(|local| local.span)
    }

    /// The names in scope.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.locals.iter().map(|local| local.name)
    }

    /// The variables bound so far.
    pub(crate) fn variables(&self) -> impl Iterator<Item = VarId> + '_ {
        self.locals.iter().map(|local| local.variable)
    }

    /// Makes a variable visible.
    pub(crate) fn bind(&mut self, name: &'a Name, variable: VarId, watch: Watch) {
        let watch = if name.text.starts_with('_') { Watch::No } else { watch };
        self.locals.push(Local { name: &name.text, span: name.span, variable, watch });
    }
}

impl<'a> Checker<'a> {
    /// A new list of variables.
    pub(crate) fn new_body(&mut self) -> BodyId {
        self.bodies.push(Body::default());
        BodyId(self.bodies.len() - 1)
    }

    /// The variables of a body, which is complete.
    pub(crate) fn take_variables(&mut self, body: BodyId) -> Vec<Variable> {
        std::mem::take(&mut self.bodies[body.0].variables)
    }

    /// A new variable that no name refers to.
    pub(crate) fn fresh(&mut self, scope: &Scope<'a>, name: &str, ty: Type) -> VarId {
        let body = &mut self.bodies[scope.body.0];
        body.variables.push(Variable { name: name.to_owned(), ty });
        body.used.push(false);
        VarId((body.variables.len() - 1) as u32)
    }

    /// A new variable under a name of the rules.
    pub(crate) fn bind(&mut self, scope: &mut Scope<'a>, name: &'a Name, ty: Type, watch: Watch) -> VarId {
        let variable = self.fresh(scope, &name.text, ty);
        scope.bind(name, variable, watch);
        variable
    }

    /// The type of a variable.
    pub(crate) fn variable_type(&self, scope: &Scope<'a>, variable: VarId) -> Type {
        self.bodies[scope.body.0].variables[variable.index()].ty.clone()
    }

    /// The name of a variable.
    pub(crate) fn variable_name(&self, scope: &Scope<'a>, variable: VarId) -> &str {
        &self.bodies[scope.body.0].variables[variable.index()].name
    }

    /// Notes that a variable is read.
    pub(crate) fn mark_used(&mut self, scope: &Scope<'a>, variable: VarId) {
        self.bodies[scope.body.0].used[variable.index()] = true;
    }

    /// Forgets the names bound since `mark`, with a warning for each that should have been read.
    pub(crate) fn leave(&mut self, scope: &mut Scope<'a>, mark: usize) {
        for local in scope.locals.split_off(mark) {
            if local.watch == Watch::Yes && !self.bodies[scope.body.0].used[local.variable.index()] {
                let message = format!("the variable `{}` is never read", local.name);
                let problem = warning("W0502", local.span, message, "not used");
                self.report.push(problem.help(format!("write `_` or `_{}` if that is meant", local.name)));
            }
        }
    }
}
