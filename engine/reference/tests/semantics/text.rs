//! LANGUAGE.md, *Text with holes*.

use crate::support::{Rows, flows, run, text_of};
use weft_testing::values::{int, set, string, strings};

const PIPELINE: &str = r#"
register FLAG = reg0[8] in switch
pipeline switch.ingress over Switch { stage first stage second }
entity Switch from ls in nb.Switch { }
"#;

/// What a hole is in a match.
fn in_match(hole: &str) -> String {
    let rules = format!(
        "{PIPELINE} rule r {{ from s in Switch flow first[1] for s {{ match \"${{{hole}}}\" actions \"next;\" }} }}"
    );
    let snapshot = Rows::default()
        .with(
            "Switch",
            1,
            [
                ("name", string("a\"b")),
                ("limit", int(4)),
                ("options", weft_testing::values::options([("b", "y"), ("a", "x")])),
            ],
        )
        .with("Port", 7, [("name", string("p")), ("addresses", set(strings(["z", "q"])))])
        .done();
    let evaluation = run(&rules, &snapshot);
    let flow = evaluation.flows.iter().next();
    flow.map_or_else(|| panic!("no flow for {hole}"), |flow| flow.matches.clone())
}

#[test]
fn holes_of_matches_are_written_by_their_type() {
    for (hole, wanted) in [
        ("s.row.name", r#""a\"b""#),
        ("3", "3"),
        ("s.uuid", "00000000-0000-0000-0000-000000000001"),
        ("FLAG", "reg0[8]"),
        ("match\"ip4\"", "ip4"),
        ("raw(s.row.name)", "a\"b"),
        ("true", "1"),
        ("second", "1"),
        ("nb.Port[name: \"p\"].addresses", r#"{"q", "z"}"#),
        ("[2, 1]", "{2, 1}"),
        ("s.row.limit", "4"),
        ("s.row.options[\"none\"]?", ""),
        ("s.row.options[\"a\"]?", r#""x""#),
        ("parse_address(\"00:00:00:00:00:01 10.0.0.1 ::1\")?.mac", "00:00:00:00:00:01"),
        ("parse_address(\"00:00:00:00:00:01 10.0.0.1 ::1\")?.ips", "{10.0.0.1, ::1}"),
    ] {
        assert_eq!(in_match(hole), wanted, "{hole}");
    }
}

#[test]
fn holes_of_strings_are_bare() {
    assert_eq!(text_of(r#""<${s.options["word"]}>""#).as_deref(), Some("<weft>"));
    assert_eq!(
        text_of(r#""${true} ${1} ${{"b", "a"}} ${s.options["none"]?}.""#).as_deref(),
        Some("true 1 {a, b} .")
    );
    assert_eq!(text_of(r#""\"\\\n\t\${x}""#).as_deref(), Some("\"\\\n\t${x}"));
    assert_eq!(text_of(r#""${s.options["none"]}""#), None);
}

#[test]
fn stages_are_numbers_in_matches_and_names_in_strings() {
    let rules = format!(
        "{PIPELINE} rule r {{
            from s in Switch
            let stage = second
            warn \"${{stage}} ${{stage.number}} ${{stage.name}}\"
            flow (stage)[1] for s {{ match \"x == ${{stage}}\" actions \"next(pipeline=${{raw(stage.pipeline)}});\" }}
        }}"
    );
    let evaluation = run(&rules, &Rows::default().switch(1, "s", []).done());
    assert_eq!(evaluation.warning_texts().into_iter().collect::<Vec<_>>(), ["second 1 second"]);
    assert_eq!(
        flows(&evaluation).into_iter().collect::<Vec<_>>(),
        ["second[1] x == 1 => next(pipeline=ingress);"]
    );
}
