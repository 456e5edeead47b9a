//! What rows of tables are to inputs.

use std::sync::Arc;

use weft_dataflow::{Encoder, SharedInterner};
use weft_plan::plan::{InputRows, InputTable, Plan};
use weft_value::Value;

/// The rows that a row with UUID 1 and this value in the one column makes of an input.
fn rows(rows: InputRows, column: Value) -> Vec<Vec<Value>> {
    let table = InputTable { database: "nb".into(), table: "t".into(), columns: vec!["c".into()], rows };
    let width = table.width();
    let plan = Plan { tables: vec![table], ..Plan::default() };
    let interner = SharedInterner::new();
    let changes =
        Encoder::new(&plan, interner.clone()).changes(0, 1, &[column], 1).expect("the table has one column");
    let interner = interner.read();
    let values = |row: &weft_value::Row| -> Vec<Value> {
        assert_eq!(row.len(), width);
        row.iter().filter_map(|datum| interner.value_of(*datum)).collect()
    };
    changes.iter().map(|change| values(&change.row)).collect()
}

fn int(value: i64) -> Value {
    Value::Int(value)
}

#[test]
fn a_set_is_one_value_or_a_row_for_each_member() {
    let set = Value::Set(Arc::new([int(5), int(6)].into()));
    assert_eq!(rows(InputRows::Whole, set.clone()), [[Value::Uuid(1), set.clone()]]);
    assert_eq!(rows(InputRows::Members, set), [[Value::Uuid(1), int(5)], [Value::Uuid(1), int(6)]]);
}

#[test]
fn a_map_is_one_value_or_a_row_for_each_entry() {
    let map = Value::Map(Arc::new([(int(5), int(50)), (int(6), int(60))].into()));
    assert_eq!(rows(InputRows::Whole, map.clone()), [[Value::Uuid(1), map.clone()]]);
    let entries = [[Value::Uuid(1), int(5), int(50)], [Value::Uuid(1), int(6), int(60)]];
    assert_eq!(rows(InputRows::Entries, map), entries);
}
