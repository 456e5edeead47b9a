//! Bodies inside bodies: `exists` and aggregates.
//!
//! Such a body is planned once for all rows of the body around it. Where it finds the outer symbols
//! that it reads by itself, it knows nothing of the outer body, and all that ask the same share it.
//! Elsewhere it begins with the distinct values that the outer body has for them.

use std::collections::BTreeSet;

use crate::atom::{Atom, Question, Relation, Sub};
use crate::plan::{Aggregation, AggregationKind, JoinSide, NodeId, Step};
use crate::planner::{Planner, position};
use crate::scalar::Scalar;
use crate::symbol::{Facts, Symbol};

use super::body::{if_found, keep_equal};
use super::order::Order;
use super::stream::Stream;

impl Planner<'_> {
    /// Asks another body about the rows of a stream. Where what it answers is known already, as another
    /// value that must be equal, rows of other answers are dropped.
    pub(crate) fn ask(&mut self, stream: Stream, sub: &Sub, needed: &BTreeSet<Symbol>) -> Stream {
        let mut sub = sub.clone();
        let (Question::Exists(answer) | Question::Aggregate { symbol: answer, .. }) = &mut sub.question
        else {
            return self.answer(stream, &sub, needed);
        };
        if !stream.knows(*answer) {
            return self.answer(stream, &sub, needed);
        }
        let known = *answer;
        let copy = self.symbols.fresh(Facts::default());
        *answer = copy;
        let mut needed = needed.clone();
        needed.extend([known, copy]);
        let mut stream = self.answer(stream, &sub, &needed);
        keep_equal(&mut stream, &[(copy, known)]);
        stream
    }

    fn answer(&mut self, mut stream: Stream, sub: &Sub, needed: &BTreeSet<Symbol>) -> Stream {
        let mut needed_here = needed.clone();
        needed_here.extend(&sub.outer);
        let atoms = self.anchored(&mut stream, sub, &needed_here);
        match &sub.question {
            Question::Semijoin | Question::Antijoin => {
                let is_semijoin = matches!(sub.question, Question::Semijoin);
                let right = self.keys_of(&atoms, &sub.outer, is_semijoin);
                let side = if is_semijoin { JoinSide::Inner } else { JoinSide::Absent };
                self.join_by(&mut stream, &sub.outer, (right, side), Vec::new(), needed);
            }
            Question::Exists(symbol) => {
                let right = self.keys_of(&atoms, &sub.outer, true);
                self.join_by(&mut stream, &sub.outer, (right, JoinSide::Outer), vec![*symbol], needed);
                stream.determine(sub.outer.clone(), *symbol);
            }
            Question::Aggregate { symbol, aggregation, columns, default } => {
                let right = self.aggregated(&atoms, sub, aggregation, columns);
                stream.determine(sub.outer.clone(), *symbol);
                let Some(default) = default else {
                    self.join_by(&mut stream, &sub.outer, (right, JoinSide::Inner), vec![*symbol], needed);
                    return stream;
                };
                let (found, is_found) =
                    (self.symbols.fresh(Facts::default()), self.symbols.fresh(Facts::default()));
                let added = vec![found, is_found];
                self.join_by(&mut stream, &sub.outer, (right, JoinSide::Outer), added, needed);
                let value = if_found(is_found, Scalar::Column(found), default.clone());
                if default.calls_host() {
                    let value = stream.read(&value);
                    stream.append(Step::Push(value), &[*symbol]);
                } else {
                    stream.set_inline(*symbol, value);
                }
            }
        }
        stream
    }

    /// The atoms of a body that finds its outer symbols: with their distinct values in the stream
    /// around it, where it does not find them by itself.
    fn anchored(&mut self, stream: &mut Stream, sub: &Sub, needed: &BTreeSet<Symbol>) -> Vec<Atom> {
        let mut atoms = sub.atoms.clone();
        if self.finds(&atoms, &sub.outer) {
            return atoms;
        }
        for symbol in &sub.outer {
            stream.materialise_symbol(*symbol);
        }
        let (node, columns) = self.materialise(stream, needed);
        *stream = stream.at(node, columns);
        let domain = self.distinct_by(stream.clone(), &sub.outer, false);
        let columns = (0..).zip(sub.outer.iter().copied()).collect();
        atoms.push(Atom::Relation(Relation::Node(domain, position(sub.outer.len())), columns));
        atoms
    }

    /// Whether a body finds these symbols by itself, without pairs that have nothing to do with each
    /// other.
    pub(crate) fn finds(&self, atoms: &[Atom], outer: &[Symbol]) -> bool {
        if outer.is_empty() {
            return true;
        }
        let Order { known, has_product, steps, .. } = self.order(atoms, None);
        let begins_with_relation = steps.first().is_some_and(|at| matches!(atoms[*at], Atom::Relation(..)));
        begins_with_relation
            && !has_product
            && steps.len() == atoms.len()
            && outer.iter().all(|symbol| known.contains(symbol))
            && (outer.len() == 1 || self.one_atom_determines(atoms, outer))
    }

    /// Whether all of the symbols follow from one row of one relation.
    fn one_atom_determines(&self, atoms: &[Atom], outer: &[Symbol]) -> bool {
        atoms.iter().any(|atom| match atom {
            Atom::Relation(_, columns) => {
                let known = columns.iter().map(|(_, symbol)| *symbol).collect();
                let closure = self.determined_by(known, atoms);
                outer.iter().all(|symbol| closure.contains(symbol))
            }
            _ => false,
        })
    }

    fn determined_by(&self, mut known: BTreeSet<Symbol>, atoms: &[Atom]) -> BTreeSet<Symbol> {
        loop {
            let before = known.len();
            for atom in atoms {
                match atom {
                    Atom::Relation(relation, columns)
                        if self.known_keys(relation, columns).any(|key| key.is_subset(&known)) =>
                    {
                        known.extend(columns.iter().map(|(_, symbol)| *symbol));
                    }
                    Atom::Define { symbol, value, .. } if value.columns().is_subset(&known) => {
                        known.insert(*symbol);
                    }
                    _ => {}
                }
            }
            if known.len() == before {
                return known;
            }
        }
    }

    /// An arranged node whose keys are the outer symbols that a body has rows for.
    fn keys_of(&mut self, atoms: &[Atom], outer: &[Symbol], once: bool) -> NodeId {
        let needed = outer.iter().copied().collect();
        let stream = self.body(atoms, None, &needed);
        self.distinct_by(stream, outer, !once)
    }

    /// The rows of a stream projected to symbols, arranged by all of them, each once unless repeats do
    /// not matter.
    pub(crate) fn distinct_by(&mut self, mut stream: Stream, by: &[Symbol], may_repeat: bool) -> NodeId {
        let known = by.iter().copied().collect();
        let is_unique = may_repeat || stream.is_unique_by(&known, &self.symbols);
        let (arranged, _) = self.arrange(&mut stream, by, &BTreeSet::new());
        if is_unique { arranged } else { self.graph.distinct(arranged) }
    }

    fn aggregated(
        &mut self,
        atoms: &[Atom],
        sub: &Sub,
        aggregation: &Aggregation,
        columns: &[Scalar],
    ) -> NodeId {
        let counts_rows = matches!(
            aggregation.kind,
            AggregationKind::Count | AggregationKind::Sum | AggregationKind::List | AggregationKind::Number
        );
        let mut needed: BTreeSet<Symbol> = sub.outer.iter().copied().collect();
        for column in columns {
            needed.extend(self.symbols.read_by(column));
        }
        let variables: BTreeSet<Symbol> = sub.variables.iter().chain(&sub.outer).copied().collect();
        if counts_rows && sub.is_lossy {
            needed.extend(&variables);
        }
        let mut stream = self.body(atoms, None, &needed);
        if counts_rows && sub.is_lossy {
            stream = self.once(stream, &variables, &needed);
        }
        let mut order = Vec::new();
        for column in columns {
            order.push(match column {
                Scalar::Column(symbol) => *symbol,
                _ => {
                    let symbol = self.symbols.fresh(Facts::default());
                    let value = stream.read(column);
                    stream.append(Step::Push(value), &[symbol]);
                    symbol
                }
            });
        }
        let arranged = self.arrange_in_order(&mut stream, &sub.outer, &order);
        self.graph.reduce(arranged, aggregation.clone())
    }

    /// The rows of a stream, each once by the variables that tell them apart.
    fn once(
        &mut self,
        mut stream: Stream,
        variables: &BTreeSet<Symbol>,
        needed: &BTreeSet<Symbol>,
    ) -> Stream {
        let mut by: Vec<Symbol> = variables.iter().copied().collect();
        by.extend(needed.difference(variables).filter(|symbol| stream.knows(**symbol)));
        let (arranged, columns) = self.arrange(&mut stream, &by, &BTreeSet::new());
        let distinct = self.graph.distinct(arranged);
        stream.at(distinct, columns)
    }
}
