//! Scalar expressions over one row.

use weft_lang::builtin::Builtin;
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

/// An expression over the columns of a row. Undefined stands for "no value": it makes what needs it
/// undefined, up to [`Scalar::Try`] and [`Scalar::Coalesce`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// A constant.
    Constant(Value),
    /// No value.
    Undefined,
    /// A column of the row, or a slot bound by [`Scalar::Bind`].
    Column(u32),
    /// Puts `value` at position `slot` (beyond the row's columns) for `body`.
    Bind {
        /// The value; undefined makes the whole undefined.
        value: Box<Scalar>,
        /// The position.
        slot: u32,
        /// What reads it.
        body: Box<Scalar>,
    },
    /// A builtin.
    Builtin(Builtin, Vec<Scalar>),
    /// A host function, by position in `Plan::hosts`.
    Host(u32, Vec<Scalar>),
    /// A binary operator; `and` and `or` short-circuit.
    Binary(BinaryOp, Box<Scalar>, Box<Scalar>),
    /// `not`
    Not(Box<Scalar>),
    /// Minus.
    Negate(Box<Scalar>),
    /// The right where the left is None or undefined.
    Coalesce(Box<Scalar>, Box<Scalar>),
    /// None where undefined.
    Try(Box<Scalar>),
    /// Undefined where None.
    Unwrap(Box<Scalar>),
    /// Condition, then, else; only the branch taken is evaluated.
    If(Box<Scalar>, Box<Scalar>, Box<Scalar>),
    /// Value, arms of constants, else.
    Case(Box<Scalar>, Vec<(Vec<Value>, Scalar)>, Box<Scalar>),
    /// A part of a tuple.
    Field(Box<Scalar>, u32),
    /// A map's value by key; undefined when absent.
    MapIndex(Box<Scalar>, Box<Scalar>),
    /// A list's member; undefined when out of range.
    ListIndex(Box<Scalar>, Box<Scalar>),
    /// A tuple.
    Tuple(Vec<Scalar>),
    /// A set.
    Set(Vec<Scalar>),
    /// A list.
    List(Vec<Scalar>),
    /// A map; entries whose value is None are left out.
    Map(Vec<(Scalar, Scalar)>),
    /// Text.
    Text(Vec<TextPiece>),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TextPiece {
    /// As it is.
    Text(String),
    /// A value.
    Hole(Scalar, Render),
}

/// How a value is written into a text (LANGUAGE.md, *Text with holes*).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Render {
    /// As it is: string, int, uuid.
    Bare,
    /// In double quotes, escaped as OVN does.
    Quoted,
    /// `1` or `0` (in a plain string: `true` or `false`, as [`Render::Bare`]).
    Bit,
    /// The stage's table number.
    StageNumber,
    /// The stage's name.
    StageName,
    /// `{a, b}`
    Braces(Box<Render>),
    /// The value, or nothing for None.
    Optional(Box<Render>),
}
