//! The compiled form of a scalar.

use weft_lang::builtin::Builtin;
use weft_plan::scalar::Render;
use weft_syntax::ast::BinaryOp;
use weft_value::{Datum, HostFunction};

/// A compiled scalar: [`weft_plan::scalar::Scalar`] with datums for constants and functions for hosts.
///
/// 24 bytes, and the parts of each form in one piece: evaluation goes through memory that other work has
/// displaced from the caches, so cache lines are what it costs.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    Constant(Datum),
    Column(usize),
    Bind { slot: usize, parts: Box<Bind> },
    Builtin(Builtin, Box<[Code]>),
    Host(Box<HostCall>),
    And(Pair),
    Or(Pair),
    Equal(Pair),
    NotEqual(Pair),
    Binary(BinaryOp, Pair),
    Not(Box<Code>),
    Negate(Box<Code>),
    Coalesce(Pair),
    Try(Box<Code>),
    Unwrap(Box<Code>),
    If(Box<If>),
    Case(Box<Case>),
    Field(Box<Code>, usize),
    MapIndex(Pair),
    ListIndex(Pair),
    Tuple(Box<[Code]>),
    Set(Box<[Code]>),
    List(Box<[Code]>),
    Map(Box<[(Code, Code)]>),
    Text(Box<[Piece]>),
}

const _: () = assert!(size_of::<Code>() == 24);

/// Both operands.
pub(crate) type Pair = Box<(Code, Code)>;

/// A value and what is computed with it.
#[derive(Debug, Clone)]
pub(crate) struct Bind {
    pub(crate) value: Code,
    pub(crate) body: Code,
}

/// A condition and its branches.
#[derive(Debug, Clone)]
pub(crate) struct If {
    pub(crate) condition: Code,
    pub(crate) then: Code,
    pub(crate) otherwise: Code,
}

/// A choice by value.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) value: Code,
    /// Values, and what they choose.
    pub(crate) arms: Box<[(Box<[Datum]>, Code)]>,
    pub(crate) otherwise: Code,
}

impl Case {
    /// What a value chooses.
    pub(crate) fn chosen(&self, value: Datum) -> &Code {
        let arm = self.arms.iter().find(|(patterns, _)| patterns.contains(&value));
        arm.map_or(&self.otherwise, |(_, body)| body)
    }
}

/// A call of a host function.
#[derive(Debug, Clone)]
pub(crate) struct HostCall {
    pub(crate) function: HostFunction,
    pub(crate) arguments: Box<[Code]>,
    /// Its name, for warnings.
    pub(crate) name: Box<str>,
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
            Code::Bind { parts, .. } => {
                parts.value.constants(mark);
                parts.body.constants(mark);
            }
            Code::Not(a) | Code::Negate(a) | Code::Try(a) | Code::Unwrap(a) | Code::Field(a, _) => {
                a.constants(mark);
            }
            Code::And(pair)
            | Code::Or(pair)
            | Code::Equal(pair)
            | Code::NotEqual(pair)
            | Code::Binary(_, pair)
            | Code::Coalesce(pair)
            | Code::MapIndex(pair)
            | Code::ListIndex(pair) => {
                pair.0.constants(mark);
                pair.1.constants(mark);
            }
            Code::If(parts) => {
                [&parts.condition, &parts.then, &parts.otherwise]
                    .into_iter()
                    .for_each(|code| code.constants(mark));
            }
            Code::Case(case) => {
                case.value.constants(mark);
                case.otherwise.constants(mark);
                for (patterns, body) in &case.arms {
                    patterns.iter().for_each(|pattern| mark(*pattern));
                    body.constants(mark);
                }
            }
            Code::Builtin(_, parts) | Code::Tuple(parts) | Code::Set(parts) | Code::List(parts) => {
                parts.iter().for_each(|part| part.constants(mark));
            }
            Code::Host(host) => host.arguments.iter().for_each(|part| part.constants(mark)),
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
