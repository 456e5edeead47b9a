//! Bodies: atoms applied one after the other.

use std::collections::BTreeSet;

use weft_syntax::ast::BinaryOp;

use crate::atom::{Atom, Bindings, Relation};
use crate::lift::equality;
use crate::plan::{JoinSide, NodeKind, Step};
use crate::planner::{Planner, position};
use crate::scalar::Scalar;
use crate::symbol::{Facts, Symbol};

use super::order::Order;
use super::stream::Stream;

/// So many joins are made with all columns of the first table; so many columns are carried through more.
const JOINS_CARRIED_MAX: usize = 3;
pub(super) const COLUMNS_CARRIED_MAX: usize = 2;

impl Planner<'_> {
    /// The rows of a body, after those of `start` if given, with what reading `needed` takes.
    pub(crate) fn body(
        &mut self,
        atoms: &[Atom],
        start: Option<Stream>,
        needed: &BTreeSet<Symbol>,
    ) -> Stream {
        let mut atoms: Vec<Atom> = atoms.iter().map(|atom| atom.resolve(&self.symbols)).collect();
        let mut order = self.order(&atoms, start.as_ref().map(Stream::known));
        if start.is_none() && self.set_wide_columns_aside(&mut atoms, &order) {
            order = self.order_beginning_with(&atoms, order.steps[0]);
        }
        let mut later: Vec<BTreeSet<Symbol>> =
            vec![needed.iter().map(|symbol| self.symbols.find(*symbol)).collect()];
        for at in order.steps.iter().rev() {
            let mut needed = later.last().cloned().unwrap_or_default();
            needed.extend(atoms[*at].symbols(&self.symbols));
            later.push(needed);
        }
        later.pop();
        let mut stream = start;
        for (done, at) in order.steps.iter().enumerate() {
            let needed = later.pop().unwrap_or_default();
            stream = Some(match (stream, &atoms[*at]) {
                (None, Atom::Relation(relation, columns)) => self.scan(relation, columns, &needed),
                (None, atom) => {
                    let unit = self.unit();
                    self.apply(unit, atom, &needed)
                }
                (Some(stream), Atom::Relation(relation, columns)) => {
                    let waiting = order.steps[done + 1..].iter().map(|at| &atoms[*at]);
                    self.join_relation(stream, relation, columns, waiting, &needed)
                }
                (Some(stream), atom) => self.apply(stream, atom, &needed),
            });
        }
        stream.unwrap_or_else(|| self.unit())
    }

    /// Where a body begins with a table and joins it many times, columns that only the end needs are
    /// looked up there and not carried through every join. Whether there were such.
    fn set_wide_columns_aside(&self, atoms: &mut Vec<Atom>, order: &Order) -> bool {
        let is_join = |atom: &Atom| matches!(atom, Atom::Relation(..) | Atom::Optional { .. } | Atom::Sub(_));
        let Some(root) = order.steps.first() else {
            return false;
        };
        if atoms.iter().filter(|atom| is_join(atom)).count() <= JOINS_CARRIED_MAX {
            return false;
        }
        let early = self.early(atoms);
        let Atom::Relation(Relation::Table(table), columns) = &mut atoms[*root] else {
            return false;
        };
        let Some(key) = columns.iter().find(|(column, _)| *column == 0).copied() else {
            return false;
        };
        let (kept, aside): (Bindings, Bindings) =
            columns.iter().partition(|(column, symbol)| *column == 0 || early.contains(symbol));
        if aside.len() <= COLUMNS_CARRIED_MAX {
            return false;
        }
        let table = *table;
        *columns = kept;
        atoms.push(Atom::Relation(Relation::Table(table), std::iter::once(key).chain(aside).collect()));
        true
    }

    /// One row without columns.
    fn unit(&mut self) -> Stream {
        Stream::node(self.graph.add(NodeKind::Unit), Vec::new(), BTreeSet::new())
    }

    fn apply(&mut self, stream: Stream, atom: &Atom, needed: &BTreeSet<Symbol>) -> Stream {
        match atom {
            Atom::Relation(relation, columns) => self.join(stream, relation, columns, needed),
            Atom::Optional { relation, key, outputs } => {
                self.optional(stream, relation, key, outputs, needed)
            }
            Atom::Unnest(value, members) => unnest(stream, value, members, self),
            Atom::Filter(condition) => {
                let mut stream = stream;
                let condition = stream.read(condition);
                stream.step(Step::Filter(condition));
                stream
            }
            Atom::Require(value) => {
                let mut stream = stream;
                let value = stream.read(value);
                stream.step(Step::Require(value));
                stream
            }
            Atom::Define { symbol, value, is_strict } => self.define(stream, *symbol, value, *is_strict),
            Atom::Sub(sub) => self.ask(stream, sub, needed),
        }
    }

    /// All rows of a relation.
    fn scan(&mut self, relation: &Relation, columns: &Bindings, needed: &BTreeSet<Symbol>) -> Stream {
        let node = self.relation(relation);
        let (kept, repeated) = self.read_columns(columns, needed);
        let unique = self.known_keys(relation, columns).next();
        // Something that is not read tells the rows apart, where no key is.
        let unique = unique.unwrap_or_else(|| [self.symbols.fresh(Facts::default())].into());
        let positions = kept.iter().map(|(column, _)| self.column_of(relation, *column)).collect();
        let names = kept.iter().map(|(_, symbol)| *symbol).collect();
        let mut stream = Stream::part(node, positions, names, unique);
        self.note_determined(&mut stream, relation, columns);
        keep_equal(&mut stream, &repeated);
        stream
    }

    /// The columns to read of a relation's row: those needed later and those that must be equal to
    /// another. The latter have copies of the symbol, given with it.
    fn read_columns(
        &mut self,
        columns: &Bindings,
        needed: &BTreeSet<Symbol>,
    ) -> (Bindings, Vec<(Symbol, Symbol)>) {
        let mut kept: Bindings = Vec::new();
        let mut repeated = Vec::new();
        for (at, (column, symbol)) in columns.iter().enumerate() {
            let stands = |others: &[(u32, Symbol)]| others.iter().any(|(_, other)| other == symbol);
            if stands(&columns[..at]) {
                let copy = self.symbols.fresh(self.symbols.facts(*symbol));
                repeated.push((copy, *symbol));
                kept.push((*column, copy));
            } else if needed.contains(symbol) || stands(&columns[at + 1..]) {
                kept.push((*column, *symbol));
            }
        }
        (kept, repeated)
    }

    /// Joins by the columns that are known; without any, by what can be computed of the others.
    fn join_relation<'a>(
        &mut self,
        stream: Stream,
        relation: &Relation,
        columns: &Bindings,
        waiting: impl Iterator<Item = &'a Atom>,
        needed: &BTreeSet<Symbol>,
    ) -> Stream {
        if columns.iter().any(|(_, symbol)| stream.knows(*symbol)) {
            return self.join(stream, relation, columns, needed);
        }
        let keys = self.computed_keys(columns, waiting, |symbol| stream.knows(*symbol));
        if keys.is_empty() {
            return self.join(stream, relation, columns, needed);
        }
        self.join_computed(stream, relation, columns, &keys, needed)
    }

    fn join_computed(
        &mut self,
        mut stream: Stream,
        relation: &Relation,
        columns: &Bindings,
        keys: &[(Symbol, &Scalar)],
        needed: &BTreeSet<Symbol>,
    ) -> Stream {
        let mut read = needed.clone();
        let mut known = Vec::new();
        let mut computed = Vec::new();
        for (symbol, value) in keys {
            read.extend(self.symbols.read_by(value));
            known.push(*symbol);
        }
        let mut other = self.scan(relation, columns, &read);
        for (_, value) in keys {
            let symbol = self.symbols.fresh(Facts::default());
            let may_be_undefined = self.symbols.may_be_undefined(value);
            let value = other.read(value);
            if may_be_undefined {
                other.step(Step::Require(value.clone()));
            }
            other.append(Step::Push(value), &[symbol]);
            computed.push(symbol);
        }
        let (right, columns) = self.arrange(&mut other, &computed, needed);
        let added = columns[computed.len()..].to_vec();
        self.join_by(&mut stream, &known, (right, JoinSide::Inner), added, needed);
        stream.adopt(&other);
        stream
    }

    fn join(
        &mut self,
        mut stream: Stream,
        relation: &Relation,
        columns: &Bindings,
        needed: &BTreeSet<Symbol>,
    ) -> Stream {
        let (bound, free): (Bindings, Bindings) =
            columns.iter().partition(|(_, symbol)| stream.knows(*symbol));
        let (values, repeated) = self.read_columns(&free, needed);
        let key: Vec<Symbol> = bound.iter().map(|(_, symbol)| *symbol).collect();
        let right = self.arranged_relation(relation, &bound, &values);
        let added = values.iter().map(|(_, symbol)| *symbol).collect();
        self.join_by(&mut stream, &key, (right, JoinSide::Inner), added, needed);
        if !self.is_key(relation, &bound.iter().map(|(column, _)| *column).collect()) {
            let unique = self.key_of(relation);
            let by: Vec<Symbol> = free
                .iter()
                .filter(|(column, _)| unique.contains(column))
                .map(|(_, symbol)| *symbol)
                .collect();
            let is_whole = bound.len() + by.len() >= unique.len();
            stream.multiply(by);
            if !is_whole {
                stream.multiply([self.symbols.fresh(Facts::default())]);
            }
        }
        self.note_determined(&mut stream, relation, columns);
        keep_equal(&mut stream, &repeated);
        stream
    }

    fn optional(
        &mut self,
        mut stream: Stream,
        relation: &Relation,
        key: &Bindings,
        outputs: &Bindings,
        needed: &BTreeSet<Symbol>,
    ) -> Stream {
        let mut key = key.clone();
        key.sort_unstable();
        let symbols: Vec<Symbol> = key.iter().map(|(_, symbol)| *symbol).collect();
        let outputs: Bindings =
            outputs.iter().filter(|(_, symbol)| needed.contains(symbol)).copied().collect();
        let (of_key, values): (Bindings, Bindings) =
            outputs.iter().partition(|(column, _)| key.iter().any(|(known, _)| known == column));
        let right = self.arranged_relation(relation, &key, &values);
        let is_found = self.symbols.fresh(Facts::default());
        let added = values.iter().map(|(_, symbol)| *symbol).chain([is_found]).collect();
        self.join_by(&mut stream, &symbols, (right, JoinSide::Outer), added, needed);
        for (column, symbol) in &of_key {
            let known = key.iter().find(|(known, _)| known == column).map_or(*symbol, |(_, known)| *known);
            let value = Scalar::Column(known);
            stream.set_inline(*symbol, if_found(is_found, value, Scalar::Undefined));
        }
        for (_, symbol) in &outputs {
            stream.determine(symbols.clone(), *symbol);
        }
        stream
    }

    fn define(&mut self, mut stream: Stream, symbol: Symbol, value: &Scalar, is_strict: bool) -> Stream {
        if stream.knows(symbol) {
            let same = stream.read(&equality(Scalar::Column(symbol), value.clone()));
            stream.step(Step::Filter(same));
            return stream;
        }
        let may_be_undefined = self.symbols.may_be_undefined(value);
        let by: Vec<Symbol> = value.columns().into_iter().collect();
        stream.determine(by, symbol);
        if value.calls_host() {
            let read = stream.read(value);
            stream.append(Step::Push(read), &[symbol]);
            if is_strict && may_be_undefined {
                let column = stream.read(&Scalar::Column(symbol));
                stream.step(Step::Require(column));
            }
            return stream;
        }
        if is_strict && may_be_undefined {
            let read = stream.read(value);
            stream.step(Step::Require(read));
        }
        stream.set_inline(symbol, value.clone());
        stream
    }

    fn note_determined(&self, stream: &mut Stream, relation: &Relation, columns: &Bindings) {
        for by in self.known_keys(relation, columns) {
            for (_, symbol) in columns {
                if !by.contains(symbol) {
                    stream.determine(by.iter().copied().collect(), *symbol);
                }
            }
        }
    }

    /// The sets of these symbols that tell the rows of a relation apart.
    pub(super) fn known_keys<'c>(
        &self,
        relation: &Relation,
        columns: &'c Bindings,
    ) -> impl Iterator<Item = BTreeSet<Symbol>> + use<'c> {
        self.row_keys(relation).into_iter().filter_map(|key| {
            let symbol =
                |column: &u32| columns.iter().find(|(known, _)| known == column).map(|(_, symbol)| *symbol);
            key.iter().map(symbol).collect()
        })
    }
}

