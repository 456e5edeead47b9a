//! Rows of a database as rows of the engine.

use std::cmp::Ordering;

use weft_dataflow::InputChange;
use weft_ovsdb::{MonitorSpec, MonitoredTable, Row, RowChange};
use weft_ovsdb_schema::{Atom, ColumnType, Value, for_each_difference};
use weft_plan::plan::{InputRows, InputTable};
use weft_value::{Datum, Interner};

/// What rules read of a table: where its columns stand in a monitored row.
#[derive(Debug)]
struct Input {
    /// Position in `Plan::tables`.
    table: u32,
    /// Positions in the monitored row, with the columns' types.
    columns: Vec<(usize, ColumnType)>,
    rows: InputRows,
}

/// What rules read of the tables of one database.
#[derive(Debug)]
pub struct Inputs {
    /// By position of the monitored table.
    tables: Vec<Vec<Input>>,
}

impl Inputs {
    /// Which monitored tables and columns are those of the plan's inputs from the database that the
    /// rules call `database`.
    #[must_use]
    pub fn new(tables: &[InputTable], database: &str, monitored: &MonitorSpec) -> Self {
        let inputs = |table: &MonitoredTable| {
            let of_table = tables
                .iter()
                .enumerate()
                .filter(|(_, input)| input.database == database && *input.table == *table.name);
            of_table.filter_map(|(position, input)| Input::new(position, input, table)).collect()
        };
        Self { tables: monitored.tables.iter().map(inputs).collect() }
    }

    /// Appends what a changed row means to the engine; nothing when no column changed that rules read.
    pub fn encode(&self, change: &RowChange, interner: &Interner, changes: &mut Vec<InputChange>) {
        for input in self.tables.get(change.table).into_iter().flatten() {
            match input.rows {
                InputRows::Whole => input.encode_row(change, interner, changes),
                InputRows::Members | InputRows::Entries => input.encode_members(change, interner, changes),
            }
        }
    }
}

impl Input {
    fn new(position: usize, input: &InputTable, table: &MonitoredTable) -> Option<Self> {
        let column = |name: &String| {
            let position = table.position(name)?;
            Some((position, table.columns.get(position)?.column_type.clone()))
        };
        let columns: Option<Vec<(usize, ColumnType)>> = input.columns.iter().map(column).collect();
        Some(Self { table: position as u32, columns: columns?, rows: input.rows })
    }

    fn encode_row(&self, change: &RowChange, interner: &Interner, changes: &mut Vec<InputChange>) {
        if let (Some(old), Some(new)) = (&change.old, &change.new)
            && self.columns.iter().all(|(position, _)| value(old, *position) == value(new, *position))
        {
            return;
        }
        for (row, diff) in [(&change.old, -1), (&change.new, 1)] {
            let Some(row) = row else { continue };
            let columns = self.columns.iter().map(|(position, column_type)| {
                value(row, *position)
                    .map_or(Datum::UNDEFINED, |value| column_datum(value, column_type, interner))
            });
            let uuid = interner.uuid(change.uuid.as_u128());
            let row = std::iter::once(uuid).chain(columns).collect();
            changes.push(InputChange { table: self.table, row, diff });
        }
    }

    /// The members that only one of the two rows has. Those of a large set that both have are compared and
    /// no more.
    fn encode_members(&self, change: &RowChange, interner: &Interner, changes: &mut Vec<InputChange>) {
        let Some((position, _)) = self.columns.first() else { return };
        let (old, new) = (column(&change.old, *position), column(&change.new, *position));
        if old == new {
            return;
        }
        let uuid = interner.uuid(change.uuid.as_u128());
        let mut push = |member: &[&Atom], order: Ordering| {
            let diff = if order.is_lt() { -1 } else { 1 };
            let member = member.iter().map(|atom| atom_datum(atom, interner));
            let row = std::iter::once(uuid).chain(member).collect();
            changes.push(InputChange { table: self.table, row, diff });
        };
        if self.rows == InputRows::Entries {
            for_each_difference(entries(old), entries(new), |order, (key, value)| push(&[key, value], order));
        } else {
            for_each_difference(members(old), members(new), |order, member| push(&[member], order));
        }
    }
}

