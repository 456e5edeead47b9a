//! Methods and functions of the language itself.

/// A builtin; its arguments are the receiver and then those in parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "LANGUAGE.md, section Expressions, says what each does")]
pub enum Builtin {
    StringLength,
    StringIsEmpty,
    StringStartsWith,
    StringEndsWith,
    StringContains,
    StringSplit,
    StringTrim,
    StringLower,
    StringToInt,
    StringToBool,
    StringStripPrefix,
    StringReplace,
    /// `size` of set, list and map.
    Size,
    /// `is_empty` of set, list and map.
    IsEmpty,
    Join,
    First,
    Last,
    ToSet,
    ToList,
    /// A set.
    MapKeys,
    /// A list, in the order of the keys.
    MapValues,
    MapGetBool,
    MapGetInt,
    /// `is_some` of any expression: its argument is an `Option` that always has a value.
    IsSome,
    /// `is_none`, likewise.
    IsNone,
    IntText,
    UuidText,
    UuidShort,
    StageNumber,
    StageName,
    /// `x.text` of an extern type over string.
    ExternText,
    /// `raw(s)`: `Match`; the checker retypes it where `Actions` is expected.
    Raw,
    Quote,
    Min,
    Max,
    Hash,
    StagePipeline,
}
