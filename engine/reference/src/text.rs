//! Text with holes.

use std::fmt::Write;

use weft_lang::expr::{Expr, Piece};
use weft_lang::types::Type;
use weft_syntax::ast::LiteralKind;
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;

impl<'a> Evaluator<'a> {
    /// The text of a literal.
    pub(crate) fn literal(
        &self,
        kind: LiteralKind,
        pieces: &'a [Piece],
        environment: &Environment,
    ) -> Option<Value> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Hole(hole) => {
                    let value = self.value(hole, environment)?;
                    text.push_str(&self.written(hole, &hole.ty, kind, &value)?);
                }
            }
        }
        Some(Value::String(text.into()))
    }

    /// How a value of a type is written into a literal.
    fn written(&self, hole: &Expr, ty: &Type, kind: LiteralKind, value: &Value) -> Option<String> {
        let plain = kind == LiteralKind::Plain;
        match (ty, value) {
            (Type::Option(_), Value::None) => Some(String::new()),
            (Type::Option(inner), value) => self.written(hole, inner, kind, value),
            (Type::Set(inner), Value::Set(members)) => self.braces(hole, inner, kind, members.iter()),
            (Type::List(inner), Value::List(members)) => self.braces(hole, inner, kind, members.iter()),
            (Type::String, Value::String(text)) if !plain => Some(quoted(text)),
            (Type::Bool, Value::Bool(b)) if plain => Some(b.to_string()),
            (Type::Bool, Value::Bool(b)) => Some(u8::from(*b).to_string()),
            (Type::Stage, Value::Int(position)) => {
                let stage = self.stage(*position)?;
                Some(if plain { stage.name.clone() } else { stage.number.to_string() })
            }
            (Type::Extern(id), value) => {
                let representation = &self.program.extern_types[id.index()].representation;
                self.written(hole, representation, LiteralKind::Plain, value)
            }
            (Type::Int, Value::Int(i)) => Some(i.to_string()),
            (Type::Uuid, Value::Uuid(uuid)) => Some(uuid_text(*uuid)),
            (Type::String | Type::Match | Type::Actions, Value::String(text)) => Some(text.to_string()),
            _ => self.fault(hole.span, "a value that cannot be written"),
        }
    }

    fn braces<'v>(
        &self,
        hole: &Expr,
        ty: &Type,
        kind: LiteralKind,
        members: impl Iterator<Item = &'v Value>,
    ) -> Option<String> {
        let parts: Option<Vec<String>> = members.map(|member| self.written(hole, ty, kind, member)).collect();
        Some(format!("{{{}}}", parts?.join(", ")))
    }
}

/// Text in double quotes, escaped as strings of JSON are: what OVN's lexer reads back.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if u32::from(control) < 0x20 => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A UUID in the usual form of 8-4-4-4-12 hex digits.
pub(crate) fn uuid_text(uuid: u128) -> String {
    let digits = format!("{uuid:032x}");
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_escaped_as_json_is() {
        assert_eq!(quoted("a\"b\\c/é"), r#""a\"b\\c/é""#);
        assert_eq!(quoted("\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}\"");
    }

    #[test]
    fn uuids_are_written_in_five_groups() {
        assert_eq!(
            uuid_text(0x0123_4567_89ab_cdef_0011_2233_4455_6677),
            "01234567-89ab-cdef-0011-223344556677"
        );
        assert_eq!(uuid_text(1), "00000000-0000-0000-0000-000000000001");
    }
}
