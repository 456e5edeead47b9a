//! Operators on two values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_syntax::ast::BinaryOp;
use weft_syntax::span::Span;
use weft_value::Value;

use crate::evaluator::Evaluator;

impl Evaluator<'_> {
    /// An operator that needs both of its sides.
    pub(crate) fn operate(
        &self,
        span: Span,
        operator: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Option<Value> {
        match operator {
            BinaryOp::Eq => Some(Value::Bool(left == right)),
            BinaryOp::Ne => Some(Value::Bool(left != right)),
            BinaryOp::Lt => Some(Value::Bool(left < right)),
            BinaryOp::Le => Some(Value::Bool(left <= right)),
            BinaryOp::Gt => Some(Value::Bool(left > right)),
            BinaryOp::Ge => Some(Value::Bool(left >= right)),
            _ => match (left, right) {
                (Value::Int(left), Value::Int(right)) => self.arithmetic(span, operator, *left, *right),
                _ => match combine(operator, left, right) {
                    Some(value) => Some(value),
                    None => self.fault(span, format!("{operator:?} of values that do not fit it")),
                },
            },
        }
    }

    /// No value for a division by zero and for a result beyond 64 bits.
    fn arithmetic(&self, span: Span, operator: BinaryOp, left: i64, right: i64) -> Option<Value> {
        let result = match operator {
            BinaryOp::Add => left.checked_add(right),
            BinaryOp::Sub => left.checked_sub(right),
            BinaryOp::Mul => left.checked_mul(right),
            BinaryOp::Div => left.checked_div(right),
            BinaryOp::Rem => left.checked_rem(right),
            _ => self.fault(span, format!("{operator:?} of numbers")),
        };
        result.map(Value::Int)
    }
}

/// Operators on texts and collections; None where they are not for such values.
fn combine(operator: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    match (operator, left, right) {
        (BinaryOp::Add, Value::String(left), Value::String(right)) => {
            Some(Value::String(format!("{left}{right}").into()))
        }
        (BinaryOp::Add, Value::List(left), Value::List(right)) => {
            Some(Value::List(left.iter().chain(right.iter()).cloned().collect()))
        }
        (BinaryOp::Add, Value::Map(left), Value::Map(right)) => {
            let entries = left.iter().chain(right.iter());
            Some(map(entries.map(|(key, value)| (key.clone(), value.clone())).collect()))
        }
        (BinaryOp::Sub, Value::Set(left), Value::Set(right)) => {
            Some(set(left.difference(right).cloned().collect()))
        }
        (BinaryOp::Sub, Value::Map(left), Value::Set(right)) => {
            let kept = left.iter().filter(|(key, _)| !right.contains(key));
            Some(map(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
        }
        (BinaryOp::Union, Value::Set(left), Value::Set(right)) => {
            Some(set(left.union(right).cloned().collect()))
        }
        (BinaryOp::Intersect, Value::Set(left), Value::Set(right)) => {
            Some(set(left.intersection(right).cloned().collect()))
        }
        _ => None,
    }
}

fn set(members: BTreeSet<Value>) -> Value {
    Value::Set(Arc::new(members))
}

fn map(entries: BTreeMap<Value, Value>) -> Value {
    Value::Map(Arc::new(entries))
}
