//! Values and types in the words of ovsdb-server's messages.

use crate::atom::Atom;
use crate::json::{push_formatted, write_json_string, write_real_briefly};
use crate::read_value::parse_uuid;
use crate::types::ColumnType;
use crate::value::Value;

impl Atom {
    /// Appends the atom in the form of database commands: strings that are plain words bare, others quoted as in
    /// JSON.
    pub fn write_text(&self, out: &mut String) {
        match self {
            Self::Real(real) => write_real_briefly(real.get(), out),
            Self::String(text) if is_plain_word(text) => out.push_str(text),
            Self::String(text) => write_json_string(text, out),
            Self::Uuid(uuid) => push_formatted(out, format_args!("{uuid}")),
            Self::Integer(_) | Self::Boolean(_) | Self::NamedUuid(_) => self.write_json(out),
        }
    }
}

fn is_plain_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let starts = text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    starts && text.bytes().all(plain) && text != "true" && text != "false" && parse_uuid(text).is_none()
}

impl Value {
    /// Appends the value in the form of database commands, such as `[1, 2]` or `{a="b c"}`.
    pub fn write_text(&self, column_type: &ColumnType, out: &mut String) {
        let (open, close) = if column_type.is_map() { ('{', '}') } else { ('[', ']') };
        let bracketed = column_type.is_composite() || self.is_empty();
        if bracketed {
            out.push(open);
        }
        match self {
            Self::Set(atoms) => {
                for (index, atom) in atoms.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    atom.write_text(out);
                }
            }
            Self::Map(pairs) => {
                for (index, (key, value)) in pairs.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    key.write_text(out);
                    out.push('=');
                    value.write_text(out);
                }
            }
        }
        if bracketed {
            out.push(close);
        }
    }
}

impl ColumnType {
    /// The type in English, such as `set of up to 3 strings`.
    pub fn in_english(&self) -> String {
        let key = self.key.atomic;
        if self.is_scalar() {
            return key.to_string();
        }
        let noun = if self.is_map() { "map" } else { "set" };
        let size = match (self.min, self.max) {
            (0, None) => " of".to_owned(),
            (min, None) => format!(" of {min} or more"),
            (0, Some(max)) => format!(" of up to {max}"),
            (min, Some(max)) => format!(" of {min} to {max}"),
        };
        match &self.value {
            None => format!("{noun}{size} {key}s"),
            Some(value) => format!("{noun}{size} ({key}, {}) pairs", value.atomic),
        }
    }
}
