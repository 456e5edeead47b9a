//! Streams: rows on their way through a body, with the steps that are still to become a node.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{JoinInput, JoinSide, NodeId, NodeKind, Step};
use crate::planner::{Planner, position};
use crate::scalar::Scalar;
use crate::symbol::{Symbol, Symbols};

/// What the steps of a stream are applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Base {
    /// Columns of a node's rows; None for all of them, in order.
    Node(NodeId, Option<Vec<u32>>),
    /// Combinations of arranged nodes, by a key of so many columns.
    Join(Vec<JoinInput>, usize),
}

/// Rows under planning.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    base: Base,
    steps: Vec<Step>,
    /// What the columns are after the steps.
    columns: Vec<Symbol>,
    /// Symbols that are computed where they are read, by scalars over other symbols.
    inline: BTreeMap<Symbol, Scalar>,
    /// Symbols that tell the rows apart.
    unique: BTreeSet<Symbol>,
    /// Symbols that are determined by others.
    determined: Vec<(Vec<Symbol>, Symbol)>,
}

impl Stream {
    /// The rows of a node.
    pub(crate) fn node(node: NodeId, columns: Vec<Symbol>, unique: BTreeSet<Symbol>) -> Self {
        Self::over(Base::Node(node, None), columns, unique)
    }

    /// Some columns of the rows of a node.
    pub(crate) fn part(
        node: NodeId,
        positions: Vec<u32>,
        columns: Vec<Symbol>,
        unique: BTreeSet<Symbol>,
    ) -> Self {
        Self::over(Base::Node(node, Some(positions)), columns, unique)
    }

    fn over(base: Base, columns: Vec<Symbol>, unique: BTreeSet<Symbol>) -> Self {
        let (steps, inline, determined) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { base, steps, columns, inline, unique, determined }
    }

    /// Whether these are combinations by this very key, of which nothing but conditions was asked yet.
    fn is_join_by(&self, key: &[Symbol]) -> bool {
        matches!(&self.base, Base::Join(_, width) if self.columns.get(..*width) == Some(key))
            && self.steps.iter().all(|step| matches!(step, Step::Filter(_) | Step::Require(_)))
    }

    /// The same rows, read from a node.
    pub(crate) fn at(&self, node: NodeId, columns: Vec<Symbol>) -> Self {
        Self { base: Base::Node(node, None), steps: Vec::new(), columns, ..self.clone() }
    }

    /// Position of a symbol's column.
    pub(crate) fn position(&self, symbol: Symbol) -> Option<u32> {
        self.columns.iter().position(|known| *known == symbol).map(position)
    }

    /// Whether the symbol can be read.
    pub(crate) fn knows(&self, symbol: Symbol) -> bool {
        self.columns.contains(&symbol) || self.inline.contains_key(&symbol)
    }

    /// All symbols that can be read.
    pub(crate) fn known(&self) -> BTreeSet<Symbol> {
        self.columns.iter().chain(self.inline.keys()).copied().collect()
    }

    /// Adds a step that leaves the columns as they are.
    pub(crate) fn step(&mut self, step: Step) {
        self.settle();
        self.steps.push(step);
    }

    /// Adds a step that appends columns.
    pub(crate) fn append(&mut self, step: Step, symbols: &[Symbol]) {
        self.step(step);
        self.columns.extend(symbols);
    }

    /// Lets a symbol be computed where it is read.
    pub(crate) fn set_inline(&mut self, symbol: Symbol, value: Scalar) {
        self.inline.insert(symbol, value);
    }

    /// Notes that symbols determine another.
    pub(crate) fn determine(&mut self, by: Vec<Symbol>, symbol: Symbol) {
        self.determined.push((by, symbol));
    }

    /// Notes that further symbols are needed to tell rows apart.
    pub(crate) fn multiply(&mut self, by: impl IntoIterator<Item = Symbol>) {
        self.unique.extend(by);
    }

    /// Takes over what tells the rows of another stream apart, after a join with it.
    pub(crate) fn adopt(&mut self, other: &Stream) {
        self.unique.extend(&other.unique);
        self.determined.extend(other.determined.iter().cloned());
    }

