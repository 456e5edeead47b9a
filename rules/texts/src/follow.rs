//! What variables, calls and attributes stand for, as far as the rules tell it and not the data.

use std::collections::HashMap;
use std::rc::Rc;

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern};
use weft_lang::program::{
    AttributeValue, Block, Condition, EntityId, FunctionId, Head, Program, Rule, VarId,
};

/// Functions call each other, and attributes read each other, hardly as deep as this.
const DEEPEST: usize = 40;

/// More than this are not told apart.
const MOST_VALUES: usize = 64;

/// What the variables of one rule, function or entity stand for.
#[derive(Default)]
pub(crate) struct Scope<'p> {
    /// Variables of the clauses, and of `if … is Some(x)`.
    bound: HashMap<VarId, Bound<'p>>,
    /// Parameters of a function.
    arguments: HashMap<VarId, In<'p>>,
}

/// An expression in its scope.
#[derive(Clone)]
pub(crate) struct In<'p> {
    pub(crate) expr: &'p Expr,
    pub(crate) scope: Rc<Scope<'p>>,
}

/// One of several values, or a part of one.
struct Bound<'p> {
    values: Vec<&'p Expr>,
    part: Option<usize>,
}

impl<'p> Scope<'p> {
    pub(crate) fn of_rule(rule: &'p Rule) -> Rc<Scope<'p>> {
        let mut scope = Scope::default();
        scope.bind_block(&rule.block);
        rule.block.for_each_expr(&mut |expr| scope.bind_inside(expr));
        Rc::new(scope)
    }

    fn of_entity(program: &'p Program, entity: EntityId, value: &'p Expr) -> Rc<Scope<'p>> {
        let mut scope = Scope::default();
        scope.bind_clauses(&program.entities[entity.index()].clauses);
        scope.bind_inside(value);
        Rc::new(scope)
    }

    fn of_call(
        program: &'p Program,
        function: FunctionId,
        arguments: &'p [Expr],
        caller: &Rc<Scope<'p>>,
    ) -> Rc<Scope<'p>> {
        let function = &program.functions[function.index()];
        let mut scope = Scope::default();
        let given = |expr| In { expr, scope: caller.clone() };
        scope.arguments = function.parameters.iter().copied().zip(arguments.iter().map(given)).collect();
        scope.bind_inside(&function.body);
        Rc::new(scope)
    }

    fn bind_block(&mut self, block: &'p Block) {
        self.bind_clauses(&block.clauses);
        for head in &block.heads {
            match head {
                Head::For(inner) => self.bind_block(inner),
                Head::If { arms, otherwise } => {
                    for (condition, _) in arms {
                        if let Condition::IsSome { value, variable } = condition {
                            self.bind(*variable, vec![value], None);
                        }
                    }
                    arms.iter().map(|(_, inner)| inner).chain(otherwise).for_each(|b| self.bind_block(b));
                }
                Head::Flow(_) | Head::Emit { .. } | Head::EmitMember { .. } | Head::Warn { .. } => {}
            }
        }
    }

    fn bind_inside(&mut self, expr: &'p Expr) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::IfSome { value, variable, .. } | ExprKind::Chain { value, variable, .. } => {
                self.bind(*variable, vec![value], None);
            }
            ExprKind::Aggregate(aggregate) => self.bind_clauses(&aggregate.clauses),
            _ => {}
        });
    }

    fn bind_clauses(&mut self, clauses: &'p [Clause]) {
        for clause in clauses {
            match clause {
                Clause::Let { pattern, value, .. } => self.bind_pattern(pattern, &[value]),
                Clause::From { pattern, source, .. } => {
                    if let ExprKind::List(members) | ExprKind::Set(members) = &source.kind {
                        self.bind_pattern(pattern, &members.iter().collect::<Vec<_>>());
                    }
                }
                Clause::Where(_) => {}
            }
        }
    }

    fn bind_pattern(&mut self, pattern: &Pattern, values: &[&'p Expr]) {
        match pattern {
            Pattern::Variable(variable) => self.bind(*variable, values.to_vec(), None),
            Pattern::Tuple(variables) => {
                for (part, variable) in variables.iter().enumerate() {
                    variable.iter().for_each(|variable| self.bind(*variable, values.to_vec(), Some(part)));
                }
            }
        }
    }

    fn bind(&mut self, variable: VarId, values: Vec<&'p Expr>, part: Option<usize>) {
        self.bound.insert(variable, Bound { values, part });
    }
}

