//! The state of a planning run.

use std::collections::{HashMap, HashSet};

use weft_lang::program::{EntityId, HostId, Program, TableId};
use weft_syntax::span::Span;

use crate::atom::Relation;
use crate::graph::Graph;
use crate::plan::{Head, HeadId, HeadKind, HostSignature, InputRows, InputTable, NodeId, NodeKind, Plan};
use crate::scalar::Scalar;
use crate::symbol::Symbols;

/// Compiles a checked program. A pure function: equal programs have equal plans.
#[must_use]
pub fn plan(program: &Program) -> Plan {
    let mut planner = Planner::new(program);
    for entity in 0..program.entities.len() {
        planner.entity_warnings(EntityId(position(entity)));
        planner.attribute_warnings(EntityId(position(entity)));
    }
    for rule in &program.rules {
        planner.rule(rule);
    }
    for alloc in 0..program.allocs.len() {
        planner.alloc_clash(weft_lang::program::AllocId(position(alloc)));
    }
    planner.finish()
}

/// A position as the plan writes it.
pub(crate) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// What is read of a table, as [`InputTable`] says it.
struct Input {
    table: TableId,
    columns: Vec<usize>,
    rows: InputRows,
}

/// A planning run.
pub(crate) struct Planner<'p> {
    pub(crate) program: &'p Program,
    pub(crate) graph: Graph,
    pub(crate) symbols: Symbols,
    /// Nodes of the relations planned so far.
    pub(crate) relations: HashMap<Relation, NodeId>,
    /// Relations whose planning has begun.
    pub(crate) under_way: HashSet<Relation>,
    /// Whether every member of the entity has the attribute, where known.
    pub(crate) totals: HashMap<(EntityId, usize), bool>,
    tables: Vec<Input>,
    hosts: Vec<HostId>,
    heads: Vec<Head>,
    /// Nodes with the columns of classes over their rows.
    classes: HashSet<(NodeId, Vec<Scalar>)>,
    line_starts: Vec<Vec<u32>>,
}

impl<'p> Planner<'p> {
    fn new(program: &'p Program) -> Self {
        let starts = |text: &str| -> Vec<u32> {
            let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| position(at + 1))).collect()
        };
        Self {
            program,
            graph: Graph::default(),
            symbols: Symbols::default(),
            relations: HashMap::new(),
            under_way: HashSet::new(),
            totals: HashMap::new(),
            tables: Vec::new(),
            hosts: Vec::new(),
            heads: Vec::new(),
            classes: HashSet::new(),
            line_starts: program.files.iter().map(|file| starts(&file.text)).collect(),
        }
    }

    /// Path and line of a place: `switch/acl.weft:12`.
    pub(crate) fn source(&self, span: Span) -> String {
        let file = span.file.0 as usize;
        let (Some(path), Some(starts)) = (self.program.files.get(file), self.line_starts.get(file)) else {
            return String::new();
        };
        let line = starts.partition_point(|start| *start <= span.start);
        format!("{}:{line}", path.path)
    }

    /// Says what nodes made from now on are called, and gives the name that they had so far.
    pub(crate) fn rename(&mut self, name: String) -> String {
        std::mem::replace(&mut self.graph.name, name)
    }

    /// The input node of a table.
    pub(crate) fn input(&mut self, table: TableId) -> NodeId {
        let index = self.table_index(table);
        let name = self.rename(self.table_name(table));
        let node = self.graph.add(NodeKind::Input { table: position(index) });
        self.rename(name);
        node
    }

    /// The input node of a set's or map's members.
    pub(crate) fn member_input(&mut self, table: TableId, column: usize, rows: InputRows) -> NodeId {
        self.tables.push(Input { table, columns: vec![column], rows });
        self.graph.add(NodeKind::Input { table: position(self.tables.len() - 1) })
    }

    /// Position of a column in the rows of a table's input node. Columns are added as they are asked
    /// for, so the width of these rows is not known before the end.
    pub(crate) fn input_column(&mut self, table: TableId, column: usize) -> u32 {
        let index = self.table_index(table);
        let columns = &mut self.tables[index].columns;
        let at = columns.iter().position(|known| *known == column).unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        });
        position(at + 1)
    }

    fn table_index(&mut self, table: TableId) -> usize {
        let is_whole = |input: &Input| input.table == table && input.rows == InputRows::Whole;
        self.tables.iter().position(is_whole).unwrap_or_else(|| {
            self.tables.push(Input { table, columns: Vec::new(), rows: InputRows::Whole });
            self.tables.len() - 1
        })
    }

    /// `nb.Logical_Switch`
    pub(crate) fn table_name(&self, table: TableId) -> String {
        let table = &self.program.tables[table.index()];
        format!("{}.{}", self.program.databases[table.database.index()].name, table.name)
    }

    /// Position of a host function among those that the plan calls.
    pub(crate) fn host(&mut self, host: HostId) -> u32 {
        let at = self.hosts.iter().position(|known| *known == host).unwrap_or_else(|| {
            self.hosts.push(host);
            self.hosts.len() - 1
        });
        position(at)
    }

    /// The members of a class of datapaths, unless they are told already: classes of one name are one.
    pub(crate) fn class_sink(&mut self, input: NodeId, source: String, columns: Vec<Scalar>) {
        if self.classes.insert((input, columns.clone())) {
            self.sink(input, HeadKind::ClassMember, source, columns);
        }
    }

    /// A head with its sink. The scalars are over the rows of `input`.
    pub(crate) fn sink(&mut self, input: NodeId, kind: HeadKind, source: String, columns: Vec<Scalar>) {
        let head = HeadId(position(self.heads.len()));
        self.heads.push(Head { name: self.graph.name.clone(), source, kind, columns });
        self.graph.add(NodeKind::Sink { input, head });
    }

    fn finish(self) -> Plan {
        let program = self.program;
        let tables = self.tables.iter().map(|input| {
            let table = &program.tables[input.table.index()];
            InputTable {
                database: program.databases[table.database.index()].name.clone(),
                table: table.name.clone(),
                columns: input.columns.iter().map(|column| table.columns[*column].name.clone()).collect(),
                rows: input.rows,
            }
        });
        let hosts = self.hosts.iter().map(|host| {
            let function = &program.host_functions[host.index()];
            HostSignature {
                name: function.name.clone(),
                signature: crate::signature::signature(program, function),
            }
        });
        Plan {
            tables: tables.collect(),
            hosts: hosts.collect(),
            stages: crate::outputs::stages(program),
            outputs: crate::outputs::outputs(program),
            heads: self.heads,
            nodes: self.graph.into_nodes(),
        }
    }
}
