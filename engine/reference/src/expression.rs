//! Expressions. `None` of Rust stands for "no value" throughout; `Value::None` for the language's None.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use weft_lang::expr::{Expr, ExprKind};
use weft_lang::program::{EntityId, FunctionId, HostId, TableId};
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;

impl<'a> Evaluator<'a> {
    /// What an expression gives; None where it has no value.
    #[must_use]
    pub fn value(&self, expr: &'a Expr, environment: &Environment) -> Option<Value> {
        let value = |inner: &'a Expr| self.value(inner, environment);
        match &expr.kind {
            ExprKind::Bool(b) => Some(Value::Bool(*b)),
            ExprKind::Int(i) => Some(Value::Int(*i)),
            ExprKind::Literal(kind, pieces) => self.literal(*kind, pieces, environment),
            ExprKind::Register(place) => Some(Value::String(place.as_str().into())),
            ExprKind::None => Some(Value::None),
            ExprKind::Stage(stage) => Some(Value::Int(i64::from(stage.0))),
            ExprKind::Variable(variable) => match environment.get(*variable) {
                Some(value) => Some(value.clone()),
                None => self.fault(expr.span, "a variable that nothing has bound"),
            },
            ExprKind::Column(row, table, column) => self.column(value(row)?, *table, *column),
            ExprKind::RowUuid(row) | ExprKind::Reinterpret(row) => value(row),
            ExprKind::Attribute(member, entity, position) => {
                self.attribute(*entity, *position, &value(member)?)
            }
            ExprKind::Member(entity, parts) => self.member(*entity, &self.all_values(parts, environment)?),
            ExprKind::Lookup(table, columns) => self.lookup(*table, columns, environment),
            ExprKind::Allocated(alloc, holder) => self.allocated(*alloc, &value(holder)?),
            ExprKind::Component(components, node) => self.component(*components, &value(node)?),
            ExprKind::OutputRef(_, key) => Some(Value::Tuple(self.all_values(key, environment)?.into())),
            ExprKind::Field(inner, position) => match value(inner)? {
                Value::Tuple(parts) => parts.get(*position).cloned(),
                _ => self.fault(inner.span, "parts of what is not a tuple"),
            },
            ExprKind::MapIndex(map, key) => match (value(map)?, value(key)?) {
                (Value::Map(entries), key) => entries.get(&key).cloned(),
                _ => self.fault(map.span, "a key of what is not a map"),
            },
            ExprKind::ListIndex(list, index) => match (value(list)?, value(index)?) {
                (Value::List(members), Value::Int(index)) => {
                    members.get(usize::try_from(index).ok()?).cloned()
                }
                (Value::List(_), Value::None) => None,
                _ => self.fault(list.span, "a position in what is not a list"),
            },
            ExprKind::Call(function, arguments) => {
                self.call(*function, self.all_values(arguments, environment)?)
            }
            ExprKind::Host(host, arguments) => {
                self.call_host(expr, *host, &self.all_values(arguments, environment)?)
            }
            ExprKind::Builtin(builtin, arguments) => {
                self.builtin(expr, *builtin, &self.all_values(arguments, environment)?)
            }
            ExprKind::Try(inner) => Some(value(inner).unwrap_or(Value::None)),
            ExprKind::Not(inner) => Some(Value::Bool(!self.truth(inner, environment)?)),
            ExprKind::Negate(inner) => match value(inner)? {
                Value::Int(i) => i.checked_neg().map(Value::Int),
                _ => self.fault(inner.span, "minus what is not a number"),
            },
            ExprKind::AllMembers(_) | ExprKind::AllRows(_) => {
                self.fault(expr.span, "a whole table or entity is not a value")
            }
            ExprKind::Tuple(parts) => Some(Value::Tuple(self.all_values(parts, environment)?.into())),
            ExprKind::Set(parts) => Some(set(self.all_values(parts, environment)?)),
            ExprKind::List(parts) => Some(Value::List(self.all_values(parts, environment)?.into())),
            ExprKind::Map(entries) => self.map(entries, environment),
            ExprKind::Aggregate(aggregate) => self.aggregate(expr, aggregate, environment),
            ExprKind::Exists(clauses) => Some(Value::Bool(!self.rows(clauses, environment).is_empty())),
            ExprKind::Chain { .. }
            | ExprKind::Coalesce(..)
            | ExprKind::Binary(..)
            | ExprKind::If(..)
            | ExprKind::IfSome { .. }
            | ExprKind::Case { .. } => self.branching(expr, environment),
        }
    }

    /// The forms that do not need all of their parts.
    fn branching(&self, expr: &'a Expr, environment: &Environment) -> Option<Value> {
        let value = |inner: &'a Expr| self.value(inner, environment);
        match &expr.kind {
            ExprKind::Chain { value, variable, rest } => {
                let Some(inner) = self.inner_value(value, environment) else {
                    return Some(Value::None);
                };
                let rest = self.value(rest, &environment.with(*variable, inner));
                Some(rest.unwrap_or(Value::None))
            }
            ExprKind::Coalesce(left, right) => self.inner_value(left, environment).or_else(|| value(right)),
            ExprKind::Binary(operator, left, right) => self.binary(expr, *operator, left, right, environment),
            ExprKind::If(condition, then, otherwise) => {
                value(if self.truth(condition, environment)? { then } else { otherwise })
            }
            ExprKind::IfSome { value: option, variable, then, otherwise } => match value(option)? {
                Value::None => value(otherwise),
                inner => self.value(then, &environment.with(*variable, inner)),
            },
            ExprKind::Case { value: subject, arms, otherwise } => {
                let subject = value(subject)?;
                for (constants, result) in arms {
                    if constants.iter().any(|c| value(c).as_ref() == Some(&subject)) {
                        return value(result);
                    }
                }
                value(otherwise.as_deref()?)
            }
            _ => self.fault(expr.span, "a form that the evaluator does not know"),
        }
    }

