//! ACLs of switches and port groups.

use weft_ovsdb_schema::Value;

use super::{Outcome, parse_direction, parse_number, parse_priority};
use crate::command::Context;
use crate::database::RowId;

const ACTIONS: &[&str] = &["allow", "allow-related", "allow-stateless", "drop", "reject", "pass"];

/// The switch or port group that the first argument names.
fn owner(context: &Context<'_, '_>) -> Result<RowId, String> {
    let name = context.argument(0);
    match context.option("--type") {
        Some("switch") => context.record("Logical_Switch", name),
        Some("port-group") => context.record("Port_Group", name),
        Some(other) => Err(format!("--type={other}: the type is switch or port-group")),
        None => {
            let group = context.find_record("Port_Group", name)?;
            let switch = context.find_record("Logical_Switch", name)?;
            match (group, switch) {
                (Some(_), Some(_)) => {
                    Err(format!("{name} is a switch and a port group; say which with --type"))
                }
                (Some(owner), None) | (None, Some(owner)) => Ok(owner),
                (None, None) => Err(format!("there is no switch or port group {name}")),
            }
        }
    }
}

/// What two ACLs of one owner must not share.
fn identity(direction: &str, priority: i64, matches: &str, tier: i64, after_lb: bool) -> [Value; 5] {
    [direction.into(), priority.into(), matches.into(), tier.into(), after_lb.into()]
}

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let owner = owner(context)?;
    let direction = parse_direction(context.argument(1))?;
    let priority = parse_priority(context.argument(2))?;
    let (matches, action) = (context.argument(3), context.argument(4));
    if !ACTIONS.contains(&action) {
        return Err(format!("{action}: the action is one of {}", ACTIONS.join(", ")));
    }
    let tier = match context.option("--tier") {
        Some(text) => text.parse().map_err(|_| format!("{text} is no tier"))?,
        None => 0,
    };
    let after_lb = context.has_option("--apply-after-lb") && direction == "from-lport";
    let new = identity(direction, priority, matches, tier, after_lb);
    for acl in context.referred(&owner, "acls", "ACL") {
        if of_row(context, &acl) == new {
            let message = format!("{} has such an ACL already", context.argument(0));
            return if context.has_option("--may-exist") { Ok(()) } else { Err(message) };
        }
    }
    let mut columns = vec![
        ("direction", Value::scalar(direction)),
        ("priority", Value::scalar(priority)),
        ("match", Value::scalar(matches)),
        ("action", Value::scalar(action)),
        ("tier", Value::scalar(tier)),
    ];
    columns.extend(logging_columns(context));
    if let Some(label) = context.option("--label") {
        if !matches!(action, "allow" | "allow-related") {
            return Err("a label is for the actions allow and allow-related".to_owned());
        }
        columns.push(("label", Value::scalar(parse_number(label, "label", 0, i64::from(u32::MAX))?)));
    }
    if after_lb {
        columns.push(("options", Value::map([("apply-after-lb", "true")])));
    }
    for (option, column) in [("--sample-new", "sample_new"), ("--sample-est", "sample_est")] {
        if let Some(sample) = context.option(option) {
            columns.push((column, sample_reference(context, column, sample)?));
        }
    }
    if let Some(group) = context.arguments(5).first() {
        let group = context.record("Network_Function_Group", group)?;
        columns.push(("network_function_group", Value::scalar(group.uuid)));
    }
    context.insert_into(&owner, "acls", "ACL", columns)?;
    Ok(())
}

fn sample_reference(context: &mut Context<'_, '_>, column: &str, text: &str) -> Result<Value, String> {
    let schema = std::sync::Arc::clone(context.database().schema());
    let column = schema.column("ACL", column).ok_or("ACLs have no samples in this schema")?;
    context.reader().value(text, &column.column_type)
}

fn logging_columns(context: &Context<'_, '_>) -> Vec<(&'static str, Value)> {
    let options = [("--severity", "severity"), ("--name", "name"), ("--meter", "meter")];
    let given = options
        .into_iter()
        .filter_map(|(option, column)| context.option(option).map(|value| (column, Value::scalar(value))));
    let mut columns: Vec<(&'static str, Value)> = given.collect();
    if context.has_option("--log") || !columns.is_empty() {
        columns.push(("log", Value::scalar(true)));
    }
    columns
}

fn of_row(context: &Context<'_, '_>, acl: &RowId) -> [Value; 5] {
    let options = context.value(acl, "options");
    let after_lb = options.as_map().and_then(|map| map.get_str("apply-after-lb")) == Some("true");
    let [direction, priority, matches, tier] =
        ["direction", "priority", "match", "tier"].map(|column| context.value(acl, column));
    [direction, priority, matches, tier, after_lb.into()]
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let owner = owner(context)?;
    let mut wanted: Vec<(&str, Value)> = Vec::new();
    if let Some(text) = context.option("--tier") {
        let tier: i64 = text.parse().map_err(|_| format!("{text} is no tier"))?;
        wanted.push(("tier", Value::scalar(tier)));
    }
    if context.count() > 1 {
        wanted.push(("direction", Value::scalar(parse_direction(context.argument(1))?)));
    }
    match context.arguments(2) {
        [] => {}
        [priority, matches] => {
            wanted.push(("priority", Value::scalar(parse_priority(priority)?)));
            wanted.push(("match", Value::scalar(matches.as_str())));
        }
        _ => return Err("a priority needs a match".to_owned()),
    }
    for acl in context.referred(&owner, "acls", "ACL") {
        if wanted.iter().all(|(column, value)| context.value(&acl, column) == *value) {
            context.transaction.remove_member(&owner, "acls", &acl.uuid.into())?;
        }
    }
    Ok(())
}
