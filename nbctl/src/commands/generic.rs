//! The commands that work on any table: ovn-nbctl(8), *Database Commands*.

use std::sync::Arc;

use weft_ovsdb_schema::{Atom, ColumnSchema, DatabaseSchema, TableSchema, Value};

use super::Outcome;
use crate::command::Context;
use crate::database::RowId;
use crate::records::{find_column, find_table};
use crate::value_text::{Reader, Tokens, print_atom, print_value};

/// `column[:key]` with what follows it.
pub(super) struct ColumnText<'s, 't> {
    pub(super) column: &'s ColumnSchema,
    pub(super) key: Option<String>,
    /// `=value`, or nothing.
    pub(super) rest: &'t str,
}

/// Reads `column[:key]…`.
pub(super) fn read_column<'s, 't>(
    table: &'s TableSchema,
    text: &'t str,
) -> Result<ColumnText<'s, 't>, String> {
    let mut tokens = Tokens { rest: text };
    let column = find_column(table, &tokens.word()?)?;
    let key = if tokens.rest.starts_with(':') {
        tokens.take();
        Some(tokens.word()?)
    } else {
        None
    };
    if key.is_some() && !column.column_type.is_map() {
        return Err(format!("{}.{} is no map and has no keys", table.name, column.name));
    }
    Ok(ColumnText { column, key, rest: tokens.rest })
}

/// The schema is shared, not borrowed from the database, so that rows can change meanwhile.
pub(super) fn schema(context: &Context<'_, '_>) -> Arc<DatabaseSchema> {
    Arc::clone(context.database().schema())
}

/// The row that the second argument names; None when it may be missing and is.
fn existing_record(context: &Context<'_, '_>, table: &str) -> Result<Option<RowId>, String> {
    let name = context.argument(1);
    if context.has_option("--if-exists") {
        context.find_record(table, name)
    } else {
        context.record(table, name).map(Some)
    }
}

pub(super) fn create(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    let id = match context.option("--id") {
        Some(name) => context.symbols.create(context.transaction, name, &table.name)?,
        None => context.transaction.make_uuid(&table.name)?,
    };
    context.transaction.insert_at(&id, [])?;
    set_columns(context, &id, context.arguments(1))?;
    context.print(&id.uuid.to_string());
    Ok(())
}

pub(super) fn set(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    match existing_record(context, &table.name)? {
        Some(id) => set_columns(context, &id, context.arguments(2)),
        None => Ok(()),
    }
}

/// Carries out `column=value` and `column:key=value` on a row.
pub(super) fn set_columns(context: &mut Context<'_, '_>, id: &RowId, settings: &[String]) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, &id.table)?;
    for setting in settings {
        let ColumnText { column, key, rest } = read_column(table, setting)?;
        let text = rest.strip_prefix('=').ok_or_else(|| format!("{setting}: = and a value are missing"))?;
        let value = match (key, &column.column_type.value) {
            (Some(key), Some(value_type)) => {
                let key = context.reader().atom(&key, &column.column_type.key)?;
                let value = context.reader().atom(text, value_type)?;
                let old = context.value(id, &column.name);
                Value::map(old.as_map().into_iter().flatten().cloned().chain([(key, value)]))
            }
            _ => context.reader().value(text, &column.column_type)?,
        };
        column.check(&value).map_err(|error| error.to_string())?;
        context.update(id, [(&*column.name, value)])?;
    }
    Ok(())
}

