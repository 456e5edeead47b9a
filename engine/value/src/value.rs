//! Owned values: what goes into the engine, comes out of it, and passes through host functions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A value of the rule language. The order is the language's: numbers by size, strings by bytes,
/// composites part by part.
///
/// `Option<T>` is [`Value::None`] or the value itself. Rows and UUIDs are [`Value::Uuid`]; records and
/// entity keys of several parts are [`Value::Tuple`]; an extern type is its representation; a stage is
/// the [`Value::Int`] of its position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// `None`
    None,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uuid`, and a reference to a row.
    Uuid(u128),
    /// `string`, `Match`, `Actions`.
    String(Arc<str>),
    /// A tuple or record.
    Tuple(Arc<[Value]>),
    /// A list.
    List(Arc<[Value]>),
    /// A set.
    Set(Arc<BTreeSet<Value>>),
    /// A map.
    Map(Arc<BTreeMap<Value, Value>>),
}
