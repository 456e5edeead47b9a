//! Atoms: what a body is made of before its joins are ordered.

use std::collections::BTreeSet;

use weft_lang::program::{AllocId, ComponentsId, EntityId, TableId};

use crate::plan::{Aggregation, NodeId};
use crate::scalar::Scalar;
use crate::symbol::{Symbol, Symbols};

/// What rows can be looked up in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    /// A table: UUID, then its columns in the schema's order.
    Table(TableId),
    /// Rows of a table with the members of a set or list column, or the entries of a map column.
    Collection(TableId, usize),
    /// Members of an entity.
    Entity(EntityId),
    /// Members with the value of an attribute, or with each member of a member set.
    Attribute(EntityId, usize),
    /// Holders with their ids.
    Alloc(AllocId),
    /// Nodes with the least node of their component.
    Components(ComponentsId),
    /// Values of columns of a table, with the least row that has them.
    Lookup(TableId, Vec<usize>),
    /// Distinct rows of a node of this width.
    Node(NodeId, u32),
}

/// Columns of a relation by position, with the symbols that they are.
pub(crate) type Bindings = Vec<(u32, Symbol)>;

/// A part of a body. Atoms have no order.
#[derive(Debug, Clone)]
pub(crate) enum Atom {
    /// The relation has a row with these columns.
    Relation(Relation, Bindings),
    /// The columns of the relation's row with this key, undefined where there is none.
    Optional {
        /// Where it is looked up.
        relation: Relation,
        /// Its key.
        key: Bindings,
        /// What is read, key columns perhaps among them.
        outputs: Bindings,
    },
    /// The symbols are a member (or an entry) of the collection.
    Unnest(Scalar, Vec<Symbol>),
    /// The condition is true.
    Filter(Scalar),
    /// The value is defined.
    Require(Scalar),
    /// The symbol is the value. Where `is_strict`, rows are dropped when it is undefined.
    Define {
        /// What it is called.
        symbol: Symbol,
        /// What it is.
        value: Scalar,
        /// Whether it must be defined.
        is_strict: bool,
    },
    /// What another body has for this row.
    Sub(Box<Sub>),
}

/// A body inside a body.
#[derive(Debug, Clone)]
pub(crate) struct Sub {
    /// What is asked of it.
    pub(crate) question: Question,
    /// Its atoms.
    pub(crate) atoms: Vec<Atom>,
    /// The variables of its clauses.
    pub(crate) variables: Vec<Symbol>,
    /// Whether its rows may repeat although its variables do not.
    pub(crate) is_lossy: bool,
    /// The symbols of the body around it that it reads.
    pub(crate) outer: Vec<Symbol>,
}

/// What is asked of a body inside a body.
#[derive(Debug, Clone)]
pub(crate) enum Question {
    /// Keeps rows that it has rows for.
    Semijoin,
    /// Keeps rows that it has no rows for.
    Antijoin,
    /// Whether it has rows, as a value.
    Exists(Symbol),
    /// An aggregate.
    Aggregate {
        /// What it is called.
        symbol: Symbol,
        /// What is computed.
        aggregation: Aggregation,
        /// Value columns of the reduce.
        columns: Vec<Scalar>,
        /// The value without rows; None drops the row.
        default: Option<Scalar>,
    },
}

impl Atom {
    /// The symbols that it needs or relates, all resolved.
    pub(crate) fn symbols(&self, symbols: &Symbols) -> BTreeSet<Symbol> {
        let mut out = BTreeSet::new();
        let mut add = |symbol: Symbol| {
            out.insert(symbols.find(symbol));
        };
        match self {
            Atom::Relation(_, columns) => columns.iter().for_each(|(_, symbol)| add(*symbol)),
            Atom::Optional { key, outputs, .. } => {
                key.iter().chain(outputs).for_each(|(_, symbol)| add(*symbol));
            }
            Atom::Unnest(value, members) => {
                value.columns().into_iter().chain(members.iter().copied()).for_each(add);
            }
            Atom::Filter(value) | Atom::Require(value) => value.columns().into_iter().for_each(add),
            Atom::Define { symbol, value, .. } => {
                value.columns().into_iter().chain([*symbol]).for_each(add);
            }
            Atom::Sub(sub) => {
                sub.outer.iter().copied().for_each(&mut add);
                match sub.question {
                    Question::Exists(symbol) | Question::Aggregate { symbol, .. } => add(symbol),
                    Question::Semijoin | Question::Antijoin => {}
                }
            }
        }
        out
    }

    /// The atom with each symbol replaced by the one that stands for it.
    pub(crate) fn resolve(&self, symbols: &Symbols) -> Atom {
        let bindings = |columns: &Bindings| -> Bindings {
            columns.iter().map(|(column, symbol)| (*column, symbols.find(*symbol))).collect()
        };
        match self {
            Atom::Relation(relation, columns) => {
                let mut columns = bindings(columns);
                columns.sort_unstable();
                columns.dedup();
                Atom::Relation(relation.clone(), columns)
            }
            Atom::Optional { relation, key, outputs } => {
                let (relation, key, outputs) = (relation.clone(), bindings(key), bindings(outputs));
                Atom::Optional { relation, key, outputs }
            }
            Atom::Unnest(value, members) => Atom::Unnest(
                symbols.resolve(value),
                members.iter().map(|member| symbols.find(*member)).collect(),
            ),
            Atom::Filter(value) => Atom::Filter(symbols.resolve(value)),
            Atom::Require(value) => Atom::Require(symbols.resolve(value)),
            Atom::Define { symbol, value, is_strict } => Atom::Define {
                symbol: symbols.find(*symbol),
                value: symbols.resolve(value),
                is_strict: *is_strict,
            },
            Atom::Sub(sub) => Atom::Sub(Box::new(sub.resolve(symbols))),
        }
    }
}

impl Sub {
    fn resolve(&self, symbols: &Symbols) -> Sub {
        let question = match &self.question {
            Question::Exists(symbol) => Question::Exists(symbols.find(*symbol)),
            Question::Aggregate { symbol, aggregation, columns, default } => Question::Aggregate {
                symbol: symbols.find(*symbol),
                aggregation: aggregation.clone(),
                columns: columns.iter().map(|column| symbols.resolve(column)).collect(),
                default: default.as_ref().map(|value| symbols.resolve(value)),
            },
            other => other.clone(),
        };
        let mut outer: Vec<Symbol> = Vec::new();
        for symbol in &self.outer {
            let symbol = symbols.find(*symbol);
            if !outer.contains(&symbol) {
                outer.push(symbol);
            }
        }
        Sub {
            question,
            atoms: self.atoms.iter().map(|atom| atom.resolve(symbols)).collect(),
            variables: self.variables.iter().map(|symbol| symbols.find(*symbol)).collect(),
            is_lossy: self.is_lossy,
            outer,
        }
    }
}
