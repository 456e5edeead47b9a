//! Evaluation of compiled scalars to datums.

use std::panic::{AssertUnwindSafe, catch_unwind};

use smallvec::SmallVec;
use weft_lang::builtin::Builtin;
use weft_value::{Datum, DatumKind};

use super::code::{Code, HostCall};
use super::context::Context;

/// Evaluated arguments and parts.
pub(super) type Parts = SmallVec<[Datum; 8]>;

impl Code {
    /// The value over the row in `context.scratch.slots`; undefined where it has none.
    pub(crate) fn evaluate(&self, context: &mut Context<'_>) -> Datum {
        self.value(context).unwrap_or(Datum::UNDEFINED)
    }

    /// As [`Code::evaluate`], with none for undefined, which `?` propagates.
    pub(super) fn value(&self, context: &mut Context<'_>) -> Option<Datum> {
        match self {
            Code::Constant(datum) => defined(*datum),
            Code::Column(column) => context.scratch.slots.get(*column).copied().and_then(defined),
            Code::Bind { slot, parts } => {
                let value = parts.value.value(context)?;
                context.bind(*slot, value);
                parts.body.value(context)
            }
            Code::Builtin(builtin @ (Builtin::IsSome | Builtin::IsNone), arguments) => {
                let is_some = arguments.first()?.value(context).is_some_and(|value| !value.is_none());
                Some(Datum::bool(is_some == (*builtin == Builtin::IsSome)))
            }
            Code::Builtin(builtin, arguments) => {
                let arguments = all(arguments, context)?;
                context.builtin(*builtin, &arguments).and_then(defined)
            }
            Code::Host(host) => {
                let arguments = all(&host.arguments, context)?;
                context.call(host, &arguments).and_then(defined)
            }
            Code::And(pair) => match pair.0.value(context)?.as_bool()? {
                true => pair.1.value(context),
                false => Some(Datum::FALSE),
            },
            Code::Or(pair) => match pair.0.value(context)?.as_bool()? {
                true => Some(Datum::TRUE),
                false => pair.1.value(context),
            },
            Code::Equal(pair) => both(pair, context).map(|(left, right)| Datum::bool(left == right)),
            Code::NotEqual(pair) => both(pair, context).map(|(left, right)| Datum::bool(left != right)),
            Code::Binary(operator, pair) => {
                let (left, right) = both(pair, context)?;
                context.operate(*operator, left, right).and_then(defined)
            }
            Code::Not(value) => value.value(context)?.as_bool().map(|value| Datum::bool(!value)),
            Code::Negate(value) => {
                let value = value.value(context)?;
                let negative = context.interner.as_int(value)?.checked_neg()?;
                defined(context.interner.int(negative))
            }
            Code::Coalesce(pair) => match pair.0.value(context) {
                Some(value) if !value.is_none() => Some(value),
                _ => pair.1.value(context),
            },
            Code::Try(value) => Some(value.value(context).unwrap_or(Datum::NONE)),
            Code::Unwrap(value) => value.value(context).filter(|value| !value.is_none()),
            Code::If(parts) => match parts.condition.value(context)?.as_bool()? {
                true => parts.then.value(context),
                false => parts.otherwise.value(context),
            },
            Code::Case(case) => {
                let value = case.value.value(context)?;
                case.chosen(value).value(context)
            }
            Code::Text(pieces) => context.interned(|context, text| context.write_pieces(pieces, text)),
            _ => self.composite(context),
        }
    }

    /// The forms that take composites apart or make them.
    fn composite(&self, context: &mut Context<'_>) -> Option<Datum> {
        let interner = context.interner;
        match self {
            Code::Field(tuple, field) => {
                let tuple = tuple.value(context)?;
                let parts = interner.parts(tuple).filter(|_| tuple.kind() == DatumKind::Tuple)?;
                parts.get(*field).copied().and_then(defined)
            }
            Code::MapIndex(pair) => {
                let (map, key) = both(pair, context)?;
                interner.map_get(map, key)
            }
            Code::ListIndex(pair) => {
                let (list, index) = both(pair, context)?;
                let members = interner.parts(list).filter(|_| list.kind() == DatumKind::List)?;
                members.get(usize::try_from(interner.as_int(index)?).ok()?).copied()
            }
            Code::Tuple(parts) => defined(interner.tuple(&all(parts, context)?)),
            Code::List(members) => defined(interner.list(&all(members, context)?)),
            Code::Set(members) => defined(interner.set(&mut all(members, context)?.into_vec())),
            Code::Map(entries) => {
                let mut kept = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let (key, value) = (key.value(context)?, value.value(context)?);
                    if !value.is_none() {
                        kept.push((key, value));
                    }
                }
                defined(interner.map(&mut kept))
            }
            _ => None,
        }
    }
}

pub(super) fn defined(datum: Datum) -> Option<Datum> {
    datum.is_defined().then_some(datum)
}

/// The values of both, or none when one has none.
fn both(pair: &(Code, Code), context: &mut Context<'_>) -> Option<(Datum, Datum)> {
    Some((pair.0.value(context)?, pair.1.value(context)?))
}

/// The values of all, or none when one has none.
fn all(codes: &[Code], context: &mut Context<'_>) -> Option<Parts> {
    codes.iter().map(|code| code.value(context)).collect()
}

impl Context<'_> {
    pub(super) fn bind(&mut self, slot: usize, value: Datum) {
        let slots = &mut self.scratch.slots;
        if slots.len() <= slot {
            slots.resize(slot + 1, Datum::UNDEFINED);
        }
        slots[slot] = value;
    }

    /// The string that `write` builds; none when it gives up.
    pub(super) fn interned(
        &mut self,
        write: impl FnOnce(&mut Self, &mut String) -> Option<()>,
    ) -> Option<Datum> {
        let mut text = self.scratch.take_text();
        let written = write(self, &mut text).map(|()| self.interner.string(&text));
        self.scratch.release_text(text);
        written.and_then(defined)
    }

    /// Calls a host function. One that panics has no value, and a warning tells so.
    fn call(&mut self, host: &HostCall, arguments: &[Datum]) -> Option<Datum> {
        let values = self.interner.values_of(arguments)?;
        // The function is pure and gets borrowed values only: nothing is left half changed.
        match catch_unwind(AssertUnwindSafe(|| (host.function)(&values))) {
            Ok(value) => Some(self.interner.datum_of(&value)),
            Err(_) => {
                self.scratch.warn(format!("the host function {} panicked on {values:?}", host.name));
                None
            }
        }
    }
}
