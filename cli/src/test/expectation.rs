//! `expect` steps.

use std::collections::BTreeSet;

use weft_reference::{Evaluation, TableName};
use weft_syntax::ast::{Expr, Name, TestStep};
use weft_value::Value;

use super::compare::difference;
use super::constant::Names;
use super::world::World;
use crate::print::{Datapaths, members, text_of};

/// Compares what is expected with what is there; the difference, or None. Steps that expect nothing are
/// met.
pub(super) fn check(step: &TestStep, world: &World<'_>, found: &Evaluation) -> Option<String> {
    match step {
        TestStep::ExpectFlows { stage, priority, datapath, flows, .. } => {
            let wanted = Wanted { stage, priority: priority.as_ref(), datapath: datapath.as_deref() };
            let expected = flows.iter().cloned().collect();
            check_flows(&wanted, &expected, world, found)
        }
        TestStep::ExpectRows { database, table, filter, rows, .. } => {
            let table = TableName::new(&database.text, &table.text);
            check_rows(&table, filter.as_ref(), rows, &world.names(), found).unwrap_or_else(Some)
        }
        TestStep::ExpectWarnings { texts, .. } => {
            let expected = texts.iter().cloned().collect();
            difference(&expected, &found.warning_texts(), String::clone)
                .map(|lines| format!("warnings differ (- expected, + found):\n{lines}"))
        }
        _ => None,
    }
}

struct Wanted<'w> {
    stage: &'w Name,
    priority: Option<&'w Expr>,
    datapath: Option<&'w str>,
}

fn check_flows(
    wanted: &Wanted<'_>,
    expected: &BTreeSet<(String, String)>,
    world: &World<'_>,
    evaluation: &Evaluation,
) -> Option<String> {
    let priority = match wanted.priority.map(|expr| world.names().value(expr)) {
        None => None,
        Some(Ok(Value::Int(priority))) => Some(priority),
        Some(Ok(_)) => return Some("a priority is a number".to_owned()),
        Some(Err(problem)) => return Some(problem),
    };
    let datapaths = world.northbound().map(Datapaths::new).unwrap_or_default();
    let is_on = |set: &Value| {
        wanted.datapath.is_none_or(|name| {
            members(evaluation, set).into_iter().any(|datapath| datapaths.name(datapath) == name)
        })
    };
    let flows = evaluation.flows.iter().filter(|flow| {
        flow.stage == wanted.stage.text
            && priority.is_none_or(|priority| flow.priority == priority)
            && !members(evaluation, &flow.datapaths).is_empty()
            && is_on(&flow.datapaths)
    });
    let found = flows.map(|flow| (flow.matches.clone(), flow.actions.clone())).collect();
    let place = match (priority, wanted.datapath) {
        (Some(priority), Some(datapath)) => format!("{}[{priority}] for {datapath}", wanted.stage.text),
        (Some(priority), None) => format!("{}[{priority}]", wanted.stage.text),
        (None, Some(datapath)) => format!("{} for {datapath}", wanted.stage.text),
        (None, None) => wanted.stage.text.clone(),
    };
    difference(expected, &found, |(matches, actions)| format!("{matches:?} => {actions:?}"))
        .map(|lines| format!("flows of {place} differ (- expected, + found):\n{lines}"))
}

/// Each group of columns must be met by a row of its own, and no row may be left. `{}` is no row.
fn check_rows(
    table: &TableName,
    filter: Option<&(Name, Expr)>,
    groups: &[Vec<(Name, Expr)>],
    names: &Names<'_>,
    found: &Evaluation,
) -> Result<Option<String>, String> {
    let rows = found.rows.get(table).into_iter().flat_map(|rows| rows.values());
    let filter = filter.map(|(name, expr)| Ok::<_, String>((&name.text, names.value(expr)?))).transpose()?;
    let is_wanted = |row: &&weft_reference::Row| {
        filter.as_ref().is_none_or(|(name, value)| row.get(*name).is_some_and(|held| is_same(held, value)))
    };
    let mut left: Vec<&weft_reference::Row> = rows.filter(is_wanted).collect();
    let mut missing = Vec::new();
    let mut columns: BTreeSet<&str> = BTreeSet::new();
    for group in groups.iter().filter(|group| !group.is_empty()) {
        let group: Vec<(&str, Value)> = group
            .iter()
            .map(|(name, expr)| Ok((name.text.as_str(), names.value(expr)?)))
            .collect::<Result<_, String>>()?;
        columns.extend(group.iter().map(|(name, _)| *name));
        let meets = |row: &&weft_reference::Row| {
            group.iter().all(|(name, value)| row.get(*name).is_some_and(|held| is_same(held, value)))
        };
        match left.iter().position(meets) {
            Some(position) => {
                left.swap_remove(position);
            }
            None => missing.push(describe(group.iter().map(|(name, value)| (*name, value)))),
        }
    }
    if missing.is_empty() && left.is_empty() {
        return Ok(None);
    }
    let shown = |row: &&weft_reference::Row| {
        let is_shown = |name: &str| columns.is_empty() || columns.contains(name);
        describe(row.iter().map(|(name, value)| (name.as_str(), value)).filter(|(name, _)| is_shown(name)))
    };
    let missing = missing.iter().map(|row| format!("\n  - {row}"));
    let extra = left.iter().map(|row| format!("\n  + {}", shown(row)));
    let lines: String = missing.chain(extra).collect();
    Ok(Some(format!("rows of {table} differ (- expected, + found):{lines}")))
}

/// An empty collection is written `{}` or `[]`, whatever the column is.
fn is_same(held: &Value, written: &Value) -> bool {
    let members = |value: &Value| -> Option<BTreeSet<Value>> {
        match value {
            Value::Set(members) => Some((**members).clone()),
            Value::List(members) => Some(members.iter().cloned().collect()),
            Value::Map(entries) if entries.is_empty() => Some(BTreeSet::new()),
            _ => None,
        }
    };
    held == written || members(held).is_some_and(|held| Some(held) == members(written))
}

fn describe<'v>(columns: impl Iterator<Item = (&'v str, &'v Value)>) -> String {
    let columns: Vec<String> = columns.map(|(name, value)| format!("{name}: {}", text_of(value))).collect();
    format!("{{ {} }}", columns.join(", "))
}
