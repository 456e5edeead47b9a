//! Functions: their order by calls, and their bodies.

use std::collections::HashMap;

use weft_syntax::ast::{self, ItemKind};
use weft_syntax::span::Span;

use crate::checker::{Checker, FunctionSource};
use crate::program::Function;
use crate::report::{Detail, Report, error};
use crate::scope::{Scope, Watch};
use crate::syntax_walk;

/// All functions, each after those it calls. Functions that call themselves, directly or not, are errors.
pub(crate) fn in_call_order<'a>(files: &'a [ast::File], report: &mut Report) -> Vec<FunctionSource<'a>> {
    let mut walk = CallWalk { functions: Vec::new(), by_name: HashMap::new(), path: Vec::new(), report };
    for item in files.iter().flat_map(|file| &file.items) {
        if let ItemKind::Function { name, parameters, result, body } = &item.kind {
            walk.by_name.entry(&name.text).or_insert(walk.functions.len());
            let source = FunctionSource::new(name, parameters, result, body);
            walk.functions.push((Some(source), Visit::New));
        }
    }
    let mut sorted = Vec::with_capacity(walk.functions.len());
    for position in 0..walk.functions.len() {
        walk.visit(position, &mut sorted);
    }
    sorted
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

struct CallWalk<'a, 'r> {
    functions: Vec<(Option<FunctionSource<'a>>, Visit)>,
    by_name: HashMap<&'a str, usize>,
    /// The functions that are being visited, each with the call that led to the next.
    path: Vec<(usize, &'a str, Span)>,
    report: &'r mut Report,
}

impl<'a> CallWalk<'a, '_> {
    fn visit(&mut self, position: usize, sorted: &mut Vec<FunctionSource<'a>>) {
        let (Some(source), Visit::New) = &self.functions[position] else { return };
        let (name, body) = (source.name, source.body);
        self.functions[position].1 = Visit::Open;
        let mut calls = Vec::new();
        syntax_walk::for_each_call(body, &mut |callee| calls.push(callee));
        for callee in calls {
            let Some(&target) = self.by_name.get(callee.text.as_str()) else { continue };
            self.path.push((position, &name.text, callee.span));
            match self.functions[target].1 {
                Visit::New => self.visit(target, sorted),
                Visit::Open => self.report_recursion(target),
                Visit::Done => {}
            }
            self.path.pop();
        }
        self.functions[position].1 = Visit::Done;
        sorted.extend(self.functions[position].0.take());
    }

    fn report_recursion(&mut self, target: usize) {
        let start = self.path.iter().position(|(position, ..)| *position == target).unwrap_or(0);
        let cycle = &self.path[start..];
        let Some((_, first, span)) = cycle.first() else { return };
        let names: Vec<&str> = cycle.iter().map(|(_, name, _)| *name).chain([*first]).collect();
        let message = format!("the function `{first}` calls itself: {}", names.join(" → "));
        let mut problem = error("E0405", *span, message, "part of the cycle");
        for (_, name, span) in &cycle[1..] {
            problem = problem.related(*span, format!("called by `{name}` here"));
        }
        self.report.push(problem.help("functions cannot be recursive".to_owned()));
    }
}

impl<'a> FunctionSource<'a> {
    fn new(
        name: &'a ast::Name,
        parameters: &'a [(ast::Name, ast::Type)],
        result_ast: &'a ast::Type,
        body: &'a ast::Expr,
    ) -> Self {
        let (parameter_types, result) = (Vec::new(), crate::types::Type::Unknown);
        FunctionSource { name, parameters, result_ast, body, parameter_types, result }
    }
}

impl<'a> Checker<'a> {
    /// Checks all bodies.
    pub(crate) fn check_functions(&mut self) {
        for position in 0..self.functions.len() {
            let body = self.new_body();
            let mut scope = Scope::new(body);
            let parameters = self.functions[position].parameters;
            let types = self.functions[position].parameter_types.clone();
            let mut bound = Vec::with_capacity(types.len());
            for ((name, _), ty) in parameters.iter().zip(types) {
                if scope.bound_since(0, &name.text).is_some() {
                    let message = format!("two parameters are named `{}`", name.text);
                    self.report.push(error("E0202", name.span, message, "defined again here"));
                }
                bound.push(self.bind(&mut scope, name, ty, Watch::Yes));
            }
            let result = self.functions[position].result.clone();
            let value = self.check(&mut scope, self.functions[position].body, &result);
            self.leave(&mut scope, 0);
            let variables = self.take_variables(body);
            self.program.functions.push(Function {
                name: self.functions[position].name.text.clone(),
                variables,
                parameters: bound,
                body: value,
            });
        }
    }
}
