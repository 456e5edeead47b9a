//! Columns of rows as OVSDB's JSON has them (RFC 7047 section 5.1).

use serde_json::Value;

/// The members of a set, one or many.
pub(crate) fn members(column: &Value) -> Vec<&Value> {
    match column.as_array().map(Vec::as_slice) {
        Some([kind, Value::Array(members)]) if kind == "set" => members.iter().collect(),
        _ => vec![column],
    }
}

/// The strings of a set.
pub(crate) fn texts(column: &Value) -> Vec<&str> {
    members(column).into_iter().filter_map(Value::as_str).collect()
}

/// The UUIDs of a set of references.
pub(crate) fn references(column: &Value) -> Vec<&str> {
    members(column).into_iter().filter_map(|member| member[1].as_str()).collect()
}

/// The only member of an optional column.
pub(crate) fn text(column: &Value) -> Option<&str> {
    texts(column).into_iter().next()
}

/// The pairs of a map.
pub(crate) fn pairs(column: &Value) -> Vec<(&str, &str)> {
    let pairs = column[1].as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?))).collect()
}

/// The value of a key of a map.
pub(crate) fn value<'v>(column: &'v Value, key: &str) -> Option<&'v str> {
    pairs(column).into_iter().find_map(|(found, value)| (found == key).then_some(value))
}

/// Whether a key of a map has the value `true`.
pub(crate) fn is_true(column: &Value, key: &str) -> bool {
    value(column, key) == Some("true")
}

/// A number.
pub(crate) fn number(column: &Value) -> u32 {
    column.as_u64().and_then(|number| number.try_into().ok()).expect("a number of 32 bits")
}
