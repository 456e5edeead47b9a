//! From scalars to code.

use weft_plan::plan::HostSignature;
use weft_plan::scalar::{Scalar, TextPiece};
use weft_syntax::ast::BinaryOp;
use weft_value::{Datum, HostFunction, HostRegistry, Interner, Value};

use crate::error::LoadError;

use super::code::{Code, HostCall, Piece};

/// Compiles the scalars of one plan.
pub(crate) struct Compiler<'a> {
    interner: &'a Interner,
    hosts: Vec<(&'a str, HostFunction)>,
}

impl<'a> Compiler<'a> {
    /// A compiler for scalars that call these host functions.
    ///
    /// # Errors
    /// When a function is missing or declared differently.
    pub(crate) fn new(
        interner: &'a Interner,
        declared: &'a [HostSignature],
        registry: &HostRegistry,
    ) -> Result<Compiler<'a>, LoadError> {
        let mut hosts = Vec::with_capacity(declared.len());
        for HostSignature { name, signature } in declared {
            let Some(entry) = registry.get(name) else {
                return Err(LoadError::MissingHost { name: name.clone(), signature: signature.clone() });
            };
            if !entry.fits(signature) {
                return Err(LoadError::HostSignature {
                    name: name.clone(),
                    declared: signature.clone(),
                    found: entry.signature.to_owned(),
                });
            }
            hosts.push((name.as_str(), entry.function));
        }
        Ok(Compiler { interner, hosts })
    }

    /// The code of a scalar, or what is wrong with it.
    pub(crate) fn code(&self, scalar: &Scalar) -> Result<Code, String> {
        Ok(match scalar {
            Scalar::Constant(value) => Code::Constant(self.interner.datum_of(value)),
            Scalar::Undefined => Code::Constant(Datum::UNDEFINED),
            Scalar::Column(column) => Code::Column(*column as usize),
            Scalar::Bind { value, slot, body } => {
                Code::Bind { value: self.boxed(value)?, slot: *slot as usize, body: self.boxed(body)? }
            }
            Scalar::Builtin(builtin, arguments) => Code::Builtin(*builtin, self.all(arguments)?),
            Scalar::Host(position, arguments) => Code::Host(self.host(*position)?, self.all(arguments)?),
            Scalar::Binary(operator, left, right) => {
                let (left, right) = (self.boxed(left)?, self.boxed(right)?);
                match operator {
                    BinaryOp::And => Code::And(left, right),
                    BinaryOp::Or => Code::Or(left, right),
                    BinaryOp::Eq => Code::Equal(left, right),
                    BinaryOp::Ne => Code::NotEqual(left, right),
                    BinaryOp::Coalesce => Code::Coalesce(left, right),
                    operator => Code::Binary(*operator, left, right),
                }
            }
            Scalar::Not(value) => Code::Not(self.boxed(value)?),
            Scalar::Negate(value) => Code::Negate(self.boxed(value)?),
            Scalar::Coalesce(left, right) => Code::Coalesce(self.boxed(left)?, self.boxed(right)?),
            Scalar::Try(value) => Code::Try(self.boxed(value)?),
            Scalar::Unwrap(value) => Code::Unwrap(self.boxed(value)?),
            Scalar::If(condition, then, otherwise) => {
                Code::If(self.boxed(condition)?, self.boxed(then)?, self.boxed(otherwise)?)
            }
            Scalar::Case(value, arms, otherwise) => {
                let arm = |(patterns, body): &(Vec<Value>, Scalar)| {
                    let patterns = patterns.iter().map(|pattern| self.interner.datum_of(pattern)).collect();
                    Ok((patterns, self.code(body)?))
                };
                let arms = arms.iter().map(arm).collect::<Result<_, String>>()?;
                Code::Case(self.boxed(value)?, arms, self.boxed(otherwise)?)
            }
            Scalar::Field(tuple, field) => Code::Field(self.boxed(tuple)?, *field as usize),
            Scalar::MapIndex(map, key) => Code::MapIndex(self.boxed(map)?, self.boxed(key)?),
            Scalar::ListIndex(list, index) => Code::ListIndex(self.boxed(list)?, self.boxed(index)?),
            Scalar::Tuple(parts) => Code::Tuple(self.all(parts)?),
            Scalar::Set(members) => Code::Set(self.all(members)?),
            Scalar::List(members) => Code::List(self.all(members)?),
            Scalar::Map(entries) => {
                let entry = |(key, value): &(Scalar, Scalar)| Ok((self.code(key)?, self.code(value)?));
                Code::Map(entries.iter().map(entry).collect::<Result<_, String>>()?)
            }
            Scalar::Text(pieces) => {
                Code::Text(pieces.iter().map(|piece| self.piece(piece)).collect::<Result<_, _>>()?)
            }
        })
    }

    fn piece(&self, piece: &TextPiece) -> Result<Piece, String> {
        Ok(match piece {
            TextPiece::Text(text) => Piece::Text(text.as_str().into()),
            TextPiece::Hole(hole, render) => Piece::Hole(self.code(hole)?, render.clone()),
        })
    }

    fn boxed(&self, scalar: &Scalar) -> Result<Box<Code>, String> {
        self.code(scalar).map(Box::new)
    }

    fn all(&self, scalars: &[Scalar]) -> Result<Box<[Code]>, String> {
        scalars.iter().map(|scalar| self.code(scalar)).collect()
    }

    fn host(&self, position: u32) -> Result<HostCall, String> {
        let host = self.hosts.get(position as usize);
        let (name, function) = host.ok_or_else(|| format!("there is no host function {position}"))?;
        Ok(HostCall { name: (*name).into(), function: *function })
    }
}
