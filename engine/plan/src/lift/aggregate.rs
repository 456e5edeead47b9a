//! Aggregates and `exists` as values.

use std::sync::Arc;

use weft_lang::expr::{Aggregate, Clause};
use weft_lang::program::EntityId;
use weft_syntax::ast::AggregateKind;
use weft_value::Value;

use crate::atom::{Atom, Question, Relation};
use crate::plan::{Aggregation, AggregationKind};
use crate::scalar::Scalar;
use crate::symbol::{Facts, Symbol};

use super::expr::Mode;
use super::scope::{Lifter, ScopeKind};

impl Lifter<'_, '_> {
    /// The symbol of an aggregate's value.
    pub(crate) fn aggregate(&mut self, aggregate: &Aggregate, mode: Mode) -> Scalar {
        let kind = aggregation_kind(aggregate.kind);
        let is_partial = kind == AggregationKind::The && mode == Mode::Lenient;
        let symbol = self.partial(is_partial);
        self.open(ScopeKind::Sub);
        self.clauses(&aggregate.clauses);
        let mut columns: Vec<Scalar> = aggregate.order_by.iter().map(|(key, _)| self.strict(key)).collect();
        columns.extend(aggregate.key.as_ref().map(|key| self.strict(key)));
        let value = self.strict(&aggregate.value);
        // An entry whose value is None is none.
        columns.push(if kind == AggregationKind::Map { value.unwrapped() } else { value });
        for column in &columns {
            if self.planner.symbols.may_be_undefined(column) {
                self.add(Atom::Require(column.clone()));
            }
        }
        if kind == AggregationKind::Count {
            columns.clear();
        }
        let descending = match kind {
            AggregationKind::Count => Vec::new(),
            _ => aggregate.order_by.iter().map(|(_, descending)| *descending).collect(),
        };
        let aggregation = Aggregation { kind, descending };
        let default = match (kind, mode) {
            (AggregationKind::The, Mode::Strict) => None,
            _ => Some(default_of(kind)),
        };
        self.ask(Question::Aggregate { symbol, aggregation, columns, default });
        Scalar::Column(symbol)
    }

    fn partial(&mut self, is_partial: bool) -> Symbol {
        let level = self.level();
        self.planner.symbols.fresh(Facts { level, is_partial, ..Facts::default() })
    }

    /// Whether clauses have rows, as a value.
    pub(crate) fn exists_value(&mut self, clauses: &[Clause]) -> Scalar {
        let found = self.fresh();
        self.open(ScopeKind::Sub);
        self.clauses(clauses);
        self.ask(Question::Exists(found));
        Scalar::Column(found)
    }

    /// A member set as one value.
    pub(crate) fn collected(&mut self, owner: Scalar, entity: EntityId, at: usize) -> Scalar {
        let owner = self.symbol_of(owner);
        let collection = self.fresh();
        self.open(ScopeKind::Sub);
        let member = self.fresh();
        self.relate(Relation::Attribute(entity, at), vec![(0, owner), (1, member)], Vec::new());
        self.ask(Question::Aggregate {
            symbol: collection,
            aggregation: Aggregation { kind: AggregationKind::Set, descending: Vec::new() },
            columns: vec![Scalar::Column(member)],
            default: Some(default_of(AggregationKind::Set)),
        });
        let collection = Scalar::Column(collection);
        if self.planner.symbols.facts(owner).is_partial {
            collection.needing(vec![Scalar::Column(owner)])
        } else {
            collection
        }
    }
}

fn aggregation_kind(kind: AggregateKind) -> AggregationKind {
    match kind {
        AggregateKind::Set => AggregationKind::Set,
        AggregateKind::List => AggregationKind::List,
        AggregateKind::Map => AggregationKind::Map,
        AggregateKind::Count => AggregationKind::Count,
        AggregateKind::Sum => AggregationKind::Sum,
        AggregateKind::Min => AggregationKind::Min,
        AggregateKind::Max => AggregationKind::Max,
        AggregateKind::Least => AggregationKind::Least,
        AggregateKind::Number => AggregationKind::Number,
        AggregateKind::The => AggregationKind::The,
    }
}

/// What an aggregate over no rows is.
fn default_of(kind: AggregationKind) -> Scalar {
    Scalar::Constant(match kind {
        AggregationKind::Set => Value::Set(Arc::default()),
        AggregationKind::List | AggregationKind::Number => Value::List(Arc::from([])),
        AggregationKind::Map => Value::Map(Arc::default()),
        AggregationKind::Count | AggregationKind::Sum => Value::Int(0),
        AggregationKind::Min | AggregationKind::Max | AggregationKind::Least => Value::None,
        AggregationKind::The => return Scalar::Undefined,
    })
}
