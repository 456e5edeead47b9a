//! DHCP options.

use weft_ovsdb_schema::Value;

use super::Outcome;
use crate::address::parse_prefix;
use crate::command::Context;
use crate::records::string_map;

pub(super) fn create(context: &mut Context<'_, '_>) -> Outcome {
    let cidr = context.argument(0);
    if parse_prefix(cidr).is_none() {
        return Err(format!("{cidr} is no network address"));
    }
    let columns = [("cidr", Value::scalar(cidr)), ("external_ids", string_map(context.arguments(1)))];
    let id = context.transaction.insert("DHCP_Options", columns)?;
    context.print(&id.uuid.to_string());
    Ok(())
}

pub(super) fn set_options(context: &mut Context<'_, '_>) -> Outcome {
    let id = context.record("DHCP_Options", context.argument(0))?;
    Ok(context.update(&id, [("options", string_map(context.arguments(1)))])?)
}
