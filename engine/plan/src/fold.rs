//! Scalars of constants, computed while planning: functions called with constants lose the branches that
//! these do not take, with all that they would look up.

use weft_lang::builtin::Builtin;
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

use crate::scalar::Scalar;

impl Scalar {
    /// Whether the value is an `Option` that is one, as a value.
    pub(crate) fn presence(self) -> Scalar {
        match self {
            Scalar::Constant(value) => boolean(value != Value::None),
            other => Scalar::Builtin(Builtin::IsSome, vec![other]),
        }
    }

    /// Whether the value is `None`, as a value.
    pub(crate) fn absence(self) -> Scalar {
        match self {
            Scalar::Constant(value) => boolean(value == Value::None),
            other => Scalar::Builtin(Builtin::IsNone, vec![other]),
        }
    }

    /// What is inside an `Option`.
    pub(crate) fn unwrapped(self) -> Scalar {
        match self {
            Scalar::Constant(Value::None) | Scalar::Undefined => Scalar::Undefined,
            Scalar::Constant(_) => self,
            other => Scalar::Unwrap(Box::new(other)),
        }
    }

    /// `None` where the value is undefined.
    pub(crate) fn tried(self) -> Scalar {
        match self {
            Scalar::Try(_) | Scalar::Constant(_) => self,
            Scalar::Undefined => Scalar::Constant(Value::None),
            other => Scalar::Try(Box::new(other)),
        }
    }

    /// This value, or the other where it is None or undefined.
    pub(crate) fn or_else(self, other: Scalar) -> Scalar {
        match self {
            Scalar::Constant(Value::None) | Scalar::Undefined => other,
            Scalar::Constant(_) => self,
            value => Scalar::Coalesce(Box::new(value), Box::new(other)),
        }
    }

    /// Not this.
    pub(crate) fn denied(self) -> Scalar {
        match self {
            Scalar::Constant(Value::Bool(b)) => boolean(!b),
            other => Scalar::Not(Box::new(other)),
        }
    }

    /// The value of a binary operator.
    pub(crate) fn binary(operator: BinaryOp, left: Scalar, right: Scalar) -> Scalar {
        match (operator, &left, &right) {
            (BinaryOp::Eq, Scalar::Constant(a), Scalar::Constant(b)) => boolean(a == b),
            (BinaryOp::Ne, Scalar::Constant(a), Scalar::Constant(b)) => boolean(a != b),
            (BinaryOp::And, Scalar::Constant(Value::Bool(true)), _)
            | (BinaryOp::Or, Scalar::Constant(Value::Bool(false)), _) => right,
            (BinaryOp::And, Scalar::Constant(Value::Bool(false)), _)
            | (BinaryOp::Or, Scalar::Constant(Value::Bool(true)), _) => left,
            _ => Scalar::Binary(operator, Box::new(left), Box::new(right)),
        }
    }

    /// The value of a constant that is a bool.
    pub(crate) fn known_bool(&self) -> Option<bool> {
        match self {
            Scalar::Constant(Value::Bool(b)) => Some(*b),
            _ => None,
        }
    }
}

fn boolean(value: bool) -> Scalar {
    Scalar::Constant(Value::Bool(value))
}
