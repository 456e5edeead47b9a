//! Values where others are expected.

use crate::support::diagnostics;
use insta::assert_snapshot;

#[test]
fn a_string_is_not_a_number() {
    let rules = "fn f(a: nb.ACL) -> string = a.priority";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this is int where string is expected
     --> rules.weft:1:29
      |
    1 | fn f(a: nb.ACL) -> string = a.priority
      |                             ^^^^^^^^^^ expected string, found int
      |
      = help: `.text` is it as a string
    "#);
}

#[test]
fn an_option_needs_a_default() {
    let rules = "fn f(p: Port) -> bool = p.enabled";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this is Option<bool> where bool is expected
     --> rules.weft:1:25
      |
    1 | fn f(p: Port) -> bool = p.enabled
      |                         ^^^^^^^^^ expected bool, found Option<bool>
      |
      = help: give a default with `??`, or unwrap it with `let x = … else skip`
    "#);
}

#[test]
fn a_row_becomes_a_member_by_lookup() {
    let rules = "fn f(ls: nb.Logical_Switch) -> Switch = ls";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this is nb.Logical_Switch where Switch is expected
     --> rules.weft:1:41
      |
    1 | fn f(ls: nb.Logical_Switch) -> Switch = ls
      |                                         ^^ expected Switch, found nb.Logical_Switch
      |
      = help: `Switch[…]` is the member of that row
    "#);
}

#[test]
fn a_member_has_its_row() {
    let rules = "fn f(sw: Switch) -> nb.Logical_Switch = sw";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this is Switch where nb.Logical_Switch is expected
     --> rules.weft:1:41
      |
    1 | fn f(sw: Switch) -> nb.Logical_Switch = sw
      |                                         ^^ expected nb.Logical_Switch, found Switch
      |
      = help: `.row` is its row
    "#);
}

#[test]
fn a_string_is_no_match_text() {
    let rules = r#"
rule r {
    from p in Port
    let text = "ip4"
    flow ls_in_acl[1] for p.switch { match text actions "next;" }
}
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this is string where Match is expected
     --> rules.weft:5:44
      |
    5 |     flow ls_in_acl[1] for p.switch { match text actions "next;" }
      |                                            ^^^^ expected Match, found string
      |
      = help: write the text as `match"…"`, or take the string as it is with `raw(…)`
    "#);
}

#[test]
fn match_text_is_not_compared() {
    let rules = "fn f(a: Match, b: Match) -> bool = a == b";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0304]: Match cannot be compared
     --> rules.weft:1:36
      |
    1 | fn f(a: Match, b: Match) -> bool = a == b
      |                                    ^ output-only text, never compared
      |
      = help: compare what the text is made of

    error[E0304]: Match cannot be compared
     --> rules.weft:1:41
      |
    1 | fn f(a: Match, b: Match) -> bool = a == b
      |                                         ^ output-only text, never compared
      |
      = help: compare what the text is made of
    "#);
}

#[test]
fn rows_and_members_are_not_compared() {
    let rules = r#"rule r { from sw in Switch, ls in nb.Logical_Switch where sw == ls warn "${ls.name}" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: Switch and nb.Logical_Switch cannot be compared
     --> rules.weft:1:59
      |
    1 | rule r { from sw in Switch, ls in nb.Logical_Switch where sw == ls warn "${ls.name}" }
      |                                                           ^^^^^^^^ different types
      |
      = help: compare rows: `.row` is the member's row
    "#);
}

#[test]
fn an_option_is_not_nested() {
    let rules = "fn f(a: Option<Option<int>>) -> bool = Some(a).is_some";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0305]: an Option inside an Option
     --> rules.weft:1:9
      |
    1 | fn f(a: Option<Option<int>>) -> bool = Some(a).is_some
      |         ^^^^^^^^^^^^^^^^^^^ nested Option
      |
      = help: `Option<int>` is enough

    error[E0305]: an Option inside an Option
     --> rules.weft:1:45
      |
    1 | fn f(a: Option<Option<int>>) -> bool = Some(a).is_some
      |                                             ^ this is Option<int>
      |
      = help: leave `Some(…)` out
    "#);
}

#[test]
fn branches_are_of_one_type() {
    let rules = r#"fn f(a: bool) -> int = if a { 1 } else { "x" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: the branches have different types: int and string
     --> rules.weft:1:42
      |
    1 | fn f(a: bool) -> int = if a { 1 } else { "x" }
      |                                          ^^^ expected int, found string
    "#);
}

#[test]
fn members_of_a_set_are_of_one_type() {
    let rules = r#"fn f() -> Set<int> = {1, "b"}"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0306]: the members of a set are of one type
     --> rules.weft:1:26
      |
    1 | fn f() -> Set<int> = {1, "b"}
      |                          ^^^ expected int, found string
    "#);
}

