//! Entities: clauses, keys and attributes, checked when their types are first needed.

use weft_syntax::ast::{self, Clause as AstClause, Otherwise, Pattern as AstPattern};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::product::Surroundings;
use crate::program::{Attribute, AttributeValue, Definition, EntityId, VarId};
use crate::report::{Detail, error, warning};
use crate::scope::{BodyId, Scope, Watch};
use crate::syntax_walk::pattern_names;
use crate::types::Type;

/// An entity as written, and how far its check has come.
#[derive(Debug)]
pub(crate) struct EntitySource<'a> {
    pub(crate) ast: &'a ast::Entity,
    pub(crate) body: BodyId,
    pub(crate) state: State,
    /// Names and types of the key's parts, once the clauses are checked.
    pub(crate) key: Vec<(&'a ast::Name, Type)>,
    pub(crate) attributes: Vec<AttributeSource<'a>>,
}

impl<'a> EntitySource<'a> {
    pub(crate) fn new(ast: &'a ast::Entity, body: BodyId) -> Self {
        EntitySource { ast, body, state: State::New, key: Vec::new(), attributes: Vec::new() }
    }
}

/// How far the check of a definition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    New,
    Open,
    Done,
}

/// An attribute as written, and what is known of it.
#[derive(Debug)]
pub(crate) struct AttributeSource<'a> {
    pub(crate) name: &'a ast::Name,
    pub(crate) form: Form<'a>,
    pub(crate) state: State,
    /// Its type, known early when it is written.
    pub(crate) ty: Option<Type>,
    pub(crate) value: Option<AttributeValue>,
    /// Whether something reads it.
    pub(crate) is_read: bool,
}

