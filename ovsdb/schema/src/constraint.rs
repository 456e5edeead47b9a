use std::sync::Arc;

use thiserror::Error;

use crate::atom::Atom;
use crate::schema::ColumnSchema;
use crate::types::BaseType;
use crate::value::Value;

/// A value that its column must not hold (RFC 7047 section 5.1, constraint violation).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{table}.{column}: {message}")]
pub struct ConstraintError {
    /// The table's name.
    pub table: Arc<str>,
    /// The column's name.
    pub column: Arc<str>,
    /// What is wrong, with the value.
    pub message: String,
}

impl ColumnSchema {
    /// Checks that the column may hold the value: kind, number of elements, types, ranges and enumerations.
    /// References are not followed. Named uuids pass as uuids.
    ///
    /// # Errors
    /// The first violation found, naming table and column.
    pub fn check(&self, value: &Value) -> Result<(), ConstraintError> {
        self.first_violation(value).map_or(Ok(()), |message| Err(self.error(message)))
    }

    pub(crate) fn error(&self, message: String) -> ConstraintError {
        ConstraintError { table: Arc::clone(&self.table), column: Arc::clone(&self.name), message }
    }

    fn first_violation(&self, value: &Value) -> Option<String> {
        let column_type = &self.column_type;
        match (value, &column_type.value) {
            (Value::Set(atoms), None) => {
                if let Some(message) = atoms.iter().find_map(|atom| column_type.key.violation(atom)) {
                    return Some(message);
                }
            }
            (Value::Map(pairs), Some(value_type)) => {
                let violation = |(key, value): &(Atom, Atom)| {
                    column_type.key.violation(key).or_else(|| value_type.violation(value))
                };
                if let Some(message) = pairs.iter().find_map(violation) {
                    return Some(message);
                }
            }
            (Value::Set(_), Some(_)) => return Some("a set where a map is expected".to_owned()),
            (Value::Map(_), None) => return Some("a map where a set is expected".to_owned()),
        }
        let count = value.len() as u64;
        if count < column_type.min {
            return Some(format!("{count} elements where at least {} are required", column_type.min));
        }
        match column_type.max {
            Some(max) if count > max => Some(format!("{count} elements where at most {max} are allowed")),
            _ => None,
        }
    }
}

impl BaseType {
    /// Says why the atom is not of this type, or `None` if it is.
    pub fn violation(&self, atom: &Atom) -> Option<String> {
        if atom.atomic_type() != self.atomic {
            return Some(format!("{atom} is {} where {} is expected", atom.atomic_type(), self.atomic));
        }
        if let Some(allowed) = self.enumeration.as_ref().filter(|allowed| !allowed.contains(atom)) {
            let list: Vec<String> = allowed.iter().map(Atom::to_string).collect();
            return Some(format!("{atom} is not one of {}", list.join(", ")));
        }
        match atom {
            Atom::Integer(number) => out_of_range(atom, *number, self.integer_min, self.integer_max),
            Atom::Real(number) => {
                let (min, max) = (self.real_min, self.real_max);
                out_of_range(atom, number.get(), min.map(|min| min.get()), max.map(|max| max.get()))
            }
            Atom::String(text) => self.string_violation(text),
            Atom::Boolean(_) | Atom::Uuid(_) | Atom::NamedUuid(_) => None,
        }
    }

    fn string_violation(&self, text: &str) -> Option<String> {
        // RFC 7047 section 3.1 keeps zero characters out of strings.
        if text.contains('\0') {
            return Some("a string with a zero character".to_owned());
        }
        if self.length_min.is_none() && self.length_max.is_none() {
            return None;
        }
        let length = text.chars().count() as u64;
        out_of_range(&Atom::string(text), length, self.length_min, self.length_max)
            .map(|message| format!("length {length}: {message}"))
    }
}

fn out_of_range<T: PartialOrd + std::fmt::Display>(
    atom: &Atom,
    number: T,
    min: Option<T>,
    max: Option<T>,
) -> Option<String> {
    match (min, max) {
        (Some(min), _) if number < min => Some(format!("{atom} is below the least allowed, {min}")),
        (_, Some(max)) if number > max => Some(format!("{atom} is above the greatest allowed, {max}")),
        _ => None,
    }
}
