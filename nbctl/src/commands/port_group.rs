//! Port groups.

use weft_ovsdb_schema::Value;

use super::Outcome;
use super::switch::delete_row;
use crate::command::Context;
use crate::database::RowId;

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let group = context.transaction.insert("Port_Group", [("name", Value::scalar(context.argument(0)))])?;
    set_ports_of(context, &group)
}

pub(super) fn set_ports(context: &mut Context<'_, '_>) -> Outcome {
    let group = context.record("Port_Group", context.argument(0))?;
    set_ports_of(context, &group)
}

fn set_ports_of(context: &mut Context<'_, '_>, group: &RowId) -> Outcome {
    let names = context.arguments(1).iter();
    let ports: Vec<RowId> =
        names.map(|name| context.record("Logical_Switch_Port", name)).collect::<Result<_, _>>()?;
    Ok(context.update(group, [("ports", Value::set(ports.into_iter().map(|port| port.uuid)))])?)
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    delete_row(context, "Port_Group")
}
