//! Both forms of a schema, and what is refused in them.

use weft_ovsdb_schema::{Atom, Real, ReferenceKind, parse, to_json};

const TEXT: &str = r##"
# Everything the form can say.
database Example 1.2.3 checksum "1 2"

table Row root max_rows 7
  name      string length 1..15 ephemeral
  index     optional integer ..-1   # a column may be called index
  kinds     set 1..4 string {plain, "two words", "#"} immutable
  weights   map real 0.5..1e3 weak Row
  sizes     map 1..2 integer boolean
  parent    strong Row
  flags     set integer {1, 2}
  index (kinds, index)
  index (parent)
"##;

const JSON: &str = r##"{"name": "Example", "version": "1.2.3", "cksum": "1 2", "tables": {"Row": {
    "isRoot": true, "maxRows": 7, "indexes": [["kinds", "index"], ["parent"]], "columns": {
      "name": {"type": {"key": {"type": "string", "minLength": 1, "maxLength": 15}}, "ephemeral": true},
      "index": {"type": {"key": {"type": "integer", "maxInteger": -1}, "min": 0}},
      "kinds": {"type": {"key": {"type": "string", "enum": ["set", ["two words", "#", "plain"]]}, "max": 4},
                "mutable": false},
      "weights": {"type": {"key": {"type": "real", "minReal": 0.5, "maxReal": 1000}, "min": 0,
                  "value": {"type": "uuid", "refTable": "Row", "refType": "weak"}, "max": "unlimited"}},
      "sizes": {"type": {"key": "integer", "value": "boolean", "min": 1, "max": 2}},
      "parent": {"type": {"key": {"type": "uuid", "refTable": "Row"}}},
      "flags": {"type": {"key": {"type": "integer", "enum": ["set", [2, 1]]}, "min": 0, "max": "unlimited"}}
    }}}}"##;

#[test]
fn both_forms_give_the_same_schema() {
    let text = parse(TEXT).unwrap();
    assert_eq!(text, parse(JSON).unwrap());
    assert_eq!(parse(&to_json(&text).to_string()).unwrap(), text);
}

#[test]
fn declarations_are_kept_with_their_order_and_constraints() {
    let schema = parse(TEXT).unwrap();
    let row = schema.table("Row").unwrap();
    assert!(row.is_root);
    assert_eq!(row.max_rows, Some(7));
    let names: Vec<&str> = row.columns.keys().map(|name| &**name).collect();
    assert_eq!(names, ["name", "index", "kinds", "weights", "sizes", "parent", "flags"]);
    assert_eq!(row.indexes, [vec!["kinds".into(), "index".into()], vec!["parent".into()]]);
    let kinds = &schema.column("Row", "kinds").unwrap().column_type;
    assert_eq!((kinds.min, kinds.max), (1, Some(4)));
    assert!(kinds.key.enumeration.as_ref().unwrap().contains(&Atom::string("two words")));
    let weights = &schema.column("Row", "weights").unwrap().column_type;
    assert_eq!(weights.key.real_min, Real::new(0.5));
    assert_eq!(weights.value.as_ref().unwrap().reference.as_ref().unwrap().kind, ReferenceKind::Weak);
    assert!(!schema.column("Row", "kinds").unwrap().mutable);
    assert!(schema.column("Row", "name").unwrap().ephemeral);
}

#[test]
fn malformed_schemas_are_refused_with_the_place() {
    let cases = [
        ("", "line 1: the schema has no database line"),
        ("table T", "line 1: expected the line: database NAME VERSION"),
        ("database D 1.2", "line 1: the version 1.2 is not of the form x.y.z"),
        ("database D 1.2.3\n\n  c string", "line 3: a column outside a table"),
        ("database D 1.2.3\ntable T\n  c", "line 3: expected a type before the end of the line"),
        ("database D 1.2.3\ntable T\n  c text", "line 3: no such type: text"),
        ("database D 1.2.3\ntable T\n  c string string", "line 3: unexpected string at the end of the line"),
        ("database D 1.2.3\ntable T\n  c integer 3", "line 3: expected .. after the lower end of a range"),
        (
            "database D 1.2.3\ntable T\n  c integer 9..3",
            "T.c: the least integer is greater than the greatest",
        ),
        ("database D 1.2.3\ntable T\n  c integer x..3", "line 3: unexpected x at the end of the line"),
        ("database D 1.2.3\ntable T\n  c string {a", "line 3: expected }, found the end of the line"),
        (
            "database D 1.2.3\ntable T\n  c string {\"a",
            "line 3: bad string: EOF while parsing a string at line 1 column 2",
        ),
        ("database D 1.2.3\ntable T\n  c strong U", "T.c: refers to no table: U"),
        ("database D 1.2.3\ntable T\n  c string\n  c string", "line 4: column c is declared twice"),
        ("database D 1.2.3\ntable T\ntable T", "line 3: table T is declared twice"),
        ("database D 1.2.3\ntable T\n  index (c)", "T: index names no column: c"),
        ("database D 1.2.3\ntable T\n  c set 2..3 string", "T.c: min must be 0 or 1, and max at least 1"),
        (
            r#"{"name": "D", "version": "1.2.3"}"#,
            "syntax \"{\"name\":\"D\",\"version\":\"1.2.3\"}\": syntax error: Parsing database schema failed: Required 'tables' member is missing.",
        ),
        (
            r#"{"name": "D", "version": "1.2.3", "tables": {"T": {"columns": {"c": {"type": "text"}}}}}"#,
            "syntax \"\"text\"\": syntax error: \"text\" is not an atomic-type",
        ),
    ];
    for (input, expected) in cases {
        assert_eq!(parse(input).unwrap_err().to_string(), expected, "{input}");
    }
}
