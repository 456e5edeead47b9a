use std::sync::Arc;

use thiserror::Error;

use crate::atom::Atom;
use crate::atom_set::AtomSet;
use crate::json::{OvsdbError, write_real_briefly};
use crate::schema::ColumnSchema;
use crate::types::{AtomicType, BaseType, ColumnType};
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
            (Value::Set(_), Some(_)) => return Some("a set where a map is expected".to_owned()),
            (Value::Map(_), None) => return Some("a map where a set is expected".to_owned()),
            _ => {}
        }
        if let Err(error) = column_type.check_elements(value) {
            return Some(error.details);
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

impl ColumnType {
    /// Checks every element of a value against its type, whatever their number.
    ///
    /// # Errors
    /// The first violation found, in ovsdb-server's words.
    pub fn check_elements(&self, value: &Value) -> Result<(), OvsdbError> {
        match value {
            Value::Set(atoms) => atoms.iter().try_for_each(|atom| self.key.check(atom)),
            Value::Map(pairs) => {
                pairs.iter().try_for_each(|(key, _)| self.key.check(key))?;
                let value_type = self.value.as_ref();
                pairs.iter().try_for_each(|(_, value)| value_type.map_or(Ok(()), |base| base.check(value)))
            }
        }
    }
}

impl BaseType {
    /// Checks that the atom is of this type and within its constraints (ovsdb-server's
    /// `ovsdb_atom_check_constraints`). References are not followed.
    ///
    /// # Errors
    /// The violation, in ovsdb-server's words.
    pub fn check(&self, atom: &Atom) -> Result<(), OvsdbError> {
        if atom.atomic_type() != self.atomic {
            let details = format!("{atom} is {} where {} is expected", atom.atomic_type(), self.atomic);
            return Err(OvsdbError::constraint(details));
        }
        if let Some(allowed) = self.enumeration.as_ref().filter(|allowed| !allowed.contains(atom)) {
            return Err(not_allowed(atom, self.atomic, allowed));
        }
        match atom {
            Atom::Integer(number) => {
                check_range(*number, self.integer_min, self.integer_max, |number| number.to_string())
            }
            Atom::Real(number) => {
                let (min, max) = (self.real_min.map(|min| min.get()), self.real_max.map(|max| max.get()));
                check_range(number.get(), min, max, |number| {
                    let mut text = String::new();
                    write_real_briefly(*number, &mut text);
                    text
                })
            }
            Atom::String(text) => self.check_string(text),
            Atom::Boolean(_) | Atom::Uuid(_) | Atom::NamedUuid(_) => Ok(()),
        }
    }

    fn check_string(&self, text: &str) -> Result<(), OvsdbError> {
        // RFC 7047 section 3.1 keeps zero characters out of strings.
        if text.contains('\0') {
            return Err(OvsdbError::constraint("a string with a zero character"));
        }
        if self.length_min.is_none() && self.length_max.is_none() {
            return Ok(());
        }
        let length = text.chars().count() as u64;
        let violation = match (self.length_min, self.length_max) {
            (Some(min), _) if length < min => format!("less than minimum allowed length {min}"),
            (_, Some(max)) if length > max => format!("greater than maximum allowed length {max}"),
            _ => return Ok(()),
        };
        Err(OvsdbError::constraint(format!("\"{text}\" length {length} is {violation}")))
    }
}

fn not_allowed(atom: &Atom, atomic: AtomicType, allowed: &AtomSet) -> OvsdbError {
    let mut details = String::new();
    atom.write_text(&mut details);
    details.push_str(" is not one of the allowed values (");
    let enumeration = ColumnType { key: BaseType::unconstrained(atomic), value: None, min: 1, max: None };
    Value::Set(allowed.clone()).write_text(&enumeration, &mut details);
    details.push(')');
    OvsdbError::constraint(details)
}

fn check_range<T: PartialOrd>(
    number: T,
    min: Option<T>,
    max: Option<T>,
    show: impl Fn(&T) -> String,
) -> Result<(), OvsdbError> {
    if min.as_ref().is_none_or(|min| number >= *min) && max.as_ref().is_none_or(|max| number <= *max) {
        return Ok(());
    }
    let violation = match (&min, &max) {
        (Some(min), Some(max)) => {
            format!("not in the valid range {} to {} (inclusive)", show(min), show(max))
        }
        (Some(min), None) => format!("less than minimum allowed value {}", show(min)),
        (None, max) => {
            format!("greater than maximum allowed value {}", max.as_ref().map(&show).unwrap_or_default())
        }
    };
    Err(OvsdbError::constraint(format!("{} is {violation}", show(&number))))
}
