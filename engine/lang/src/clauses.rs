//! Clauses: sources, conditions and bindings.

use std::collections::HashSet;

use weft_syntax::ast::{self, Otherwise};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Clause, Expr, Pattern};
use crate::report::{Detail, error};
use crate::scope::{Scope, Watch};
use crate::syntax_walk::{for_each_clause_expr, for_each_name, pattern_names};
use crate::types::Type;

impl<'a> Checker<'a> {
    /// Checks a list of clauses and binds its variables in the scope; the caller leaves the scope. The
    /// clauses come out so that each stands after those whose variables it reads.
    pub(crate) fn clauses(&mut self, scope: &mut Scope<'a>, clauses: &'a [ast::Clause]) -> Vec<Clause> {
        let mark = scope.mark();
        let mut checked = Vec::with_capacity(clauses.len());
        for clause in in_order_of_use(clauses) {
            let clause = match clause {
                ast::Clause::From { pattern, source, cross, span } => {
                    let source = self.infer_source(scope, source);
                    let element = self.element_type(&source);
                    let pattern = self.bind_pattern(scope, mark, pattern, &element, Binding::From);
                    self.note_stages_of_members(scope, &pattern, &source);
                    Clause::From { pattern, source, cross: *cross, span: *span }
                }
                ast::Clause::Where(condition) => Clause::Where(self.check(scope, condition, &Type::Bool)),
                ast::Clause::Let { pattern, value, otherwise, span } => {
                    self.let_clause(scope, mark, pattern, value, otherwise, *span)
                }
            };
            checked.push(clause);
        }
        checked
    }

    fn let_clause(
        &mut self,
        scope: &mut Scope<'a>,
        mark: usize,
        pattern: &'a ast::Pattern,
        value: &'a ast::Expr,
        otherwise: &'a Otherwise,
        span: Span,
    ) -> Clause {
        let value = self.infer_determined(scope, value, &Type::Unknown);
        let (unwrap, warn) = self.otherwise(scope, otherwise);
        let ty = if unwrap { value.ty.without_option().clone() } else { value.ty.clone() };
        let pattern = self.bind_pattern(scope, mark, pattern, &ty, Binding::Let);
        self.note_stages_of_value(scope, &pattern, &value);
        Clause::Let { pattern, value, unwrap, warn, span }
    }

    /// Whether the `else` of a binding unwraps, and its warning.
    pub(crate) fn otherwise(
        &mut self,
        scope: &mut Scope<'a>,
        otherwise: &'a Otherwise,
    ) -> (bool, Option<Expr>) {
        match otherwise {
            Otherwise::None => (false, None),
            Otherwise::Skip => (true, None),
            Otherwise::Warn(text) => (true, Some(self.check(scope, text, &Type::String))),
        }
    }

    /// The clauses of an expression, which is computed wherever it is needed or not at all, so that it
    /// cannot tell of rows.
    pub(crate) fn silent_clauses(
        &mut self,
        scope: &mut Scope<'a>,
        clauses: &'a [ast::Clause],
    ) -> Vec<Clause> {
        for clause in clauses {
            if let ast::Clause::Let { otherwise: Otherwise::Warn(text), .. } = clause {
                let message = "only rules and entities can warn, not a collection or `exists`";
                let problem = error("E0411", text.span, message, "a warning inside an expression");
                let help = "leave the row out with `else skip`, and warn of it in a rule";
                self.report.push(problem.help(help.to_owned()));
            }
        }
        self.clauses(scope, clauses)
    }

    /// The source of a `from`: a table, an entity, or a value that is a collection.
    pub(crate) fn infer_source(&mut self, scope: &mut Scope<'a>, source: &'a ast::Expr) -> Expr {
        if let Some(collection) = self.named_collection(scope, source) {
            return collection;
        }
        self.infer(scope, source, &Type::Unknown)
    }

    /// The type of a collection's members.
    fn element_type(&mut self, source: &Expr) -> Type {
        match (&source.kind, &source.ty) {
            (_, Type::Unknown) => Type::Unknown,
            (_, Type::Set(element) | Type::List(element)) => (**element).clone(),
            (_, Type::Map(key, value)) => Type::Tuple(vec![(**key).clone(), (**value).clone()]),
            (_, ty) => {
                let found = self.program.type_name(ty);
                let message = "`in` needs a table, an entity, or a set, list or map";
                let help = ty.is_option().then(|| "bind it with `let x = … else skip`".to_owned());
                self.report.push(error("E0310", source.span, message, format!("this is {found}")).help(help));
                Type::Unknown
            }
        }
    }

