//! Clauses: nested loops, with what they bind.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use weft_lang::expr::{Clause, Expr, ExprKind, Pattern};
use weft_syntax::span::Span;
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;
use crate::order::{Order, Probe, Step, order_clauses};

impl<'a> Evaluator<'a> {
    /// The distinct rows of clauses: `environment` with the clauses' variables bound. Warnings of
    /// `else warn` are given on the way.
    pub fn rows(&self, clauses: &'a [Clause], environment: &Environment) -> Vec<Environment> {
        if clauses.is_empty() {
            return vec![environment.clone()];
        }
        let Some(order) = self.order_of(clauses, environment) else {
            return Vec::new();
        };
        for warning in &order.warnings {
            for row in self.follow(&warning.steps, environment) {
                if self.inner_value(warning.value, &row).is_none()
                    && let Some(text) = self.string(warning.text, &row)
                {
                    self.warn(text, warning.text.span);
                }
            }
        }
        self.follow(&order.steps, environment)
    }

    fn order_of(&self, clauses: &'a [Clause], environment: &Environment) -> Option<Rc<Order<'a>>> {
        // A list of clauses stands in one place, where the same variables are always bound.
        let order =
            self.known.orders.get(clauses.as_ptr(), || match order_clauses(clauses, &environment.bound()) {
                Ok(order) => Some(Rc::new(order)),
                Err(clause) => self.fault(clause_span(clause), "nothing binds what this clause needs"),
            });
        order.flatten()
    }

    fn follow(&self, steps: &[Step<'a>], environment: &Environment) -> Vec<Environment> {
        let mut rows = BTreeSet::from([environment.clone()]);
        for step in steps {
            rows = rows.iter().flat_map(|row| self.step(step, row)).collect();
        }
        rows.into_iter().collect()
    }

    /// The rows that one clause makes of one row.
    fn step(&self, step: &Step<'a>, row: &Environment) -> Vec<Environment> {
        match step.clause {
            Clause::Where(condition) => match self.value(condition, row) {
                Some(Value::Bool(true)) => vec![row.clone()],
                _ => Vec::new(),
            },
            Clause::Let { pattern, value, unwrap, span, .. } => {
                let value = if *unwrap { self.inner_value(value, row) } else { self.value(value, row) };
                value.and_then(|value| self.bind(pattern, value, row, *span)).into_iter().collect()
            }
            Clause::From { pattern, source, span, .. } => {
                let members = match &step.probe {
                    Some(probe) => self.probed(source, probe, row),
                    None => self.members_of(source, row),
                };
                members.into_iter().filter_map(|m| self.bind(pattern, m, row, *span)).collect()
            }
        }
    }

    fn bind(&self, pattern: &Pattern, value: Value, row: &Environment, span: Span) -> Option<Environment> {
        match (pattern, value) {
            (Pattern::Variable(variable), value) => Some(row.with(*variable, value)),
            (Pattern::Tuple(variables), Value::Tuple(parts)) if variables.len() == parts.len() => {
                let mut row = row.clone();
                for (variable, part) in variables.iter().zip(parts.iter()) {
                    if let Some(variable) = variable {
                        row.bind(*variable, part.clone());
                    }
                }
                Some(row)
            }
            (Pattern::Tuple(_), _) => self.fault(span, "a pattern of parts needs a tuple"),
        }
    }

    /// The distinct members of a source; for a map, tuples of key and value.
    pub(crate) fn members_of(&self, source: &'a Expr, row: &Environment) -> Vec<Value> {
        match &source.kind {
            ExprKind::AllRows(table) => {
                self.tables[table.index()].keys().map(|uuid| Value::Uuid(*uuid)).collect()
            }
            ExprKind::AllMembers(entity) => self.members(*entity).iter().cloned().collect(),
            _ => match self.value(source, row) {
                None | Some(Value::None) => Vec::new(),
                Some(Value::Set(members)) => members.iter().cloned().collect(),
                Some(Value::List(members)) => {
                    members.iter().cloned().collect::<BTreeSet<Value>>().into_iter().collect()
                }
                Some(Value::Map(entries)) => entries
                    .iter()
                    .map(|(key, value)| Value::Tuple([key.clone(), value.clone()].into()))
                    .collect(),
                Some(_) => self.fault(source.span, "not a collection").unwrap_or_default(),
            },
        }
    }

    /// The members of `source` that the probe's condition can be true for.
    fn probed(&self, source: &'a Expr, probe: &Probe<'a>, row: &Environment) -> Vec<Value> {
        let index = self
            .known
            .members_by_key
            .get(std::ptr::from_ref(probe.key), || Rc::new(self.members_by_key(source, probe, row)));
        let wanted: Vec<Value> = if probe.wanted_is_collection {
            self.keys_of(probe.wanted, row)
        } else {
            self.value(probe.wanted, row).into_iter().collect()
        };
        let index = index.or_else(|| self.fault(source.span, "needs itself")).unwrap_or_default();
        let members = wanted.iter().filter_map(|key| index.get(key)).flatten();
        members.cloned().collect::<BTreeSet<Value>>().into_iter().collect()
    }

    fn members_by_key(
        &self,
        source: &'a Expr,
        probe: &Probe<'a>,
        row: &Environment,
    ) -> HashMap<Value, Vec<Value>> {
        let mut index: HashMap<Value, Vec<Value>> = HashMap::new();
        for member in self.members_of(source, row) {
            let alone = row.cleared().with(probe.variable, member.clone());
            let keys = if probe.key_is_collection {
                self.keys_of(probe.key, &alone)
            } else {
                self.value(probe.key, &alone).into_iter().collect()
            };
            for key in keys {
                index.entry(key).or_default().push(member.clone());
            }
        }
        index
    }

    /// All values for which `… in collection` is true.
    fn keys_of(&self, collection: &'a Expr, row: &Environment) -> Vec<Value> {
        match self.value(collection, row) {
            Some(Value::Set(members)) => members.iter().cloned().collect(),
            Some(Value::List(members)) => members.to_vec(),
            Some(Value::Map(entries)) => entries.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

fn clause_span(clause: &Clause) -> Span {
    match clause {
        Clause::From { span, .. } | Clause::Let { span, .. } => *span,
        Clause::Where(condition) => condition.span,
    }
}
