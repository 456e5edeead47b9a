//! Methods and functions of the language.

use weft_lang::builtin::Builtin;
use weft_value::text::{push_int, push_quoted, push_uuid};
use weft_value::{Datum, DatumKind, stable_hash};

use super::context::Context;

impl Context<'_> {
    /// A builtin, other than those that ask for presence, on arguments that all have a value; none where the result has none.
    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Datum]) -> Option<Datum> {
        let interner = self.interner;
        match (builtin, arguments) {
            (Builtin::ExternText | Builtin::Raw, [text]) => Some(*text),
            (Builtin::Min, [a, b]) => Some(if interner.compare(*a, *b).is_gt() { *b } else { *a }),
            (Builtin::Max, [a, b]) => Some(if interner.compare(*a, *b).is_gt() { *a } else { *b }),
            (Builtin::Hash, [value]) => {
                Some(interner.int(i64::try_from(stable_hash(&interner.value_of(*value)?)).ok()?))
            }
            (Builtin::IntText, [value]) => {
                let value = interner.as_int(*value)?;
                self.interned(|_, text| {
                    push_int(text, value);
                    Some(())
                })
            }
            (Builtin::UuidText | Builtin::UuidShort, [value]) => {
                let uuid = interner.as_uuid(*value)?;
                self.interned(|_, text| {
                    push_uuid(text, uuid);
                    if builtin == Builtin::UuidShort {
                        text.truncate(8);
                    }
                    Some(())
                })
            }
            (Builtin::StageNumber | Builtin::StageName | Builtin::StagePipeline, [stage]) => {
                let stage = self.stages.get(interner.as_int(*stage)?)?;
                Some(match builtin {
                    Builtin::StageNumber => interner.int(i64::from(stage.number)),
                    Builtin::StageName => interner.string(&stage.name),
                    _ => interner.string(&stage.direction),
                })
            }
            (_, [first, rest @ ..]) if first.kind() == DatumKind::String => {
                self.of_text(builtin, *first, rest)
            }
            (_, [first, rest @ ..]) if first.kind() == DatumKind::Map => self.of_map(builtin, *first, rest),
            (_, [first, rest @ ..]) => self.of_members(builtin, *first, rest),
            (_, []) => None,
        }
    }

    fn of_text(&mut self, builtin: Builtin, receiver: Datum, rest: &[Datum]) -> Option<Datum> {
        let interner = self.interner;
        let text = interner.as_str(receiver)?;
        let argument = |position: usize| interner.as_str(*rest.get(position)?);
        Some(match builtin {
            Builtin::StringLength => interner.int(i64::try_from(text.len()).ok()?),
            Builtin::StringIsEmpty => Datum::bool(text.is_empty()),
            Builtin::StringStartsWith => Datum::bool(text.starts_with(argument(0)?)),
            Builtin::StringEndsWith => Datum::bool(text.ends_with(argument(0)?)),
            Builtin::StringContains => Datum::bool(text.contains(argument(0)?)),
            Builtin::StringSplit => match argument(0)? {
                "" => interner.list(&[receiver]),
                separator => {
                    let parts: Vec<Datum> = text.split(separator).map(|part| interner.string(part)).collect();
                    interner.list(&parts)
                }
            },
            Builtin::StringTrim => interner.string(text.trim_matches(|c: char| c.is_ascii_whitespace())),
            Builtin::StringLower => interner.string(&text.to_ascii_lowercase()),
            Builtin::StringToInt => to_int(text).map_or(Datum::NONE, |value| interner.int(value)),
            Builtin::StringToBool => to_bool(text).map_or(Datum::NONE, Datum::bool),
            Builtin::StringStripPrefix => {
                text.strip_prefix(argument(0)?).map_or(Datum::NONE, |rest| interner.string(rest))
            }
            Builtin::StringReplace => match (argument(0)?, argument(1)?) {
                ("", _) => receiver,
                (from, to) => interner.string(&text.replace(from, to)),
            },
            Builtin::Quote => {
                return self.interned(|_, quoted| {
                    push_quoted(quoted, text);
                    Some(())
                });
            }
            _ => return None,
        })
    }

    fn of_members(&mut self, builtin: Builtin, receiver: Datum, rest: &[Datum]) -> Option<Datum> {
        let interner = self.interner;
        if !matches!(receiver.kind(), DatumKind::Set | DatumKind::List) {
            return None;
        }
        let members = interner.parts(receiver)?;
        Some(match builtin {
            Builtin::Size => interner.int(i64::try_from(members.len()).ok()?),
            Builtin::IsEmpty => Datum::bool(members.is_empty()),
            Builtin::First => members.first().copied().unwrap_or(Datum::NONE),
            Builtin::Last => members.last().copied().unwrap_or(Datum::NONE),
            Builtin::ToSet => interner.set(&mut members.to_vec()),
            Builtin::ToList => {
                let mut sorted = members.to_vec();
                sorted.sort_by(|a, b| interner.compare(*a, *b));
                interner.list(&sorted)
            }
            Builtin::Join => {
                let separator = interner.as_str(*rest.first()?)?;
                return self.interned(|_, text| {
                    for (position, member) in members.iter().enumerate() {
                        if position > 0 {
                            text.push_str(separator);
                        }
                        text.push_str(interner.as_str(*member)?);
                    }
                    Some(())
                });
            }
            _ => return None,
        })
    }

    fn of_map(&mut self, builtin: Builtin, receiver: Datum, rest: &[Datum]) -> Option<Datum> {
        let interner = self.interner;
        let entries = interner.parts(receiver)?;
        let half = |offset: usize| entries.iter().skip(offset).step_by(2).copied();
        let text = || interner.as_str(interner.map_get(receiver, *rest.first()?)?);
        Some(match builtin {
            Builtin::Size => interner.int(i64::try_from(entries.len() / 2).ok()?),
            Builtin::IsEmpty => Datum::bool(entries.is_empty()),
            Builtin::MapKeys => interner.set(&mut half(0).collect()),
            Builtin::MapValues => interner.list(&half(1).collect::<Vec<_>>()),
            Builtin::MapGetBool => match text().and_then(to_bool) {
                Some(value) => Datum::bool(value),
                None => *rest.get(1)?,
            },
            Builtin::MapGetInt => match text().and_then(to_int) {
                Some(value) => interner.int(value),
                None => *rest.get(1)?,
            },
            _ => return None,
        })
    }
}

/// Decimal digits with an optional sign.
fn to_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn to_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
