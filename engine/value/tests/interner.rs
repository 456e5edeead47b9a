//! The interner keeps what is marked, forgets the rest, and agrees with owned values.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use weft_value::{Datum, Interner, Value};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-3_i64..3).prop_map(Value::Int),
        any::<u128>().prop_map(Value::Uuid),
        "[a-c]{0,3}".prop_map(|text| Value::String(text.into())),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            many.clone().prop_map(|parts| Value::Tuple(parts.into())),
            many.clone().prop_map(|parts| Value::List(parts.into())),
            many.prop_map(|parts| Value::Set(Arc::new(parts.into_iter().collect::<BTreeSet<_>>()))),
            prop::collection::vec((inner.clone(), inner), 0..4)
                .prop_map(|parts| Value::Map(Arc::new(parts.into_iter().collect::<BTreeMap<_, _>>()))),
        ]
    })
}

proptest! {
    #[test]
    fn values_come_back_as_they_went_in(value in value()) {
        let interner = Interner::new();
        prop_assert_eq!(interner.value_of(interner.datum_of(&value)), Some(value));
    }

    #[test]
    fn datums_compare_as_their_values(a in value(), b in value()) {
        let interner = Interner::new();
        let (x, y) = (interner.datum_of(&a), interner.datum_of(&b));
        prop_assert_eq!(interner.compare(x, y), a.cmp(&b));
        prop_assert_eq!(x == y, a == b);
    }

    #[test]
    fn sets_and_maps_do_not_depend_on_the_order_of_building(values in prop::collection::vec(value(), 0..90)) {
        let interner = Interner::new();
        let mut datums: Vec<Datum> = values.iter().map(|value| interner.datum_of(value)).collect();
        let set = Value::Set(Arc::new(values.iter().cloned().collect()));
        let built = interner.set(&mut datums.clone());
        prop_assert_eq!(built, interner.datum_of(&set));
        for datum in &datums {
            prop_assert!(interner.contains(built, *datum));
        }
        prop_assert!(!interner.contains(built, interner.string("not there")));
        datums.reverse();
        prop_assert_eq!(interner.set(&mut datums), built);
        let edits: Vec<(Datum, bool)> = values.iter().map(|v| (interner.datum_of(v), true)).collect();
        let empty = interner.set(&mut Vec::new());
        prop_assert_eq!(interner.set_edited(empty, &edits), built);
        let undo: Vec<(Datum, bool)> = edits.iter().map(|(member, _)| (*member, false)).collect();
        prop_assert_eq!(interner.set_edited(built, &undo), empty);

        let entries = values.iter().enumerate().map(|(i, key)| (key.clone(), Value::Int(i as i64)));
        let map = Value::Map(Arc::new(entries.clone().collect()));
        let mut pairs: Vec<_> =
            entries.map(|(key, value)| (interner.datum_of(&key), interner.datum_of(&value))).collect();
        let built = interner.map(&mut pairs);
        prop_assert_eq!(built, interner.datum_of(&map));
        for (key, value) in &pairs {
            prop_assert_eq!(interner.map_get(built, *key), Some(*value));
        }
    }
}

#[test]
fn undefined_is_less_than_every_value_and_no_value() {
    let interner = Interner::new();
    assert_eq!(interner.compare(Datum::UNDEFINED, Datum::NONE), Ordering::Less);
    assert_eq!(interner.value_of(Datum::UNDEFINED), None);
}

#[test]
fn a_sweep_keeps_what_is_reachable_from_marks() {
    let mut interner = Interner::new();
    let name = interner.string("kept inside");
    let lost = interner.string("lost");
    let number = interner.int(i64::MAX);
    let list = interner.list(&[name, number]);
    let tuple = interner.tuple(&[list, interner.uuid(7)]);
    interner.begin_mark();
    interner.mark(tuple);
    interner.sweep();
    assert_eq!(interner.as_str(name), Some("kept inside"));
    assert_eq!(interner.as_int(number), Some(i64::MAX));
    assert_eq!(interner.parts(list), Some([name, number].as_slice()));
    assert_eq!(interner.as_str(lost), None);
    assert_eq!(interner.size().values(), 5);
}

#[test]
fn memory_returns_after_churn() {
    let mut interner = Interner::new();
    let kept: Vec<Datum> = (0..1000).map(|i| interner.string(&format!("kept {i}"))).collect();
    let mut sizes = Vec::new();
    for round in 0..20 {
        for i in 0..20_000 {
            let text = interner.string(&format!("round {round} text {i}"));
            interner.tuple(&[text, kept[i % kept.len()]]);
        }
        interner.begin_mark();
        kept.iter().for_each(|datum| interner.mark(*datum));
        interner.sweep();
        assert_eq!(interner.size().values(), kept.len());
        sizes.push(interner.size().bytes + interner.contents_bytes());
    }
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    assert!(last <= first + first / 10, "{first} bytes after the first round, {last} after the last");
    assert!(last < 200_000, "{last} bytes for a thousand short strings");
    for (i, datum) in kept.iter().enumerate() {
        assert_eq!(interner.as_str(*datum), Some(format!("kept {i}").as_str()));
    }
}

#[test]
fn threads_agree_on_datums() {
    let interner = Interner::new();
    let texts: Vec<String> = (0..5000).map(|i| format!("text {}", i % 700)).collect();
    let intern_all = || texts.iter().map(|text| interner.string(text)).collect::<Vec<_>>();
    let results: Vec<Vec<Datum>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(intern_all)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(interner.size().strings, 700);
}