#[test]
fn a_row_is_not_written_into_text() {
    let rules = r#"fn f(p: Port) -> string = "port ${p} of ${p.addresses}""#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0307]: Port cannot be written into string
     --> rules.weft:1:35
      |
    1 | fn f(p: Port) -> string = "port ${p} of ${p.addresses}"
      |                                   ^ not text
      |
      = help: name a column, as `${port.name}`

    error[E0307]: List<Address> cannot be written into string
     --> rules.weft:1:43
      |
    1 | fn f(p: Port) -> string = "port ${p} of ${p.addresses}"
      |                                           ^^^^^^^^^^^ not text
    "#);
}

#[test]
fn match_text_is_not_written_into_a_string() {
    let rules = r#"fn f(m: Match) -> string = "if ${m}""#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0307]: Match cannot be written into string
     --> rules.weft:1:34
      |
    1 | fn f(m: Match) -> string = "if ${m}"
      |                                  ^ not text
    "#);
}

#[test]
fn a_literal_compared_with_an_enumeration_is_one_of_it() {
    let rules = r#"fn f(a: nb.ACL) -> bool = a.action == "alow" or a.direction in {"from-lport", "up"}"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0308]: `nb.ACL.action` is never "alow"
     --> rules.weft:1:39
      |
    1 | fn f(a: nb.ACL) -> bool = a.action == "alow" or a.direction in {"from-lport", "up"}
      |                                       ^^^^^^ not one of its values
      |
      = help: did you mean `allow`?

    error[E0308]: `nb.ACL.direction` is never "up"
     --> rules.weft:1:79
      |
    1 | fn f(a: nb.ACL) -> bool = a.action == "alow" or a.direction in {"from-lport", "up"}
      |                                                                               ^^^^ not one of its values
      |
      = help: its values are from-lport, to-lport
    "#);
}

#[test]
fn a_case_pattern_is_one_of_the_enumeration() {
    let rules = r#"fn f(a: nb.ACL) -> int = case a.action { "allow" => 1, "deny" => 2, else => 0 }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0308]: `nb.ACL.action` is never "deny"
     --> rules.weft:1:56
      |
    1 | fn f(a: nb.ACL) -> int = case a.action { "allow" => 1, "deny" => 2, else => 0 }
      |                                                        ^^^^^^ not one of its values
      |
      = help: its values are allow, allow-related, allow-stateless, drop, pass, reject
    "#);
}

#[test]
fn a_case_pattern_is_a_constant() {
    let rules = "fn f(a: int, b: int) -> int = case a { b => 1, 2 + 3 => 2, else => 0 }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0311]: a pattern of `case` must be known when the rules are compiled
     --> rules.weft:1:40
      |
    1 | fn f(a: int, b: int) -> int = case a { b => 1, 2 + 3 => 2, else => 0 }
      |                                        ^ not a constant
    "#);
}

#[test]
fn is_some_needs_an_option() {
    let rules = r#"fn f(p: Port) -> string = if p.options["a"] is Some(x) { x } else { "" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0309]: `is Some(…)` needs an Option
     --> rules.weft:1:30
      |
    1 | fn f(p: Port) -> string = if p.options["a"] is Some(x) { x } else { "" }
      |                              ^^^^^^^^^^^^^^ this is string
      |
      = help: `e?` is None where `e` has no value
    "#);
}

#[test]
fn a_source_is_a_collection() {
    let rules = "rule r { from p in Port, x in p.enabled where x warn p.name }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0310]: `in` needs a table, an entity, or a set, list or map
     --> rules.weft:1:31
      |
    1 | rule r { from p in Port, x in p.enabled where x warn p.name }
      |                               ^^^^^^^^^ this is Option<bool>
      |
      = help: bind it with `let x = … else skip`
    "#);
}

#[test]
fn a_field_of_an_option_is_read_through_a_chain() {
    let rules = "fn f(p: Port) -> bool = p.peer.is_empty";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0205]: Option<string> has no method `is_empty`
     --> rules.weft:1:32
      |
    1 | fn f(p: Port) -> bool = p.peer.is_empty
      |                                ^^^^^^^^ unknown method
      |
      = help: for the value inside, write `?.is_empty`
    "#);
}

#[test]
fn a_call_has_all_arguments() {
    let rules = r#"
fn f(a: string) -> bool = a.contains() or g(a)
fn g(a: string, b: string) -> bool = a == b
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0302]: `contains` takes one argument
     --> rules.weft:2:29
      |
    2 | fn f(a: string) -> bool = a.contains() or g(a)
      |                             ^^^^^^^^ 0 given

    error[E0302]: `g` takes 2 arguments
     --> rules.weft:2:43
      |
    2 | fn f(a: string) -> bool = a.contains() or g(a)
      |                                           ^ 1 given
    "#);
}

