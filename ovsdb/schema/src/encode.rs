//! Values as JSON text (RFC 7047 section 5.1), appended to a buffer without building a tree.

use std::fmt::Write;

use crate::atom::Atom;
use crate::value::Value;

/// Appends a string as a JSON string literal.
pub fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, from_special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = from_special.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => push_formatted(out, format_args!("\\u{:04x}", u32::from(control))),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Formats at the end of a string, which cannot fail.
fn push_formatted(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(arguments);
    debug_assert!(written.is_ok(), "writing to a string always succeeds");
}

impl Atom {
    /// Appends the atom's JSON.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Integer(number) => push_formatted(out, format_args!("{number}")),
            // The debug form keeps every digit that matters and always has a point or an exponent.
            Self::Real(real) => push_formatted(out, format_args!("{:?}", real.get())),
            Self::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::String(text) => write_json_string(text, out),
            Self::Uuid(uuid) => push_formatted(out, format_args!("[\"uuid\",\"{}\"]", uuid.hyphenated())),
            Self::NamedUuid(name) => {
                out.push_str("[\"named-uuid\",");
                write_json_string(name, out);
                out.push(']');
            }
        }
    }
}

impl Value {
    /// Appends the value's JSON; a set of one is written as the bare atom, which RFC 7047 section 5.1 allows.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Set(atoms) => {
                if let Some(only) = atoms.only() {
                    only.write_json(out);
                    return;
                }
                out.push_str("[\"set\",[");
                for (index, atom) in atoms.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    atom.write_json(out);
                }
                out.push_str("]]");
            }
            Self::Map(pairs) => {
                out.push_str("[\"map\",[");
                for (index, (key, value)) in pairs.iter().enumerate() {
                    out.push_str(if index > 0 { ",[" } else { "[" });
                    key.write_json(out);
                    out.push(',');
                    value.write_json(out);
                    out.push(']');
                }
                out.push_str("]]");
            }
        }
    }
}