/// How an attribute is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form<'a> {
    /// Among the entity's attributes.
    Written(&'a ast::Attribute),
    /// `let` among the entity's clauses: members have its value too. The position is that in the tuple.
    Let { value: &'a ast::Expr, unwrap: bool, part: Option<(usize, usize)> },
}

impl<'a> Checker<'a> {
    /// Lists the attributes of an entity, with the types that are written.
    pub(crate) fn collect_attributes(&mut self, entity: EntityId) {
        let ast = self.entities[entity.index()].ast;
        for attribute in &ast.attributes {
            self.collect_attribute(entity, &attribute.name, Form::Written(attribute));
        }
    }

    /// The position of an attribute. A `let` of the entity's clauses becomes an attribute when it is first
    /// asked for.
    pub(crate) fn find_attribute(&mut self, entity: EntityId, name: &str) -> Option<usize> {
        let source = &self.entities[entity.index()];
        if let Some(position) = source.attributes.iter().position(|attribute| attribute.name.text == name) {
            return Some(position);
        }
        let ast = source.ast;
        if !ast.group_by.is_empty() {
            return None;
        }
        for clause in &ast.clauses {
            let AstClause::Let { pattern, value, otherwise, .. } = clause else { continue };
            let names = pattern_names(pattern);
            let Some(position) = names.iter().position(|other| other.text == name) else { continue };
            let part = matches!(pattern, AstPattern::Tuple(..)).then_some((position, names.len()));
            let unwrap = !matches!(otherwise, Otherwise::None);
            self.collect_attribute(entity, &names[position], Form::Let { value, unwrap, part });
            return Some(self.entities[entity.index()].attributes.len() - 1);
        }
        None
    }

    fn collect_attribute(&mut self, entity: EntityId, name: &'a ast::Name, form: Form<'a>) {
        let first =
            self.entities[entity.index()].attributes.iter().find(|other| other.name.text == name.text);
        if let Some(first) = first {
            let message = format!("the entity has two attributes `{}`", name.text);
            let problem = error("E0202", name.span, message, "defined again here");
            self.report.push(problem.related(first.name.span, "first defined here"));
        }
        let ty = match form {
            Form::Written(attribute) => match (&attribute.ty, &attribute.value) {
                (Some(ty), _) => Some(self.resolve_type(ty)),
                (None, ast::AttributeValue::Inverse { entity, .. }) => self.inverse_type(entity),
                (None, ast::AttributeValue::Expr(_)) => None,
            },
            Form::Let { .. } => None,
        };
        let source = AttributeSource { name, form, state: State::New, ty, value: None, is_read: false };
        self.entities[entity.index()].attributes.push(source);
    }

    /// Checks the clauses and keys of all entities.
    pub(crate) fn check_keys(&mut self) {
        for position in 0..self.entities.len() {
            let span = self.entities[position].ast.name.span;
            self.ensure_entity(EntityId(position as u32), span);
        }
    }

    /// Checks all attributes.
    pub(crate) fn check_attributes(&mut self) {
        let ids = (0..self.entities.len()).map(|position| EntityId(position as u32));
        for entity in ids {
            let span = self.entities[entity.index()].ast.name.span;
            for position in 0..self.entities[entity.index()].attributes.len() {
                self.ensure_attribute(entity, position, span);
            }
        }
    }

    /// Moves all entities into the program, when nothing asks for attributes any more.
    pub(crate) fn finish_entities(&mut self) {
        for position in 0..self.entities.len() {
            let entity = EntityId(position as u32);
            let body = self.entities[entity.index()].body;
            let attributes = self.entities[entity.index()].attributes.iter_mut().map(|source| Attribute {
                name: source.name.text.clone(),
                span: source.name.span,
                ty: source.ty.clone().unwrap_or(Type::Unknown),
                value: source.value.take().unwrap_or_else(|| AttributeValue::Members(Vec::new())),
            });
            self.program.entities[entity.index()].attributes = attributes.collect();
            self.program.entities[entity.index()].variables = self.take_variables(body);
        }
    }

    /// Checks the clauses and the key of an entity unless that is done. `needed_at` is the place that
    /// asks.
    pub(crate) fn ensure_entity(&mut self, entity: EntityId, needed_at: Span) {
        match self.entities[entity.index()].state {
            State::Done => {}
            State::Open => self.report_type_cycle(Definition::Entity(entity), needed_at),
            State::New => {
                self.entities[entity.index()].state = State::Open;
                self.in_progress.push((Definition::Entity(entity), needed_at));
                self.check_key(entity);
                self.in_progress.pop();
                self.entities[entity.index()].state = State::Done;
            }
        }
    }

    fn check_key(&mut self, entity: EntityId) {
        let (ast, body) = (self.entities[entity.index()].ast, self.entities[entity.index()].body);
        let mut scope = Scope::new(body);
        let clauses = self.clauses(&mut scope, &ast.clauses);
        self.check_products(&scope, &clauses, Surroundings::None);
        let mut names: Vec<&'a ast::Name> = Vec::new();
        let (mut key, mut key_variables) = (Vec::new(), Vec::new());
        if ast.group_by.is_empty() {
            let patterns = ast.clauses.iter().filter_map(|clause| match clause {
                AstClause::From { pattern, .. } => Some(pattern_names(pattern)),
                _ => None,
            });
            for name in patterns.flatten().filter(|name| name.text != "_") {
                let Some(variable) = scope.get(&name.text) else { continue };
                names.push(name);
                key.push(self.variable(&scope, variable, name.span));
                key_variables.push(variable);
            }
        } else {
            for (value, name) in &ast.group_by {
                let value = self.infer_determined(&mut scope, value, &Type::Unknown);
                self.require_comparable(&value, "a group's key");
                key_variables.push(self.fresh(&scope, &name.text, value.ty.clone()));
                names.push(name);
                key.push(value);
            }
        }
        // Attributes may read all of them, whose use is looked at there.
        for variable in scope.variables().collect::<Vec<_>>() {
            self.mark_used(&scope, variable);
        }
        self.leave(&mut scope, 0);
        if key.is_empty() {
            let message = format!("the entity `{}` has no key", ast.name.text);
            self.report.push(error("E0409", ast.name.span, message, "its `from` binds no variable"));
        }
        let row = match key.as_slice() {
            [Expr { ty: Type::Row(table), .. }] => Some(*table),
            _ => None,
        };
        let types: Vec<Type> = key.iter().map(|part| part.ty.clone()).collect();
        self.entities[entity.index()].key = names.into_iter().zip(types).collect();
        let target = &mut self.program.entities[entity.index()];
        (target.clauses, target.key, target.key_variables, target.row) = (clauses, key, key_variables, row);
    }

    /// The type of an attribute. Unless it is written, the attribute is checked now.
    pub(crate) fn attribute_type(&mut self, entity: EntityId, position: usize, needed_at: Span) -> Type {
        let source = &self.entities[entity.index()].attributes[position];
        match (&source.ty, source.state) {
            (Some(known), _) => known.clone(),
            (None, State::Open) => {
                self.report_type_cycle(Definition::Attribute(entity, position), needed_at);
                Type::Unknown
            }
            (None, _) => self.ensure_attribute(entity, position, needed_at),
        }
    }

    /// Checks an attribute unless that is done, and gives its type.
    fn ensure_attribute(&mut self, entity: EntityId, position: usize, needed_at: Span) -> Type {
        let source = &mut self.entities[entity.index()].attributes[position];
        let known = source.ty.clone();
        if source.state != State::New {
            return known.unwrap_or(Type::Unknown);
        }
        source.state = State::Open;
        self.in_progress.push((Definition::Attribute(entity, position), needed_at));
        let (value, ty) = self.check_attribute(entity, position, known);
        self.in_progress.pop();
        let source = &mut self.entities[entity.index()].attributes[position];
        source.value = Some(value);
        source.ty = Some(ty.clone());
        source.state = State::Done;
        ty
    }

    fn check_attribute(
        &mut self,
        entity: EntityId,
        position: usize,
        known: Option<Type>,
    ) -> (AttributeValue, Type) {
        let form = self.entities[entity.index()].attributes[position].form;
        let name = self.entities[entity.index()].attributes[position].name;
        self.ensure_entity(entity, name.span);
        let mut scope = self.attribute_scope(entity);
        match form {
            Form::Let { value, unwrap, part } => {
                self.report.silence();
                let checked = self.let_attribute(&mut scope, value, unwrap, part);
                self.report.resume();
                checked
            }
            Form::Written(attribute) => match &attribute.value {
                ast::AttributeValue::Inverse { entity: of, attribute: name } => {
                    self.inverse(&mut scope, of, name, known)
                }
                ast::AttributeValue::Expr(value) => {
                    if matches!(attribute.otherwise, Otherwise::None)
                        && let Some(members) = self.member_set(&mut scope, value, known.as_ref())
                    {
                        return members;
                    }
                    let (unwrap, warn) = self.otherwise(&mut scope, &attribute.otherwise);
                    let wanted = match &known {
                        Some(ty) if unwrap => ty.clone().optional(),
                        Some(ty) => ty.clone(),
                        None => Type::Unknown,
                    };
                    let expr = self.infer_determined(&mut scope, value, &wanted);
                    let expr = if known.is_some() { self.require(expr, &wanted) } else { expr };
                    let ty = match known {
                        Some(ty) => ty,
                        None if unwrap => expr.ty.without_option().clone(),
                        None => expr.ty.clone(),
                    };
                    (AttributeValue::Value { expr, unwrap, warn }, ty)
                }
            },
        }
    }

    fn let_attribute(
        &mut self,
        scope: &mut Scope<'a>,
        value: &'a ast::Expr,
        unwrap: bool,
        part: Option<(usize, usize)>,
    ) -> (AttributeValue, Type) {
        let mut expr = self.infer(scope, value, &Type::Unknown);
        let mut ty = if unwrap { expr.ty.without_option().clone() } else { expr.ty.clone() };
        if let Some((position, count)) = part {
            ty = self.tuple_parts(&ty, count, value.span)[position].clone();
            expr = self.part_of(scope, expr, position, ty.clone(), unwrap);
        }
        (AttributeValue::Value { expr, unwrap, warn: None }, ty)
    }

    /// Part of a tuple, which may stand in an `Option`.
    fn part_of(&mut self, scope: &Scope<'a>, tuple: Expr, position: usize, ty: Type, unwrap: bool) -> Expr {
        let span = tuple.span;
        if !unwrap || !tuple.ty.is_option() {
            return Expr { span, ty, kind: ExprKind::Field(Box::new(tuple), position) };
        }
        let variable = self.fresh(scope, "_", tuple.ty.without_option().clone());
        let inner = self.variable(scope, variable, span);
        let rest = Expr { span, ty: ty.clone(), kind: ExprKind::Field(Box::new(inner), position) };
        let kind = ExprKind::Chain { value: Box::new(tuple), variable, rest: Box::new(rest) };
        Expr { span, ty: ty.optional(), kind }
    }

    /// The scope of an entity's attributes: the key's parts, and siblings by name.
    fn attribute_scope(&mut self, entity: EntityId) -> Scope<'a> {
        let source = &self.entities[entity.index()];
        let mut scope = Scope::new(source.body);
        scope.entity = Some(entity);
        for ((name, _), variable) in
            source.key.iter().zip(&self.program.entities[entity.index()].key_variables)
        {
            scope.bind(name, *variable, Watch::No);
        }
        scope
    }

    /// The member that an attribute of `entity` is computed for.
    pub(crate) fn this_member(&self, scope: &Scope<'a>, entity: EntityId, span: Span) -> Expr {
        let variables: &[VarId] = &self.program.entities[entity.index()].key_variables;
        let mut parts: Vec<Expr> =
            variables.iter().map(|variable| self.variable(scope, *variable, span)).collect();
        let key = match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                let ty = Type::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                Expr { span, ty, kind: ExprKind::Tuple(parts) }
            }
        };
        Expr { span, ty: Type::Entity(entity), kind: ExprKind::Reinterpret(Box::new(key)) }
    }

    fn report_type_cycle(&mut self, definition: Definition, needed_at: Span) {
        let start = self.in_progress.iter().position(|(open, _)| *open == definition).unwrap_or(0);
        let cycle: Vec<Definition> = self.in_progress[start..].iter().map(|(open, _)| *open).collect();
        let name = self.definition_name(definition);
        let mut path: Vec<String> = cycle.iter().map(|open| self.definition_name(*open)).collect();
        path.push(name.clone());
        let message = format!("`{name}` depends on itself: {}", path.join(" → "));
        self.report.push(error("E0405", needed_at, message, "part of the cycle"));
    }

    /// The name of a definition, as `Switch.ports`.
    pub(crate) fn definition_name(&self, definition: Definition) -> String {
        match definition {
            Definition::Entity(entity) => self.entities[entity.index()].ast.name.text.clone(),
            Definition::Attribute(entity, position) => {
                let source = &self.entities[entity.index()];
                format!("{}.{}", source.ast.name.text, source.attributes[position].name.text)
            }
            Definition::Alloc(alloc) => self.allocs[alloc.index()].ast.name.text.clone(),
            Definition::Components(id) => self.components[id.index()].ast.name.text.clone(),
        }
    }

    /// Warns of attributes that nothing reads.
    pub(crate) fn warn_of_unread_attributes(&mut self) {
        for entity in &self.entities {
            for attribute in &entity.attributes {
                let is_written = matches!(attribute.form, Form::Written(_));
                if is_written && !attribute.is_read && !attribute.name.text.starts_with('_') {
                    let (entity, name) = (&entity.ast.name.text, &attribute.name.text);
                    let message = format!("nothing reads the attribute `{entity}.{name}`");
                    let problem =
                        warning("W0501", attribute.name.span, message, "computed and stored in vain");
                    self.report.push(problem.help("remove it".to_owned()));
                }
            }
        }
    }
}
