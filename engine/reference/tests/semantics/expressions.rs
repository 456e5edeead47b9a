//! LANGUAGE.md, *Expressions*.

use crate::support::{check_all, check_no_value, text_of};
use weft_testing::values;
use weft_value::stable_hash;

#[test]
fn logic_is_evaluated_from_left_to_right_as_far_as_needed() {
    check_all(&[
        ("true and false", "false"),
        ("not true or true", "true"),
        ("false and 1 / 0 == 1", "false"),
        ("true or 1 / 0 == 1", "true"),
    ]);
    check_no_value(&["1 / 0 == 1 and false", "1 / 0 == 1 or true", "not (1 / 0 == 1)"]);
}

#[test]
fn comparisons_follow_the_order_of_values() {
    check_all(&[
        ("1 == 1", "true"),
        ("1 != 1", "false"),
        ("2 < 10", "true"),
        ("\"2\" < \"10\"", "false"),
        ("\"Z\" < \"a\"", "true"),
        ("\"a\" >= \"a\"", "true"),
        ("(1, 2) < (1, 3)", "true"),
        ("s.options[\"word\"]? == Some(\"weft\")", "true"),
        ("s.options[\"none\"]? == None", "true"),
    ]);
}

#[test]
fn membership_looks_at_members_of_sets_and_lists_and_keys_of_maps() {
    check_all(&[
        ("2 in {1, 2}", "true"),
        ("2 in [1, 3]", "false"),
        ("\"word\" in s.options", "true"),
        ("\"weft\" in s.options", "false"),
        ("2 not in {1, 2}", "false"),
        ("2 not in [1]", "true"),
    ]);
}

#[test]
fn arithmetic_is_of_64_bits_and_never_wraps() {
    check_all(&[
        ("1 + 2 * 3 - 4", "3"),
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("-7 % 2", "-1"),
        ("-(3)", "-3"),
        ("9223372036854775807", "9223372036854775807"),
    ]);
    check_no_value(&[
        "1 / 0",
        "1 % 0",
        "9223372036854775807 + 1",
        "9223372036854775807 * 2",
        "-9223372036854775807 - 2",
        "-(-9223372036854775807 - 1)",
    ]);
}

#[test]
fn plus_and_minus_work_on_text_and_collections() {
    check_all(&[
        ("\"a\" + \"b\"", "ab"),
        ("[2, 1] + [1]", "{2, 1, 1}"),
        ("{1, 2, 3} - {2}", "{1, 3}"),
        ("(s.options + map { \"word\": \"new\" })[\"word\"]", "new"),
        ("(map { \"word\": \"new\" } + s.options)[\"word\"]", "weft"),
        ("(s.options - {\"word\", \"on\"}).size", "1"),
        ("{1, 2} | {2, 3}", "{1, 2, 3}"),
        ("{1, 2} & {2, 3}", "{2}"),
    ]);
}

#[test]
fn coalescing_takes_the_right_for_none_and_for_no_value() {
    check_all(&[
        ("s.options[\"word\"] ?? \"x\"", "weft"),
        ("s.options[\"none\"] ?? \"x\"", "x"),
        ("s.options[\"none\"]? ?? \"x\"", "x"),
        ("\"word\".to_int() ?? 1 / 0 ?? 5", "5"),
    ]);
}

#[test]
fn branches_evaluate_only_what_is_taken() {
    check_all(&[
        ("if true { 1 } else { 1 / 0 }", "1"),
        ("(if false { 1 }).is_none", "true"),
        ("if s.options[\"number\"]? is Some(n) { n } else { \"none\" }", "7"),
        ("if s.options[\"none\"]? is Some(n) { n } else { \"none\" }", "none"),
        ("case \"b\" { \"a\", \"b\" => 1, else => 1 / 0 }", "1"),
        ("case 3 { 1 => \"x\", else => \"y\" }", "y"),
    ]);
    check_no_value(&["if 1 / 0 == 1 { 1 } else { 2 }"]);
}

#[test]
fn maps_and_lists_are_read_by_key_and_position() {
    check_all(&[("s.options[\"word\"]", "weft"), ("[5, 6][1]", "6"), ("(1, \"x\").1", "x")]);
    check_no_value(&["s.options[\"none\"]", "[5, 6][2]", "[5, 6][0 - 1]"]);
}

#[test]
fn a_question_mark_turns_no_value_into_none() {
    check_all(&[
        ("s.options[\"none\"]?.length", ""),
        ("(s.options[\"none\"]?).is_none", "true"),
        ("(1 / 0)?", ""),
        ("s.options[\"number\"]?.to_int()", "7"),
        ("s.options[\"word\"]?.to_int()", ""),
        ("(s.options[\"word\"]?.to_int()).is_none", "true"),
    ]);
}

