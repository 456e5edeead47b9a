//! Scalars as text.

use weft_value::Value;

use crate::plan::Plan;
use crate::scalar::{Render, Scalar, TextPiece};

/// A scalar, close to how rules write it; `$3` is a column.
pub(crate) fn scalar_text(plan: &Plan, scalar: &Scalar) -> String {
    let text = |inner: &Scalar| scalar_text(plan, inner);
    let all = |parts: &[Scalar]| parts.iter().map(text).collect::<Vec<_>>().join(", ");
    match scalar {
        Scalar::Constant(value) => value_text(value),
        Scalar::Undefined => "undefined".into(),
        Scalar::Column(column) => format!("${column}"),
        Scalar::Bind { value, slot, body } => format!("let ${slot} = {} in {}", text(value), text(body)),
        Scalar::Builtin(builtin, parts) => format!("{builtin:?}({})", all(parts)),
        Scalar::Host(host, parts) => {
            let name = plan.hosts.get(*host as usize).map_or("?", |host| host.name.as_str());
            format!("{name}({})", all(parts))
        }
        Scalar::Binary(operator, a, b) => format!("({} {operator:?} {})", text(a), text(b)),
        Scalar::Not(a) => format!("not {}", text(a)),
        Scalar::Negate(a) => format!("-{}", text(a)),
        Scalar::Coalesce(a, b) => format!("({} ?? {})", text(a), text(b)),
        Scalar::Try(a) => format!("{}?", text(a)),
        Scalar::Unwrap(a) => format!("{}!", text(a)),
        Scalar::If(a, b, c) => format!("if {} {{ {} }} else {{ {} }}", text(a), text(b), text(c)),
        Scalar::Case(value, arms, otherwise) => {
            let arms = arms.iter().map(|(constants, result)| {
                let constants: Vec<String> = constants.iter().map(value_text).collect();
                format!("{} => {}, ", constants.join(", "), text(result))
            });
            format!("case {} {{ {}else => {} }}", text(value), arms.collect::<String>(), text(otherwise))
        }
        Scalar::Field(a, position) => format!("{}.{position}", text(a)),
        Scalar::MapIndex(a, b) | Scalar::ListIndex(a, b) => format!("{}[{}]", text(a), text(b)),
        Scalar::Tuple(parts) => format!("({})", all(parts)),
        Scalar::Set(parts) => format!("{{{}}}", all(parts)),
        Scalar::List(parts) => format!("[{}]", all(parts)),
        Scalar::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", text(key), text(value))).collect();
            format!("map {{{}}}", entries.join(", "))
        }
        Scalar::Text(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                TextPiece::Text(fixed) => fixed.escape_debug().to_string(),
                TextPiece::Hole(hole, render) => format!("${{{}{}}}", text(hole), render_text(render)),
            });
            format!("\"{}\"", pieces.collect::<String>())
        }
    }
}

fn render_text(render: &Render) -> String {
    match render {
        Render::Bare => String::new(),
        Render::Quoted => ":quoted".into(),
        Render::Bit => ":bit".into(),
        Render::StageNumber => ":number".into(),
        Render::StageName => ":name".into(),
        Render::Braces(inner) => format!(":braces{}", render_text(inner)),
        Render::Optional(inner) => format!(":optional{}", render_text(inner)),
    }
}

fn value_text(value: &Value) -> String {
    let all = |parts: &[Value]| parts.iter().map(value_text).collect::<Vec<_>>().join(", ");
    match value {
        Value::None => "None".into(),
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Uuid(uuid) => format!("{uuid:032x}"),
        Value::String(text) => format!("{text:?}"),
        Value::Tuple(parts) => format!("({})", all(parts)),
        Value::List(parts) => format!("[{}]", all(parts)),
        Value::Set(members) => {
            format!("{{{}}}", members.iter().map(value_text).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", value_text(key), value_text(value)))
                .collect();
            format!("map {{{}}}", entries.join(", "))
        }
    }
}