#[test]
fn a_record_has_all_fields() {
    let rules = r#"fn f() -> Address = Address { mac: "a", ipz: [] }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0302]: the record `Address` lacks ips
     --> rules.weft:1:21
      |
    1 | fn f() -> Address = Address { mac: "a", ipz: [] }
      |                     ^^^^^^^ fields are missing

    error[E0203]: Address has no field `ipz`
     --> rules.weft:1:41
      |
    1 | fn f() -> Address = Address { mac: "a", ipz: [] }
      |                                         ^^^ unknown field
      |
      = help: did you mean `ips`?
    "#);
}

#[test]
fn plus_does_not_mix_types() {
    let rules = "fn f(a: int, b: string) -> string = a + b";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0303]: `+` takes numbers, strings, lists or maps
     --> rules.weft:1:37
      |
    1 | fn f(a: int, b: string) -> string = a + b
      |                                     ^^^^^ found int and string
      |
      = help: put the parts into one text: "…${x}…"
    "#);
}

#[test]
fn sets_are_joined_by_a_bar() {
    let rules = "fn f(a: Set<int>) -> Set<int> = a + {1}";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0303]: `+` takes numbers, strings, lists or maps
     --> rules.weft:1:33
      |
    1 | fn f(a: Set<int>) -> Set<int> = a + {1}
      |                                 ^^^^^^^ found Set<int> and Set<int>
      |
      = help: `|` joins sets
    "#);
}

#[test]
fn the_values_of_a_maximum_are_not_options() {
    let rules = "fn f() -> Option<int> = max { t.tag for t in nb.Logical_Switch_Port }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0305]: the values of this aggregate cannot be Options
     --> rules.weft:1:31
      |
    1 | fn f() -> Option<int> = max { t.tag for t in nb.Logical_Switch_Port }
      |                               ^^^^^ this is Option<int>
      |
      = help: unwrap them: `for …, let v = … else skip`
    "#);
}

#[test]
fn a_type_that_nothing_tells_is_an_error() {
    let rules = "rule r { from p in Port let x = {} where x.is_empty warn p.name }";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0312]: the type of this expression is not determined
     --> rules.weft:1:33
      |
    1 | rule r { from p in Port let x = {} where x.is_empty warn p.name }
      |                                 ^^ this is Set<_>
      |
      = help: write its type, or a value that tells it
    "#);
}

#[test]
fn a_tuple_pattern_has_as_many_parts_as_the_tuple() {
    let rules = r#"rule r { from p in Port, (a, b, c) in p.options warn "${p.name}${a}${b}${c}" }"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0301]: this pattern takes a tuple of 3 parts
     --> rules.weft:1:26
      |
    1 | rule r { from p in Port, (a, b, c) in p.options warn "${p.name}${a}${b}${c}" }
      |                          ^^^^^^^^^ found (string, string)
    "#);
}

#[test]
fn a_row_is_found_by_columns() {
    let rules = "fn f(a: string) -> bool = nb.Logical_Switch[a].is_some";
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0302]: a row is found by columns
     --> rules.weft:1:45
      |
    1 | fn f(a: string) -> bool = nb.Logical_Switch[a].is_some
      |                                             ^ which column?
      |
      = help: write `[column: value]`
    "#);
}

#[test]
fn text_for_output_is_no_member_of_a_set() {
    let rules = r#"
fn f() -> Set<Match> = {match"1"}
fn g(p: Port) -> bool = exists(a in nb.ACL where [match"1"] == [match"0"])
"#;
    assert_snapshot!(diagnostics(rules), @r#"
    error[E0304]: Match cannot be a member of a set
     --> rules.weft:2:25
      |
    2 | fn f() -> Set<Match> = {match"1"}
      |                         ^^^^^^^^ output-only text, never compared
      |
      = help: compare what the text is made of

    warning[W0502]: the variable `p` is never read
     --> rules.weft:3:6
      |
    3 | fn g(p: Port) -> bool = exists(a in nb.ACL where [match"1"] == [match"0"])
      |      ^ not used
      |
      = help: write `_` or `_p` if that is meant

    error[E0304]: List<Match> cannot be compared
     --> rules.weft:3:50
      |
    3 | fn g(p: Port) -> bool = exists(a in nb.ACL where [match"1"] == [match"0"])
      |                                                  ^^^^^^^^^^ output-only text, never compared
      |
      = help: compare what the text is made of

    error[E0304]: List<Match> cannot be compared
     --> rules.weft:3:64
      |
    3 | fn g(p: Port) -> bool = exists(a in nb.ACL where [match"1"] == [match"0"])
      |                                                                ^^^^^^^^^^ output-only text, never compared
      |
      = help: compare what the text is made of
    "#);
}