    /// Whether rows differ in these symbols.
    pub(crate) fn is_unique_by(&self, known: &BTreeSet<Symbol>, symbols: &Symbols) -> bool {
        let mut closure = known.clone();
        loop {
            let before = closure.len();
            for (by, symbol) in &self.determined {
                if by.iter().all(|symbol| closure.contains(symbol)) {
                    closure.insert(*symbol);
                }
            }
            closure.extend(
                self.unique
                    .iter()
                    .filter(|symbol| symbols.has_all_parts(**symbol, &closure))
                    .copied()
                    .collect::<Vec<_>>(),
            );
            if closure.len() == before {
                return self.unique.is_subset(&closure);
            }
        }
    }

    /// The columns that reading these symbols takes.
    pub(crate) fn columns_for(&self, symbols: impl IntoIterator<Item = Symbol>) -> BTreeSet<Symbol> {
        let mut needed = BTreeSet::new();
        let mut waiting: Vec<Symbol> = symbols.into_iter().collect();
        while let Some(symbol) = waiting.pop() {
            if self.columns.contains(&symbol) {
                needed.insert(symbol);
            } else if let Some(value) = self.inline.get(&symbol) {
                waiting.extend(value.columns());
            }
        }
        needed
    }

    /// A scalar over symbols as one over the columns.
    pub(crate) fn read(&self, scalar: &Scalar) -> Scalar {
        match scalar {
            Scalar::Column(symbol) => match self.position(*symbol) {
                Some(column) => Scalar::Column(column),
                None => match self.inline.get(symbol) {
                    Some(value) => self.read(value),
                    None => Scalar::Undefined,
                },
            },
            _ => scalar.map_children(&mut |child| self.read(child)),
        }
    }

    /// Makes a symbol a column.
    pub(crate) fn materialise_symbol(&mut self, symbol: Symbol) -> u32 {
        if let Some(column) = self.position(symbol) {
            return column;
        }
        let value = self.read(&Scalar::Column(symbol));
        self.append(Step::Push(value), &[symbol]);
        position(self.columns.len() - 1)
    }

    /// Columns of a node become a step before any other step.
    fn settle(&mut self) {
        if let Base::Node(node, Some(positions)) = &self.base {
            self.steps.push(Step::Project(positions.clone()));
            self.base = Base::Node(*node, None);
        }
    }
}

