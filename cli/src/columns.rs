//! Values of OVSDB columns as rules see them (LANGUAGE.md, *Databases*).

use std::sync::Arc;

use weft_ovsdb_schema::{Atom, ColumnType, Value as Stored};
use weft_value::Value;

/// A column's value as rules see it.
pub(crate) fn rule_value(stored: &Stored, column_type: &ColumnType) -> Value {
    match stored {
        Stored::Map(pairs) => Value::Map(Arc::new(
            pairs.iter().map(|(key, value)| (atom_value(key), atom_value(value))).collect(),
        )),
        Stored::Set(atoms) if column_type.max == Some(1) => {
            atoms.iter().next().map_or(Value::None, atom_value)
        }
        Stored::Set(atoms) => Value::Set(Arc::new(atoms.iter().map(atom_value).collect())),
    }
}

fn atom_value(atom: &Atom) -> Value {
    match atom {
        Atom::Integer(number) => Value::Int(*number),
        Atom::Boolean(truth) => Value::Bool(*truth),
        Atom::String(text) | Atom::NamedUuid(text) => Value::String(Arc::clone(text)),
        Atom::Uuid(uuid) => Value::Uuid(uuid.as_u128()),
        Atom::Real(number) => Value::String(number.get().to_string().into()),
    }
}