    fn bind_pattern(
        &mut self,
        scope: &mut Scope<'a>,
        mark: usize,
        pattern: &'a ast::Pattern,
        ty: &Type,
        binding: Binding,
    ) -> Pattern {
        for name in pattern_names(pattern).iter().filter(|name| name.text != "_") {
            if let Some(first) = scope.bound_since(mark, &name.text) {
                let message = format!("the variable `{}` is bound twice", name.text);
                let problem = error("E0202", name.span, message, "bound again here");
                self.report.push(problem.related(first, "first bound here"));
            }
        }
        match pattern {
            ast::Pattern::Variable(name) => {
                let watch = match binding {
                    Binding::Let => Watch::Yes,
                    Binding::From if scope.is_rule => Watch::Yes,
                    Binding::From => Watch::No,
                };
                Pattern::Variable(self.bind(scope, name, ty.clone(), watch))
            }
            ast::Pattern::Tuple(names, span) => {
                let parts = self.tuple_parts(ty, names.len(), *span);
                let bind = |(name, part): (&'a ast::Name, Type)| {
                    (name.text != "_").then(|| self.bind(scope, name, part, Watch::Yes))
                };
                Pattern::Tuple(names.iter().zip(parts).map(bind).collect())
            }
        }
    }

    /// The types of a tuple's parts, with an error when there are not `count` of them.
    pub(crate) fn tuple_parts(&mut self, ty: &Type, count: usize, span: Span) -> Vec<Type> {
        match ty {
            Type::Tuple(parts) if parts.len() == count => return parts.clone(),
            Type::Unknown => {}
            _ => {
                let found = self.program.type_name(ty);
                let message = format!("this pattern takes a tuple of {count} parts");
                self.report.push(error("E0301", span, message, format!("found {found}")));
            }
        }
        vec![Type::Unknown; count]
    }

    /// The variables that the `from` clauses bind, in the order in which they are written.
    pub(crate) fn source_variables(
        &self,
        scope: &Scope<'a>,
        clauses: &'a [ast::Clause],
    ) -> Vec<crate::program::VarId> {
        let mut variables = Vec::new();
        for clause in clauses {
            if let ast::Clause::From { pattern, .. } = clause {
                let names = pattern_names(pattern).iter().filter(|name| name.text != "_");
                variables.extend(names.filter_map(|name| scope.get(&name.text)));
            }
        }
        variables
    }
}

#[derive(Debug, Clone, Copy)]
enum Binding {
    From,
    Let,
}

/// The clauses, each after those that bind the names it uses; otherwise as they are written.
fn in_order_of_use(clauses: &[ast::Clause]) -> Vec<&ast::Clause> {
    let bound: Vec<Vec<&str>> = clauses.iter().map(bound_names).collect();
    let all: HashSet<&str> = bound.iter().flatten().copied().collect();
    let mut needs: Vec<HashSet<&str>> = Vec::with_capacity(clauses.len());
    for (clause, own) in clauses.iter().zip(&bound) {
        let mut used = HashSet::new();
        for_each_clause_expr(clause, &mut |expr| {
            for_each_name(expr, &mut |name| {
                if all.contains(name) && !own.contains(&name) {
                    used.insert(name);
                }
            });
        });
        needs.push(used);
    }
    let mut ready: HashSet<&str> = HashSet::new();
    let mut waiting: Vec<usize> = (0..clauses.len()).collect();
    let mut sorted = Vec::with_capacity(clauses.len());
    while !waiting.is_empty() {
        // Where clauses need each other, the one written first is checked first and reports the name.
        let next =
            waiting.iter().position(|&at| needs[at].iter().all(|name| ready.contains(name))).unwrap_or(0);
        let at = waiting.remove(next);
        ready.extend(&bound[at]);
        sorted.push(&clauses[at]);
    }
    sorted
}

fn bound_names(clause: &ast::Clause) -> Vec<&str> {
    match clause {
        ast::Clause::From { pattern, .. } | ast::Clause::Let { pattern, .. } => {
            pattern_names(pattern).iter().map(|name| name.text.as_str()).collect()
        }
        ast::Clause::Where(_) => Vec::new(),
    }
}
