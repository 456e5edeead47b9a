//! Heads: what rules make of the rows of their bodies.

use weft_lang::program::{Datapaths, Flow, Head, OutputId};
use weft_value::Value;

use crate::atom::{Atom, Question, Relation};
use crate::build::Stream;
use crate::lift::{Body, Lifter, ScopeKind};
use crate::plan::HeadKind;
use crate::planner::{Planner, position};
use crate::scalar::Scalar;
use crate::symbol::{Symbol, string};

/// A head over the symbols of a body.
pub(crate) struct Target {
    pub(crate) kind: HeadKind,
    pub(crate) source: String,
    pub(crate) columns: Vec<Scalar>,
    /// The class of datapaths that it is for.
    pub(crate) class: Option<Class>,
}

/// A class of datapaths: a body over parameters.
pub(crate) struct Class {
    atoms: Vec<Atom>,
    /// The symbols of the rule's body that it reads.
    outer: Vec<Symbol>,
    /// The set, then the member.
    columns: [Scalar; 2],
}

impl Target {
    /// Everything that the rule's body must know for it.
    pub(crate) fn scalars(&self) -> impl Iterator<Item = &Scalar> {
        self.columns.iter()
    }
}

impl Planner<'_> {
    /// Makes the sinks of a head over the rows of a stream, which are rows of `around` with more to them.
    pub(crate) fn target(&mut self, stream: &Stream, target: Target, around: Option<&Stream>) {
        let needed = target.columns.iter().flat_map(|column| self.symbols.read_by(column)).collect();
        let (node, columns) = self.materialise(stream, &needed);
        let stream = stream.at(node, columns);
        let columns =
            target.columns.iter().map(|column| stream.read(&self.symbols.resolve(column))).collect();
        self.sink(node, target.kind, target.source.clone(), columns);
        if let Some(class) = target.class {
            self.class(&stream, around, class, target.source);
        }
    }

    /// The members of a class. Its body begins with the rule's parameters only where it does not find
    /// them by itself: classes that nobody uses cost less than the rule's body at every change.
    fn class(&mut self, stream: &Stream, around: Option<&Stream>, class: Class, source: String) {
        let Class { atoms, outer, columns } = class;
        let mut atoms: Vec<Atom> = atoms.iter().map(|atom| atom.resolve(&self.symbols)).collect();
        let mut by: Vec<Symbol> = Vec::new();
        for symbol in outer.iter().map(|symbol| self.symbols.find(*symbol)) {
            if !by.contains(&symbol) {
                by.push(symbol);
            }
        }
        if !self.finds(&atoms, &by) {
            // What all heads have in common serves all of their classes.
            let stream =
                around.filter(|around| by.iter().all(|symbol| around.knows(*symbol))).unwrap_or(stream);
            let domain = self.distinct_by(stream.clone(), &by, false);
            let bindings = (0..).zip(by.iter().copied()).collect();
            atoms.push(Atom::Relation(Relation::Node(domain, position(by.len())), bindings));
        }
        let columns: Vec<Scalar> = columns.iter().map(|column| self.symbols.resolve(column)).collect();
        let needed = columns.iter().flat_map(|column| self.symbols.read_by(column)).collect();
        let members = self.body(&atoms, None, &needed);
        let (node, symbols) = self.materialise(&members, &needed);
        let members = members.at(node, symbols);
        let columns = columns.iter().map(|column| members.read(column)).collect();
        self.class_sink(node, source, columns);
    }
}

impl Lifter<'_, '_> {
    /// A head that makes something of each row of the innermost scope.
    pub(crate) fn target(&mut self, head: &Head) -> Option<Target> {
        match head {
            Head::Flow(flow) => Some(self.flow(flow)),
            Head::Emit { output, key, columns, span } => {
                let mut scalars: Vec<Scalar> = key.iter().map(|part| self.strict(part)).collect();
                scalars.extend(columns.iter().map(|(_, value)| self.strict(value)));
                let names = columns.iter().map(|(column, _)| self.column_name(*output, *column)).collect();
                let kind = HeadKind::Row { output: output.0, columns: names };
                Some(Target { kind, source: self.planner.source(*span), columns: scalars, class: None })
            }
            Head::EmitMember { output, key, column, value, span } => {
                let mut scalars: Vec<Scalar> = key.iter().map(|part| self.strict(part)).collect();
                scalars.push(self.strict(value));
                let kind = HeadKind::Member { output: output.0, column: self.column_name(*output, *column) };
                Some(Target { kind, source: self.planner.source(*span), columns: scalars, class: None })
            }
            Head::Warn { text, span } => {
                let text = self.strict(text);
                let source = self.planner.source(*span);
                Some(Target { kind: HeadKind::Warning, source, columns: vec![text], class: None })
            }
            Head::If { .. } | Head::For(_) => None,
        }
    }

    fn column_name(&self, output: OutputId, column: usize) -> String {
        let program = self.planner.program;
        let table = program.outputs[output.index()].table;
        program.tables[table.index()].columns[column].name.clone()
    }

    fn flow(&mut self, flow: &Flow) -> Target {
        let optional = |lifter: &mut Self, expr: &Option<weft_lang::expr::Expr>| match expr {
            Some(expr) => lifter.strict(expr),
            None => Scalar::Constant(Value::None),
        };
        let (set, class) = self.datapaths(&flow.datapaths);
        let tags = flow.tags.iter().map(|(key, value)| (self.strict(key), self.strict(value)));
        let tags = Scalar::Map(tags.collect());
        let columns = vec![
            self.strict(&flow.stage),
            self.strict(&flow.priority),
            self.strict(&flow.matches),
            self.strict(&flow.actions),
            optional(self, &flow.meter),
            set,
            optional(self, &flow.hint),
            optional(self, &flow.description),
            optional(self, &flow.port),
            tags,
        ];
        Target { kind: HeadKind::Flow, source: self.planner.source(flow.span), columns, class }
    }

    fn datapaths(&mut self, datapaths: &Datapaths) -> (Scalar, Option<Class>) {
        match datapaths {
            Datapaths::One(member) => (self.strict(member), None),
            Datapaths::All { name, parameters, clauses, member } => {
                let parameters =
                    parameters.iter().filter_map(|parameter| self.variables.get(parameter).cloned());
                let set = Scalar::Tuple(std::iter::once(string(name)).chain(parameters).collect());
                self.open(ScopeKind::Sub);
                self.clauses(clauses);
                let member = self.variables.get(member).cloned().unwrap_or(Scalar::Undefined);
                let body: Body = self.close();
                let asked = self.sub(body, Question::Semijoin);
                let mut outer = asked.outer;
                for symbol in self.planner.symbols.read_by(&set) {
                    if !outer.contains(&symbol) {
                        outer.push(symbol);
                    }
                }
                let class = Class { atoms: asked.atoms, outer, columns: [set.clone(), member] };
                (set, Some(class))
            }
        }
    }
}