    /// The value, and what is inside an `Option`; None where it has no value or is `None`.
    pub(crate) fn inner_value(&self, expr: &'a Expr, environment: &Environment) -> Option<Value> {
        self.value(expr, environment).filter(|value| *value != Value::None)
    }

    pub(crate) fn all_values(&self, exprs: &'a [Expr], environment: &Environment) -> Option<Vec<Value>> {
        exprs.iter().map(|expr| self.value(expr, environment)).collect()
    }

    /// The value of a `bool`.
    pub(crate) fn truth(&self, expr: &'a Expr, environment: &Environment) -> Option<bool> {
        match self.value(expr, environment)? {
            Value::Bool(b) => Some(b),
            _ => self.fault(expr.span, "not a bool"),
        }
    }

    /// The value of an `int`.
    pub(crate) fn int(&self, expr: &'a Expr, environment: &Environment) -> Option<i64> {
        match self.value(expr, environment)? {
            Value::Int(i) => Some(i),
            _ => self.fault(expr.span, "not an int"),
        }
    }

    /// The value of a `string`, `Match` or `Actions`.
    pub(crate) fn string(&self, expr: &'a Expr, environment: &Environment) -> Option<String> {
        match self.value(expr, environment)? {
            Value::String(text) => Some(text.to_string()),
            _ => self.fault(expr.span, "not a string"),
        }
    }

    fn column(&self, row: Value, table: TableId, column: usize) -> Option<Value> {
        let Value::Uuid(uuid) = row else {
            return None;
        };
        self.tables[table.index()].get(&uuid)?.get(column).cloned()
    }

    fn lookup(
        &self,
        table: TableId,
        columns: &'a [(usize, Expr)],
        environment: &Environment,
    ) -> Option<Value> {
        let positions: Vec<usize> = columns.iter().map(|(position, _)| *position).collect();
        let wanted: Option<Vec<Value>> =
            columns.iter().map(|(_, value)| self.value(value, environment)).collect();
        let index = self.known.rows_by_columns.get((table, positions.clone()), || {
            let mut index = HashMap::new();
            for (uuid, row) in &self.tables[table.index()] {
                let key = positions.iter().map(|position| row[*position].clone()).collect();
                index.entry(key).or_insert(*uuid);
            }
            Rc::new(index)
        });
        index?.get(&wanted?).map(|uuid| Value::Uuid(*uuid))
    }

    fn member(&self, entity: EntityId, parts: &[Value]) -> Option<Value> {
        let key = entity_key(parts);
        self.members(entity).contains(&key).then_some(key)
    }

    fn call(&self, function: FunctionId, arguments: Vec<Value>) -> Option<Value> {
        let function = &self.program.functions[function.index()];
        let mut environment = Environment::new(function.variables.len());
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            environment.bind(*parameter, argument);
        }
        self.value(&function.body, &environment)
    }

    fn call_host(&self, expr: &Expr, host: HostId, arguments: &[Value]) -> Option<Value> {
        let name = &self.program.host_functions[host.index()].name;
        match self.hosts.get(name) {
            Some(entry) => Some((entry.function)(arguments)),
            None => self.fault(expr.span, format!("there is no host function {name}")),
        }
    }

    fn map(&self, entries: &'a [(Expr, Expr)], environment: &Environment) -> Option<Value> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let (key, value) = (self.value(key, environment)?, self.value(value, environment)?);
            if value != Value::None {
                map.insert(key, value);
            }
        }
        Some(Value::Map(Arc::new(map)))
    }

    fn binary(
        &self,
        expr: &'a Expr,
        operator: BinaryOp,
        left: &'a Expr,
        right: &'a Expr,
        environment: &Environment,
    ) -> Option<Value> {
        match operator {
            BinaryOp::And if !self.truth(left, environment)? => Some(Value::Bool(false)),
            BinaryOp::Or if self.truth(left, environment)? => Some(Value::Bool(true)),
            BinaryOp::And | BinaryOp::Or => self.value(right, environment),
            BinaryOp::In | BinaryOp::NotIn => {
                let needle = self.value(left, environment)?;
                let found = self.is_in(&needle, right, environment)?;
                Some(Value::Bool(found == (operator == BinaryOp::In)))
            }
            _ => {
                let (left, right) = (self.value(left, environment)?, self.value(right, environment)?);
                self.operate(expr.span, operator, &left, &right)
            }
        }
    }

    fn is_in(&self, needle: &Value, haystack: &'a Expr, environment: &Environment) -> Option<bool> {
        if let ExprKind::AllMembers(entity) = haystack.kind {
            return Some(self.members(entity).contains(needle));
        }
        match self.value(haystack, environment)? {
            Value::Set(members) => Some(members.contains(needle)),
            Value::List(members) => Some(members.contains(needle)),
            Value::Map(entries) => Some(entries.contains_key(needle)),
            _ => self.fault(haystack.span, "not a collection"),
        }
    }
}

/// The set of these members.
pub(crate) fn set(members: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(Arc::new(members.into_iter().collect()))
}

/// The key of a member: the value itself for one part, a tuple for several.
pub(crate) fn entity_key(parts: &[Value]) -> Value {
    match parts {
        [part] => part.clone(),
        parts => Value::Tuple(parts.into()),
    }
}
