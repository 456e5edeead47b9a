//! The order in which the atoms of a body are joined. The order of clauses has no part in it, but for
//! ties.

use std::collections::BTreeSet;

use weft_syntax::ast::BinaryOp;

use crate::atom::{Atom, Bindings, Question, Relation};
use crate::planner::Planner;
use crate::scalar::Scalar;
use crate::symbol::Symbol;

use super::body::COLUMNS_CARRIED_MAX;

/// Atoms in the order in which they are applied.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// Positions of the atoms.
    pub(crate) steps: Vec<usize>,
    /// The symbols that are known at the end.
    pub(crate) known: BTreeSet<Symbol>,
    /// Whether two parts with nothing in common meet.
    pub(crate) has_product: bool,
    /// A guess of the work: rows handled, were all tables of one size.
    cost: f64,
}

/// What a relation's rows are guessed to be, when nothing is known of it.
const TABLE_ROWS: f64 = 1000.0;
/// How many members a row is guessed to have.
const FAN_OUT: f64 = 4.0;
/// The share of rows that a comparison with a constant lets through, and any other condition.
const EQUAL_SHARE: f64 = 0.2;
const FILTER_SHARE: f64 = 0.5;
/// What a further join by the same key costs of a join.
const SAME_KEY_SHARE: f64 = 0.3;

/// How well an atom fits as the next one; the least is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// No join is needed.
    Free,
    /// At most one row for each row.
    Narrowing,
    /// Exactly one row for each row.
    Optional,
    /// As `Narrowing` or `Optional`, but no join waits for what it finds: it need not be carried along.
    Late,
    /// Several rows for each row.
    Unnest,
    /// The more columns are known, the better.
    Expanding(std::cmp::Reverse<usize>),
    /// Nothing is known.
    Product,
}

/// What is asked of the atoms again and again.
struct Prepared<'s> {
    atoms: &'s [Atom],
    /// The symbols of each atom.
    symbols: Vec<BTreeSet<Symbol>>,
    /// The symbols that the value or condition of each atom reads.
    reads: Vec<BTreeSet<Symbol>>,
    /// The symbols that joins and conditions wait for.
    early: BTreeSet<Symbol>,
}

struct Search<'s> {
    prepared: &'s Prepared<'s>,
    order: Order,
    rows: f64,
    waiting: Vec<usize>,
    /// The key of the last join: a further one by the same key costs little.
    key: Vec<Symbol>,
}

