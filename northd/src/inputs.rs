//! Rows of a database as rows of the engine.

use weft_dataflow::{Diff, InputChange};
use weft_ovsdb::{MonitorSpec, RowChange};
use weft_ovsdb_schema::{Atom, ColumnType, Value};
use weft_plan::plan::InputTable;
use weft_value::{Datum, Interner, Row};

/// One table that rules read: where its columns stand in a monitored row.
#[derive(Debug)]
struct Input {
    /// Position in `Plan::tables`.
    table: u32,
    /// Positions in the monitored row, with the columns' types.
    columns: Vec<(usize, ColumnType)>,
}

/// The tables of one database that rules read.
#[derive(Debug)]
pub struct Inputs {
    /// By position of the monitored table.
    tables: Vec<Option<Input>>,
}

impl Inputs {
    /// Which monitored tables and columns are those of the plan's tables in the database that the
    /// rules call `database`.
    #[must_use]
    pub fn new(tables: &[InputTable], database: &str, monitored: &MonitorSpec) -> Self {
        let input = |table: &weft_ovsdb::MonitoredTable| {
            let position =
                tables.iter().position(|input| input.database == database && *input.table == *table.name)?;
            let columns = tables.get(position)?.columns.iter();
            let columns: Option<Vec<(usize, ColumnType)>> = columns
                .map(|name| {
                    let position = table.position(name)?;
                    Some((position, table.columns.get(position)?.column_type.clone()))
                })
                .collect();
            Some(Input { table: position as u32, columns: columns? })
        };
        Self { tables: monitored.tables.iter().map(input).collect() }
    }

    /// Appends what a changed row means to the engine; nothing when no column changed that rules read.
    pub fn encode(&self, change: &RowChange, interner: &Interner, changes: &mut Vec<InputChange>) {
        let Some(Some(input)) = self.tables.get(change.table) else { return };
        let encode = |row: &weft_ovsdb::Row| {
            let uuid = interner.uuid(change.uuid.as_u128());
            let columns = input.columns.iter().map(|(position, column_type)| {
                row.values()
                    .get(*position)
                    .map_or(Datum::UNDEFINED, |value| column_datum(value, column_type, interner))
            });
            std::iter::once(uuid).chain(columns).collect::<Row>()
        };
        let (old, new) = (change.old.as_ref().map(encode), change.new.as_ref().map(encode));
        if old == new {
            return;
        }
        let mut push = |row: Option<Row>, diff: Diff| {
            changes.extend(row.map(|row| InputChange { table: input.table, row, diff }));
        };
        push(old, -1);
        push(new, 1);
    }
}

/// A column's value as rules see it (LANGUAGE.md, *Databases*).
#[must_use]
pub fn column_datum(value: &Value, column_type: &ColumnType, interner: &Interner) -> Datum {
    match value {
        Value::Map(pairs) => {
            let mut entries: Vec<(Datum, Datum)> = pairs
                .iter()
                .map(|(key, value)| (atom_datum(key, interner), atom_datum(value, interner)))
                .collect();
            interner.map(&mut entries)
        }
        Value::Set(atoms) if column_type.max == Some(1) => {
            atoms.iter().next().map_or(Datum::NONE, |atom| atom_datum(atom, interner))
        }
        Value::Set(atoms) => {
            let mut members: Vec<Datum> = atoms.iter().map(|atom| atom_datum(atom, interner)).collect();
            interner.set(&mut members)
        }
    }
}

fn atom_datum(atom: &Atom, interner: &Interner) -> Datum {
    match atom {
        Atom::Integer(number) => interner.int(*number),
        Atom::Boolean(truth) => Datum::bool(*truth),
        Atom::String(text) | Atom::NamedUuid(text) => interner.string(text),
        Atom::Uuid(uuid) => interner.uuid(uuid.as_u128()),
        Atom::Real(number) => interner.string(&number.get().to_string()),
    }
}
