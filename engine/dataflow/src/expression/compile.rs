//! From scalars to code.

use weft_plan::plan::HostSignature;
use weft_plan::scalar::{Scalar, TextPiece};
use weft_syntax::ast::BinaryOp;
use weft_value::{Datum, HostFunction, HostRegistry, Interner, Value};

use crate::error::LoadError;

use super::code::{Bind, Case, Code, HostCall, If, Pair, Piece};

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
                let parts = Bind { value: self.code(value)?, body: self.code(body)? };
                Code::Bind { slot: *slot as usize, parts: Box::new(parts) }
            }
            Scalar::Builtin(builtin, arguments) => Code::Builtin(*builtin, self.all(arguments)?),
            Scalar::Host(position, arguments) => Code::Host(Box::new(self.host(*position, arguments)?)),
            Scalar::Binary(operator, left, right) => {
                let pair = self.pair(left, right)?;
                match operator {
                    BinaryOp::And => Code::And(pair),
                    BinaryOp::Or => Code::Or(pair),
                    BinaryOp::Eq => Code::Equal(pair),
                    BinaryOp::Ne => Code::NotEqual(pair),
                    BinaryOp::Coalesce => Code::Coalesce(pair),
                    operator => Code::Binary(*operator, pair),
                }
            }
            Scalar::Not(value) => Code::Not(self.boxed(value)?),
            Scalar::Negate(value) => Code::Negate(self.boxed(value)?),
            Scalar::Coalesce(left, right) => Code::Coalesce(self.pair(left, right)?),
            Scalar::Try(value) => Code::Try(self.boxed(value)?),
            Scalar::Unwrap(value) => Code::Unwrap(self.boxed(value)?),
            Scalar::If(condition, then, otherwise) => Code::If(Box::new(If {
                condition: self.code(condition)?,
                then: self.code(then)?,
                otherwise: self.code(otherwise)?,
            })),
            Scalar::Case(value, arms, otherwise) => {
                let arm = |(patterns, body): &(Vec<Value>, Scalar)| {
                    let patterns = patterns.iter().map(|pattern| self.interner.datum_of(pattern)).collect();
                    Ok((patterns, self.code(body)?))
                };
                let arms = arms.iter().map(arm).collect::<Result<_, String>>()?;
                let (value, otherwise) = (self.code(value)?, self.code(otherwise)?);
                Code::Case(Box::new(Case { value, arms, otherwise }))
            }
            Scalar::Field(tuple, field) => Code::Field(self.boxed(tuple)?, *field as usize),
            Scalar::MapIndex(map, key) => Code::MapIndex(self.pair(map, key)?),
            Scalar::ListIndex(list, index) => Code::ListIndex(self.pair(list, index)?),
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

    fn pair(&self, left: &Scalar, right: &Scalar) -> Result<Pair, String> {
        Ok(Box::new((self.code(left)?, self.code(right)?)))
    }

    fn all(&self, scalars: &[Scalar]) -> Result<Box<[Code]>, String> {
        scalars.iter().map(|scalar| self.code(scalar)).collect()
    }

    fn host(&self, position: u32, arguments: &[Scalar]) -> Result<HostCall, String> {
        let host = self.hosts.get(position as usize);
        let (name, function) = host.ok_or_else(|| format!("there is no host function {position}"))?;
        Ok(HostCall { function: *function, arguments: self.all(arguments)?, name: (*name).into() })
    }
}