impl Planner<'_> {
    /// Orders atoms, beginning with a relation of theirs, or with what is known already.
    pub(crate) fn order(&self, atoms: &[Atom], known: Option<BTreeSet<Symbol>>) -> Order {
        let prepared = self.prepared(atoms);
        if let Some(known) = known {
            return self.order_from(&prepared, None, known);
        }
        let roots = (0..atoms.len()).filter(|at| matches!(atoms[*at], Atom::Relation(..)));
        let orders = roots.map(|root| self.order_from(&prepared, Some(root), BTreeSet::new()));
        let best = orders.reduce(|best, order| if order.cost < best.cost { order } else { best });
        best.unwrap_or_else(|| self.order_from(&prepared, None, BTreeSet::new()))
    }

    /// Orders atoms, beginning with this relation.
    pub(super) fn order_beginning_with(&self, atoms: &[Atom], root: usize) -> Order {
        self.order_from(&self.prepared(atoms), Some(root), BTreeSet::new())
    }

    fn prepared<'s>(&self, atoms: &'s [Atom]) -> Prepared<'s> {
        let reads = |atom: &Atom| match atom {
            Atom::Define { value, .. }
            | Atom::Unnest(value, _)
            | Atom::Filter(value)
            | Atom::Require(value) => self.symbols.read_by(value),
            _ => BTreeSet::new(),
        };
        Prepared {
            atoms,
            symbols: atoms.iter().map(|atom| atom.symbols(&self.symbols)).collect(),
            reads: atoms.iter().map(reads).collect(),
            early: self.early(atoms),
        }
    }

    /// The symbols that joins and conditions need, not just what is made of the rows at the end.
    pub(super) fn early(&self, atoms: &[Atom]) -> BTreeSet<Symbol> {
        let mut early = BTreeSet::new();
        let mut related = BTreeSet::new();
        for atom in atoms {
            match atom {
                Atom::Relation(relation, columns) => {
                    let key = self.key_of(relation);
                    for (column, symbol) in columns {
                        if key.contains(column) || !related.insert(*symbol) {
                            early.insert(*symbol);
                        }
                    }
                }
                Atom::Optional { key, .. } => early.extend(key.iter().map(|(_, symbol)| *symbol)),
                Atom::Unnest(value, members) => {
                    early.extend(value.columns());
                    early.extend(members);
                }
                Atom::Filter(value) | Atom::Require(value) => early.extend(value.columns()),
                Atom::Sub(sub) => early.extend(&sub.outer),
                Atom::Define { .. } => {}
            }
        }
        let defines = || {
            atoms.iter().filter_map(|atom| match atom {
                Atom::Define { symbol, value, .. } => Some((*symbol, value)),
                _ => None,
            })
        };
        for (symbol, _) in defines() {
            // What two atoms define is a condition.
            if !related.insert(symbol) {
                early.insert(symbol);
            }
        }
        loop {
            let before = early.len();
            for (symbol, value) in defines() {
                if early.contains(&symbol) {
                    early.extend(value.columns());
                }
            }
            if early.len() == before {
                return early;
            }
        }
    }

    fn order_from(&self, prepared: &Prepared<'_>, root: Option<usize>, known: BTreeSet<Symbol>) -> Order {
        let mut search = Search {
            prepared,
            order: Order { steps: Vec::new(), known, has_product: false, cost: 0.0 },
            rows: 1.0,
            waiting: (0..prepared.atoms.len()).collect(),
            key: Vec::new(),
        };
        if let Some(root) = root {
            search.rows = match &prepared.atoms[root] {
                Atom::Relation(relation, _) => self.guessed_rows(relation),
                _ => 1.0,
            };
            search.order.cost = search.rows / 2.0;
            search.take(root);
        }
        while let Some((fit, at)) = self.next(&search) {
            let key = self.join_key(&search, at);
            let is_same_key = !key.is_empty() && key == search.key;
            search.charge(fit, at, if is_same_key { SAME_KEY_SHARE } else { 1.0 });
            if !key.is_empty() {
                search.key = key;
            }
            search.take(at);
        }
        search.order
    }

    /// The waiting atom that fits best.
    fn next(&self, search: &Search<'_>) -> Option<(Fit, usize)> {
        let mut best: Option<((Fit, bool), (Fit, usize))> = None;
        for at in &search.waiting {
            let Some(fit) = self.fit(search, *at) else { continue };
            if fit == Fit::Free {
                return Some((Fit::Free, *at));
            }
            let is_same_key = !search.key.is_empty() && self.join_key(search, *at) == search.key;
            let rank = match fit {
                Fit::Optional if is_same_key => (Fit::Narrowing, false),
                // Many columns would be carried through the other joins.
                Fit::Late if self.found_by(search, *at) > COLUMNS_CARRIED_MAX => (fit, true),
                fit => (fit, !is_same_key),
            };
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, (fit, *at)));
            }
        }
        best.map(|(_, next)| next)
    }

    /// How many symbols an atom would add.
    fn found_by(&self, search: &Search<'_>, at: usize) -> usize {
        search.prepared.symbols[at].difference(&search.order.known).count()
    }

    /// The symbols by which an atom would be joined now; none where it is no join.
    fn join_key(&self, search: &Search<'_>, at: usize) -> Vec<Symbol> {
        match &search.prepared.atoms[at] {
            Atom::Relation(_, columns) => {
                let known = columns.iter().map(|(_, symbol)| self.symbols.find(*symbol));
                known.filter(|symbol| search.order.known.contains(symbol)).collect()
            }
            Atom::Optional { key, .. } => {
                let mut key = key.clone();
                key.sort_unstable();
                key.iter().map(|(_, symbol)| self.symbols.find(*symbol)).collect()
            }
            Atom::Sub(sub) => sub.outer.iter().map(|symbol| self.symbols.find(*symbol)).collect(),
            _ => Vec::new(),
        }
    }

    fn guessed_rows(&self, relation: &Relation) -> f64 {
        match relation {
            Relation::Node(..) => TABLE_ROWS * 0.3,
            Relation::Collection(..) => TABLE_ROWS * FAN_OUT,
            Relation::Attribute(entity, at) if self.is_member_set(*entity, *at) => TABLE_ROWS * FAN_OUT,
            _ => TABLE_ROWS,
        }
    }

    fn fit(&self, search: &Search<'_>, at: usize) -> Option<Fit> {
        let known = &search.order.known;
        let is_known = |symbol: &Symbol| known.contains(&self.symbols.find(*symbol));
        let Prepared { atoms, reads, early, .. } = search.prepared;
        match &atoms[at] {
            Atom::Filter(_) | Atom::Require(_) | Atom::Define { .. } => {
                reads[at].is_subset(known).then_some(Fit::Free)
            }
            Atom::Unnest(_, members) => {
                let is_ready = reads[at].is_subset(known);
                let is_test = members.iter().all(is_known);
                is_ready.then_some(if is_test { Fit::Free } else { Fit::Unnest })
            }
            Atom::Optional { key, outputs, .. } => {
                let is_late = outputs.iter().all(|(_, symbol)| !early.contains(symbol));
                let fit = if is_late { Fit::Late } else { Fit::Optional };
                key.iter().all(|(_, symbol)| is_known(symbol)).then_some(fit)
            }
            Atom::Sub(sub) => {
                let is_ready = sub.outer.iter().all(is_known);
                let narrows = matches!(sub.question, Question::Semijoin | Question::Antijoin)
                    || matches!(sub.question, Question::Aggregate { default: None, .. });
                let is_late = match &sub.question {
                    Question::Exists(symbol) | Question::Aggregate { symbol, .. } => !early.contains(symbol),
                    Question::Semijoin | Question::Antijoin => false,
                };
                let fit = if narrows { Fit::Narrowing } else { Fit::Optional };
                is_ready.then_some(if is_late { Fit::Late } else { fit })
            }
            Atom::Relation(relation, columns) => {
                let found: BTreeSet<u32> = columns
                    .iter()
                    .filter(|(_, symbol)| is_known(symbol))
                    .map(|(column, _)| *column)
                    .collect();
                let mut rest = columns.iter().filter(|(column, _)| !found.contains(column)).peekable();
                Some(if self.is_key(relation, &found) {
                    let is_late = rest.peek().is_some() && rest.all(|(_, symbol)| !early.contains(symbol));
                    if is_late { Fit::Late } else { Fit::Narrowing }
                } else if found.is_empty() {
                    let keys =
                        self.computed_keys(columns, search.waiting.iter().map(|at| &atoms[*at]), is_known);
                    if keys.is_empty() { Fit::Product } else { Fit::Expanding(std::cmp::Reverse(1)) }
                } else {
                    Fit::Expanding(std::cmp::Reverse(found.len()))
                })
            }
        }
    }
}

