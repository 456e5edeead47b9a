//! Examples of what holes hold, by their types.

use weft_lang::program::Program;
use weft_lang::types::Type;

/// Texts that stand in matches where there may be any, pieces of matches included.
const OF_MATCH: &[&str] = &[
    "1",
    "",
    "1 && ",
    " && 1",
    "reg0",
    "\"a\"",
    "10.0.0.1",
    "fd00::1",
    "00:00:00:00:00:01",
    "ip4",
    "tcp",
    "inport",
    "a",
    "==",
];

/// Texts that stand in actions where there may be any, pieces of actions included.
const OF_ACTIONS: &[&str] =
    &["next;", "", "1", "reg0", "\"a\"", "10.0.0.1", "fd00::1", "00:00:00:00:00:01", "a", ", a = 1"];

/// How a hole of a type may be written, without what the text around it may be besides.
pub(crate) enum Examples {
    /// As one of these.
    These(Vec<String>),
    /// In any way: data hold a piece of the language.
    Anything,
}

/// Examples for a hole in a match or in actions.
pub(crate) fn in_text(program: &Program, ty: &Type) -> Examples {
    let these = |texts: &[&str]| Examples::These(texts.iter().map(|text| (*text).to_string()).collect());
    match ty {
        Type::Bool | Type::Stage => these(&["1", "0"]),
        // A number may be the length of a prefix too, behind an address that has no bits behind it.
        Type::Int => these(&["1", "0", "32", "64", "128"]),
        Type::String => these(&["\"a\""]),
        Type::Uuid => these(&["00000000-0000-4000-8000-000000000001"]),
        Type::Extern(id) => match program.extern_types[id.index()].name.as_str() {
            "Ip" => these(&["10.0.0.1", "fd00::1"]),
            "Mac" => these(&["00:00:00:00:00:01"]),
            _ => Examples::Anything,
        },
        Type::Set(member) | Type::List(member) => match in_text(program, member) {
            Examples::These(texts) => {
                Examples::These(texts.iter().map(|text| format!("{{{text}}}")).collect())
            }
            Examples::Anything => Examples::Anything,
        },
        Type::Option(inner) => in_text(program, inner),
        _ => Examples::Anything,
    }
}

/// Examples for text that may be anything; `is_match` says where.
pub(crate) fn anything(is_match: bool) -> &'static [&'static str] {
    if is_match { OF_MATCH } else { OF_ACTIONS }
}
