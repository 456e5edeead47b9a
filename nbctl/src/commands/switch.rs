//! Logical switches.

use weft_ovsdb_schema::Value;

use super::Outcome;
use crate::command::Context;

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    add_datapath(context, "Logical_Switch", "switch")
}

/// `ls-add` and `lr-add`.
pub(super) fn add_datapath(context: &mut Context<'_, '_>, table: &str, what: &str) -> Outcome {
    let (may_exist, add_duplicate) =
        (context.has_option("--may-exist"), context.has_option("--add-duplicate"));
    if may_exist && add_duplicate {
        return Err("--may-exist and --add-duplicate contradict each other".to_owned());
    }
    if context.count() == 0 {
        if may_exist || add_duplicate {
            return Err("--may-exist and --add-duplicate need a name".to_owned());
        }
        context.transaction.insert(table, [])?;
        return Ok(());
    }
    let name = Value::scalar(context.argument(0));
    if !add_duplicate && !context.database().find(table, "name", &name).is_empty() {
        let message = format!("there is a {what} {} already", context.argument(0));
        return if may_exist { Ok(()) } else { Err(message) };
    }
    context.transaction.insert(table, [("name", name)])?;
    Ok(())
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    delete_row(context, "Logical_Switch")
}

/// Deletes the row that the first argument names.
pub(super) fn delete_row(context: &mut Context<'_, '_>, table: &str) -> Outcome {
    let name = context.argument(0);
    if context.has_option("--if-exists") && context.find_record(table, name)?.is_none() {
        return Ok(());
    }
    let id = context.record(table, name)?;
    Ok(context.transaction.delete(&id)?)
}

pub(super) fn list(context: &mut Context<'_, '_>) -> Outcome {
    list_rows(context, "Logical_Switch");
    Ok(())
}

/// Prints UUIDs and names of a table, by name.
pub(super) fn list_rows(context: &mut Context<'_, '_>, table: &str) {
    let name = |row: &crate::Row| row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut rows: Vec<_> = context.database().rows(table).map(|(uuid, row)| (name(row), uuid)).collect();
    rows.sort();
    for (name, uuid) in rows {
        context.print(&format!("{uuid} ({name})"));
    }
}

/// Prints UUIDs and names of the rows that a column refers to, by name.
pub(super) fn list_members(
    context: &mut Context<'_, '_>,
    parent: &str,
    column: &str,
    table: &str,
) -> Outcome {
    let parent = context.record(parent, context.argument(0))?;
    let members = context.referred(&parent, column, table);
    let mut members: Vec<_> = members.iter().map(|id| (context.text(id, "name"), id.uuid)).collect();
    members.sort();
    for (name, uuid) in members {
        context.print(&format!("{uuid} ({name})"));
    }
    Ok(())
}
