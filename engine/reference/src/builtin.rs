//! Methods and functions of the language. Each is written down here on its own, apart from the
//! dataflow's.

use std::collections::BTreeMap;

use weft_lang::builtin::Builtin;
use weft_lang::expr::Expr;
use weft_lang::program::Stage;
use weft_lang::types::Type;
use weft_value::{Value, stable_hash};

use crate::evaluator::Evaluator;
use crate::expression::set;
use crate::text::{quoted, uuid_text};

impl Evaluator<'_> {
    /// A builtin on its arguments.
    pub(crate) fn builtin(&self, expr: &Expr, builtin: Builtin, arguments: &[Value]) -> Option<Value> {
        of_text(builtin, arguments)
            .or_else(|| of_members(builtin, arguments))
            .or_else(|| of_map(builtin, &expr.ty, arguments))
            .or_else(|| self.of_stage(builtin, arguments))
            .or_else(|| of_any(builtin, arguments))
            .or_else(|| self.fault(expr.span, format!("{builtin:?} of values that do not fit it")))
    }

    fn of_stage(&self, builtin: Builtin, arguments: &[Value]) -> Option<Value> {
        let [Value::Int(position)] = arguments else {
            return None;
        };
        let stage = self.stage(*position)?;
        match builtin {
            Builtin::StageNumber => Some(Value::Int(i64::from(stage.number))),
            Builtin::StageName => Some(string(&stage.name)),
            Builtin::StagePipeline => Some(string(&stage.direction)),
            _ => None,
        }
    }

    /// The stage of that position.
    pub(crate) fn stage(&self, position: i64) -> Option<&Stage> {
        self.program.stages.get(usize::try_from(position).ok()?)
    }
}

fn of_text(builtin: Builtin, arguments: &[Value]) -> Option<Value> {
    let mut texts = Vec::new();
    for argument in arguments {
        let Value::String(text) = argument else {
            return None;
        };
        texts.push(&**text);
    }
    match (builtin, texts.as_slice()) {
        (Builtin::StringLength, [text]) => count(text.len()),
        (Builtin::StringIsEmpty, [text]) => Some(Value::Bool(text.is_empty())),
        (Builtin::StringStartsWith, [text, part]) => Some(Value::Bool(text.starts_with(part))),
        (Builtin::StringEndsWith, [text, part]) => Some(Value::Bool(text.ends_with(part))),
        (Builtin::StringContains, [text, part]) => Some(Value::Bool(text.contains(part))),
        (Builtin::StringSplit, [text, ""]) => Some(Value::List([string(text)].into())),
        (Builtin::StringSplit, [text, separator]) => {
            Some(Value::List(text.split(separator).map(string).collect()))
        }
        (Builtin::StringTrim, [text]) => Some(string(text.trim_matches(|c: char| c.is_ascii_whitespace()))),
        (Builtin::StringLower, [text]) => Some(string(&text.to_ascii_lowercase())),
        (Builtin::StringToInt, [text]) => Some(to_int(text).unwrap_or(Value::None)),
        (Builtin::StringToBool, [text]) => Some(to_bool(text).unwrap_or(Value::None)),
        (Builtin::StringStripPrefix, [text, prefix]) => {
            Some(text.strip_prefix(prefix).map_or(Value::None, string))
        }
        (Builtin::StringReplace, [text, "", _]) => Some(string(text)),
        (Builtin::StringReplace, [text, from, to]) => Some(string(&text.replace(from, to))),
        (Builtin::ExternText | Builtin::Raw, [text]) => Some(string(text)),
        (Builtin::Quote, [text]) => Some(string(&quoted(text))),
        _ => None,
    }
}

/// Decimal digits with an optional sign.
fn to_int(text: &str) -> Option<Value> {
    text.parse().ok().map(Value::Int)
}

fn to_bool(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Methods of lists and sets, in their order.
fn of_members(builtin: Builtin, arguments: &[Value]) -> Option<Value> {
    let members: Vec<&Value> = match arguments.first()? {
        Value::Set(members) => members.iter().collect(),
        Value::List(members) => members.iter().collect(),
        _ => return None,
    };
    match (builtin, &arguments[1..]) {
        (Builtin::Size, []) => count(members.len()),
        (Builtin::IsEmpty, []) => Some(Value::Bool(members.is_empty())),
        (Builtin::Join, [Value::String(separator)]) => {
            let texts: Option<Vec<&str>> = members.into_iter().map(text_of).collect();
            Some(string(&texts?.join(separator)))
        }
        (Builtin::First, []) => Some(members.first().map_or(Value::None, |m| (*m).clone())),
        (Builtin::Last, []) => Some(members.last().map_or(Value::None, |m| (*m).clone())),
        (Builtin::ToSet, []) => Some(set(members.into_iter().cloned())),
        (Builtin::ToList, []) => {
            let mut sorted: Vec<Value> = members.into_iter().cloned().collect();
            sorted.sort();
            Some(Value::List(sorted.into()))
        }
        _ => None,
    }
}

pub(crate) fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Methods of maps; keys and values come in the order of the keys, as the set or list that the
/// checker says (`result`).
fn of_map(builtin: Builtin, result: &Type, arguments: &[Value]) -> Option<Value> {
    let Value::Map(entries) = arguments.first()? else {
        return None;
    };
    let collected = |members: Vec<Value>| match result {
        Type::Set(_) => set(members),
        _ => Value::List(members.into()),
    };
    match (builtin, &arguments[1..]) {
        (Builtin::Size, []) => count(entries.len()),
        (Builtin::IsEmpty, []) => Some(Value::Bool(entries.is_empty())),
        (Builtin::MapKeys, []) => Some(collected(entries.keys().cloned().collect())),
        (Builtin::MapValues, []) => Some(collected(entries.values().cloned().collect())),
        (Builtin::MapGetBool, [key, default]) => {
            Some(read(entries, key, to_bool).unwrap_or_else(|| default.clone()))
        }
        (Builtin::MapGetInt, [key, default]) => {
            Some(read(entries, key, to_int).unwrap_or_else(|| default.clone()))
        }
        _ => None,
    }
}

fn read(
    entries: &BTreeMap<Value, Value>,
    key: &Value,
    reader: impl Fn(&str) -> Option<Value>,
) -> Option<Value> {
    entries.get(key).and_then(text_of).and_then(reader)
}

fn of_any(builtin: Builtin, arguments: &[Value]) -> Option<Value> {
    match (builtin, arguments) {
        (Builtin::IsSome, [value]) => Some(Value::Bool(*value != Value::None)),
        (Builtin::IsNone, [value]) => Some(Value::Bool(*value == Value::None)),
        (Builtin::IntText, [Value::Int(i)]) => Some(string(&i.to_string())),
        (Builtin::UuidText, [Value::Uuid(uuid)]) => Some(string(&uuid_text(*uuid))),
        (Builtin::UuidShort, [Value::Uuid(uuid)]) => Some(string(&uuid_text(*uuid)[..8])),
        (Builtin::Min, [left, right]) => Some(left.min(right).clone()),
        (Builtin::Max, [left, right]) => Some(left.max(right).clone()),
        (Builtin::Hash, [value]) => i64::try_from(stable_hash(value)).ok().map(Value::Int),
        _ => None,
    }
}

fn string(text: &str) -> Value {
    Value::String(text.into())
}

fn count(number: usize) -> Option<Value> {
    i64::try_from(number).ok().map(Value::Int)
}
