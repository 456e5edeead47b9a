//! Transactions in the form of the wire: RFC 7047 section 5.2.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeSeed;
use serde_json::{Map, Value as Json};
use uuid::Uuid;
use weft_ovsdb_schema::{Atom, ColumnSchema, ColumnSeed, ColumnType, TableSchema, Value};

use crate::database::{Database, RowId};
use crate::error::TransactionError;
use crate::transaction::{Transaction, column_of, table_of};

/// Carries out `insert`, `update`, `mutate` and `delete` operations as one transaction. An insert may
/// give its row's `uuid`. Operations that change nothing (`select`, `wait`, `comment`, …) are passed
/// over.
///
/// # Errors
/// An operation is malformed, or the database refuses the result. Nothing is changed then.
pub fn transact(database: &mut Database, operations: &[Json]) -> Result<(), TransactionError> {
    database.transact(|transaction| {
        let inserted = assign_uuids(transaction, operations)?;
        for (operation, id) in operations.iter().zip(&inserted.rows) {
            let scope = Scope { operation: object(operation)?, names: &inserted.names };
            match scope.text("op")? {
                "insert" => scope.insert(transaction, id.as_ref())?,
                "update" => scope.update(transaction)?,
                "mutate" => scope.mutate(transaction)?,
                "delete" => scope.delete(transaction)?,
                _ => {}
            }
        }
        Ok(())
    })
}

/// Rows to be inserted: by operation, and by `uuid-name`, which may be used before the insert.
struct Inserted {
    rows: Vec<Option<RowId>>,
    names: BTreeMap<String, Uuid>,
}

fn assign_uuids(
    transaction: &mut Transaction<'_>,
    operations: &[Json],
) -> Result<Inserted, TransactionError> {
    let mut inserted = Inserted { rows: Vec::new(), names: BTreeMap::new() };
    for operation in operations {
        if operation["op"] != "insert" {
            inserted.rows.push(None);
            continue;
        }
        let table = operation["table"].as_str().ok_or_else(|| malformed("an insert names no table"))?;
        let mut id = transaction.make_uuid(table)?;
        if let Some(uuid) = operation["uuid"].as_str() {
            id.uuid = uuid.parse().map_err(|_| malformed(format!("{uuid} is no UUID")))?;
        }
        if let Some(name) = operation["uuid-name"].as_str() {
            inserted.names.insert(name.to_owned(), id.uuid);
        }
        inserted.rows.push(Some(id));
    }
    Ok(inserted)
}

fn malformed(message: impl Into<String>) -> TransactionError {
    TransactionError::Operation(message.into())
}

fn object(json: &Json) -> Result<&Map<String, Json>, TransactionError> {
    json.as_object().ok_or_else(|| malformed(format!("{json} is no object")))
}

/// Reads a column's value.
pub(crate) fn read_value(column: &ColumnSchema, json: &Json) -> Result<Value, TransactionError> {
    ColumnSeed(column).deserialize(json).map_err(|error| malformed(error.to_string()))
}

/// One operation.
struct Scope<'o> {
    operation: &'o Map<String, Json>,
    names: &'o BTreeMap<String, Uuid>,
}

