//! Reading the arguments of host functions and making their results.

use std::sync::Arc;

use weft_value::Value;

/// The argument as text; None where it is something else.
pub(crate) fn text(arguments: &[Value], position: usize) -> Option<&str> {
    match arguments.get(position) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// The strings of a set or list argument, in its order.
pub(crate) fn texts(arguments: &[Value], position: usize) -> Vec<&str> {
    fn of(value: &Value) -> Option<&str> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
    match arguments.get(position) {
        Some(Value::Set(members)) => members.iter().filter_map(of).collect(),
        Some(Value::List(members)) => members.iter().filter_map(of).collect(),
        _ => Vec::new(),
    }
}

/// A boolean argument.
pub(crate) fn boolean(arguments: &[Value], position: usize) -> Option<bool> {
    match arguments.get(position) {
        Some(Value::Bool(value)) => Some(*value),
        _ => None,
    }
}

/// A string result.
pub(crate) fn string(text: &str) -> Value {
    Value::String(Arc::from(text))
}

/// A list result.
pub(crate) fn list(values: Vec<Value>) -> Value {
    Value::List(Arc::from(values))
}

/// A record or tuple result.
pub(crate) fn tuple(values: Vec<Value>) -> Value {
    Value::Tuple(Arc::from(values))
}
