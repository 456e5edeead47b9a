//! Sources with nothing in common, which make a product.

use std::collections::HashMap;

use weft_syntax::ast::BinaryOp;

use crate::checker::Checker;
use crate::expr::{Clause, Expr, ExprKind, Pattern};
use crate::names::Global;
use crate::program::{FunctionId, VarId};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::syntax_walk::{for_each_call, for_each_name};

/// What a list of clauses multiplies with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surroundings {
    /// Nothing: the clauses of a rule, and those whose rows are collected into one value.
    None,
    /// The rows of the rule around a nested block.
    Rows,
}

/// Groups of sources that conditions connect. Group 0 is what surrounds the clauses.
struct Connections {
    parent: Vec<usize>,
    /// The sources that a variable's value follows from.
    origin: HashMap<VarId, Vec<usize>>,
}

impl Connections {
    fn find(&self, mut group: usize) -> usize {
        while self.parent[group] != group {
            group = self.parent[group];
        }
        group
    }

    fn connect(&mut self, groups: &[usize]) {
        if let Some((first, others)) = groups.split_first() {
            let root = self.find(*first);
            for other in others {
                let other = self.find(*other);
                self.parent[other] = root;
            }
        }
    }

    /// The sources that the expression's variables follow from. A variable bound inside it or around
    /// the clauses counts as 0 or not at all.
    fn origins(&self, expr: &Expr, around: &[VarId]) -> Vec<usize> {
        let mut origins = Vec::new();
        expr.walk(&mut |inner| {
            if let ExprKind::Variable(variable) = &inner.kind {
                match self.origin.get(variable) {
                    Some(sources) => origins.extend(sources),
                    None if around.contains(variable) => origins.push(0),
                    None => {}
                }
            }
        });
        origins
    }
}

impl<'a> Checker<'a> {
    /// An error for each source that nothing connects to an earlier one, or to what surrounds the clauses
    /// when they multiply with `surroundings`. Gives whether the clauses make more than a few rows.
    pub(crate) fn check_products(
        &mut self,
        scope: &Scope<'a>,
        clauses: &[Clause],
        surroundings: Surroundings,
    ) -> bool {
        let outer: Vec<VarId> = scope.variables().collect();
        let mut connections = Connections { parent: vec![0], origin: HashMap::new() };
        let mut sources = Vec::new();
        for clause in clauses {
            if let Clause::From { pattern, source, cross, span } = clause {
                let group = connections.parent.len();
                connections.parent.push(group);
                for variable in pattern_variables(pattern) {
                    connections.origin.insert(variable, vec![group]);
                }
                let is_small = self.is_fixed(source) || self.has_at_most_one(source);
                sources.push((group, is_small, *cross, *span));
            }
        }
        let mut next_source = sources.iter();
        for clause in clauses {
            match clause {
                Clause::From { source, .. } => {
                    let mut groups = connections.origins(source, &outer);
                    groups.extend(next_source.next().map(|(group, ..)| *group));
                    connections.connect(&groups);
                }
                Clause::Let { pattern, value, .. } => {
                    let origins = connections.origins(value, &outer);
                    for variable in pattern_variables(pattern) {
                        connections.origin.insert(variable, origins.clone());
                    }
                }
                Clause::Where(_) => {}
            }
        }
        for clause in clauses {
            if let Clause::Where(condition) = clause {
                connect_by(condition, &mut connections, &outer);
            }
        }
        let mut seen: Vec<usize> = match surroundings {
            Surroundings::Rows => vec![0],
            Surroundings::None => Vec::new(),
        };
        for (group, _, cross, span) in sources.into_iter().filter(|(_, is_small, ..)| !is_small) {
            let is_connected = seen.iter().any(|other| connections.find(*other) == connections.find(group));
            if !seen.is_empty() && !cross && !is_connected {
                let message = "this source has nothing in common with the earlier ones: a product";
                let problem = error("E0407", span, message, "not connected");
                let help =
                    "connect it with `where a == b` or `in`, or write `cross` where a product is meant";
                self.report.push(problem.help(help.to_owned()));
            }
            seen.push(group);
        }
        !seen.is_empty()
    }

    /// Whether the source is the same in every database, so that it only repeats rules.
    fn is_fixed(&self, source: &Expr) -> bool {
        let mut fixed = true;
        source.walk(&mut |inner| {
            fixed &= match &inner.kind {
                ExprKind::Variable(_) | ExprKind::AllRows(_) | ExprKind::AllMembers(_) => false,
                ExprKind::Lookup(..) | ExprKind::Member(..) | ExprKind::Aggregate(_) => false,
                ExprKind::Call(id, _) => self.is_fixed_function(*id),
                _ => true,
            };
        });
        fixed
    }

    /// Whether the function reads its arguments alone.
    fn is_fixed_function(&self, id: FunctionId) -> bool {
        let body = self.functions[id.index()].body;
        let mut fixed = true;
        for_each_name(body, &mut |name| fixed &= !self.names.get(name).is_some_and(Global::is_stored));
        for_each_call(body, &mut |name| {
            // Functions stand after those they call; one that calls itself is reported elsewhere.
            fixed &= match self.names.get(&name.text) {
                Some(Global::Function(callee)) => callee < id && self.is_fixed_function(callee),
                _ => true,
            };
        });
        fixed
    }

    fn has_at_most_one(&self, source: &Expr) -> bool {
        match &source.kind {
            ExprKind::AllRows(table) => self.at_most_one_row[table.index()],
            ExprKind::AllMembers(entity) => {
                let row = self.program.entities[entity.index()].row;
                row.is_some_and(|table| self.at_most_one_row[table.index()])
            }
            _ => false,
        }
    }
}

/// Connects what an equality or membership puts side by side.
fn connect_by(condition: &Expr, connections: &mut Connections, outer: &[VarId]) {
    match &condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            connect_by(left, connections, outer);
            connect_by(right, connections, outer);
        }
        ExprKind::Binary(BinaryOp::Eq | BinaryOp::In, left, right) => {
            let mut groups = connections.origins(left, outer);
            groups.extend(connections.origins(right, outer));
            connections.connect(&groups);
        }
        _ => {}
    }
}

/// The variables that a pattern binds.
pub(crate) fn pattern_variables(pattern: &Pattern) -> Vec<VarId> {
    match pattern {
        Pattern::Variable(variable) => vec![*variable],
        Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
    }
}
