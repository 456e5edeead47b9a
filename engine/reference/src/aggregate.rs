//! Aggregates.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_lang::expr::{Aggregate, Expr};
use weft_syntax::ast::AggregateKind;
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;
use crate::expression::set;

/// What one row of the clauses gives.
struct AggregateRow {
    order: Vec<Value>,
    key: Option<Value>,
    value: Value,
}

impl<'a> Evaluator<'a> {
    /// An aggregate over the distinct rows of its clauses.
    pub(crate) fn aggregate(
        &self,
        expr: &Expr,
        aggregate: &'a Aggregate,
        environment: &Environment,
    ) -> Option<Value> {
        let rows = self.rows(&aggregate.clauses, environment);
        let mut rows: Vec<AggregateRow> =
            rows.iter().filter_map(|row| self.aggregate_row(aggregate, row)).collect();
        rows.sort_by(|left, right| compare(&aggregate.order_by, left, right));
        let values = || rows.iter().map(|row| row.value.clone());
        match aggregate.kind {
            AggregateKind::Set => Some(set(values())),
            AggregateKind::List => Some(Value::List(values().collect())),
            AggregateKind::Map => Some(map(&rows)),
            AggregateKind::Count => i64::try_from(rows.len()).ok().map(Value::Int),
            AggregateKind::Sum => self.sum(expr, &rows),
            AggregateKind::Min => Some(values().min().unwrap_or(Value::None)),
            AggregateKind::Max => Some(values().max().unwrap_or(Value::None)),
            AggregateKind::Least => Some(values().next().unwrap_or(Value::None)),
            AggregateKind::Number => {
                let numbered = (1i64..).zip(values());
                Some(Value::List(
                    numbered.map(|(number, v)| Value::Tuple([Value::Int(number), v].into())).collect(),
                ))
            }
            AggregateKind::The => {
                let distinct: BTreeSet<Value> = values().collect();
                if distinct.len() == 1 { distinct.into_iter().next() } else { None }
            }
        }
    }

    /// None where any part has no value: then the row is not there.
    fn aggregate_row(&self, aggregate: &'a Aggregate, row: &Environment) -> Option<AggregateRow> {
        let order: Option<Vec<Value>> =
            aggregate.order_by.iter().map(|(key, _)| self.value(key, row)).collect();
        let key = match &aggregate.key {
            Some(key) => Some(self.value(key, row)?),
            None => None,
        };
        Some(AggregateRow { order: order?, key, value: self.value(&aggregate.value, row)? })
    }

    /// No value when the sum is beyond 64 bits; the order of adding does not matter.
    fn sum(&self, expr: &Expr, rows: &[AggregateRow]) -> Option<Value> {
        let mut sum: i128 = 0;
        for row in rows {
            match row.value {
                Value::Int(i) => sum += i128::from(i),
                _ => return self.fault(expr.span, "a sum of what is not a number"),
            }
        }
        i64::try_from(sum).ok().map(Value::Int)
    }
}

/// In `order by`; ties by the value.
fn compare(order_by: &[(Expr, bool)], left: &AggregateRow, right: &AggregateRow) -> Ordering {
    let keys = left.order.iter().zip(&right.order).zip(order_by);
    keys.map(|((left, right), (_, descending))| if *descending { right.cmp(left) } else { left.cmp(right) })
        .find(|ordering| ordering.is_ne())
        .unwrap_or_else(|| left.value.cmp(&right.value))
}

/// The least value of a key wins; None makes no entry.
fn map(rows: &[AggregateRow]) -> Value {
    let mut entries: BTreeMap<Value, Value> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.value != Value::None) {
        if let Some(key) = &row.key {
            let least = entries.entry(key.clone()).or_insert_with(|| row.value.clone());
            if row.value < *least {
                *least = row.value.clone();
            }
        }
    }
    Value::Map(Arc::new(entries))
}
