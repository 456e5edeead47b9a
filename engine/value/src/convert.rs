//! Between datums and owned values.

use std::sync::Arc;

use crate::datum::{Datum, DatumKind};
use crate::interner::Interner;
use crate::value::Value;

impl Interner {
    /// The datum of a value.
    pub fn datum_of(&self, value: &Value) -> Datum {
        match value {
            Value::None => Datum::NONE,
            Value::Bool(value) => Datum::bool(*value),
            Value::Int(value) => self.int(*value),
            Value::Uuid(value) => self.uuid(*value),
            Value::String(text) => self.string(text),
            Value::Tuple(parts) => self.collect(DatumKind::Tuple, parts.iter()),
            Value::List(members) => self.collect(DatumKind::List, members.iter()),
            Value::Set(members) => self.collect(DatumKind::Set, members.iter()),
            Value::Map(entries) => {
                self.collect(DatumKind::Map, entries.iter().flat_map(|(key, value)| [key, value]))
            }
        }
    }

    /// The parts stand in the right order: owned sets and maps are sorted in the same order as ours.
    fn collect<'a>(&self, kind: DatumKind, parts: impl Iterator<Item = &'a Value>) -> Datum {
        let parts: Vec<Datum> = parts.map(|part| self.datum_of(part)).collect();
        self.sequence(kind, &parts)
    }

    /// The value of a datum; none when it is undefined.
    #[must_use]
    pub fn value_of(&self, datum: Datum) -> Option<Value> {
        Some(match datum.kind() {
            DatumKind::Undefined => return None,
            DatumKind::None => Value::None,
            DatumKind::Bool => Value::Bool(datum == Datum::TRUE),
            DatumKind::SmallInt | DatumKind::BigInt => Value::Int(self.as_int(datum)?),
            DatumKind::Uuid => Value::Uuid(self.as_uuid(datum)?),
            DatumKind::String => Value::String(Arc::from(self.as_str(datum)?)),
            DatumKind::Tuple => Value::Tuple(self.values_of(self.parts(datum)?)?.into()),
            DatumKind::List => Value::List(self.values_of(self.parts(datum)?)?.into()),
            DatumKind::Set => Value::Set(Arc::new(self.values_of(self.parts(datum)?)?.into_iter().collect())),
            DatumKind::Map => {
                let entry = |pair: &[Datum]| Some((self.value_of(pair[0])?, self.value_of(pair[1])?));
                let entries = self.parts(datum)?.chunks_exact(2).map(entry).collect::<Option<_>>()?;
                Value::Map(Arc::new(entries))
            }
        })
    }

    /// The values of some datums; none when one of them is undefined.
    #[must_use]
    pub fn values_of(&self, datums: &[Datum]) -> Option<Vec<Value>> {
        datums.iter().map(|datum| self.value_of(*datum)).collect()
    }
}