#[test]
fn presence_can_be_asked_of_every_expression() {
    check_all(&[
        ("s.options[\"none\"]?.is_none", "true"),
        ("s.options[\"word\"].is_some", "true"),
        ("s.options[\"word\"]?.to_int().is_some", "false"),
        ("(1 / 0).is_some", "false"),
        ("not (1 / 0).is_some and true", "true"),
    ]);
}

#[test]
fn there_is_nothing_under_an_optional_key_that_is_none() {
    check_all(&[("s.options[\"none\"]?.is_none", "true"), ("s.options[\"on\".strip_prefix(\"\")]", "true")]);
    check_no_value(&["s.options[s.options[\"none\"]?]", "[1, 2][s.options[\"word\"].to_int()]"]);
}

#[test]
fn map_literals_leave_entries_without_value_out() {
    check_all(&[
        ("(map { \"a\": s.options[\"none\"]?, \"b\": s.options[\"word\"]? }).keys", "{b}"),
        ("(map { \"a\": if false { \"x\" } }).is_empty", "true"),
    ]);
    check_no_value(&["(map { \"a\": s.options[\"none\"] }).size"]);
}

#[test]
fn methods_of_strings() {
    check_all(&[
        ("\"é\".length", "2"),
        ("\"\".is_empty", "true"),
        ("\"weft\".starts_with(\"we\")", "true"),
        ("\"weft\".ends_with(\"we\")", "false"),
        ("\"weft\".contains(\"ef\")", "true"),
        ("\"a,,b\".split(\",\")", "{a, , b}"),
        ("\"\".split(\",\").size", "1"),
        ("\"ab\".split(\"\").size", "1"),
        ("\" \\ta b\\n\".trim()", "a b"),
        ("\"ABÉ\".lower()", "abÉ"),
        ("\"-12\".to_int()", "-12"),
        ("\"+12\".to_int()", "12"),
        ("\"12 \".to_int()", ""),
        ("\"0x10\".to_int()", ""),
        ("\"9223372036854775808\".to_int()", ""),
        ("\"TRUE\".to_bool()", "true"),
        ("\"false\".to_bool()", "false"),
        ("\"1\".to_bool()", ""),
        ("\"weft\".strip_prefix(\"we\")", "ft"),
        ("\"weft\".strip_prefix(\"x\")", ""),
        ("\"a-b-c\".replace(\"-\", \"+\")", "a+b+c"),
        ("\"ab\".replace(\"\", \"+\")", "ab"),
    ]);
}

#[test]
fn methods_of_collections() {
    check_all(&[
        ("[1, 1].size", "2"),
        ("{1, 1}.size", "1"),
        ("[\"b\", \"a\"].join(\"-\")", "b-a"),
        ("{\"b\", \"a\"}.join(\"-\")", "a-b"),
        ("[2, 1].first", "2"),
        ("{2, 1}.first", "1"),
        ("{2, 1}.last", "2"),
        ("\"\".split(\"x\").to_set.size", "1"),
        ("[2, 1, 2].to_set", "{1, 2}"),
        ("s.options.size", "3"),
        ("s.options.is_empty", "false"),
        ("s.options.keys", "{number, on, word}"),
        ("s.options.values", "{7, true, weft}"),
        ("s.options.get_bool(\"on\", false)", "true"),
        ("s.options.get_bool(\"word\", true)", "true"),
        ("s.options.get_bool(\"none\", false)", "false"),
        ("s.options.get_int(\"number\", 1)", "7"),
        ("s.options.get_int(\"word\", 1)", "1"),
    ]);
}

#[test]
fn methods_of_other_values() {
    check_all(&[
        ("(s.options[\"word\"]?).is_some", "true"),
        ("(s.options[\"none\"]?).is_some", "false"),
        ("(3).text", "3"),
        ("s.uuid", "00000000-0000-0000-0000-000000000001"),
        ("s.uuid.text", "00000000-0000-0000-0000-000000000001"),
        ("s.uuid.short", "00000000"),
        ("min(2, 1)", "1"),
        ("max(2, 1)", "2"),
        ("quote(\"a\\\"b\\\\\")", "\"a\\\"b\\\\\""),
    ]);
    let hash = stable_hash(&values::string("weft")).to_string();
    assert_eq!(text_of("hash(s.options[\"word\"])"), Some(hash));
}

#[test]
fn host_functions_get_values_and_give_values() {
    check_all(&[
        ("double(21)", "42"),
        ("parse_address(\"nothing\").is_none", "true"),
        ("parse_address(\"00:00:00:00:00:01 10.0.0.1\")?.ips", "{10.0.0.1}"),
    ]);
    check_no_value(&["double(1 / 0)"]);
}
