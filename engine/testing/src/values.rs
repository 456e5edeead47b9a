//! Values in few words.

use std::sync::Arc;

use weft_value::Value;

/// A `string`.
#[must_use]
pub fn string(text: &str) -> Value {
    Value::String(text.into())
}

/// Strings, for sets and lists of them.
pub fn strings<const N: usize>(texts: [&str; N]) -> impl Iterator<Item = Value> {
    texts.into_iter().map(string)
}

/// An `int`.
#[must_use]
pub fn int(number: i64) -> Value {
    Value::Int(number)
}

/// A `uuid` or a reference to a row.
#[must_use]
pub fn uuid(uuid: u128) -> Value {
    Value::Uuid(uuid)
}

/// References to rows.
pub fn uuids<const N: usize>(uuids: [u128; N]) -> impl Iterator<Item = Value> {
    uuids.into_iter().map(uuid)
}

/// A set.
#[must_use]
pub fn set(members: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(Arc::new(members.into_iter().collect()))
}

/// A map from strings to strings.
#[must_use]
pub fn options<const N: usize>(entries: [(&str, &str); N]) -> Value {
    Value::Map(Arc::new(entries.into_iter().map(|(key, value)| (string(key), string(value))).collect()))
}
