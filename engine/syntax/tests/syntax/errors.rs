//! What is said about each kind of error.

use weft_syntax::{
    parse, render,
    render::Style,
    span::{FileId, SourceFile},
};

/// The rendered diagnostics of a text.
fn errors(text: &str) -> String {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.tree.text().to_string(), text);
    let files = [SourceFile { path: "test.weft".to_owned(), text: text.to_owned() }];
    render(&parsed.diagnostics, &files, Style::Plain)
}

#[test]
fn a_character_that_begins_no_token() {
    insta::assert_snapshot!(errors("const A = 'x'\nconst B = 1 # one\n"));
}

#[test]
fn a_text_without_an_end_ends_with_its_item() {
    let text = "rule a {\n    from p in Port\n    flow s[1] for p {\n        match \"eth.dst == 1\n        actions \"next;\"\n    }\n}\nrule b {\n    from q Port\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn a_hole_without_an_end() {
    insta::assert_snapshot!(errors("const A = \"a ${b\"\nconst B = )\n"));
}

#[test]
fn a_hole_with_more_than_an_expression() {
    insta::assert_snapshot!(errors("const A = \"a ${b c} d\"\n"));
}

#[test]
fn an_empty_hole() {
    insta::assert_snapshot!(errors("const A = \"a ${} d\"\n"));
}

#[test]
fn something_else_expected() {
    insta::assert_snapshot!(errors(
        "fn f(a int) -> int = a\nregister R = reg0[1..] in switch\nextern fn g(a: int) = 1\n"
    ));
}

#[test]
fn an_expression_expected() {
    insta::assert_snapshot!(errors("const A =\nconst B = 1 + * 2\nconst C = f(1,, 2)\nconst D = ()\n"));
}

#[test]
fn operators_of_other_languages() {
    insta::assert_snapshot!(errors(
        "rule r {\n    from p in Port\n    where p.a = 1 && !p.b || p.c;\n    warn \"x\"\n}\n"
    ));
}

#[test]
fn comparisons_do_not_chain() {
    insta::assert_snapshot!(errors("const A = 1 < x < 3\n"));
}

#[test]
fn a_record_before_a_block() {
    let text = "const A = if x == Pair { a: 1 } { 1 } else { 2 }\nrule r {\n    from p in Port\n    if p.x == Pair { a: 1 } { warn \"x\" }\n    warn \"y\"\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn too_deep() {
    let text = format!("const A = {}1{}\nconst B = )\n", "(".repeat(300), ")".repeat(300));
    insta::assert_snapshot!(errors(&text));
}

#[test]
fn neither_a_clause_nor_a_head() {
    let text = "rule r {\n    frm p in Port\n    where p.x\n    flow s[1] for p { match \"1\" action \"next;\" }\n    emti sb.T { a: 1 }\n    warn \"x\"\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn a_space_is_missing_before_a_text() {
    insta::assert_snapshot!(errors("rule r {\n    flow s[1] for p { match\"1\" actions \"next;\" }\n}\n"));
}

#[test]
fn an_item_expected() {
    insta::assert_snapshot!(errors("rul a {\n    from p in Port\n}\n}\nconst A = 1\nfoo\n"));
}

#[test]
fn an_unknown_escape() {
    insta::assert_snapshot!(errors("const A = \"a\\qb\"\n"));
}

#[test]
fn a_part_that_is_missing() {
    let text = "alloc K for p in Port {\n    scope p.sw\n}\ncomponents C for p in Port {}\noutput sb.T {\n    write a\n}\nrule r {\n    from p in Port\n    flow s[1] for p { match \"1\" }\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn holes_where_plain_text_has_to_stand() {
    insta::assert_snapshot!(errors(
        "database nb from \"${x}\"\ntest match\"a\" {\n    nbctl \"ls-add ${x}\"\n}\n"
    ));
}

#[test]
fn numbers_out_of_range() {
    insta::assert_snapshot!(errors(
        "const A = 9223372036854775808\nconst B = -9223372036854775808\nconst C = 12ab\n"
    ));
}

#[test]
fn a_part_that_is_there_twice() {
    let text = "rule r {\n    flow s[1] for p { match \"1\" match \"2\" actions \"next;\" }\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn values_and_names_of_a_group() {
    insta::assert_snapshot!(errors("entity E from p in Port group by (p.a, p.b) as (a) {\n}\n"));
}

#[test]
fn a_block_that_is_not_closed_ends_before_the_next_item() {
    let text = "rule a {\n    from p in Port\n    if p.x {\n        warn \"x\"\n\nrule b {\n    from q in Port\n    wher q.x\n    warn \"y\"\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn a_list_that_is_not_closed_ends_before_the_next_clause() {
    let text = "rule a {\n    from p in Port\n    let x = [1, 2\n    let y = f(1, 2\n    where exists(a in p.b\n    emit sb.T {\n        a: the(1 for b in c,\n        d: 1,\n    }\n    warn )\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn words_of_items_that_are_misspelt() {
    let text = "entity Foo form a in A {\n    x = 1\n    y 2\n    z = 3 else drop\n}\npipeline switch.ingress over Switch {\n    stage a\n    stages b\n}\ntest \"t\" {\n    nbclt \"ls-add\"\n    expect flow s {}\n    expect rows sb.T where a = 1 {}\n    delete nb.T where a == 1\n}\n";
    insta::assert_snapshot!(errors(text));
}

#[test]
fn a_flow_with_a_broken_header_still_has_its_body() {
    let text = "rule r {\n    flow s for p hint { match \"1\" actions \"next;\" }\n    flow s[1] p { match \"1\" actions }\n    flow s[1] for all sw Switch { match \"1\" actions \"next;\" }\n}\n";
    insta::assert_snapshot!(errors(text));
}
