//! What `weft check` says of the texts of flows, and where.

use weft_lang::{OvnSchemas, SourceFile, compile_source};
use weft_syntax::LineIndex;
use weft_syntax::diagnostic::{Diagnostic, Severity};

use crate::check;

const PORTS: &str = include_str!("../../../cli/tests/rules/ports.weft");

/// Each error in `more`, as its file, line, what is wrong, and the text there.
fn errors(more: &str) -> Vec<String> {
    let file = |path: &str, text: &str| SourceFile { path: path.to_string(), text: text.to_string() };
    let files = [file("ports.weft", PORTS), file("more.weft", more)];
    let checked = compile_source(files.to_vec(), &OvnSchemas);
    let is_error = |problem: &Diagnostic| problem.severity == Severity::Error;
    assert!(!checked.diagnostics.iter().any(is_error), "{:?}", checked.diagnostics);
    let error = |problem: Diagnostic| {
        let file = &files[problem.span.file.0 as usize];
        let line = LineIndex::new(&file.text).line_column(problem.span.start).line;
        let what = problem.message.strip_prefix("OVN does not understand the ").unwrap_or_default();
        let place = &file.text[problem.span.start as usize..problem.span.end as usize];
        let flows =
            problem.related.iter().map(|(span, _)| LineIndex::new(PORTS).line_column(span.start).line);
        assert!(flows.count() <= 1, "one flow is named");
        format!("{}:{line}: {what}: `{place}`", file.path)
    };
    check(&checked.program, &files).into_iter().map(error).collect()
}

/// The errors of one flow on the ports, whose match and actions stand in lines 3 and 4.
fn in_flow(matches: &str, actions: &str) -> Vec<String> {
    errors(&format!(
        "rule more {{\n    from p in Port\n    flow first[1] for p.switch {{ match {matches}\n actions {actions} }}\n}}\n"
    ))
}

fn in_match(matches: &str) -> Vec<String> {
    in_flow(matches, r#""next;""#)
}

#[test]
fn text_in_front_of_holes_is_read() {
    assert_eq!(in_match(r#""ip4 && inport == ${p.name}""#), [""; 0]);
    assert_eq!(
        in_match(r#""ip5 && inport == ${p.name}""#),
        ["more.weft:3: match: expected the name of a field, found `ip5`: `ip5`"]
    );
    assert_eq!(
        in_flow(r#""1""#, r#""ip.proto = 6; next;""#),
        ["more.weft:4: actions: ip.proto cannot be written here: `ip.proto`"]
    );
}

#[test]
fn text_behind_holes_is_read() {
    assert_eq!(
        in_match(r#""inport == ${p.name} && ip4.ttl""#),
        ["more.weft:3: match: expected the name of a field, found `ip4.ttl`: `ip4.ttl`"]
    );
    // Behind text of the data too, which may be any but leaves the rest as it is.
    assert_eq!(
        in_match(r#""(${raw(p.name)}) && ip5""#),
        ["more.weft:3: match: expected the name of a field, found `ip5`: `ip5`"]
    );
    assert_eq!(in_match(r#""ip4 && ${raw(p.name)} ip5""#), [""; 0]);
    assert_eq!(in_match(r#""ip4 ${raw(p.name)}""#), [""; 0]);
}

#[test]
fn a_hole_holds_what_its_type_says() {
    assert_eq!(
        in_match(r#""ip4.src == ${p.name}""#),
        ["more.weft:3: match: ip4.src holds a number, not a string: `ip4.src == ${p.name}`"]
    );
    assert_eq!(
        in_match(r#""inport == ${p.row.tag ?? 0}""#),
        ["more.weft:3: match: inport holds the name of a port, not a number: `inport == ${p.row.tag ?? 0}`"]
    );
    assert_eq!(in_match(r#""inport == ${p.row.addresses}""#), [""; 0]);
    assert_eq!(in_match(r#""ip4.src == 10.0.0.0/${p.row.tag ?? 0} && vlan.vid == ${p.row.tag}""#), [""; 0]);
}

#[test]
fn addresses_are_told_apart_by_their_types() {
    let of = |text: &str| {
        errors(&format!(
            "extern type Mac = string\nextern type Ip = string\n\
             extern fn mac(text: string) -> Option<Mac>\nextern fn ip(text: string) -> Option<Ip>\n\
             rule more {{\n from p in Port\n let mac = mac(p.name) else skip\n let ip = ip(p.name) else skip\n \
             flow first[1] for p.switch {{ match {text} actions \"next;\" }}\n}}\n"
        ))
    };
    assert_eq!(of(r#""eth.src == ${mac} && ip4.src == ${ip}""#), [""; 0]);
    assert_eq!(of(r#""ip6.src == ${ip}""#), [""; 0]);
    assert_eq!(of(r#""eth.src == {${mac}} && ip4 && ip4.dst == ${mac}""#).len(), 1);
}

#[test]
fn each_branch_must_be_right() {
    let text = r#""ip4${if p.switch.is_isolated { " && tcp" } else { " && tpc" }}""#;
    assert_eq!(in_match(text), ["more.weft:3: match: expected the name of a field, found `tpc`: `tpc`"]);
    let text = r#"if p.name == "a" { "ip4" } else { "ip5" }"#;
    assert_eq!(in_match(text), ["more.weft:3: match: expected the name of a field, found `ip5`: `ip5`"]);
    // What is open in one is closed by the other of the same condition.
    let text = r#""${if p.name == "a" { "(" } else { "" }}ip4${if p.name == "a" { ")" } else { "" }}""#;
    assert_eq!(in_match(text), [""; 0]);
}

#[test]
fn variables_functions_and_attributes_are_looked_up() {
    let found = errors(
        "fn family(is_ipv6: bool) -> Match = if is_ipv6 { match\"ip6\" } else { match\"ip5\" }\n\
         entity Named from p in Port {\n    own = actions\"outport = ${p.name}; ouput;\"\n}\n\
         rule more {\n    from n in Named\n    let (kind, other) = (family(true), match\"tcp.prot == 80\")\n    \
         flow first[1] for n.p.switch { match \"${kind} && ${other}\" actions \"${n.own}\" }\n    \
         flow first[2] for n.p.switch { match kind actions \"next;\" }\n}\n",
    );
    assert_eq!(
        found,
        [
            "more.weft:7: match: expected the name of a field, found `tcp.prot`: `tcp.prot`",
            "more.weft:3: actions: expected an action, found `ouput`: `ouput`",
            "more.weft:1: match: expected the name of a field, found `ip5`: `ip5`",
        ]
    );
}

#[test]
fn lists_that_are_joined_are_looked_into() {
    let text = r#""ip4.src == {${raw(list { "10.0.0.${a.length}" for a in p.addresses }.join(", "))}}""#;
    assert_eq!(in_match(text), [""; 0]);
    let text = r#""ip4.src == {${raw(["10.0.0.1", "x"].join(", "))}}""#;
    assert_eq!(in_match(text), ["more.weft:3: match: expected a constant, found `x`: `x`"]);
}

#[test]
fn actions_are_those_of_their_pipeline() {
    let on = |stage: &str| {
        errors(&format!(
            "pipeline switch.egress over Switch {{ stage last }}\n\
             rule more {{\n flow {stage}[1] for all sw in Switch {{ match \"1\" actions \"next(table=20);\" }}\n}}\n"
        ))
    };
    assert_eq!(on("first"), [""; 0]);
    assert_eq!(on("last"), ["more.weft:3: actions: the egress pipeline has no table 20, only 0 to 15: `(`"]);
}
