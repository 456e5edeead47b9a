//! Constants of test steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{Atom, AtomicType, BaseType, ColumnType, Real, Value as Stored};
use weft_plan::plan::OutputTable;
use weft_syntax::ast::{Expr, ExprKind, Name, Piece};
use weft_value::Value;

/// What constants may refer to.
pub(super) struct Names<'n> {
    /// Rows that the test has named.
    pub(super) rows: &'n BTreeMap<String, Uuid>,
    /// The output tables, for `ref`.
    pub(super) outputs: &'n [OutputTable],
}

impl Names<'_> {
    /// The value of an expression made of literals, collections, names of rows and `ref`.
    pub(super) fn value(&self, expr: &Expr) -> Result<Value, String> {
        let all = |exprs: &[Expr]| exprs.iter().map(|expr| self.value(expr)).collect::<Result<Vec<_>, _>>();
        match &expr.kind {
            ExprKind::Bool(truth) => Ok(Value::Bool(*truth)),
            ExprKind::Int(number) => Ok(Value::Int(*number)),
            ExprKind::Negate(inner) => match self.value(inner)? {
                Value::Int(number) => Ok(Value::Int(number.wrapping_neg())),
                _ => Err("only a number has a sign".to_owned()),
            },
            ExprKind::Literal(_, pieces) => text(pieces),
            ExprKind::None => Ok(Value::None),
            ExprKind::Some(inner) => self.value(inner),
            ExprKind::Name(name) => {
                let uuid = self.rows.get(name).ok_or_else(|| format!("no row is named {name} before"))?;
                Ok(Value::Uuid(uuid.as_u128()))
            }
            ExprKind::Field(row, field) if field.text == "uuid" => self.value(row),
            ExprKind::Tuple(parts) => Ok(Value::Tuple(all(parts)?.into())),
            ExprKind::List(members) => Ok(Value::List(all(members)?.into())),
            ExprKind::Set(members) => Ok(Value::Set(Arc::new(all(members)?.into_iter().collect()))),
            ExprKind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| Ok((self.value(key)?, self.value(value)?)));
                Ok(Value::Map(Arc::new(entries.collect::<Result<_, String>>()?)))
            }
            ExprKind::OutputRef { table, key, .. } => self.output_key(table, key),
            _ => Err("a value in a test is a literal, a collection, a row's name or a ref".to_owned()),
        }
    }

    /// A row that the rules write is known by its key.
    fn output_key(&self, table: &Name, key: &[(Name, Expr)]) -> Result<Value, String> {
        let output = self.outputs.iter().find(|output| output.table == table.text);
        let output = output.ok_or_else(|| format!("no rule writes {}", table.text))?;
        let part = |column: &String| {
            let given = key.iter().find(|(name, _)| name.text == *column);
            given.map_or_else(|| Err(format!("the key needs {column}")), |(_, expr)| self.value(expr))
        };
        Ok(Value::Tuple(output.key.iter().map(part).collect::<Result<Vec<_>, _>>()?.into()))
    }
}

fn text(pieces: &[Piece]) -> Result<Value, String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Hole(_) => return Err("a text in a test has no holes".to_owned()),
        }
    }
    Ok(Value::String(text.into()))
}

/// A value as a column stores it.
pub(super) fn stored(value: &Value, column_type: &ColumnType) -> Result<Stored, String> {
    let key = &column_type.key;
    match (value, &column_type.value) {
        (Value::Map(entries), Some(value_type)) => {
            let pairs = entries.iter().map(|(k, v)| Ok((atom(k, key)?, atom(v, value_type)?)));
            Ok(Stored::map(pairs.collect::<Result<Vec<_>, String>>()?))
        }
        (Value::None, _) => Ok(column_type.default_value()),
        // `{}` is written for an empty map, too.
        (Value::Set(members), Some(_)) if members.is_empty() => Ok(column_type.default_value()),
        (_, Some(_)) => Err("a map is expected".to_owned()),
        (Value::Set(members), None) => {
            Ok(Stored::set(members.iter().map(|member| atom(member, key)).collect::<Result<Vec<_>, _>>()?))
        }
        (Value::List(members), None) => {
            Ok(Stored::set(members.iter().map(|member| atom(member, key)).collect::<Result<Vec<_>, _>>()?))
        }
        (single, None) => Ok(Stored::scalar(atom(single, key)?)),
    }
}

fn atom(value: &Value, base: &BaseType) -> Result<Atom, String> {
    match (value, base.atomic) {
        (Value::Int(number), AtomicType::Integer) => Ok(Atom::Integer(*number)),
        (Value::Bool(truth), AtomicType::Boolean) => Ok(Atom::Boolean(*truth)),
        (Value::String(text), AtomicType::String) => Ok(Atom::String(Arc::clone(text))),
        (Value::Uuid(uuid), AtomicType::Uuid) => Ok(Atom::Uuid(Uuid::from_u128(*uuid))),
        (Value::String(text), AtomicType::Uuid) => {
            text.parse().map(Atom::Uuid).map_err(|_| format!("{text} is no UUID"))
        }
        (Value::String(text), AtomicType::Real) => {
            let number = text.parse().ok().and_then(Real::new);
            number.map(Atom::Real).ok_or_else(|| format!("{text} is no number"))
        }
        (other, expected) => Err(format!("{other:?} stands where {expected} is expected")),
    }
}
