//! Any text is parsed: nothing is lost, nothing fails, and good items survive bad ones.

use crate::reference;
use proptest::{prelude::*, sample::Index};
use weft_syntax::{
    parse, render,
    render::Style,
    span::{FileId, SourceFile},
};

/// Parses, checks what holds for every text, and gives the number of errors.
fn check(text: &str) -> usize {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.tree.text().to_string(), text);
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.span.start <= diagnostic.span.end, "{diagnostic:?}");
        assert!(diagnostic.span.end as usize <= text.len(), "{diagnostic:?}");
        assert!(text.is_char_boundary(diagnostic.span.start as usize), "{diagnostic:?}");
        assert!(text.is_char_boundary(diagnostic.span.end as usize), "{diagnostic:?}");
    }
    parsed.diagnostics.len()
}

/// A change of a text.
#[derive(Debug, Clone)]
enum Mutation {
    Delete(Index, usize),
    Insert(Index, String),
    Repeat(Index, usize, Index),
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let snippet = prop::sample::select(vec![
        "\"",
        "${",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "\\",
        "\n",
        "\n}\n",
        "'",
        "?",
        "??",
        ".",
        ",",
        ":",
        "=",
        "=>",
        "é",
        "#",
        "///",
        "//",
        " rule x {",
        "\nrule x {",
        " if ",
        " for ",
        " where ",
        " in ",
        " not ",
        " match\"",
        " set { ",
        "-",
        "99999999999999999999",
        " else ",
        " from ",
        "_",
        "\r\n",
        "\u{0}",
    ]);
    prop_oneof![
        (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (any::<Index>(), snippet).prop_map(|(at, text)| Mutation::Insert(at, text.to_owned())),
        (any::<Index>(), 1_usize..80, any::<Index>())
            .prop_map(|(at, length, to)| Mutation::Repeat(at, length, to)),
        any::<Index>().prop_map(Mutation::Truncate),
    ]
}

fn mutate(text: &mut String, mutation: &Mutation) {
    let place = |index: &Index, text: &str| text.floor_char_boundary(index.index(text.len() + 1));
    match mutation {
        Mutation::Delete(at, length) => {
            let at = place(at, text);
            let end = text.floor_char_boundary((at + length).min(text.len()));
            text.replace_range(at..end, "");
        }
        Mutation::Insert(at, snippet) => text.insert_str(place(at, text), snippet),
        Mutation::Repeat(at, length, to) => {
            let at = place(at, text);
            let end = text.floor_char_boundary((at + length).min(text.len()));
            let piece = text[at..end].to_owned();
            text.insert_str(place(to, text), &piece);
        }
        Mutation::Truncate(at) => text.truncate(place(at, text)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_rule_text_is_kept_byte_for_byte(mutations in prop::collection::vec(mutation(), 1..8)) {
        let mut text = reference::text();
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        check(&text);
    }

    #[test]
    fn any_text_is_kept_byte_for_byte(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn any_diagnostic_can_be_rendered(mutations in prop::collection::vec(mutation(), 1..3)) {
        let mut text = reference::blocks().swap_remove(5).text;
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        let parsed = parse(FileId(0), &text);
        let files = [SourceFile { path: "a.weft".to_owned(), text }];
        for style in [Style::Plain, Style::Coloured] {
            let rendered = render(&parsed.diagnostics, &files, style);
            prop_assert_eq!(rendered.is_empty(), parsed.diagnostics.is_empty());
        }
    }
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let times = 10_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("not ", ""),
        ("-", ""),
        ("f(", ")"),
        ("\"${", "}\""),
        ("if a { b } else ", ""),
        ("if ", ""),
        ("a.b(c)[", "]"),
        ("map { a: ", " }"),
        ("set { a for b in ", " }"),
        ("case a { b => ", " }"),
        ("a ?? ", ""),
        ("Some(", ")"),
    ] {
        let text = format!("const A = {}1{}\nconst B = 1\n", open.repeat(times), close.repeat(times));
        assert!(check(&text) > 0, "{open}");
    }
    for tail in [" + 1", ".a", "[1]", "?", " and a", "?.b", ".c(1)"] {
        let text = format!("const A = a{}\nconst B = 1\n", tail.repeat(times));
        assert!(check(&text) > 0, "{tail}");
    }
    assert!(check(&format!("rule r {}", "{ if a ".repeat(times))) > 0);
    assert!(check(&format!("rule r {{ {}", "for a in b { ".repeat(times))) > 0);
    assert!(check(&format!("record R {{ a: {}", "Set<".repeat(times))) > 0);
}

#[test]
fn what_is_not_too_deep_is_read() {
    let terms = vec!["a"; 100].join(" + ");
    assert_eq!(check(&format!("const A = {terms}\n")), 0);
    assert_eq!(check(&format!("const A = {}1{}\n", "(".repeat(100), ")".repeat(100))), 0);
    let arms: String = (0..60).map(|number| format!("if a == {number} {{ \"b\" }} else ")).collect();
    assert_eq!(check(&format!("const A = {arms}{{ \"c\" }}\n")), 0);
}

#[test]
fn a_bad_item_hides_no_other() {
    let good = "rule good {\n    from a in nb.A\n    warn \"a\"\n}\n";
    for bad in [
        "rule bad {\n    from a in\n    flow s[1 for a { match \"1\" actions \"a\" }\n",
        "rule bad {\n    warn \"no end\n}\n",
        "rule bad {\n    warn \"no ${end\"\n}\n",
        "entity Bad from a in {\n    x = \n    y = (1\n}\n",
        "rule {\n",
        "const A = (((\n",
        "}\n}\n",
        "record R { a: Set<int, b: }\n",
        "test {\n    expect flows {\n",
        "alloc K { range 1 }\n",
    ] {
        let text = format!("{good}{bad}{good}{bad}{good}");
        let parsed = parse(FileId(0), &text);
        assert!(parsed.diagnostics.len() >= 2, "{bad}");
        let good_rules = parsed.file.items.iter().filter(|item| {
            let bytes = item.span.start as usize..item.span.end as usize;
            text.get(bytes) == Some(good.trim_end())
        });
        assert_eq!(good_rules.count(), 3, "{bad}: {:?}", parsed.diagnostics);
    }
}