/// A value where a join found something, and one where it did not.
pub(super) fn if_found(is_found: Symbol, value: Scalar, otherwise: Scalar) -> Scalar {
    Scalar::If(Box::new(Scalar::Column(is_found)), Box::new(value), Box::new(otherwise))
}

fn unnest(mut stream: Stream, value: &Scalar, members: &[Symbol], planner: &mut Planner<'_>) -> Stream {
    if let [member] = members
        && stream.knows(*member)
    {
        let test = Scalar::Binary(BinaryOp::In, Box::new(Scalar::Column(*member)), Box::new(value.clone()));
        let test = stream.read(&test);
        stream.step(Step::Filter(test));
        return stream;
    }
    let read = stream.read(value);
    let mut symbols = Vec::new();
    let mut same = Vec::new();
    for member in members {
        if stream.knows(*member) || symbols.contains(member) {
            let copy = planner.symbols.fresh(planner.symbols.facts(*member));
            same.push((copy, *member));
            symbols.push(copy);
        } else {
            symbols.push(*member);
        }
    }
    stream.append(Step::Unnest { value: read, width: position(symbols.len()) }, &symbols);
    // A map's keys tell its entries apart.
    stream.multiply(symbols.first().copied());
    if let [key, entry] = symbols.as_slice() {
        let mut by: Vec<Symbol> = value.columns().into_iter().collect();
        by.push(*key);
        stream.determine(by, *entry);
    }
    keep_equal(&mut stream, &same);
    stream
}

/// Keeps the rows in which copies are what they are copies of.
pub(super) fn keep_equal(stream: &mut Stream, copies: &[(Symbol, Symbol)]) {
    for (copy, symbol) in copies {
        let same = stream.read(&equality(Scalar::Column(*copy), Scalar::Column(*symbol)));
        stream.step(Step::Filter(same));
    }
}
