//! Meters.

use weft_ovsdb_schema::Value;

use super::{Outcome, parse_number};
use crate::command::Context;

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let (name, action, unit) = (context.argument(0), context.argument(1), context.argument(3));
    let existing = context.database().find("Meter", "name", &Value::scalar(name)).into_iter().next();
    if existing.is_some() && !context.has_option("--may-exist") {
        return Err(format!("there is a meter {name} already"));
    }
    if name.starts_with("__") {
        return Err("names that begin with __ are reserved".to_owned());
    }
    if action != "drop" {
        return Err("the action is drop".to_owned());
    }
    if !matches!(unit, "kbps" | "pktps") {
        return Err("the unit is kbps or pktps".to_owned());
    }
    let rate = parse_number(context.argument(2), "rate", 1, i64::from(u32::MAX))?;
    let burst = match context.arguments(4).first() {
        Some(text) => parse_number(text, "burst", 0, i64::from(u32::MAX))?,
        None => 0,
    };
    let meter = match existing {
        Some(meter) => meter,
        None => context.transaction.insert("Meter", [("name", Value::scalar(name))])?,
    };
    let band = match context.referred(&meter, "bands", "Meter_Band").into_iter().next() {
        Some(band) => band,
        None => context.transaction.insert("Meter_Band", [])?,
    };
    let columns = [
        ("action", Value::scalar(action)),
        ("rate", Value::scalar(rate)),
        ("burst_size", Value::scalar(burst)),
    ];
    context.update(&band, columns)?;
    context.update(&meter, [("unit", Value::scalar(unit)), ("bands", Value::scalar(band.uuid))])?;
    if context.has_option("--fair") {
        context.update(&meter, [("fair", Value::scalar(true))])?;
    }
    Ok(())
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let meters = match context.arguments(0).first() {
        Some(name) => context.database().find("Meter", "name", &Value::scalar(name.as_str())),
        None => {
            let rows = context.database().rows("Meter");
            rows.map(|(uuid, _)| crate::RowId { table: "Meter".into(), uuid }).collect()
        }
    };
    for meter in meters {
        context.transaction.delete(&meter)?;
    }
    Ok(())
}
