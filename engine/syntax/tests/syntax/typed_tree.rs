//! What the typed tree holds.

use crate::show::{clauses, expr};
use weft_syntax::{
    ast::{AttributeValue, Clause, Datapaths, Head, ItemKind, Otherwise, Pattern, TestStep, TypeKind},
    parse,
    span::FileId,
};

/// The items of a text without errors.
fn items(text: &str) -> Vec<ItemKind> {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.file.items.into_iter().map(|item| item.kind).collect()
}

/// An expression as it is read, in brackets.
fn read(text: &str) -> String {
    let items = items(&format!("const A = {text}\n"));
    let [ItemKind::Const { value, .. }] = items.as_slice() else { panic!("{text}: {items:?}") };
    expr(value)
}

/// The heads of a rule, and its clauses.
fn rule(body: &str) -> (String, Vec<Head>) {
    let mut items = items(&format!("rule r {{\n{body}\n}}\n"));
    let Some(ItemKind::Rule { block, .. }) = items.pop() else { panic!("{body}: {items:?}") };
    (clauses(&block.clauses), block.heads)
}

#[test]
fn operators_bind_in_the_documented_order() {
    assert_eq!(read("a ?? b or c and not d == e"), "(?? a (or b (and c (not (== d e)))))");
    assert_eq!(read("a == b | c & d + e * -f.g"), "(== a (| b (& c (+ d (* e (- (. f g)))))))");
    assert_eq!(read("a not in b | c"), "(not in a (| b c))");
    assert_eq!(read("not a in b"), "(not (in a b))");
    assert_eq!(read("a - b - c"), "(- (- a b) c)");
    assert_eq!(read("a ?? b ?? c"), "(?? a (?? b c))");
    assert_eq!(read("(a or b) and c"), "(and (or a b) c)");
    assert_eq!(read("a % b / c"), "(/ (% a b) c)");
}

#[test]
fn a_question_mark_holds_the_rest_of_its_chain() {
    assert_eq!(read("a.b?"), "(? (. a b))");
    assert_eq!(read("a?.b.c(d)"), "(?. a (call (. ^ b) c d))");
    assert_eq!(read("a?.b?.c"), "(?. a (?. (. ^ b) (. ^ c)))");
    assert_eq!(read("(a?.b).c"), "(. (?. a (. ^ b)) c)");
    assert_eq!(read("a?.b[\"x\"]?"), "(?. a (? (at (. ^ b) \"x\")))");
    assert_eq!(read("sb.T[k: a]?.f ?? 1"), "(?? (?. (at (. sb T) k: a) (. ^ f)) 1)");
}

#[test]
fn collections_and_aggregates() {
    assert_eq!(read("{a, b}"), "{a b}");
    assert_eq!(read("{}"), "{}");
    assert_eq!(read("[a, b,]"), "[a b]");
    assert_eq!(read("(a, b).1"), "(. (tuple a b) 1)");
    assert_eq!(read("map {}"), "(map)");
    assert_eq!(read("map { \"k\": v, w: 1 }"), "(map \"k\"=v w=1)");
    assert_eq!(read("map { k: v for k in s }"), "(Map k=v from k in s)");
    assert_eq!(read("set { a for a in x } | set { b }"), "(| (Set a from a in x) (Set b))");
    assert_eq!(
        read("list { a for (a, b) in x, c in y where b let d = c else skip order by d desc, a }"),
        "(List a from (a b) in x; from c in y; where b; let d = c else skip order d desc, a)"
    );
    assert_eq!(read("the(e for x in S where c)"), "(The e from x in S; where c)");
    assert_eq!(read("not exists(x in S where c)"), "(not (exists from x in S; where c))");
    assert_eq!(read("max { a.tier for a in acls } ?? 0"), "(?? (Max (. a tier) from a in acls) 0)");
    assert_eq!(read("min(a, b)"), "(min a b)");
}

#[test]
fn words_of_aggregates_are_names_without_a_brace() {
    assert_eq!(read("count + set"), "(+ count set)");
    assert_eq!(read("x.map.list"), "(. (. x map) list)");
    assert_eq!(read("x.match"), "(. x match)");
}

#[test]
fn conditions_and_cases() {
    assert_eq!(read("if a { b } else if c is Some(d) { d } else { e }"), "(if a b (if c is d d e))");
    assert_eq!(read("if a { b }"), "(if a b)");
    assert_eq!(
        read("case a { \"x\", \"y\" => 1, \"z\" => 2, else => 3 }"),
        "(case a \"x\" \"y\" => 1, \"z\" => 2, else 3)"
    );
    assert_eq!(read("if x in {A, B} { 1 } else { 2 }"), "(if (in x {A B}) 1 2)");
}

