//! The compiled form of a scalar.

use weft_lang::builtin::Builtin;
use weft_plan::scalar::Render;
use weft_syntax::ast::BinaryOp;
use weft_value::{Datum, HostFunction};

/// A compiled scalar: [`weft_plan::scalar::Scalar`] with datums for constants and functions for hosts.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    Constant(Datum),
    Column(usize),
    Bind { value: Box<Code>, slot: usize, body: Box<Code> },
    Builtin(Builtin, Box<[Code]>),
    Host(HostCall, Box<[Code]>),
    And(Box<Code>, Box<Code>),
    Or(Box<Code>, Box<Code>),
    Equal(Box<Code>, Box<Code>),
    NotEqual(Box<Code>, Box<Code>),
    Binary(BinaryOp, Box<Code>, Box<Code>),
    Not(Box<Code>),
    Negate(Box<Code>),
    Coalesce(Box<Code>, Box<Code>),
    Try(Box<Code>),
    Unwrap(Box<Code>),
    If(Box<Code>, Box<Code>, Box<Code>),
    Case(Box<Code>, Box<[(Box<[Datum]>, Code)]>, Box<Code>),
    Field(Box<Code>, usize),
    MapIndex(Box<Code>, Box<Code>),
    ListIndex(Box<Code>, Box<Code>),
    Tuple(Box<[Code]>),
    Set(Box<[Code]>),
    List(Box<[Code]>),
    Map(Box<[(Code, Code)]>),
    Text(Box<[Piece]>),
}

/// A host function to call.
#[derive(Debug, Clone)]
pub(crate) struct HostCall {
    /// Its name, for warnings.
    pub(crate) name: Box<str>,
    /// The function.
    pub(crate) function: HostFunction,
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Text(Box<str>),
    Hole(Code, Render),
}

impl Code {
    /// Gives every constant to `mark`: what a sweep of the interner must keep.
    pub(crate) fn constants(&self, mark: &mut dyn FnMut(Datum)) {
        match self {
            Code::Constant(datum) => mark(*datum),
            Code::Column(_) => {}
            Code::Bind { value, body, .. } => {
                value.constants(mark);
                body.constants(mark);
            }
            Code::Not(a) | Code::Negate(a) | Code::Try(a) | Code::Unwrap(a) | Code::Field(a, _) => {
                a.constants(mark);
            }
            Code::And(a, b)
            | Code::Or(a, b)
            | Code::Equal(a, b)
            | Code::NotEqual(a, b)
            | Code::Binary(_, a, b)
            | Code::Coalesce(a, b)
            | Code::MapIndex(a, b)
            | Code::ListIndex(a, b) => {
                a.constants(mark);
                b.constants(mark);
            }
            Code::If(a, b, c) => [a, b, c].into_iter().for_each(|code| code.constants(mark)),
            Code::Case(value, arms, otherwise) => {
                value.constants(mark);
                otherwise.constants(mark);
                for (patterns, body) in arms {
                    patterns.iter().for_each(|pattern| mark(*pattern));
                    body.constants(mark);
                }
            }
            Code::Builtin(_, parts)
            | Code::Host(_, parts)
            | Code::Tuple(parts)
            | Code::Set(parts)
            | Code::List(parts) => parts.iter().for_each(|part| part.constants(mark)),
            Code::Map(entries) => {
                for (key, value) in entries {
                    key.constants(mark);
                    value.constants(mark);
                }
            }
            Code::Text(pieces) => {
                for piece in pieces {
                    if let Piece::Hole(hole, _) = piece {
                        hole.constants(mark);
                    }
                }
            }
        }
    }
}
