//! What scalars and texts are, as LANGUAGE.md says.

#![allow(clippy::panic, clippy::unwrap_used, reason = "only tests compile this")]

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::support::{Graph, binary, column, int, set, text};
use weft_dataflow::{Heads, SharedInterner};
use weft_lang::builtin::Builtin as B;
use weft_plan::plan::{HeadId, HostSignature, PlanStage};
use weft_plan::scalar::{Render, Scalar, TextPiece};
use weft_syntax::ast::BinaryOp as Op;
use weft_value::{HostRegistry, Row, Value};

fn hosts() -> HostRegistry {
    let mut hosts = HostRegistry::default();
    hosts.register("double", "(x: int) -> int", |arguments| match arguments {
        [Value::Int(value)] => Value::Int(2 * value),
        _ => Value::None,
    });
    hosts.register("fail", "(x: int) -> int", |_| panic!("a host function that misbehaves"));
    hosts
}

/// The heads of a plan with one head whose only column is this scalar.
fn heads(scalar: Scalar) -> (Heads, SharedInterner) {
    let mut graph = Graph::default();
    let table = graph.table("t", &["a"]);
    graph.sink_columns(table, vec![scalar]);
    let host = |name: &str| HostSignature { name: name.into(), signature: "(x:int) -> int".into() };
    graph.plan.hosts = vec![host("double"), host("fail")];
    graph.plan.stages = vec![PlanStage {
        name: "ls_in_acl".into(),
        kind: "switch".into(),
        direction: "ingress".into(),
        number: 7,
    }];
    let interner = SharedInterner::new();
    (Heads::new(&graph.plan, &hosts(), interner.clone()).unwrap(), interner)
}

/// The value over a row of 5 and "x"; also as text, where both must agree.
fn value(scalar: Scalar) -> Option<Value> {
    let (mut heads, interner) = heads(scalar);
    let row: Row = {
        let interner = interner.read();
        [interner.int(5), interner.string("x")].into_iter().collect()
    };
    let value = heads.column_value(HeadId(0), 0, &row);
    let mut rendered = "before ".to_owned();
    let is_text = heads.render_text(HeadId(0), 0, &row, &mut rendered);
    match &value {
        Some(Value::String(text)) => assert_eq!((is_text, rendered), (true, format!("before {text}"))),
        _ => assert_eq!((is_text, rendered.as_str()), (false, "before ")),
    }
    value
}

fn builtin(builtin: B, arguments: &[Scalar]) -> Option<Value> {
    value(Scalar::Builtin(builtin, arguments.to_vec()))
}

fn constant(value: Value) -> Scalar {
    Scalar::Constant(value)
}

fn string(text: &str) -> Option<Value> {
    Some(Value::String(text.into()))
}

fn number(value: i64) -> Option<Value> {
    Some(Value::Int(value))
}

fn truth(value: bool) -> Option<Value> {
    Some(Value::Bool(value))
}

fn list(members: &[Value]) -> Value {
    Value::List(members.into())
}

fn strings(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::String((*text).into())).collect()
}

fn map(entries: &[(&str, Value)]) -> Value {
    let entries: BTreeMap<Value, Value> =
        entries.iter().map(|(key, value)| (Value::String((*key).into()), value.clone())).collect();
    Value::Map(Arc::new(entries))
}

fn boxed(scalar: Scalar) -> Box<Scalar> {
    Box::new(scalar)
}

fn none() -> Scalar {
    constant(Value::None)
}

#[test]
fn no_value_spreads_up_to_the_nearest_question() {
    assert_eq!(value(binary(Op::Add, int(1), Scalar::Undefined)), None);
    assert_eq!(value(Scalar::Tuple(vec![int(1), Scalar::Undefined])), None);
    assert_eq!(value(Scalar::Set(vec![Scalar::Undefined])), None);
    assert_eq!(value(Scalar::Map(vec![(text("k"), Scalar::Undefined)])), None);
    assert_eq!(value(binary(Op::Eq, Scalar::Undefined, none())), None);
    assert_eq!(value(Scalar::If(boxed(Scalar::Undefined), boxed(int(1)), boxed(int(2)))), None);
    assert_eq!(value(Scalar::Try(boxed(Scalar::Undefined))), Some(Value::None));
    assert_eq!(value(Scalar::Try(boxed(int(1)))), number(1));
    assert_eq!(value(Scalar::Unwrap(boxed(none()))), None);
    assert_eq!(value(Scalar::Coalesce(boxed(Scalar::Undefined), boxed(int(2)))), number(2));
    assert_eq!(value(Scalar::Coalesce(boxed(none()), boxed(int(2)))), number(2));
    assert_eq!(value(Scalar::Coalesce(boxed(int(1)), boxed(Scalar::Undefined))), number(1));
    assert_eq!(value(Scalar::Column(9)), None);
    assert_eq!(builtin(B::IsSome, &[Scalar::Undefined]), truth(false));
    assert_eq!(builtin(B::IsNone, &[Scalar::Undefined]), truth(true));
    assert_eq!(builtin(B::IsNone, &[none()]), truth(true));
    assert_eq!(builtin(B::IsSome, &[int(0)]), truth(true));
}

