//! A standby derives what the active northd writes, for months, and forgets what is gone.

use std::sync::Arc;

use uuid::Uuid;
use weft_northd::side::Side;
use weft_northd::translator::Translator;
use weft_ovsdb::{Row, RowChange};
use weft_ovsdb_schema::{Value, northbound, southbound};

/// Changes of Northbound address sets with these numbers, which come or go.
fn address_sets(translator: &Translator, numbers: std::ops::Range<u128>, come: bool) -> Vec<RowChange> {
    let monitored = translator.monitored(Side::Northbound);
    let table = monitored.position("Address_Set").expect("the rules read address sets");
    let columns = &monitored.tables[table].columns;
    let change = |number: u128| {
        let value = |column: &weft_ovsdb_schema::ColumnSchema| match &*column.name {
            "name" => Value::scalar(format!("as{number}").as_str()),
            "addresses" => Value::set(["10.0.0.1"]),
            _ => column.column_type.default_value(),
        };
        let row = Some(Row::from(columns.iter().map(value).collect::<Vec<Value>>()));
        let (old, new) = if come { (None, row) } else { (row, None) };
        RowChange { table, uuid: Uuid::from_u128(number + 1), old, new }
    };
    numbers.map(change).collect()
}

#[test]
fn what_comes_and_goes_while_another_one_writes_leaves_no_trace_and_what_stays_is_written_after_that() {
    let plan = Arc::new(weft_rules::embedded_plan().unwrap());
    let (northbound, southbound) = (northbound().unwrap(), southbound().unwrap());
    let mut translator = Translator::new(plan, &weft_rules::registry(), &northbound, &southbound).unwrap();
    let mut most = 0;
    for round in 0..20 {
        let numbers = round * 1000..(round + 1) * 1000;
        for come in [true, false] {
            let changes = address_sets(&translator, numbers.clone(), come);
            translator.take_in(Side::Northbound, &changes);
            translator.derive();
            translator.stand_by();
            most = most.max(translator.touched());
        }
    }
    assert!((5000..15_000).contains(&most), "{most} rows are remembered as touched");

    let changes = address_sets(&translator, 0..3, true);
    translator.take_in(Side::Northbound, &changes);
    translator.derive();
    translator.stand_by();
    translator.compare_all(Side::Southbound);
    let due = translator.flush_southbound();
    let written = due.transaction.encoded();
    for number in 0..3 {
        assert!(written.contains(&format!("\"as{number}\"")), "as{number}: {written}");
    }
    assert!(!written.contains("\"as1000\""));
}
