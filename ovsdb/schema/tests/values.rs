//! Values: JSON, constraints, defaults and differences.

use proptest::prelude::*;
use weft_ovsdb_schema::{Atom, ColumnSchema, DatabaseSchema, Real, Uuid, Value, parse};

fn schema() -> DatabaseSchema {
    parse(
        "database D 1.0.0
table T root
  integer  integer 0..10
  real     real
  string   string
  kind     string {a, b}
  optional optional integer
  set      set integer
  few      set 1..2 string
  uuids    set strong T
  map      map string string
  needed   map 1.. string integer
",
    )
    .expect("the schema is well formed")
}

fn column(name: &str) -> ColumnSchema {
    schema().column("T", name).expect("the column is declared").clone()
}

fn check(name: &str, json: &str, expected: Result<&str, &str>) {
    let result = column(name).decode(json).map(|value| value.to_string()).map_err(|error| error.to_string());
    assert_eq!(result.as_deref().map_err(String::as_str), expected, "{name} from {json}");
}

#[test]
fn json_is_read_into_sorted_values() {
    check("set", r#"["set",[3,1,2,3]]"#, Ok(r#"["set",[1,2,3]]"#));
    check("set", "7", Ok("7"));
    check("set", r#"["set",[7]]"#, Ok("7"));
    check("integer", "1e1", Ok("10"));
    check("real", "3", Ok("3"));
    check("real", "-0.0", Ok("0"));
    check("real", "1e300", Ok("1e+300"));
    check("string", r#""a\"\\\n\u0001é\ud83d\ude00""#, Ok(r#""a\"\\\n\u0001é😀""#));
    check("map", r#"["map",[["b","1"],["a","2"],["b","3"]]]"#, Ok(r#"["map",[["a","2"],["b","3"]]]"#));
    check("uuids", r#"["named-uuid","row"]"#, Ok(r#"["named-uuid","row"]"#));
    let uuid = r#"["uuid","01234567-89ab-cdef-0123-456789abcdef"]"#;
    check("uuids", uuid, Ok(uuid));
    check("optional", r#"["set",[]]"#, Ok(r#"["set",[]]"#));
}

#[test]
fn a_value_is_as_small_as_an_atom() {
    assert_eq!((size_of::<Atom>(), size_of::<Value>()), (24, 24));
}

#[test]
fn violations_name_the_table_and_column() {
    check("integer", "11", Err("T.integer: 11 is not in the valid range 0 to 10 (inclusive)"));
    check("kind", "\"c\"", Err("T.kind: c is not one of the allowed values ([a, b])"));
    check("few", r#"["set",[]]"#, Err("T.few: 0 elements where at least 1 are required"));
    check("optional", r#"["set",[1,2]]"#, Err("T.optional: 2 elements where at most 1 are allowed"));
    check("string", "\"\\u0000\"", Err("T.string: a string with a zero character"));
    let error = column("map").decode("[\"set\",[]]").unwrap_err().to_string();
    assert!(error.starts_with("T.map: a value where a map is expected"), "{error}");
    for (name, json) in [
        ("string", "1"),
        ("integer", "1.5"),
        ("integer", "9223372036854775808"),
        ("set", "[]"),
        ("set", "[\"set\",[1],2]"),
        ("map", "1"),
        ("uuids", "[\"uuid\",\"x\"]"),
        ("string", "\"a\" 1"),
        ("map", "[\"map\",[[\"a\"]]]"),
    ] {
        let error = column(name).decode(json).unwrap_err().to_string();
        assert!(error.starts_with(&format!("T.{name}: ")), "{error}");
    }
    assert!(column("map").check(&Value::empty_set()).is_err());
}

#[test]
fn defaults_follow_the_type() {
    let default = |name| column(name).column_type.default_value().to_string();
    assert_eq!(default("integer"), "0");
    assert_eq!(default("string"), "\"\"");
    assert_eq!(default("optional"), r#"["set",[]]"#);
    assert_eq!(default("map"), r#"["map",[]]"#);
    assert_eq!(default("needed"), r#"["map",[["",0]]]"#);
    assert_eq!(column("uuids").column_type.default_value(), Value::empty_set());
    assert_eq!(column("needed").column_type.empty_value().to_string(), r#"["map",[]]"#);
    assert_eq!(column("uuids").column_type.empty_value(), Value::empty_set());
}

#[test]
fn differences_are_those_of_the_protocol() {
    let diff = |name, old: &Value, new: &Value| old.diff(new, &column(name).column_type);
    assert_eq!(diff("set", &Value::set([1, 2]), &Value::set([2, 3])), Value::set([1, 3]));
    assert_eq!(diff("optional", &Value::from(1), &Value::empty_set()), Value::empty_set());
    let (old, new) =
        (Value::map([("a", "1"), ("b", "2"), ("c", "3")]), Value::map([("b", "x"), ("c", "3"), ("d", "4")]));
    assert_eq!(diff("map", &old, &new), Value::map([("a", "1"), ("b", "x"), ("d", "4")]));
}

#[test]
fn a_difference_of_another_kind_is_refused() {
    let error = Value::set(["a"]).apply_diff(&Value::map([("b", "c")]), &column("few")).unwrap_err();
    assert_eq!(error.to_string(), "T.few: a difference of another kind than the value");
}

fn any_set() -> impl Strategy<Value = Value> {
    prop::collection::vec(0i64..12, 0..10).prop_map(Value::set)
}

fn any_map() -> impl Strategy<Value = Value> {
    prop::collection::vec(("[a-f]", "[x-z]"), 0..8)
        .prop_map(|pairs| Value::map(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

fn any_atom() -> impl Strategy<Value = (&'static str, Atom)> {
    prop_oneof![
        any::<i64>().prop_map(|number| ("set", Atom::Integer(number))),
        any::<f64>().prop_filter_map("finite", Real::new).prop_map(|real| ("real", Atom::Real(real))),
        any::<String>()
            .prop_filter("no zero characters", |text| !text.contains('\0'))
            .prop_map(|text| ("string", Atom::string(text))),
        any::<u128>().prop_map(|bits| ("uuids", Atom::Uuid(Uuid::from_u128(bits)))),
    ]
}

proptest! {
    #[test]
    fn applying_a_set_difference_gives_the_new_set(old in any_set(), new in any_set()) {
        let column = column("set");
        let diff = old.diff(&new, &column.column_type);
        prop_assert_eq!(old.apply_diff(&diff, &column).unwrap(), new);
    }

    #[test]
    fn applying_a_map_difference_gives_the_new_map(old in any_map(), new in any_map()) {
        let column = column("map");
        let diff = old.diff(&new, &column.column_type);
        prop_assert_eq!(old.apply_diff(&diff, &column).unwrap(), new);
    }

    #[test]
    fn atoms_survive_json((name, atom) in any_atom()) {
        let value = Value::scalar(atom);
        prop_assert_eq!(column(name).decode(&value.to_string()).unwrap(), value);
    }
}