impl<'o> Scope<'o> {
    fn member(&self, name: &str) -> Result<&'o Json, TransactionError> {
        self.operation.get(name).ok_or_else(|| malformed(format!("an operation has no {name}")))
    }

    fn text(&self, name: &str) -> Result<&'o str, TransactionError> {
        self.member(name)?.as_str().ok_or_else(|| malformed(format!("{name} is no string")))
    }

    fn array(&self, name: &str) -> Result<&'o [Json], TransactionError> {
        let array = self.member(name)?.as_array();
        array.map(Vec::as_slice).ok_or_else(|| malformed(format!("{name} is no array")))
    }

    fn value(&self, column: &ColumnSchema, json: &Json) -> Result<Value, TransactionError> {
        let resolve = |atom: &Atom| match atom {
            Atom::NamedUuid(name) => {
                let uuid = self.names.get(&**name);
                uuid.map(|uuid| Atom::Uuid(*uuid)).ok_or_else(|| malformed(format!("no row is named {name}")))
            }
            other => Ok(other.clone()),
        };
        Ok(match read_value(column, json)? {
            Value::Set(atoms) => Value::set(atoms.iter().map(resolve).collect::<Result<Vec<_>, _>>()?),
            Value::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| Ok((resolve(key)?, resolve(value)?)));
                Value::map(pairs.collect::<Result<Vec<_>, TransactionError>>()?)
            }
        })
    }

    fn row<'s>(&self, table: &'s TableSchema) -> Result<Vec<(&'s str, Value)>, TransactionError> {
        let row = object(self.member("row")?)?;
        let column = |(name, json): (&String, &Json)| {
            let column = column_of(table, name)?;
            Ok((&*column.name, self.value(column, json)?))
        };
        row.iter().map(column).collect()
    }

    fn insert(&self, transaction: &mut Transaction<'_>, id: Option<&RowId>) -> Result<(), TransactionError> {
        let schema = Arc::clone(transaction.database().schema());
        let id = id.ok_or_else(|| malformed("an insert has no row"))?;
        let row = self.row(table_of(&schema, &id.table)?)?;
        transaction.insert_at(id, row)
    }

    fn update(&self, transaction: &mut Transaction<'_>) -> Result<(), TransactionError> {
        let schema = Arc::clone(transaction.database().schema());
        let table = table_of(&schema, self.text("table")?)?;
        let row = self.row(table)?;
        if let Some(column) = row.iter().filter_map(|(name, _)| table.column(name)).find(|it| !it.mutable) {
            let (table, column) = (Arc::clone(&table.name), Arc::clone(&column.name));
            return Err(TransactionError::Immutable { table, column });
        }
        for id in self.matching(transaction.database(), table)? {
            transaction.update(&id, row.iter().cloned())?;
        }
        Ok(())
    }

    fn delete(&self, transaction: &mut Transaction<'_>) -> Result<(), TransactionError> {
        let schema = Arc::clone(transaction.database().schema());
        let table = table_of(&schema, self.text("table")?)?;
        for id in self.matching(transaction.database(), table)? {
            transaction.delete(&id)?;
        }
        Ok(())
    }

    fn mutate(&self, transaction: &mut Transaction<'_>) -> Result<(), TransactionError> {
        let schema = Arc::clone(transaction.database().schema());
        let table = table_of(&schema, self.text("table")?)?;
        for id in self.matching(transaction.database(), table)? {
            for mutation in self.array("mutations")? {
                let (column, mutator, json) = triple(mutation)?;
                let column = column_of(table, column)?;
                let old = transaction.database().column(&id, &column.name).cloned();
                let old = old.unwrap_or_else(|| column.column_type.default_value());
                let new = self.mutated(column, &old, mutator, json)?;
                transaction.update(&id, [(&*column.name, new)])?;
            }
        }
        Ok(())
    }

    fn mutated(
        &self,
        column: &ColumnSchema,
        old: &Value,
        mutator: &str,
        json: &Json,
    ) -> Result<Value, TransactionError> {
        let unknown = || malformed(format!("{}.{}: no mutation {mutator}", column.table, column.name));
        match (mutator, old) {
            ("insert", Value::Set(atoms)) => match self.value(column, json)? {
                Value::Set(more) => Ok(Value::set(atoms.iter().chain(&more).cloned())),
                Value::Map(_) => Err(unknown()),
            },
            ("insert", Value::Map(pairs)) => match self.value(column, json)? {
                // A key that is there keeps its value.
                Value::Map(more) => Ok(Value::map(more.iter().chain(pairs).cloned())),
                Value::Set(_) => Err(unknown()),
            },
            ("delete", Value::Set(atoms)) => match self.value(column, json)? {
                Value::Set(gone) => Ok(Value::set(atoms.iter().filter(|atom| !gone.contains(atom)).cloned())),
                Value::Map(_) => Err(unknown()),
            },
            ("delete", Value::Map(pairs)) => match self.value(column, json) {
                Ok(Value::Map(gone)) => {
                    Ok(Value::map(pairs.iter().filter(|(key, value)| gone.get(key) != Some(value)).cloned()))
                }
                _ => {
                    let keys = read_value(&keys_of(column), json)?;
                    let is_gone = |key: &Atom| keys.as_set().is_some_and(|keys| keys.contains(key));
                    Ok(Value::map(pairs.iter().filter(|(key, _)| !is_gone(key)).cloned()))
                }
            },
            (_, Value::Set(atoms)) => {
                let by = json.as_i64().ok_or_else(unknown)?;
                let apply = |atom: &Atom| {
                    let number = atom.as_integer()?;
                    Some(Atom::Integer(match mutator {
                        "+=" => number.checked_add(by)?,
                        "-=" => number.checked_sub(by)?,
                        "*=" => number.checked_mul(by)?,
                        "/=" => number.checked_div(by)?,
                        "%=" => number.checked_rem(by)?,
                        _ => return None,
                    }))
                };
                let numbers = atoms.iter().map(apply).collect::<Option<Vec<Atom>>>();
                numbers.map(Value::set).ok_or_else(unknown)
            }
            (_, Value::Map(_)) => Err(unknown()),
        }
    }

    /// The rows that all conditions hold for.
    fn matching(&self, database: &Database, table: &TableSchema) -> Result<Vec<RowId>, TransactionError> {
        let conditions = self.array("where")?;
        // Nearly all conditions name one row, which need not be searched.
        if let [only] = conditions
            && let Ok(("_uuid", "==", uuid)) = triple(only)
        {
            let uuid = self.read_uuid(uuid)?;
            let row = database.row(&table.name, uuid);
            return Ok(row.map(|_| RowId { table: Arc::clone(&table.name), uuid }).into_iter().collect());
        }
        let mut found = Vec::new();
        for (uuid, row) in database.rows(&table.name) {
            let mut all_hold = true;
            for condition in conditions {
                let (name, function, json) = triple(condition)?;
                all_hold &= if name == "_uuid" {
                    holds(&Value::scalar(uuid), function, &Value::scalar(self.read_uuid(json)?))?
                } else {
                    let column = column_of(table, name)?;
                    let value = row.get(&column.name).cloned().unwrap_or_else(Value::empty_set);
                    holds(&value, function, &self.value(column, json)?)?
                };
            }
            if all_hold {
                found.push(RowId { table: Arc::clone(&table.name), uuid });
            }
        }
        Ok(found)
    }

    fn read_uuid(&self, json: &Json) -> Result<Uuid, TransactionError> {
        let uuid = match json.as_array().map(Vec::as_slice) {
            Some([kind, text]) if kind == "uuid" => text.as_str().and_then(|text| text.parse().ok()),
            Some([kind, name]) if kind == "named-uuid" => {
                name.as_str().and_then(|name| self.names.get(name).copied())
            }
            _ => None,
        };
        uuid.ok_or_else(|| malformed(format!("{json} is no UUID")))
    }
}

