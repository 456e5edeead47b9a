//! Values as JSON text (RFC 7047 section 5.1), appended to a buffer without building a tree.

use crate::atom::Atom;
use crate::json::{push_formatted, write_json_string, write_real};
use crate::value::Value;

impl Atom {
    /// Appends the atom's JSON.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Integer(number) => push_formatted(out, format_args!("{number}")),
            Self::Real(real) => write_real(real.get(), out),
            Self::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::String(text) => write_json_string(text, out),
            Self::Uuid(uuid) => {
                out.push_str("[\"uuid\",\"");
                out.push_str(uuid.hyphenated().encode_lower(&mut [0; 36]));
                out.push_str("\"]");
            }
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
