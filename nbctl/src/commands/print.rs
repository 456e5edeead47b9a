//! `list` and `find`.

use std::cmp::Ordering;

use weft_ovsdb_schema::{Atom, ColumnSchema, TableSchema, Value};

use super::Outcome;
use super::generic::{ColumnText, read_column, schema};
use crate::command::Context;
use crate::database::RowId;
use crate::records::{find_column, find_table};
use crate::value_text::print_value;

pub(super) fn list(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    if context.count() == 1 {
        let rows = all_rows(context, table);
        return print_rows(context, table, &rows);
    }
    let mut rows = Vec::new();
    for name in context.arguments(1) {
        match context.find_record(&table.name, name)? {
            Some(id) => rows.push(id),
            None if context.has_option("--if-exists") => {}
            None => return Err(format!("there is no row {name} in {}", table.name)),
        }
    }
    print_rows(context, table, &rows)
}

pub(super) fn find(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    let mut rows = all_rows(context, table);
    for text in context.arguments(1) {
        if let Some(wanted) = text.strip_prefix("_uuid=") {
            rows.retain(|id| id.uuid.to_string() == wanted);
            continue;
        }
        let condition = Condition::read(context, table, text)?;
        rows.retain(|id| condition.holds(&context.value(id, &condition.column.name)));
    }
    print_rows(context, table, &rows)
}

fn all_rows(context: &Context<'_, '_>, table: &TableSchema) -> Vec<RowId> {
    let rows = context.database().rows(&table.name);
    rows.map(|(uuid, _)| RowId { table: table.name.clone(), uuid }).collect()
}

/// `column[:key]` OPERATOR `value`.
struct Condition<'s> {
    column: &'s ColumnSchema,
    key: Option<Atom>,
    operator: &'static str,
    value: Value,
}

/// Longer ones first: `<=` is not `<` and a value that begins with `=`.
const OPERATORS: &[&str] = &["{in}", "{not-in}", "!=", "<=", ">=", "=", "<", ">"];

impl<'s> Condition<'s> {
    fn read(context: &mut Context<'_, '_>, table: &'s TableSchema, text: &str) -> Result<Self, String> {
        let ColumnText { column, key, rest } = read_column(table, text)?;
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
        let operator = operator.ok_or_else(|| format!("{text}: an operator and a value are missing"))?;
        let value_text = &rest[operator.len()..];
        let column_type = &column.column_type;
        let (key, value) = match (key, &column_type.value) {
            (Some(key), Some(value_type)) => {
                let key = context.reader().atom(&key, &column_type.key)?;
                (Some(key), Value::scalar(context.reader().atom(value_text, value_type)?))
            }
            _ => (None, context.reader().value(value_text, column_type)?),
        };
        Ok(Self { column, key, operator, value })
    }

    fn holds(&self, found: &Value) -> bool {
        let found = match &self.key {
            None => found.clone(),
            Some(key) => match found.as_map().and_then(|map| map.get(key)) {
                Some(atom) => Value::scalar(atom.clone()),
                // A key that is not there differs from every value.
                None => return matches!(self.operator, "!=" | "{not-in}"),
            },
        };
        let order = found.cmp(&self.value);
        match self.operator {
            "!=" => order != Ordering::Equal,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "{in}" => self.is_in(&found),
            "{not-in}" => !self.is_in(&found),
            _ => order == Ordering::Equal,
        }
    }

    fn is_in(&self, found: &Value) -> bool {
        match (found, &self.value) {
            (Value::Set(found), Value::Set(all)) => found.iter().all(|atom| all.contains(atom)),
            (Value::Map(found), Value::Map(all)) => {
                found.iter().all(|(key, value)| all.get(key) == Some(value))
            }
            _ => false,
        }
    }
}

fn print_rows(context: &mut Context<'_, '_>, table: &TableSchema, rows: &[RowId]) -> Outcome {
    let is_bare = context.has_option("--bare");
    let columns: Vec<Option<&ColumnSchema>> = match context.option("--columns") {
        Some(names) => {
            let column =
                |name: &str| if name == "_uuid" { Ok(None) } else { find_column(table, name).map(Some) };
            names.split([',', ' ']).filter(|name| !name.is_empty()).map(column).collect::<Result<_, _>>()?
        }
        None => {
            let mut columns: Vec<_> = table.columns.values().collect();
            columns.sort_by(|a, b| a.name.cmp(&b.name));
            std::iter::once(None).chain(columns.into_iter().map(Some)).collect()
        }
    };
    for (position, id) in rows.iter().enumerate() {
        if position > 0 {
            context.print("");
        }
        for column in &columns {
            let (name, printed) = match column {
                None => ("_uuid", id.uuid.to_string()),
                Some(column) => {
                    let value = context.value(id, &column.name);
                    (&*column.name, print_value(&value, &column.column_type, is_bare))
                }
            };
            let line = if is_bare { printed } else { format!("{name:<20}: {printed}") };
            context.print(line.trim_end());
        }
    }
    Ok(())
}
