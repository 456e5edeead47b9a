//! Rows of output tables, put together from what the heads emitted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_lang::program::Output;
use weft_value::Value;

use crate::evaluation::Evaluation;
use crate::evaluator::{Evaluator, default_value};
use crate::snapshot::{Row, TableName};

/// What heads gave for one row.
#[derive(Default)]
struct Given {
    /// Whole values by column.
    values: BTreeMap<String, BTreeSet<Value>>,
    /// Single members by column.
    members: BTreeMap<String, BTreeSet<Value>>,
}

impl Evaluator<'_> {
    /// Fills in `rows` and `conflicts` from `emits` and `members`.
    pub(crate) fn put_rows_together(&self, evaluation: &mut Evaluation) {
        let mut given: BTreeMap<(&TableName, &Vec<Value>), Given> = BTreeMap::new();
        for emit in &evaluation.emits {
            let row = given.entry((&emit.table, &emit.key)).or_default();
            for (column, value) in &emit.columns {
                row.values.entry(column.clone()).or_default().insert(value.clone());
            }
        }
        for member in &evaluation.members {
            let row = given.entry((&member.table, &member.key)).or_default();
            row.members.entry(member.column.clone()).or_default().insert(member.value.clone());
        }
        for ((table, key), given) in given {
            let output = self.program.outputs.iter().find(|o| self.table_name(o.table) == *table);
            if let Some(output) = output {
                let row = self.row(output, key, &given, &mut evaluation.conflicts);
                evaluation.rows.entry(table.clone()).or_default().insert(key.clone(), row);
            }
        }
    }

    fn row(&self, output: &Output, key: &[Value], given: &Given, conflicts: &mut BTreeSet<String>) -> Row {
        let columns = &self.program.tables[output.table.index()].columns;
        let mut row = Row::new();
        for (position, value) in output.key.iter().zip(key) {
            row.insert(self.column_name(output, *position), value.clone());
        }
        for position in &output.write {
            let column = &columns[*position];
            let values = given.values.get(&column.name);
            if values.is_some_and(|values| values.len() > 1) {
                let table = self.table_name(output.table);
                conflicts.insert(format!("{table} {key:?}: {} has several values", column.name));
            }
            let whole = values.and_then(BTreeSet::first).cloned();
            let whole = whole.unwrap_or_else(|| default_value(&column.ty));
            let value = match given.members.get(&column.name) {
                Some(members) => with_members(whole, members),
                None => whole,
            };
            row.insert(column.name.clone(), value);
        }
        row
    }
}

/// A set or map with more members. Of several values of one key the least is taken, a value that a
/// head gave as a whole before them.
fn with_members(whole: Value, members: &BTreeSet<Value>) -> Value {
    match whole {
        Value::Map(entries) => {
            let mut entries = Arc::unwrap_or_clone(entries);
            for member in members {
                if let Value::Tuple(parts) = member
                    && let [key, value] = &**parts
                {
                    entries.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            Value::Map(Arc::new(entries))
        }
        Value::Set(all) => {
            let mut all = Arc::unwrap_or_clone(all);
            all.extend(members.iter().cloned());
            Value::Set(Arc::new(all))
        }
        other => other,
    }
}