/// A column of a row that may not be there.
fn column(row: &Option<Row>, position: usize) -> Option<&Value> {
    row.as_ref().and_then(|row| value(row, position))
}

fn entries(column: Option<&Value>) -> &[(Atom, Atom)] {
    match column {
        Some(Value::Map(entries)) => entries.as_slice(),
        _ => &[],
    }
}

fn members(column: Option<&Value>) -> &[Atom] {
    match column {
        Some(Value::Set(members)) => members.as_slice(),
        _ => &[],
    }
}

fn value(row: &Row, position: usize) -> Option<&Value> {
    row.values().get(position)
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails is to panic")]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;
    use weft_dataflow::Diff;
    use weft_ovsdb::TableSelection;
    use weft_ovsdb_schema::northbound;

    use super::*;

    const UUID: Uuid = Uuid::from_u128(7);

    /// What a change of a router's `name`, `ports` and `options` means to inputs of the name, of the ports
    /// and of the options: the table, its columns after the UUID as values, and the difference.
    fn encoded(old: Option<Row>, new: Option<Row>) -> Vec<(u32, Vec<weft_value::Value>, Diff)> {
        let columns = ["name", "ports", "options"].map(str::to_owned);
        let selection = TableSelection::columns("Logical_Router", columns);
        let monitored = MonitorSpec::new(&northbound().unwrap(), &[selection]).unwrap();
        let input = |column: &str, rows| InputTable {
            database: "nb".into(),
            table: "Logical_Router".into(),
            columns: vec![column.into()],
            rows,
        };
        let tables = [
            input("name", InputRows::Whole),
            input("ports", InputRows::Members),
            input("options", InputRows::Entries),
        ];
        let (inputs, interner) = (Inputs::new(&tables, "nb", &monitored), Interner::default());
        let mut changes = Vec::new();
        inputs.encode(&RowChange { table: 0, uuid: UUID, old, new }, &interner, &mut changes);
        let values = |row: &[Datum]| row.iter().map(|datum| interner.value_of(*datum).unwrap()).collect();
        changes.iter().map(|change| (change.table, values(&change.row[1..]), change.diff)).collect()
    }

    fn router(name: &str, ports: &[u128], options: &[(&str, &str)]) -> Option<Row> {
        let ports = ports.iter().map(|port| Atom::Uuid(Uuid::from_u128(*port))).collect();
        let options = options.iter().map(|(key, value)| (Atom::string(*key), Atom::string(*value))).collect();
        Some(Row::from(vec![Value::scalar(Atom::string(name)), Value::Set(ports), Value::Map(options)]))
    }

    fn text(text: &str) -> weft_value::Value {
        weft_value::Value::String(Arc::from(text))
    }

    #[test]
    fn a_member_more_is_one_change_of_its_input_alone() {
        let changes = encoded(router("r", &[1, 2, 4], &[]), router("r", &[1, 2, 3, 4], &[]));
        assert_eq!(changes, [(1, vec![weft_value::Value::Uuid(3)], 1)]);
    }

    #[test]
    fn an_entry_of_another_value_is_one_less_and_one_more() {
        let changes = encoded(
            router("r", &[1], &[("a", "1"), ("b", "1")]),
            router("r", &[1], &[("a", "2"), ("b", "1")]),
        );
        assert_eq!(changes, [(2, vec![text("a"), text("1")], -1), (2, vec![text("a"), text("2")], 1)]);
    }

    #[test]
    fn a_new_row_is_a_row_with_all_its_members() {
        let changes = encoded(None, router("r", &[1, 2], &[("a", "1")]));
        let uuid = weft_value::Value::Uuid;
        let expected = [
            (0, vec![text("r")], 1),
            (1, vec![uuid(1)], 1),
            (1, vec![uuid(2)], 1),
            (2, vec![text("a"), text("1")], 1),
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn another_name_leaves_the_members_alone() {
        let changes = encoded(router("r", &[1, 2], &[]), router("s", &[1, 2], &[]));
        assert_eq!(changes, [(0, vec![text("r")], -1), (0, vec![text("s")], 1)]);
    }
}
