//! Mutations (RFC 7047 section 5.1, `<mutation>`).

use weft_ovsdb_schema::{
    Atom, AtomMap, AtomSet, AtomicType, BaseType, ColumnType, Json, Mutator, OvsdbError, Real, Symbols, Value,
};

use crate::catalog::TableInfo;
use crate::condition::{type_mismatch, unknown_column};

/// A column, what happens to it and with what.
#[derive(Clone, Debug)]
pub(crate) struct Mutation {
    pub(crate) column: usize,
    pub(crate) mutator: Mutator,
    pub(crate) argument: Value,
}

impl Mutation {
    /// Reads a mutation (ovsdb-server's `ovsdb_mutation_from_json`).
    pub(crate) fn read(
        table: &TableInfo,
        json: &Json<'_>,
        symbols: &mut Symbols,
    ) -> Result<Self, OvsdbError> {
        let Some([Json::String(name), Json::String(mutator_name), argument]) = json.as_array() else {
            return Err(OvsdbError::syntax(json, "Parse error in mutation."));
        };
        let column = table.column(name).ok_or_else(|| unknown_column(table, name, json))?;
        if !table.columns[column].mutable {
            let details = format!("Cannot mutate immutable column {name} in table {}.", table.name());
            return Err(OvsdbError::constraint(details).about(json));
        }
        let mutator = Mutator::of_name(mutator_name)
            .ok_or_else(|| OvsdbError::new("unknown mutator", format!("No mutator named {mutator_name}.")))?;
        let column_type = &table.columns[column].column_type;
        let mismatch = || type_mismatch(table, column, mutator_name, json);
        let argument = match mutator {
            Mutator::Insert | Mutator::Delete => {
                if column_type.is_scalar() {
                    return Err(mismatch());
                }
                read_elements(column_type, mutator, argument, symbols)?
            }
            _ => {
                let atomic = column_type.key.atomic;
                let is_number = atomic == AtomicType::Integer
                    || (atomic == AtomicType::Real && mutator != Mutator::Remainder);
                if column_type.is_map() || !is_number {
                    return Err(mismatch());
                }
                ColumnType::scalar(BaseType::unconstrained(atomic)).read(argument, Some(symbols))?
            }
        };
        Ok(Self { column, mutator, argument })
    }

    /// Changes a value (ovsdb-server's `ovsdb_mutation_set_execute`).
    pub(crate) fn apply(&self, table: &TableInfo, value: &Value) -> Result<Value, OvsdbError> {
        let column_type = &table.columns[self.column].column_type;
        let changed = match self.mutator {
            Mutator::Insert => union(value, &self.argument),
            Mutator::Delete => difference(value, &self.argument),
            _ => return self.calculate(column_type, value),
        };
        let count = changed.len() as u64;
        if count < column_type.min || column_type.max.is_some_and(|max| count > max) {
            let english = column_type.in_english();
            return Err(OvsdbError::constraint(format!("Attempted to store {count} elements in {english}.")));
        }
        Ok(changed)
    }

    fn calculate(&self, column_type: &ColumnType, value: &Value) -> Result<Value, OvsdbError> {
        let (Some(atoms), Some(argument)) = (value.as_set(), self.argument.as_scalar()) else {
            return Err(OvsdbError::internal("an operator on what is no number"));
        };
        let calculated = atoms
            .iter()
            .map(|atom| calculate(self.mutator, atom, argument))
            .collect::<Result<Vec<_>, _>>()?;
        calculated.iter().try_for_each(|atom| column_type.key.check(atom))?;
        let set: AtomSet = calculated.into_iter().collect();
        if set.len() < atoms.len() {
            let name = self.mutator.name();
            return Err(OvsdbError::constraint(format!(
                "Result of \"{name}\" operation contains duplicates."
            )));
        }
        Ok(Value::Set(set))
    }
}