#[test]
fn a_record_stands_where_no_block_follows() {
    assert_eq!(read("Pair { a: 1, b: x }"), "(Pair a=1 b=x)");
    assert_eq!(read("if x == (Pair { a: 1 }) { Pair { a: 2 } }"), "(if (== x (Pair a=1)) (Pair a=2))");
    assert_eq!(read("if f(Pair { a: 1 }) { 1 }"), "(if (f (Pair a=1)) 1)");
    let (_, heads) = rule("flow s[1] for all sw in Switch { match \"1\" actions \"next;\" }");
    let [Head::Flow(flow)] = heads.as_slice() else { panic!("{heads:?}") };
    let Datapaths::All { variable, clauses: all, .. } = &flow.datapaths else { panic!("{flow:?}") };
    assert_eq!((variable.text.as_str(), clauses(all).as_str()), ("sw", "from sw in Switch"));
}

#[test]
fn literals_hold_expressions_with_literals() {
    assert_eq!(read(r#""a ${f("b ${c}")} d""#), r#""a ${(f "b ${c}")} d""#);
    assert_eq!(read(r#"match"${ {a, b} } == 1""#), r#"match"${{a b}} == 1""#);
    assert_eq!(read(r#"actions"\"\\\n\t\$""#), "actions\"\"\\\n\t$\"");
    assert_eq!(read(r#""$x ${y}""#), r#""$x ${y}""#);
    assert_eq!(read("\"one\n    two\""), "\"one\n    two\"");
    assert_eq!(read("\"\""), "\"\"");
}

#[test]
fn numbers() {
    assert_eq!(read("0x2a"), "42");
    assert_eq!(read("16_711_680"), "16711680");
    assert_eq!(read("-9223372036854775808"), "-9223372036854775808");
}

#[test]
fn clauses_of_a_rule() {
    let (clauses, heads) = rule(
        "from a in nb.A, (k, v) in a.m where k != \"\"\nfrom cross b in B\nlet x = f(a) else warn \"no ${a}\"\nlet (y, z) = v\nwarn \"x\"",
    );
    assert_eq!(
        clauses,
        "from a in (. nb A); from (k v) in (. a m); where (!= k \"\"); from cross b in B; \
         let x = (f a) else warn \"no ${a}\"; let (y z) = v"
    );
    assert_eq!(heads.len(), 1);
}

#[test]
fn heads_nest() {
    let (_, heads) = rule(
        "from p in P\nif p.a { warn \"1\" } else if p.b is Some(c) { warn \"${c}\" } else { for x in p.s where x let y = x { from z in y\n emit sb.T[k: z] { m += (z, 1), } } }",
    );
    let [Head::If { arms, otherwise: Some(otherwise), .. }] = heads.as_slice() else { panic!("{heads:?}") };
    assert_eq!(arms.len(), 2);
    let [Head::For { block, .. }] = otherwise.heads.as_slice() else { panic!("{otherwise:?}") };
    assert_eq!(clauses(&block.clauses), "from x in (. p s); where x; let y = x; from z in y");
    let [Head::Emit { key, fields, .. }] = block.heads.as_slice() else { panic!("{block:?}") };
    assert_eq!((key.len(), fields.len(), fields[0].member), (1, 1, true));
}

#[test]
fn a_flow_has_all_its_parts() {
    let (_, heads) = rule(
        "flow (f(a))[a.p + 1] for a.sw hint a { match \"1\" actions if x { \"a\" } else { actions\"b\" } meter m desc a.d port p tag \"k\" = v tag \"l\" = w }",
    );
    let [Head::Flow(flow)] = heads.as_slice() else { panic!("{heads:?}") };
    assert_eq!(expr(&flow.stage), "(f a)");
    assert_eq!(expr(&flow.priority), "(+ (. a p) 1)");
    assert_eq!(expr(&flow.actions), "(if x \"a\" actions\"b\")");
    assert!(matches!(&flow.datapaths, Datapaths::One(one) if expr(one) == "(. a sw)"));
    let parts = [&flow.hint, &flow.meter, &flow.description, &flow.port];
    assert_eq!(
        parts.map(|part| part.as_ref().map(expr)),
        ["a", "m", "(. a d)", "p"].map(|part| Some(part.to_owned()))
    );
    assert_eq!(flow.tags.iter().map(|(_, value)| expr(value)).collect::<Vec<_>>(), ["v", "w"]);
}

#[test]
fn entities() {
    let text = "/// Doc.\n/// More.\nentity E from a in A, b in a.bs group by (a, b.c) as (x, y) {\n    /// Size.\n    n = count { b }\n    s: Option<Set<E>> = f(a) else skip\n    ports = inverse Port.switch\n}\n";
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.diagnostics, []);
    let item = &parsed.file.items[0];
    assert_eq!(item.doc, "Doc.\nMore.");
    let ItemKind::Entity(entity) = &item.kind else { panic!("{item:?}") };
    assert_eq!(clauses(&entity.clauses), "from a in A; from b in (. a bs)");
    let group: Vec<_> =
        entity.group_by.iter().map(|(value, name)| (expr(value), name.text.as_str())).collect();
    assert_eq!(group, [("a".to_owned(), "x"), ("(. b c)".to_owned(), "y")]);
    let [n, s, ports] = entity.attributes.as_slice() else { panic!("{entity:?}") };
    assert_eq!(n.doc, "Size.");
    assert_eq!(s.otherwise, Otherwise::Skip);
    assert!(
        matches!(&s.ty, Some(ty) if matches!(&ty.kind, TypeKind::Generic { name, .. } if name == "Option"))
    );
    assert!(
        matches!(&ports.value, AttributeValue::Inverse { entity, attribute } if entity.text == "Port" && attribute.text == "switch")
    );
}

#[test]
fn registers_and_outputs() {
    let items = items(
        "register R = reg8 [30..31] in switch, router\nregister S = ct_mark.natted in router\noutput sb.T {\n    key a\n    write b, type\n    init up = false, n = 1\n    keep options[\"x\"], options[\"y\"], c\n    owns where kind == \"x\"\n}\n",
    );
    let [
        ItemKind::Register { place, scopes, .. },
        ItemKind::Register { place: second, .. },
        ItemKind::Output(output),
    ] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    assert_eq!((place.as_str(), scopes.len(), second.as_str()), ("reg8[30..31]", 2, "ct_mark.natted"));
    assert_eq!((output.key.len(), output.write.len(), output.init.len()), (1, 2, 2));
    assert_eq!(output.keep.iter().map(|(_, keys)| keys.len()).collect::<Vec<_>>(), [1, 1, 0]);
    assert_eq!(output.owns.as_ref().map(expr).as_deref(), Some("(== kind \"x\")"));
}

#[test]
fn steps_of_tests() {
    let items = items(
        "test \"t\" {\n    nbctl \"a\" \"b\"\n    insert nb.T x { a: 1, }\n    insert nb.T {}\n    update nb.T where a == \"b\" { c: {1} }\n    delete nb.T where a == x\n    expect flows s {}\n    expect flows s[1] for \"sw\" { \"m\" => \"a\", \"n\" => \"b\" }\n    expect rows sb.T where a == Some(1) { b: 1 } {}\n    expect rows sb.T\n    expect warnings { \"x\" \"y\" }\n}\n",
    );
    let [ItemKind::Test(test)] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((test.name.as_str(), test.steps.len()), ("t", 10));
    assert!(
        matches!(&test.steps[1], TestStep::Insert { name: Some(name), fields, .. } if name.text == "x" && fields.len() == 1)
    );
    assert!(
        matches!(&test.steps[6], TestStep::ExpectFlows { priority: Some(_), datapath: Some(datapath), flows, .. } if datapath == "sw" && flows[1] == ("n".to_owned(), "b".to_owned()))
    );
    assert!(matches!(&test.steps[7], TestStep::ExpectRows { filter: Some(_), rows, .. } if rows.len() == 2));
    assert!(matches!(&test.steps[8], TestStep::ExpectRows { filter: None, rows, .. } if rows.is_empty()));
}

#[test]
fn spans_cover_what_they_name() {
    let text = "// c\nrule r { // d\n    from  port  in  nb.P // e\n    warn \"x\"\n}\n// f\n";
    let parsed = parse(FileId(3), text);
    let item = &parsed.file.items[0];
    assert_eq!(&text[item.span.start as usize..item.span.end as usize], &text[5..text.len() - 6]);
    let ItemKind::Rule { block, .. } = &item.kind else { panic!("{item:?}") };
    let [Clause::From { pattern: Pattern::Variable(name), source, span, .. }] = block.clauses.as_slice()
    else {
        panic!("{block:?}")
    };
    assert_eq!(span.file, FileId(3));
    assert_eq!(&text[span.start as usize..span.end as usize], "port  in  nb.P");
    assert_eq!(&text[name.span.start as usize..name.span.end as usize], "port");
    assert_eq!(&text[source.span.start as usize..source.span.end as usize], "nb.P");
}
