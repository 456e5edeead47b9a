//! Values of rules as values of OVSDB columns.

use uuid::Uuid;
use weft_ovsdb_schema::{Atom, BaseType, ColumnType, Real, Value as Datum};
use weft_value::Value;

/// Finds the row that this program writes under a key.
pub trait References {
    /// The UUID of the row of `table` with that key.
    fn find(&self, table: &str, key: &[Value]) -> Option<Uuid>;
}

/// For values that refer to no row.
pub(super) struct NoReferences;

impl References for NoReferences {
    fn find(&self, _table: &str, _key: &[Value]) -> Option<Uuid> {
        None
    }
}

/// Why a value could not become a column's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// The row that it refers to is not written.
    #[error("it refers to a row of {0} that is not there")]
    Unresolved(String),
    /// It has another type.
    #[error("{0} cannot stand there")]
    Mismatch(String),
}

/// The atom that a member of a column is.
///
/// # Errors
/// When a reference leads nowhere, or the value is of another type.
pub fn column_atom(
    value: &Value,
    base: &BaseType,
    references: &impl References,
) -> Result<Atom, ColumnError> {
    match value {
        Value::Bool(truth) => Ok(Atom::Boolean(*truth)),
        Value::Int(number) => Ok(Atom::Integer(*number)),
        Value::Uuid(uuid) => Ok(Atom::Uuid(Uuid::from_u128(*uuid))),
        Value::Tuple(key) => {
            let Some(reference) = &base.reference else {
                return Err(ColumnError::Mismatch("a tuple".to_owned()));
            };
            let row = references.find(&reference.table, key);
            row.map(Atom::Uuid).ok_or_else(|| ColumnError::Unresolved(reference.table.to_string()))
        }
        Value::String(text) if base.atomic == weft_ovsdb_schema::AtomicType::Real => {
            let number = text.parse().ok().and_then(Real::new);
            number.map(Atom::Real).ok_or_else(|| ColumnError::Mismatch(format!("\"{text}\"")))
        }
        Value::String(text) => Ok(Atom::String(text.clone())),
        Value::None | Value::List(_) | Value::Set(_) | Value::Map(_) => {
            Err(ColumnError::Mismatch(format!("{value:?}")))
        }
    }
}

/// Whether a member that cannot be resolved is left out instead of holding the row back.
fn tolerates(column: &ColumnType, error: &ColumnError) -> bool {
    column.min == 0 && matches!(error, ColumnError::Unresolved(_))
}

fn atoms<'a>(
    values: impl Iterator<Item = &'a Value>,
    column: &ColumnType,
    references: &impl References,
) -> Result<Datum, ColumnError> {
    let mut atoms = Vec::new();
    for value in values {
        match column_atom(value, &column.key, references) {
            Ok(atom) => atoms.push(atom),
            Err(error) if tolerates(column, &error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Datum::set(atoms))
}

/// The value of a column.
///
/// # Errors
/// When a required reference leads nowhere, or the value is of another type.
pub fn column_value(
    value: &Value,
    column: &ColumnType,
    references: &impl References,
) -> Result<Datum, ColumnError> {
    match (value, &column.value) {
        (Value::None, Some(_)) => Ok(Datum::map(Vec::<(Atom, Atom)>::new())),
        (Value::Map(pairs), Some(value_type)) => {
            let mut atoms = Vec::with_capacity(pairs.len());
            for (key, value) in pairs.iter() {
                atoms.push((
                    column_atom(key, &column.key, references)?,
                    column_atom(value, value_type, references)?,
                ));
            }
            Ok(Datum::map(atoms))
        }
        (_, Some(_)) => Err(ColumnError::Mismatch(format!("{value:?}"))),
        (Value::None, None) => Ok(Datum::empty_set()),
        (Value::Set(members), None) => atoms(members.iter(), column, references),
        (Value::List(members), None) => atoms(members.iter(), column, references),
        (value, None) => atoms(std::iter::once(value), column, references),
    }
}

/// The value of a key column. There, an optional reference that leads nowhere is an error too: the row
/// without it is another row.
///
/// # Errors
/// When a reference leads nowhere, or the value is of another type.
pub fn key_value(
    value: &Value,
    column: &ColumnType,
    references: &impl References,
) -> Result<Datum, ColumnError> {
    match value {
        Value::Tuple(_) => Ok(Datum::set([column_atom(value, &column.key, references)?])),
        _ => column_value(value, column, references),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct OneRow;

    impl References for OneRow {
        fn find(&self, table: &str, key: &[Value]) -> Option<Uuid> {
            (table == "Datapath_Binding" && key == [Value::Int(1)]).then(|| Uuid::from_u128(9))
        }
    }

    fn column(table: &str, name: &str) -> ColumnType {
        let schema = weft_ovsdb_schema::southbound().unwrap();
        schema.column(table, name).unwrap().column_type.clone()
    }

    fn reference(key: i64) -> Value {
        Value::Tuple([Value::Int(key)].into())
    }

    #[test]
    fn a_reference_becomes_the_uuid_of_the_row_written_under_its_key() {
        let datapath = column("Port_Binding", "datapath");
        let found = column_value(&reference(1), &datapath, &OneRow).unwrap();
        assert_eq!(found.as_uuid(), Some(Uuid::from_u128(9)));
        let missing = column_value(&reference(2), &datapath, &OneRow);
        assert_eq!(missing, Err(ColumnError::Unresolved("Datapath_Binding".to_owned())));
    }

    #[test]
    fn an_optional_reference_that_leads_nowhere_is_left_out() {
        let group = column("Logical_Flow", "logical_datapath");
        assert_eq!(column_value(&reference(2), &group, &OneRow), Ok(Datum::empty_set()));
    }

    #[test]
    fn in_a_key_an_optional_reference_that_leads_nowhere_is_an_error() {
        let datapath = column("Logical_Flow", "logical_datapath");
        let missing = key_value(&reference(2), &datapath, &OneRow);
        assert_eq!(missing, Err(ColumnError::Unresolved("Datapath_Binding".to_owned())));
        let found = key_value(&reference(1), &datapath, &OneRow).unwrap();
        assert_eq!(found.as_uuid(), Some(Uuid::from_u128(9)));
        assert_eq!(key_value(&Value::None, &datapath, &OneRow), Ok(Datum::empty_set()));
    }

    #[test]
    fn none_is_the_empty_set_or_map() {
        assert_eq!(
            column_value(&Value::None, &column("Port_Binding", "tag"), &OneRow),
            Ok(Datum::empty_set())
        );
        let options = column_value(&Value::None, &column("Port_Binding", "options"), &OneRow).unwrap();
        assert!(options.as_map().is_some_and(weft_ovsdb_schema::AtomMap::is_empty));
    }

    #[test]
    fn a_value_of_another_type_is_an_error_and_not_a_column() {
        let tag = column("Port_Binding", "tag");
        let map = Value::Map(std::sync::Arc::default());
        assert!(matches!(column_value(&map, &tag, &OneRow), Err(ColumnError::Mismatch(_))));
    }
}
