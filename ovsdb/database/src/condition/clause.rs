use weft_ovsdb_schema::{Atom, AtomicType, Json, OvsdbError, Symbols, Value};

use crate::catalog::TableInfo;
use crate::row::Row;

/// A `<function>`, in the order in which ovsdb-server expects them to leave few rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Function {
    False,
    True,
    Equal,
    Includes,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Excludes,
    NotEqual,
}

impl Function {
    fn parse(name: &str) -> Result<Self, OvsdbError> {
        Ok(match name {
            "false" => Self::False,
            "true" => Self::True,
            "==" => Self::Equal,
            "includes" => Self::Includes,
            "<=" => Self::LessOrEqual,
            "<" => Self::Less,
            ">=" => Self::GreaterOrEqual,
            ">" => Self::Greater,
            "excludes" => Self::Excludes,
            "!=" => Self::NotEqual,
            _ => return Err(OvsdbError::new("unknown function", format!("No function named {name}."))),
        })
    }

    fn is_order(self) -> bool {
        matches!(self, Self::LessOrEqual | Self::Less | Self::GreaterOrEqual | Self::Greater)
    }
}

/// One `<condition>`: a column, a function and what it is applied to; or a truth value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Clause {
    pub(crate) function: Function,
    pub(crate) column: usize,
    pub(crate) argument: Value,
}

impl Clause {
    /// Reads a clause (ovsdb-server's `ovsdb_clause_from_json`).
    pub(crate) fn read(
        table: &TableInfo,
        json: &Json<'_>,
        symbols: Option<&mut Symbols>,
    ) -> Result<Self, OvsdbError> {
        if let Json::Boolean(truth) = json {
            let function = if *truth { Function::True } else { Function::False };
            return Ok(Self { function, column: 0, argument: Value::empty_set() });
        }
        let Some([Json::String(name), Json::String(function), argument]) = json.as_array() else {
            return Err(OvsdbError::syntax(json, "Parse error in condition."));
        };
        let column = table.column(name).ok_or_else(|| unknown_column(table, name, json))?;
        let operator = function;
        let function = Function::parse(function)?;
        let mut column_type = table.columns[column].column_type.clone();
        let is_scalar = column_type.is_scalar();
        match function {
            _ if function.is_order() => {
                let is_number = matches!(column_type.key.atomic, AtomicType::Integer | AtomicType::Real);
                if !is_number || !(is_scalar || column_type.is_optional()) {
                    return Err(type_mismatch(table, column, operator, json));
                }
                column_type.min = 1;
            }
            Function::Excludes if !is_scalar => (column_type.min, column_type.max) = (0, None),
            Function::Includes if !is_scalar => column_type.min = 0,
            _ => {}
        }
        Ok(Self { function, column, argument: column_type.read(argument, symbols)? })
    }

    /// Whether the row satisfies the clause (ovsdb-server's `ovsdb_clause_evaluate`).
    pub(crate) fn matches(&self, row: &Row) -> bool {
        let (field, argument) = (row.get(self.column), &self.argument);
        let order =
            || field.as_scalar().zip(argument.as_scalar()).map(|(field, argument)| field.cmp(argument));
        match self.function {
            Function::True => true,
            Function::False => false,
            Function::Equal => field == argument,
            Function::NotEqual => field != argument,
            Function::Includes => contains_all(field, argument),
            Function::Excludes => !contains_any(field, argument),
            Function::Less => order().is_some_and(|order| order.is_lt()),
            Function::LessOrEqual => order().is_some_and(|order| order.is_le()),
            Function::Greater => order().is_some_and(|order| order.is_gt()),
            Function::GreaterOrEqual => order().is_some_and(|order| order.is_ge()),
        }
    }

    /// An atom that every row satisfying the clause holds in its column; `None` if there is none to look up.
    pub(crate) fn key(&self) -> Option<&Atom> {
        match (self.function, &self.argument) {
            (Function::Equal | Function::Includes, Value::Set(atoms)) => atoms.iter().next(),
            (Function::Equal | Function::Includes, Value::Map(pairs)) => {
                pairs.iter().next().map(|(key, _)| key)
            }
            _ => None,
        }
    }
}

/// The error for a column that the table does not have.
pub(crate) fn unknown_column(table: &TableInfo, name: &str, json: &Json<'_>) -> OvsdbError {
    let details = format!("No column {name} in table {}.", table.name());
    OvsdbError::new("unknown column", details).about(json)
}

/// The error for an operator that a column's type does not have.
pub(crate) fn type_mismatch(table: &TableInfo, column: usize, operator: &str, json: &Json<'_>) -> OvsdbError {
    let column = &table.columns[column];
    let (name, english) = (&column.name, column.column_type.in_english());
    let details = format!(
        "Type mismatch: \"{operator}\" operator may not be applied to column {name} of type {english}."
    );
    OvsdbError::syntax(json, details)
}

fn contains_all(field: &Value, argument: &Value) -> bool {
    match (field, argument) {
        (Value::Set(field), Value::Set(argument)) => argument.iter().all(|atom| field.contains(atom)),
        (Value::Map(field), Value::Map(argument)) => {
            argument.iter().all(|(key, value)| field.get(key) == Some(value))
        }
        _ => false,
    }
}

fn contains_any(field: &Value, argument: &Value) -> bool {
    match (field, argument) {
        (Value::Set(field), Value::Set(argument)) => argument.iter().any(|atom| field.contains(atom)),
        (Value::Map(field), Value::Map(argument)) => {
            argument.iter().any(|(key, value)| field.get(key) == Some(value))
        }
        _ => false,
    }
}
