//! Which rows of a table refer to which rows.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use weft_ovsdb_schema::{BaseType, ColumnType};
use weft_value::Value;

use super::row_table::RowKey;

type FastMap<K, V> = HashMap<K, V, FxBuildHasher>;

/// For each key that emitted rows of a table refer to, these rows. A key of two tables that both are referred
/// to is one here.
#[derive(Debug, Default)]
pub(super) struct Referrers(FastMap<RowKey, FastMap<RowKey, u32>>);

impl Referrers {
    /// A row refers to each of these keys once more, or once less.
    pub(super) fn change(&mut self, referrer: &RowKey, targets: Vec<RowKey>, joined: bool) {
        for target in targets {
            let referrers = self.0.entry(Arc::clone(&target)).or_default();
            let count = referrers.entry(Arc::clone(referrer)).or_default();
            *count = if joined { *count + 1 } else { count.saturating_sub(1) };
            if *count == 0 {
                referrers.remove(referrer);
            }
            if referrers.is_empty() {
                self.0.remove(&target);
            }
        }
    }

    /// The rows that refer to a row of this key, and how many times.
    pub(super) fn of(&self, target: &RowKey) -> impl Iterator<Item = (&RowKey, u32)> {
        self.0.get(target).into_iter().flatten().map(|(referrer, count)| (referrer, *count))
    }
}

/// The keys that a value of a column refers to; none where the column holds no references.
pub(super) fn references(value: &Value, column: &ColumnType) -> Vec<RowKey> {
    let mut found = Vec::new();
    let is_reference = |base: &BaseType| base.reference.is_some();
    if is_reference(&column.key) || column.value.as_ref().is_some_and(is_reference) {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<RowKey>) {
    match value {
        // An entry of a map is a pair, and its value a key.
        Value::Tuple(key) => {
            found.push(Arc::clone(key));
            key.iter().for_each(|part| collect(part, found));
        }
        Value::List(members) => members.iter().for_each(|member| collect(member, found)),
        Value::Set(members) => members.iter().for_each(|member| collect(member, found)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            collect(key, found);
            collect(value, found);
        }),
        Value::Bool(_) | Value::Int(_) | Value::Uuid(_) | Value::String(_) | Value::None => {}
    }
}