#[test]
fn and_or_if_and_case_need_only_what_they_evaluate() {
    let (yes, no) = (|| constant(Value::Bool(true)), || constant(Value::Bool(false)));
    assert_eq!(value(binary(Op::And, no(), Scalar::Undefined)), truth(false));
    assert_eq!(value(binary(Op::And, yes(), Scalar::Undefined)), None);
    assert_eq!(value(binary(Op::And, Scalar::Undefined, no())), None);
    assert_eq!(value(binary(Op::Or, yes(), Scalar::Undefined)), truth(true));
    assert_eq!(value(binary(Op::Or, no(), yes())), truth(true));
    assert_eq!(value(Scalar::If(boxed(yes()), boxed(int(1)), boxed(Scalar::Undefined))), number(1));
    assert_eq!(value(Scalar::Not(boxed(no()))), truth(true));
    let arms = |otherwise| {
        let arms = vec![(strings(&["w", "x"]), int(1)), (strings(&["y"]), Scalar::Undefined)];
        Scalar::Case(boxed(column(1)), arms, boxed(otherwise))
    };
    assert_eq!(value(arms(Scalar::Undefined)), number(1));
    let elsewhere = Scalar::Case(boxed(int(3)), vec![(vec![Value::Int(4)], int(1))], boxed(int(2)));
    assert_eq!(value(elsewhere), number(2));
}

#[test]
fn arithmetic_has_no_value_where_it_has_none() {
    assert_eq!(value(binary(Op::Add, column(0), int(2))), number(7));
    assert_eq!(value(binary(Op::Div, int(7), int(2))), number(3));
    assert_eq!(value(binary(Op::Rem, int(-7), int(2))), number(-1));
    assert_eq!(value(binary(Op::Div, int(7), int(0))), None);
    assert_eq!(value(binary(Op::Rem, int(7), int(0))), None);
    assert_eq!(value(binary(Op::Add, int(i64::MAX), int(1))), None);
    assert_eq!(value(binary(Op::Mul, int(i64::MAX), int(2))), None);
    assert_eq!(value(Scalar::Negate(boxed(int(i64::MIN)))), None);
    assert_eq!(value(binary(Op::Sub, int(i64::MIN + 1), int(1))), number(i64::MIN));
    assert_eq!(value(binary(Op::Lt, int(-1), int(i64::MAX))), truth(true));
    assert_eq!(value(binary(Op::Lt, text("B"), text("a"))), truth(true));
}

#[test]
fn collections_join_and_part() {
    let numbers = |values: &[i64]| values.iter().map(|value| Value::Int(*value)).collect::<Vec<_>>();
    let set_of = |values: &[i64]| constant(set(numbers(values)));
    assert_eq!(value(binary(Op::Union, set_of(&[3, 1]), set_of(&[2, 1]))), Some(set(numbers(&[1, 2, 3]))));
    assert_eq!(value(binary(Op::Intersect, set_of(&[3, 1]), set_of(&[2, 1]))), Some(set(numbers(&[1]))));
    assert_eq!(value(binary(Op::Sub, set_of(&[3, 1]), set_of(&[1]))), Some(set(numbers(&[3]))));
    assert_eq!(value(binary(Op::In, int(3), set_of(&[3]))), truth(true));
    assert_eq!(value(binary(Op::NotIn, int(3), constant(list(&numbers(&[1]))))), truth(true));
    let lists = binary(Op::Add, constant(list(&numbers(&[2]))), constant(list(&numbers(&[1]))));
    assert_eq!(value(lists), Some(list(&numbers(&[2, 1]))));
    let left = || constant(map(&[("a", Value::Int(1)), ("b", Value::Int(2))]));
    let right = constant(map(&[("b", Value::Int(3))]));
    let both = map(&[("a", Value::Int(1)), ("b", Value::Int(3))]);
    assert_eq!(value(binary(Op::Add, left(), right)), Some(both));
    let keys = constant(set(strings(&["b"])));
    assert_eq!(value(binary(Op::Sub, left(), keys)), Some(map(&[("a", Value::Int(1))])));
    assert_eq!(value(binary(Op::In, text("a"), left())), truth(true));
    assert_eq!(value(Scalar::MapIndex(boxed(left()), boxed(text("b")))), number(2));
    assert_eq!(value(Scalar::MapIndex(boxed(left()), boxed(text("c")))), None);
    let entries = vec![(text("a"), int(1)), (text("b"), none())];
    assert_eq!(value(Scalar::Map(entries)), Some(map(&[("a", Value::Int(1))])));
    let members = || Scalar::List(vec![text("p"), text("q")]);
    assert_eq!(value(Scalar::ListIndex(boxed(members()), boxed(int(1)))), string("q"));
    assert_eq!(value(Scalar::ListIndex(boxed(members()), boxed(int(2)))), None);
    assert_eq!(value(Scalar::ListIndex(boxed(members()), boxed(int(-1)))), None);
    let tuple = Scalar::Tuple(vec![text("p"), int(4)]);
    assert_eq!(value(Scalar::Field(boxed(tuple), 1)), number(4));
}

