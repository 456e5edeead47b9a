//! Names of enumerators in messages. They are what Rust calls them: a new one needs no number, and one
//! that a reader does not know is an error and not another one.

use weft_lang::builtin::Builtin;
use weft_syntax::ast::BinaryOp;

use crate::plan::{AggregationKind, InputRows, JoinSide};

macro_rules! names {
    ($name:ident, $named:ident, $enum:ident: $($variant:ident)*) => {
        pub(super) fn $name(value: $enum) -> String {
            match value { $($enum::$variant => stringify!($variant)),* }.to_owned()
        }

        pub(super) fn $named(name: &str) -> Option<$enum> {
            match name { $(stringify!($variant) => Some($enum::$variant),)* _ => None }
        }
    };
}

names!(operator_name, operator_named, BinaryOp:
    Or And Eq Ne Lt Le Gt Ge In NotIn Add Sub Mul Div Rem Union Intersect Coalesce);

names!(aggregation_name, aggregation_named, AggregationKind:
    Set List Map Count Sum Min Max Least Number The);

names!(rows_name, rows_named, InputRows: Whole Members Entries);

names!(side_name, side_named, JoinSide: Inner Outer Absent);

names!(builtin_name, builtin_named, Builtin:
    StringLength StringIsEmpty StringStartsWith StringEndsWith StringContains StringSplit StringTrim
    StringLower StringToInt StringToBool StringStripPrefix StringReplace Size IsEmpty Join First Last
    ToSet ToList MapKeys MapValues MapGetBool MapGetInt IsSome IsNone IntText UuidText UuidShort
    StageNumber StageName ExternText Raw Quote Min Max Hash StagePipeline);
