//! QoS rules of switches.

use weft_ovsdb_schema::{Atom, Value};

use super::{Outcome, parse_direction, parse_number, parse_priority};
use crate::command::Context;
use crate::database::RowId;

pub(super) fn add(context: &mut Context<'_, '_>) -> Outcome {
    let switch = context.record("Logical_Switch", context.argument(0))?;
    let direction = parse_direction(context.argument(1))?;
    let priority = parse_priority(context.argument(2))?;
    let matches = context.argument(3);
    let (mut action, mut bandwidth) = (Vec::new(), Vec::new());
    for word in context.arguments(4) {
        let (key, text) = word.split_once('=').unwrap_or((word, ""));
        let (least, greatest) = match key {
            "dscp" => (0, 63),
            "mark" => (0, i64::MAX),
            "rate" | "burst" => (1, i64::from(u32::MAX)),
            _ => return Err(format!("{word}: dscp=, mark=, rate= and burst= can be set")),
        };
        let pair = (Atom::from(key), Atom::from(parse_number(text, key, least, greatest)?));
        if matches!(key, "dscp" | "mark") { action.push(pair) } else { bandwidth.push(pair) }
    }
    let has_rate = bandwidth.iter().any(|(key, _)| key.as_str() == Some("rate"));
    if action.is_empty() && !has_rate {
        return Err("a mark, a rate or a dscp must be given".to_owned());
    }
    // A burst means something with a rate only.
    bandwidth.retain(|_| has_rate);
    let same = |rule: &RowId| is_rule(context, rule, direction, Some((priority, matches)));
    if context.referred(&switch, "qos_rules", "QoS").iter().any(same) {
        let message = format!("{} has such a rule already", context.argument(0));
        return if context.has_option("--may-exist") { Ok(()) } else { Err(message) };
    }
    let columns = [
        ("direction", Value::scalar(direction)),
        ("priority", Value::scalar(priority)),
        ("match", Value::scalar(matches)),
        ("action", Value::map(action)),
        ("bandwidth", Value::map(bandwidth)),
    ];
    context.insert_into(&switch, "qos_rules", "QoS", columns)?;
    Ok(())
}

fn is_rule(context: &Context<'_, '_>, rule: &RowId, direction: &str, rest: Option<(i64, &str)>) -> bool {
    context.text(rule, "direction") == direction
        && rest.is_none_or(|(priority, matches)| {
            context.value(rule, "priority").as_integer() == Some(priority)
                && context.text(rule, "match") == matches
        })
}

pub(super) fn delete(context: &mut Context<'_, '_>) -> Outcome {
    let switch = context.record("Logical_Switch", context.argument(0))?;
    let mut rules = context.referred(&switch, "qos_rules", "QoS");
    match context.arguments(1) {
        [] => {}
        [only] if only.parse::<uuid::Uuid>().is_ok() => {
            rules.retain(|rule| rule.uuid.to_string() == *only);
            if rules.is_empty() {
                return Err(format!("the switch has no QoS rule {only}"));
            }
        }
        [direction] => {
            let direction = parse_direction(direction)?;
            rules.retain(|rule| is_rule(context, rule, direction, None));
        }
        [direction, priority, matches] => {
            let (direction, priority) = (parse_direction(direction)?, parse_priority(priority)?);
            rules.retain(|rule| is_rule(context, rule, direction, Some((priority, matches))));
        }
        _ => return Err("a priority needs a match".to_owned()),
    }
    for rule in rules {
        context.transaction.remove_member(&switch, "qos_rules", &rule.uuid.into())?;
    }
    Ok(())
}