/// A condition or mutation: column, function, value.
fn triple(json: &Json) -> Result<(&str, &str, &Json), TransactionError> {
    let parts = match json.as_array().map(Vec::as_slice) {
        Some([column, function, value]) => column.as_str().zip(function.as_str()).map(|(c, f)| (c, f, value)),
        _ => None,
    };
    parts.ok_or_else(|| malformed(format!("{json} is no condition and no mutation")))
}

fn holds(found: &Value, function: &str, wanted: &Value) -> Result<bool, TransactionError> {
    let order = found.cmp(wanted);
    Ok(match function {
        "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        "includes" => includes(found, wanted),
        "excludes" => match (found, wanted) {
            (Value::Set(found), Value::Set(wanted)) => !wanted.iter().any(|atom| found.contains(atom)),
            (Value::Map(found), Value::Map(wanted)) => {
                !wanted.iter().any(|(key, value)| found.get(key) == Some(value))
            }
            _ => true,
        },
        _ => return Err(malformed(format!("no condition {function}"))),
    })
}

fn includes(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Set(found), Value::Set(wanted)) => wanted.iter().all(|atom| found.contains(atom)),
        (Value::Map(found), Value::Map(wanted)) => {
            wanted.iter().all(|(key, value)| found.get(key) == Some(value))
        }
        _ => false,
    }
}

/// A column that holds a set of a map column's keys.
fn keys_of(column: &ColumnSchema) -> ColumnSchema {
    let column_type = ColumnType { value: None, min: 0, max: None, ..column.column_type.clone() };
    ColumnSchema { column_type, ..column.clone() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use weft_ovsdb_schema::northbound;

    use super::*;

    fn database() -> Database {
        Database::new(Arc::new(northbound().unwrap()))
    }

    #[test]
    fn names_of_rows_may_be_used_before_their_insert() {
        let mut database = database();
        let operations = [
            json!({"op": "insert", "table": "Logical_Switch",
                   "row": {"name": "sw0", "ports": ["named-uuid", "p"]}}),
            json!({"op": "insert", "table": "Logical_Switch_Port", "uuid-name": "p",
                   "uuid": "00000000-0000-0000-0000-000000000001", "row": {"name": "p1"}}),
        ];
        transact(&mut database, &operations).unwrap();
        let (_, switch) = database.rows("Logical_Switch").next().unwrap();
        assert_eq!(switch["ports"], Value::scalar(Uuid::from_u128(1)));
        assert_eq!(database.take_edits().len(), 2);
    }

    #[test]
    fn mutations_change_sets_maps_and_numbers() {
        let mut database = database();
        let insert = json!({"op": "insert", "table": "NB_Global",
                            "row": {"nb_cfg": 3, "options": ["map", [["a", "1"], ["b", "2"]]]}});
        transact(&mut database, &[insert]).unwrap();
        let mutate = json!({"op": "mutate", "table": "NB_Global", "where": [["nb_cfg", ">", 2]], "mutations": [
            ["nb_cfg", "+=", 4],
            ["options", "delete", ["set", ["a"]]],
            ["options", "insert", ["map", [["b", "x"], ["c", "3"]]]],
        ]});
        transact(&mut database, &[mutate]).unwrap();
        let (_, row) = database.rows("NB_Global").next().unwrap();
        assert_eq!(row["nb_cfg"], Value::scalar(7));
        assert_eq!(row["options"], Value::map([("b", "2"), ("c", "3")]));
    }

    #[test]
    fn a_refused_transaction_changes_nothing() {
        let mut database = database();
        let operations = [
            json!({"op": "insert", "table": "Logical_Switch", "row": {"name": "sw0"}}),
            json!({"op": "insert", "table": "Meter", "row": {"name": "m", "unit": "parsec"}}),
        ];
        assert!(transact(&mut database, &operations).is_err());
        assert_eq!(database.rows("Logical_Switch").count(), 0);
        assert!(database.take_edits().is_empty());
    }
}