impl Planner<'_> {
    /// Of what the atoms define, the symbols that are known already and that a row with these columns
    /// has a value for: by these it is found.
    pub(super) fn computed_keys<'a>(
        &self,
        columns: &Bindings,
        atoms: impl Iterator<Item = &'a Atom>,
        is_known: impl Fn(&Symbol) -> bool,
    ) -> Vec<(Symbol, &'a Scalar)> {
        let own: BTreeSet<Symbol> = columns.iter().map(|(_, symbol)| self.symbols.find(*symbol)).collect();
        let key = |atom: &'a Atom| match atom {
            Atom::Define { symbol, value, .. } => {
                let read = self.symbols.read_by(value);
                let is_key = is_known(symbol) && !read.is_empty() && read.is_subset(&own);
                is_key.then_some((self.symbols.find(*symbol), value))
            }
            _ => None,
        };
        atoms.filter_map(key).collect()
    }
}

impl Search<'_> {
    fn take(&mut self, at: usize) {
        self.waiting.retain(|waiting| *waiting != at);
        self.order.known.extend(self.prepared.symbols[at].iter().copied());
        self.order.steps.push(at);
    }

    /// Adds the cost of an atom, of which a join counts as this share of one.
    fn charge(&mut self, fit: Fit, at: usize, share_of_join: f64) {
        match fit {
            Fit::Free => {
                self.rows *= match &self.prepared.atoms[at] {
                    Atom::Filter(condition) => share(condition),
                    Atom::Unnest(..) => FILTER_SHARE,
                    _ => 1.0,
                };
            }
            Fit::Narrowing | Fit::Optional | Fit::Late => self.order.cost += self.rows * share_of_join,
            Fit::Unnest => {
                self.rows *= FAN_OUT;
                self.order.cost += self.rows * 0.1;
            }
            Fit::Expanding(_) => {
                self.rows *= FAN_OUT;
                self.order.cost += self.rows;
            }
            Fit::Product => {
                self.rows *= TABLE_ROWS;
                self.order.cost += self.rows;
                self.order.has_product = true;
            }
        }
    }
}

fn share(condition: &Scalar) -> f64 {
    match condition {
        Scalar::Binary(BinaryOp::Eq, a, b)
            if matches!(**a, Scalar::Constant(_)) || matches!(**b, Scalar::Constant(_)) =>
        {
            EQUAL_SHARE
        }
        _ => FILTER_SHARE,
    }
}
