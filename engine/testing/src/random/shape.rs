//! What a program reads: tables, columns, and the constants that it compares them with.

use std::collections::{BTreeMap, BTreeSet};

use weft_lang::expr::{Expr, ExprKind, Piece};
use weft_lang::program::{Program, TableId};
use weft_lang::types::Type;
use weft_reference::TableName;

/// A table that a program reads.
#[derive(Debug, Clone)]
pub(super) struct TableShape {
    pub(super) id: TableId,
    pub(super) name: TableName,
    /// The columns that it reads.
    pub(super) columns: Vec<ColumnShape>,
    /// Names of columns among these that no two rows agree in.
    pub(super) keys: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct ColumnShape {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) enumeration: Vec<String>,
}

/// What a program reads.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Positions of columns by table.
    columns: BTreeMap<TableId, BTreeSet<usize>>,
    pub(super) strings: BTreeSet<String>,
    pub(super) ints: BTreeSet<i64>,
}

impl Reads {
    pub(super) fn of(program: &Program) -> Self {
        let mut reads = Self::default();
        program.for_each_expr(&mut |expr| reads.note(expr));
        reads.follow_references(program);
        reads
    }

    fn note(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(_, table, column) => {
                self.columns.entry(*table).or_default().insert(*column);
            }
            ExprKind::Lookup(table, columns) => {
                let positions = columns.iter().map(|(position, _)| *position);
                self.columns.entry(*table).or_default().extend(positions);
            }
            ExprKind::AllRows(table) => {
                self.columns.entry(*table).or_default();
            }
            ExprKind::Int(number) => {
                self.ints.insert(*number);
            }
            ExprKind::Literal(_, pieces) => {
                if let [Piece::Text(text)] = pieces.as_slice() {
                    self.strings.insert(text.clone());
                }
            }
            _ => {}
        }
    }

    /// Tables that columns read refer to are read too.
    fn follow_references(&mut self, program: &Program) {
        let mut referred = BTreeSet::new();
        for (table, columns) in &self.columns {
            for column in columns {
                collect_references(&program.tables[table.index()].columns[*column].ty, &mut referred);
            }
        }
        for table in referred {
            self.columns.entry(table).or_default();
        }
    }

    pub(super) fn tables(&self, program: &Program) -> Vec<TableShape> {
        let shape = |(id, positions): (&TableId, &BTreeSet<usize>)| {
            let table = &program.tables[id.index()];
            // A row's UUID is no value of it.
            let positions = positions.iter().filter(|position| table.columns[**position].name != "_uuid");
            let columns = positions.clone().map(|position| &table.columns[*position]);
            let is_read = |position: &usize| positions.clone().any(|read| read == position);
            let name = |position: &usize| table.columns[*position].name.clone();
            let keys = table.keys.iter().filter(|key| key.iter().all(is_read));
            TableShape {
                id: *id,
                name: TableName::new(&program.databases[table.database.index()].name, &table.name),
                columns: columns
                    .map(|column| ColumnShape {
                        name: column.name.clone(),
                        ty: column.ty.clone(),
                        enumeration: column.enumeration.clone(),
                    })
                    .collect(),
                keys: keys.map(|key| key.iter().map(name).collect()).collect(),
            }
        };
        self.columns.iter().map(shape).collect()
    }
}

fn collect_references(ty: &Type, found: &mut BTreeSet<TableId>) {
    match ty {
        Type::Row(table) => {
            found.insert(*table);
        }
        Type::Option(inner) | Type::Set(inner) | Type::List(inner) => collect_references(inner, found),
        Type::Map(key, value) => {
            collect_references(key, found);
            collect_references(value, found);
        }
        _ => {}
    }
}