pub(super) fn get(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    let Some(id) = existing_record(context, &table.name)? else { return Ok(()) };
    if let Some(name) = context.option("--id") {
        context.symbols.name(name, id.clone())?;
    }
    for text in context.arguments(2) {
        if text == "_uuid" {
            context.print(&id.uuid.to_string());
            continue;
        }
        let ColumnText { column, key, rest } = read_column(table, text)?;
        if !rest.is_empty() {
            return Err(format!("{text}: more after the column"));
        }
        let value = context.value(&id, &column.name);
        let printed = match key {
            None => print_value(&value, &column.column_type, false),
            Some(key) => {
                let atom = context.reader().atom(&key, &column.column_type.key)?;
                match value.as_map().and_then(|map| map.get(&atom)) {
                    Some(atom) => print_atom(atom, false),
                    None if context.has_option("--if-exists") => String::new(),
                    None => return Err(format!("{text}: there is no key {key}")),
                }
            }
        };
        context.print(&printed);
    }
    Ok(())
}

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    let Some(id) = existing_record(context, &table.name)? else { return Ok(()) };
    let column = find_column(table, context.argument(2))?;
    for text in context.arguments(3) {
        let more = context.reader().value(text, &column.column_type)?;
        let value = match (context.value(&id, &column.name), more) {
            (Value::Set(old), Value::Set(more)) => Value::set(old.iter().chain(&more).cloned()),
            // A key that is there keeps its value.
            (Value::Map(old), Value::Map(more)) => Value::map(more.iter().chain(&old).cloned()),
            (old, _) => old,
        };
        column.check(&value).map_err(|error| error.to_string())?;
        context.update(&id, [(&*column.name, value)])?;
    }
    Ok(())
}

pub(super) fn remove(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    let Some(id) = existing_record(context, &table.name)? else { return Ok(()) };
    let column = find_column(table, context.argument(2))?;
    for text in context.arguments(3) {
        let old = context.value(&id, &column.name);
        let value = without(&mut context.reader(), column, &old, text)?;
        column.check(&value).map_err(|error| error.to_string())?;
        context.update(&id, [(&*column.name, value)])?;
    }
    Ok(())
}

/// A value without a member, or a map without a key or a pair.
fn without(
    reader: &mut Reader<'_, '_>,
    column: &ColumnSchema,
    old: &Value,
    text: &str,
) -> Result<Value, String> {
    let column_type = &column.column_type;
    match old {
        Value::Set(atoms) => {
            let gone = reader.value(text, column_type)?;
            let is_gone = |atom: &&Atom| gone.as_set().is_some_and(|gone| gone.contains(atom));
            Ok(Value::set(atoms.iter().filter(|atom| !is_gone(atom)).cloned()))
        }
        Value::Map(pairs) => match reader.value(text, column_type) {
            Ok(Value::Map(gone)) => {
                Ok(Value::map(pairs.iter().filter(|(key, value)| gone.get(key) != Some(value)).cloned()))
            }
            _ => {
                let gone = reader.atom(text, &column_type.key)?;
                Ok(Value::map(pairs.iter().filter(|(key, _)| *key != gone).cloned()))
            }
        },
    }
}

pub(super) fn clear(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    let Some(id) = existing_record(context, &table.name)? else { return Ok(()) };
    for name in context.arguments(2) {
        let column = find_column(table, name)?;
        if column.column_type.min > 0 {
            return Err(format!("{}.{} cannot be empty", table.name, column.name));
        }
        context.update(&id, [(&*column.name, column.column_type.default_value())])?;
    }
    Ok(())
}

pub(super) fn destroy(context: &mut Context<'_, '_>) -> Outcome {
    let schema = schema(context);
    let table = find_table(&schema, context.argument(0))?;
    if context.has_option("--all") {
        let rows: Vec<_> = context.database().rows(&table.name).map(|(uuid, _)| uuid).collect();
        for uuid in rows {
            context.transaction.delete(&RowId { table: Arc::clone(&table.name), uuid })?;
        }
        return Ok(());
    }
    for name in context.arguments(1) {
        if let Some(id) = context.find_record(&table.name, name)? {
            context.transaction.delete(&id)?;
        } else if !context.has_option("--if-exists") {
            return Err(format!("there is no row {name} in {}", table.name));
        }
    }
    Ok(())
}