#[test]
fn methods_of_strings() {
    assert_eq!(builtin(B::StringLength, &[text("ä")]), number(2));
    assert_eq!(builtin(B::StringIsEmpty, &[text("")]), truth(true));
    assert_eq!(builtin(B::StringStartsWith, &[text("abc"), text("ab")]), truth(true));
    assert_eq!(builtin(B::StringEndsWith, &[text("abc"), text("ab")]), truth(false));
    assert_eq!(builtin(B::StringContains, &[text("abc"), text("b")]), truth(true));
    assert_eq!(builtin(B::StringSplit, &[text("a,,b"), text(",")]), Some(list(&strings(&["a", "", "b"]))));
    assert_eq!(builtin(B::StringSplit, &[text("a,b"), text("")]), Some(list(&strings(&["a,b"]))));
    assert_eq!(builtin(B::StringTrim, &[text(" a b\t\n")]), string("a b"));
    assert_eq!(builtin(B::StringLower, &[text("AbÄ")]), string("abÄ"));
    assert_eq!(builtin(B::StringToInt, &[text("+12")]), number(12));
    assert_eq!(builtin(B::StringToInt, &[text("12 ")]), Some(Value::None));
    assert_eq!(builtin(B::StringToBool, &[text("TrUe")]), truth(true));
    assert_eq!(builtin(B::StringToBool, &[text("yes")]), Some(Value::None));
    assert_eq!(builtin(B::StringStripPrefix, &[text("is-x"), text("is-")]), string("x"));
    assert_eq!(builtin(B::StringStripPrefix, &[text("x"), text("is-")]), Some(Value::None));
    assert_eq!(builtin(B::StringReplace, &[text("a.b."), text("."), text("-")]), string("a-b-"));
    assert_eq!(builtin(B::StringReplace, &[text("ab"), text(""), text("-")]), string("ab"));
    assert_eq!(builtin(B::Quote, &[text("a\"\\")]), string("\"a\\\"\\\\\""));
    assert_eq!(builtin(B::Raw, &[text("ip4")]), string("ip4"));
    assert_eq!(value(binary(Op::Add, text("a"), column(1))), string("ax"));
}

#[test]
fn methods_of_collections_and_others() {
    let texts = || constant(list(&strings(&["b", "a", "b"])));
    assert_eq!(builtin(B::Size, &[texts()]), number(3));
    assert_eq!(builtin(B::IsEmpty, &[texts()]), truth(false));
    assert_eq!(builtin(B::Join, &[texts(), text("+")]), string("b+a+b"));
    assert_eq!(builtin(B::First, &[texts()]), string("b"));
    assert_eq!(builtin(B::Last, &[Scalar::List(vec![])]), Some(Value::None));
    assert_eq!(builtin(B::ToSet, &[texts()]), Some(set(strings(&["a", "b"]))));
    assert_eq!(builtin(B::ToList, &[texts()]), Some(list(&strings(&["a", "b", "b"]))));
    let options = || {
        let text = |value: &str| Value::String(value.into());
        constant(map(&[("n", text("12")), ("t", text("true")), ("w", text("what"))]))
    };
    assert_eq!(builtin(B::Size, &[options()]), number(3));
    assert_eq!(builtin(B::MapKeys, &[options()]), Some(set(strings(&["n", "t", "w"]))));
    assert_eq!(builtin(B::MapValues, &[options()]), Some(list(&strings(&["12", "true", "what"]))));
    assert_eq!(builtin(B::MapGetInt, &[options(), text("n"), int(1)]), number(12));
    assert_eq!(builtin(B::MapGetInt, &[options(), text("w"), int(1)]), number(1));
    assert_eq!(builtin(B::MapGetBool, &[options(), text("t"), constant(Value::Bool(false))]), truth(true));
    assert_eq!(builtin(B::MapGetBool, &[options(), text("?"), constant(Value::Bool(true))]), truth(true));
    let uuid = || constant(Value::Uuid(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10));
    assert_eq!(builtin(B::UuidText, &[uuid()]), string("01020304-0506-0708-090a-0b0c0d0e0f10"));
    assert_eq!(builtin(B::UuidShort, &[uuid()]), string("01020304"));
    assert_eq!(builtin(B::IntText, &[int(-3)]), string("-3"));
    assert_eq!(builtin(B::Min, &[int(3), int(2)]), number(2));
    assert_eq!(builtin(B::Max, &[text("a"), text("b")]), string("b"));
    let hash = i64::try_from(weft_value::stable_hash(&Value::Int(3))).unwrap();
    assert_eq!(builtin(B::Hash, &[int(3)]), number(hash));
    assert_eq!(builtin(B::StageNumber, &[int(0)]), number(7));
    assert_eq!(builtin(B::StageName, &[int(0)]), string("ls_in_acl"));
    assert_eq!(builtin(B::StagePipeline, &[int(0)]), string("ingress"));
    assert_eq!(builtin(B::StageName, &[int(1)]), None);
}

