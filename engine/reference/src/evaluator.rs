//! The evaluator: a program, a snapshot, and what is known of them so far.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use weft_lang::expr::{Clause, Expr};
use weft_lang::program::{Column, Program, TableId};
use weft_lang::types::Type;
use weft_syntax::span::Span;
use weft_value::{HostRegistry, Value};

use crate::alloc::{AllocState, Ids};
use crate::evaluation::{Evaluation, Fault, Warning};
use crate::memo::Memo;
use crate::order::Order;
use crate::snapshot::{Snapshot, TableName};

/// Evaluates all of a program. `previous` are the ids given before (`Evaluation::alloc`).
///
/// # Errors
/// The faults of a program that the checker would not have let through.
pub fn evaluate(
    program: &Program,
    snapshot: &Snapshot,
    hosts: &HostRegistry,
    previous: &AllocState,
) -> Result<Evaluation, BTreeSet<Fault>> {
    Evaluator::new(program, snapshot, hosts, previous).evaluate()
}

/// Answers questions about a program over a snapshot, each on its own; what was computed for one is
/// kept for the next.
pub struct Evaluator<'a> {
    pub(crate) program: &'a Program,
    pub(crate) hosts: &'a HostRegistry,
    pub(crate) previous: &'a AllocState,
    /// Rows by table and UUID: values of all columns, by position.
    pub(crate) tables: Vec<BTreeMap<u128, Vec<Value>>>,
    pub(crate) known: Known<'a>,
    warnings: RefCell<BTreeSet<Warning>>,
    faults: RefCell<BTreeSet<Fault>>,
}

/// The least row with given values, by these values.
type RowIndex = Rc<HashMap<Vec<Value>, u128>>;

/// Members of a whole table or entity, by what an expression gives for them.
type MemberIndex = Rc<HashMap<Value, Vec<Value>>>;

/// What was computed before. Clauses and expressions are told apart by their address: the program does
/// not move while it is borrowed.
pub(crate) struct Known<'a> {
    pub(crate) members: Memo<u32, Rc<BTreeSet<Value>>>,
    pub(crate) attributes: Memo<(u32, usize, Value), Option<Value>>,
    pub(crate) ids: Memo<u32, Rc<Ids>>,
    pub(crate) components: Memo<u32, Rc<BTreeMap<Value, Value>>>,
    pub(crate) rows_by_columns: Memo<(TableId, Vec<usize>), RowIndex>,
    pub(crate) members_by_key: Memo<*const Expr, MemberIndex>,
    pub(crate) orders: Memo<*const Clause, Option<Rc<Order<'a>>>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator that has computed nothing yet.
    #[must_use]
    pub fn new(
        program: &'a Program,
        snapshot: &Snapshot,
        hosts: &'a HostRegistry,
        previous: &'a AllocState,
    ) -> Self {
        let tables = (0u32..).take(program.tables.len());
        Self {
            program,
            hosts,
            previous,
            tables: tables.map(|id| rows_of(program, snapshot, TableId(id))).collect(),
            known: Known {
                members: Memo::new(),
                attributes: Memo::new(),
                ids: Memo::new(),
                components: Memo::new(),
                rows_by_columns: Memo::new(),
                members_by_key: Memo::new(),
                orders: Memo::new(),
            },
            warnings: RefCell::default(),
            faults: RefCell::default(),
        }
    }

    /// Everything: all attributes, ids, and heads of all rules.
    ///
    /// # Errors
    /// The faults of a program that the checker would not have let through.
    pub fn evaluate(self) -> Result<Evaluation, BTreeSet<Fault>> {
        self.all_attributes();
        let alloc = self.all_ids();
        let mut evaluation = Evaluation { alloc, ..Evaluation::default() };
        for rule in &self.program.rules {
            self.rule(rule, &mut evaluation);
        }
        self.put_rows_together(&mut evaluation);
        evaluation.warnings.extend(self.warnings.take());
        let faults = self.faults.take();
        if faults.is_empty() { Ok(evaluation) } else { Err(faults) }
    }

    /// The faults found so far.
    #[must_use]
    pub fn faults(&self) -> BTreeSet<Fault> {
        self.faults.borrow().clone()
    }

    /// The warnings given so far.
    #[must_use]
    pub fn warnings(&self) -> BTreeSet<Warning> {
        self.warnings.borrow().clone()
    }

    /// Notes that the program is not well typed, and stands for the value that there is not.
    pub(crate) fn fault<T>(&self, span: Span, message: impl Into<String>) -> Option<T> {
        self.faults.borrow_mut().insert(Fault { span, message: message.into() });
        None
    }

    pub(crate) fn warn(&self, text: String, span: Span) {
        self.warnings.borrow_mut().insert(Warning { text, source: self.source(span) });
    }

    /// Path and line of a place: `switch/acl.weft:12`.
    pub(crate) fn source(&self, span: Span) -> String {
        let Some(file) = self.program.files.get(span.file.0 as usize) else {
            return String::new();
        };
        let before = file.text.bytes().take(span.start as usize);
        let line = before.filter(|byte| *byte == b'\n').count() + 1;
        format!("{}:{line}", file.path)
    }

    /// The name of a table, as rules write it.
    pub(crate) fn table_name(&self, table: TableId) -> TableName {
        table_name(self.program, table)
    }
}

fn table_name(program: &Program, table: TableId) -> TableName {
    let table = &program.tables[table.index()];
    TableName::new(&program.databases[table.database.index()].name, &table.name)
}

fn rows_of(program: &Program, snapshot: &Snapshot, table: TableId) -> BTreeMap<u128, Vec<Value>> {
    let columns = &program.tables[table.index()].columns;
    let rows = snapshot.tables.get(&table_name(program, table)).into_iter().flatten();
    rows.map(|(uuid, row)| {
        let value = |column: &Column| match column.name.as_str() {
            "_uuid" => Value::Uuid(*uuid),
            name => row.get(name).cloned().unwrap_or_else(|| default_value(&column.ty)),
        };
        (*uuid, columns.iter().map(value).collect())
    })
    .collect()
}

/// The schema's default of a column: zero, empty, or nothing.
pub(crate) fn default_value(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int | Type::Stage => Value::Int(0),
        Type::String | Type::Match | Type::Actions | Type::Extern(_) => Value::String("".into()),
        Type::Uuid | Type::Row(_) => Value::Uuid(0),
        Type::Set(_) => Value::Set(Default::default()),
        Type::List(_) => Value::List([].into()),
        Type::Map(..) => Value::Map(Default::default()),
        Type::Tuple(_) | Type::Record(_) | Type::Entity(_) | Type::OutputRow(_) => Value::Tuple([].into()),
        Type::Option(_) | Type::Unknown => Value::None,
    }
}