impl Planner<'_> {
    /// The node of a stream's rows, and where its columns are in them.
    fn place(&mut self, stream: &Stream) -> (NodeId, Vec<u32>) {
        let all = || (0..position(stream.columns.len())).collect();
        let steps = stream.steps.clone();
        match &stream.base {
            Base::Node(node, Some(positions)) => (*node, positions.clone()),
            Base::Node(node, None) => (self.graph.map(*node, steps), all()),
            Base::Join(inputs, _) => {
                (self.graph.add(NodeKind::Join { inputs: inputs.clone(), steps }), all())
            }
        }
    }

    /// Joins a stream by symbols with an arranged node, which adds these columns. A join by the same key
    /// takes the node as a further input.
    pub(crate) fn join_by(
        &mut self,
        stream: &mut Stream,
        key: &[Symbol],
        (node, side): (NodeId, JoinSide),
        added: Vec<Symbol>,
        needed: &BTreeSet<Symbol>,
    ) {
        if !stream.is_join_by(key) {
            let (left, columns) = self.arrange(stream, key, needed);
            let left = JoinInput { node: left, side: JoinSide::Inner };
            (stream.base, stream.steps, stream.columns) =
                (Base::Join(vec![left], key.len()), Vec::new(), columns);
        }
        if let Base::Join(inputs, _) = &mut stream.base {
            inputs.push(JoinInput { node, side });
        }
        stream.columns.extend(added);
    }

    /// Arranges a stream by symbols, with the columns that reading `needed` takes as its value. Gives
    /// the columns of the arranged rows.
    pub(crate) fn arrange(
        &mut self,
        stream: &mut Stream,
        key: &[Symbol],
        needed: &BTreeSet<Symbol>,
    ) -> (NodeId, Vec<Symbol>) {
        for symbol in key {
            stream.materialise_symbol(*symbol);
        }
        let needed = stream.columns_for(needed.iter().copied());
        let values: Vec<Symbol> = first_of_each(&stream.columns)
            .into_iter()
            .filter(|symbol| needed.contains(symbol) && !key.contains(symbol))
            .collect();
        let (node, places) = self.place(stream);
        let place = |symbol: &Symbol| stream.position(*symbol).map_or(0, |at| places[at as usize]);
        let mut values: Vec<(u32, Symbol)> = values.iter().map(|symbol| (place(symbol), *symbol)).collect();
        values.sort_unstable();
        let key_places = key.iter().map(place).collect();
        let arranged = self.graph.arrange(node, key_places, values.iter().map(|(at, _)| *at).collect());
        let columns = key.iter().copied().chain(values.into_iter().map(|(_, symbol)| symbol)).collect();
        (arranged, columns)
    }

    /// Arranges a stream by symbols, with value columns in the order given.
    pub(crate) fn arrange_in_order(
        &mut self,
        stream: &mut Stream,
        key: &[Symbol],
        values: &[Symbol],
    ) -> NodeId {
        for symbol in key.iter().chain(values) {
            stream.materialise_symbol(*symbol);
        }
        let (node, places) = self.place(stream);
        let place = |symbol: &Symbol| stream.position(*symbol).map_or(0, |at| places[at as usize]);
        self.graph.arrange(node, key.iter().map(place).collect(), values.iter().map(place).collect())
    }

    /// The node of a stream's rows with just the columns that reading `needed` takes. Gives them.
    pub(crate) fn materialise(
        &mut self,
        stream: &Stream,
        needed: &BTreeSet<Symbol>,
    ) -> (NodeId, Vec<Symbol>) {
        let needed = stream.columns_for(needed.iter().copied());
        let mut stream = stream.clone();
        let columns: Vec<Symbol> =
            first_of_each(&stream.columns).into_iter().filter(|symbol| needed.contains(symbol)).collect();
        if columns != stream.columns {
            let places = columns.iter().filter_map(|symbol| stream.position(*symbol)).collect();
            stream.project(places, columns.clone());
        }
        stream.settle();
        (self.place(&stream).0, columns)
    }

    /// The node of rows of these scalars, each over the stream's symbols. Rows without one of them are
    /// dropped.
    pub(crate) fn rows_of(&mut self, mut stream: Stream, scalars: &[Scalar]) -> NodeId {
        let mut places = Vec::new();
        for scalar in scalars {
            let scalar = self.symbols.resolve(scalar);
            let place = match &scalar {
                Scalar::Column(symbol) => stream.materialise_symbol(*symbol),
                _ => {
                    let symbol = self.symbols.fresh(crate::symbol::Facts::default());
                    let value = stream.read(&scalar);
                    stream.append(Step::Push(value), &[symbol]);
                    position(stream.columns.len() - 1)
                }
            };
            if self.symbols.may_be_undefined(&scalar) {
                stream.step(Step::Require(Scalar::Column(place)));
            }
            places.push(place);
        }
        let columns: Vec<Symbol> = places.iter().map(|place| stream.columns[*place as usize]).collect();
        let in_place = places.iter().zip(0..).all(|(place, at)| *place == at);
        if !in_place || columns.len() != stream.columns.len() {
            stream.project(places, columns);
        }
        stream.settle();
        self.place(&stream).0
    }
}

impl Stream {
    fn project(&mut self, places: Vec<u32>, columns: Vec<Symbol>) {
        if let (Base::Node(node, Some(positions)), true) = (&self.base, self.steps.is_empty()) {
            let positions = places.iter().map(|place| positions[*place as usize]).collect();
            self.base = Base::Node(*node, Some(positions));
        } else {
            self.step(Step::Project(places));
        }
        self.columns = columns;
    }
}

fn first_of_each(columns: &[Symbol]) -> Vec<Symbol> {
    let mut seen = BTreeSet::new();
    columns.iter().copied().filter(|symbol| seen.insert(*symbol)).collect()
}