/// The argument of `insert` or `delete`; a deletion from a map may name keys alone.
fn read_elements(
    column_type: &ColumnType,
    mutator: Mutator,
    json: &Json<'_>,
    symbols: &mut Symbols,
) -> Result<Value, OvsdbError> {
    let mut elements = column_type.clone();
    elements.min = 0;
    if mutator == Mutator::Delete {
        elements.max = None;
    }
    match elements.read(json, Some(symbols)) {
        Err(_) if mutator == Mutator::Delete && elements.is_map() => {
            elements.value = None;
            elements.read(json, Some(symbols))
        }
        read => read,
    }
}

/// The elements of both; where both map a key, the first's value stays.
fn union(value: &Value, argument: &Value) -> Value {
    match (value, argument) {
        (Value::Set(atoms), Value::Set(more)) => {
            let new = more.iter().filter(|atom| !atoms.contains(atom));
            Value::Set(atoms.iter().chain(new).cloned().collect())
        }
        (Value::Map(pairs), Value::Map(more)) => {
            let new = more.iter().filter(|(key, _)| pairs.get(key).is_none());
            Value::Map(pairs.iter().chain(new).cloned().collect())
        }
        _ => value.clone(),
    }
}

/// The elements of the first that are not in the second: a pair by key and value, or by key if only keys are given.
pub(crate) fn difference(value: &Value, argument: &Value) -> Value {
    match (value, argument) {
        (Value::Set(atoms), Value::Set(gone)) => {
            Value::Set(atoms.iter().filter(|atom| !gone.contains(atom)).cloned().collect())
        }
        (Value::Map(pairs), Value::Map(gone)) => {
            let stays = |pair: &&(Atom, Atom)| gone.get(&pair.0) != Some(&pair.1);
            Value::Map(pairs.iter().filter(stays).cloned().collect::<AtomMap>())
        }
        (Value::Map(pairs), Value::Set(gone)) => {
            Value::Map(pairs.iter().filter(|(key, _)| !gone.contains(key)).cloned().collect())
        }
        (Value::Set(_), Value::Map(_)) => value.clone(),
    }
}

fn calculate(mutator: Mutator, atom: &Atom, argument: &Atom) -> Result<Atom, OvsdbError> {
    let out_of_range = || {
        let name = mutator.name();
        OvsdbError::new("range error", format!("Result of \"{name}\" operation is out of range."))
    };
    let division_by_zero = || OvsdbError::new("domain error", "Division by zero.");
    let divides = matches!(mutator, Mutator::Divide | Mutator::Remainder);
    match (atom, argument) {
        (Atom::Integer(_), Atom::Integer(0)) if divides => Err(division_by_zero()),
        (Atom::Integer(x), Atom::Integer(y)) => {
            let result = match mutator {
                Mutator::Add => x.checked_add(*y),
                Mutator::Subtract => x.checked_sub(*y),
                Mutator::Multiply => multiply(*x, *y),
                Mutator::Divide => x.checked_div(*y),
                _ => x.checked_rem(*y),
            };
            result.map(Atom::Integer).ok_or_else(out_of_range)
        }
        (Atom::Real(x), Atom::Real(y)) => {
            let (x, y) = (x.get(), y.get());
            if divides && y == 0.0 {
                return Err(division_by_zero());
            }
            let result = match mutator {
                Mutator::Add => x + y,
                Mutator::Subtract => x - y,
                Mutator::Multiply => x * y,
                _ => x / y,
            };
            Real::new(result).map(Atom::Real).ok_or_else(out_of_range)
        }
        _ => Err(OvsdbError::internal("an operator on what is no number")),
    }
}

/// Multiplies as ovsdb-server does, which takes some products for too large that just fit.
fn multiply(x: i64, y: i64) -> Option<i64> {
    let refused = match (x > 0, y > 0) {
        (true, true) => x >= i64::MAX / y,
        (true, false) => y < i64::MIN / x,
        (false, true) => x < i64::MIN / y,
        (false, false) => x != 0 && y < i64::MAX / x,
    };
    if refused { None } else { x.checked_mul(y) }
}
