//! Operators on two values.

use weft_syntax::ast::BinaryOp;
use weft_value::{Datum, DatumKind};

use super::context::Context;

impl Context<'_> {
    /// An operator that needs both of its sides; none where the result has no value.
    pub(super) fn operate(&mut self, operator: BinaryOp, left: Datum, right: Datum) -> Option<Datum> {
        let order = |a, b| self.interner.compare(a, b);
        match operator {
            BinaryOp::Eq => Some(Datum::bool(left == right)),
            BinaryOp::Ne => Some(Datum::bool(left != right)),
            BinaryOp::Lt => Some(Datum::bool(order(left, right).is_lt())),
            BinaryOp::Le => Some(Datum::bool(order(left, right).is_le())),
            BinaryOp::Gt => Some(Datum::bool(order(left, right).is_gt())),
            BinaryOp::Ge => Some(Datum::bool(order(left, right).is_ge())),
            BinaryOp::In => Some(Datum::bool(self.interner.contains(right, left))),
            BinaryOp::NotIn => Some(Datum::bool(!self.interner.contains(right, left))),
            BinaryOp::And => left.as_bool()?.then_some(right).or(Some(Datum::FALSE)),
            BinaryOp::Or => (!left.as_bool()?).then_some(right).or(Some(Datum::TRUE)),
            BinaryOp::Coalesce => Some(if left.is_none() { right } else { left }),
            _ => match (self.interner.as_int(left), self.interner.as_int(right)) {
                (Some(left), Some(right)) => self.arithmetic(operator, left, right),
                _ => self.combine(operator, left, right),
            },
        }
    }

    /// No value for a division by zero and for a result beyond 64 bits.
    fn arithmetic(&self, operator: BinaryOp, left: i64, right: i64) -> Option<Datum> {
        let result = match operator {
            BinaryOp::Add => left.checked_add(right),
            BinaryOp::Sub => left.checked_sub(right),
            BinaryOp::Mul => left.checked_mul(right),
            BinaryOp::Div => left.checked_div(right),
            BinaryOp::Rem => left.checked_rem(right),
            _ => None,
        };
        result.map(|result| self.interner.int(result))
    }

    /// Operators on strings and collections.
    fn combine(&mut self, operator: BinaryOp, left: Datum, right: Datum) -> Option<Datum> {
        let interner = self.interner;
        if let (BinaryOp::Add, Some(left), Some(right)) =
            (operator, interner.as_str(left), interner.as_str(right))
        {
            return self.interned(|_, text| {
                text.push_str(left);
                text.push_str(right);
                Some(())
            });
        }
        let (left_parts, right_parts) = (interner.parts(left)?, interner.parts(right)?);
        let both = || left_parts.iter().chain(right_parts).copied();
        let pairs = |parts: &[Datum]| parts.chunks_exact(2).map(|p| (p[0], p[1])).collect::<Vec<_>>();
        let kept =
            |keep: bool| left_parts.iter().copied().filter(move |p| interner.contains(right, *p) == keep);
        match (operator, left.kind(), right.kind()) {
            (BinaryOp::Add, DatumKind::List, DatumKind::List) => {
                Some(interner.list(&both().collect::<Vec<_>>()))
            }
            (BinaryOp::Add, DatumKind::Map, DatumKind::Map) => {
                let mut entries = pairs(left_parts);
                entries.extend(pairs(right_parts));
                Some(interner.map(&mut entries))
            }
            (BinaryOp::Sub, DatumKind::Map, DatumKind::Set | DatumKind::List | DatumKind::Map) => {
                let mut entries = pairs(left_parts);
                entries.retain(|(key, _)| !interner.contains(right, *key));
                Some(interner.map(&mut entries))
            }
            (BinaryOp::Sub, DatumKind::Set, DatumKind::Set | DatumKind::List) => {
                Some(interner.set(&mut kept(false).collect()))
            }
            (BinaryOp::Union, DatumKind::Set, DatumKind::Set) => Some(interner.set(&mut both().collect())),
            (BinaryOp::Intersect, DatumKind::Set, DatumKind::Set) => {
                Some(interner.set(&mut kept(true).collect()))
            }
            _ => None,
        }
    }
}