#[test]
fn holes_are_written_as_their_render_says() {
    let hole = |scalar, render| value(Scalar::Text(vec![TextPiece::Hole(scalar, render)]));
    let yes = || constant(Value::Bool(true));
    assert_eq!(hole(text("a\"b"), Render::Bare), string("a\"b"));
    assert_eq!(hole(text("a\"b"), Render::Quoted), string("\"a\\\"b\""));
    assert_eq!(hole(int(-3), Render::Bare), string("-3"));
    assert_eq!(hole(yes(), Render::Bit), string("1"));
    assert_eq!(hole(yes(), Render::Bare), string("true"));
    assert_eq!(hole(int(0), Render::StageNumber), string("7"));
    assert_eq!(hole(int(0), Render::StageName), string("ls_in_acl"));
    assert_eq!(hole(int(5), Render::StageName), None);
    let braces = |inner| Render::Braces(Box::new(inner));
    assert_eq!(hole(constant(set(strings(&["b", "a"]))), braces(Render::Quoted)), string("{\"a\", \"b\"}"));
    assert_eq!(hole(Scalar::List(vec![]), braces(Render::Bare)), string("{}"));
    let optional = |inner| Render::Optional(Box::new(inner));
    assert_eq!(hole(none(), optional(Render::Bare)), string(""));
    assert_eq!(hole(text("x"), optional(Render::Quoted)), string("\"x\""));
    assert_eq!(hole(Scalar::Undefined, optional(Render::Bare)), None);
}

#[test]
fn text_of_several_parts_is_whole_or_not_there() {
    let inner = |hole| Scalar::Text(vec![TextPiece::Text("<".into()), TextPiece::Hole(hole, Render::Bare)]);
    let outer = |hole| {
        let condition = binary(Op::Lt, column(0), int(6));
        let choice = Scalar::If(boxed(condition), boxed(inner(hole)), boxed(text("no")));
        Scalar::Text(vec![
            TextPiece::Text("a ".into()),
            TextPiece::Hole(choice, Render::Bare),
            TextPiece::Text(" z".into()),
        ])
    };
    assert_eq!(value(outer(column(1))), string("a <x z"));
    assert_eq!(value(outer(Scalar::Undefined)), None);
    assert_eq!(value(binary(Op::Add, outer(column(1)), text("!"))), string("a <x z!"));
    let bound = Scalar::Bind { value: boxed(text("b")), slot: 4, body: boxed(inner(column(4))) };
    assert_eq!(value(bound), string("<b"));
    let unbound = Scalar::Bind { value: boxed(Scalar::Undefined), slot: 4, body: boxed(int(1)) };
    assert_eq!(value(unbound), None);
}

#[test]
fn a_host_function_that_misbehaves_has_no_value_and_is_told_of() {
    assert_eq!(value(Scalar::Host(0, vec![column(0)])), number(10));
    assert_eq!(value(Scalar::Host(0, vec![Scalar::Undefined])), None);
    let (mut heads, interner) = heads(Scalar::Host(1, vec![column(0)]));
    let row: Row = [interner.read().int(5)].into_iter().collect();
    assert_eq!(heads.column_value(HeadId(0), 0, &row), None);
    assert_eq!(heads.take_warnings(), ["the host function fail panicked on [Int(5)]"]);
    assert_eq!(heads.take_warnings(), Vec::<String>::new());
}

#[test]
fn what_the_plan_does_not_have_is_no_column() {
    let (mut heads, _) = heads(int(1));
    assert_eq!(heads.column_value(HeadId(0), 1, &[]), None);
    assert_eq!(heads.column_value(HeadId(1), 0, &[]), None);
    assert_eq!((heads.width(HeadId(0)), heads.width(HeadId(1))), (1, 0));
}