/// The expressions that `start` stands for: one of them, as data decide. What only data tell stands for itself, and
/// None for nothing.
pub(crate) fn values<'p>(program: &'p Program, start: &In<'p>) -> Vec<In<'p>> {
    let mut walk = Walk { program, found: Vec::new() };
    walk.follow(start.clone(), None, &start.clone(), 0);
    if walk.found.len() > MOST_VALUES { vec![start.clone()] } else { walk.found }
}

struct Walk<'p> {
    program: &'p Program,
    found: Vec<In<'p>>,
}

impl<'p> Walk<'p> {
    /// Finds what `at` stands for, or its part; `whole` is the expression of that part, for when data tell it.
    fn follow(&mut self, at: In<'p>, part: Option<usize>, whole: &In<'p>, depth: usize) {
        let In { expr, scope } = &at;
        let inner = |expr: &'p Expr| In { expr, scope: scope.clone() };
        if depth > DEEPEST || self.found.len() > MOST_VALUES {
            self.found.push(whole.clone());
            return;
        }
        let mut go = |next: In<'p>| self.follow(next, part, whole, depth + 1);
        match &expr.kind {
            ExprKind::Variable(variable) => {
                if let Some(argument) = scope.arguments.get(variable) {
                    go(argument.clone());
                } else if let Some(bound) = scope.bound.get(variable) {
                    self.follow_bound(bound, scope, part, if part.is_some() { whole } else { &at }, depth);
                } else {
                    self.leave(at.clone(), part, whole, depth);
                }
            }
            ExprKind::Call(function, arguments) => {
                let scope = Scope::of_call(self.program, *function, arguments, scope);
                let expr = &self.program.functions[function.index()].body;
                self.follow(In { expr, scope }, part, whole, depth + 1);
            }
            ExprKind::Attribute(_, entity, position) => {
                let attribute = &self.program.entities[entity.index()].attributes[*position];
                match &attribute.value {
                    AttributeValue::Value { expr, .. } => {
                        let scope = Scope::of_entity(self.program, *entity, expr);
                        self.follow(In { expr, scope }, part, whole, depth + 1);
                    }
                    AttributeValue::Members(_) => self.leave(at.clone(), part, whole, depth),
                }
            }
            ExprKind::Reinterpret(value) | ExprKind::Try(value) => go(inner(value)),
            ExprKind::Chain { rest, .. } => go(inner(rest)),
            ExprKind::If(_, then, otherwise) | ExprKind::IfSome { then, otherwise, .. } => {
                [then, otherwise].into_iter().for_each(|value| go(inner(value)));
            }
            ExprKind::Case { arms, otherwise, .. } => {
                arms.iter().for_each(|(_, value)| go(inner(value)));
                otherwise.iter().for_each(|value| go(inner(value)));
            }
            ExprKind::Field(value, field) if part.is_none() => {
                self.follow(inner(value), Some(*field), &at, depth + 1);
            }
            ExprKind::None => {}
            _ => self.leave(at.clone(), part, whole, depth),
        }
    }

    fn follow_bound(
        &mut self,
        bound: &Bound<'p>,
        scope: &Rc<Scope<'p>>,
        part: Option<usize>,
        whole: &In<'p>,
        depth: usize,
    ) {
        for &expr in &bound.values {
            let value = In { expr, scope: scope.clone() };
            match (bound.part, part) {
                // A part of a part is not looked into.
                (Some(_), Some(_)) => self.found.push(whole.clone()),
                (bound, part) => self.follow(value, bound.or(part), whole, depth + 1),
            }
        }
    }

    /// Nothing more is known of `at`, but for the parts of a tuple.
    fn leave(&mut self, at: In<'p>, part: Option<usize>, whole: &In<'p>, depth: usize) {
        match (part, &at.expr.kind) {
            (None, _) => self.found.push(at),
            (Some(part), ExprKind::Tuple(parts)) if part < parts.len() => {
                let value = In { expr: &parts[part], scope: at.scope };
                let whole = value.clone();
                self.follow(value, None, &whole, depth + 1);
            }
            (Some(_), _) => self.found.push(whole.clone()),
        }
    }
}
