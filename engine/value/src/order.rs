//! The language's order of datums.

use std::cmp::Ordering;

use crate::datum::{Datum, DatumKind};
use crate::interner::Interner;

/// Kinds in the order of [`crate::Value`]'s variants; undefined before all.
fn rank(kind: DatumKind) -> u8 {
    match kind {
        DatumKind::Undefined => 0,
        DatumKind::None => 1,
        DatumKind::Bool => 2,
        DatumKind::SmallInt | DatumKind::BigInt => 3,
        DatumKind::Uuid => 4,
        DatumKind::String => 5,
        DatumKind::Tuple => 6,
        DatumKind::List => 7,
        DatumKind::Set => 8,
        DatumKind::Map => 9,
    }
}

impl Interner {
    /// The order of two values: that of [`crate::Value`], an undefined datum before every value.
    #[must_use]
    pub fn compare(&self, a: Datum, b: Datum) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        match (a.kind(), b.kind()) {
            (DatumKind::Bool, DatumKind::Bool) => a.payload().cmp(&b.payload()),
            (DatumKind::SmallInt, DatumKind::SmallInt) => a.inline_int().cmp(&b.inline_int()),
            (DatumKind::String, DatumKind::String) => self.as_str(a).cmp(&self.as_str(b)),
            (DatumKind::Uuid, DatumKind::Uuid) => self.as_uuid(a).cmp(&self.as_uuid(b)),
            (x, y) if rank(x) != rank(y) => rank(x).cmp(&rank(y)),
            (DatumKind::SmallInt | DatumKind::BigInt, _) => self.as_int(a).cmp(&self.as_int(b)),
            _ => self.compare_parts(a, b),
        }
    }

    fn compare_parts(&self, a: Datum, b: Datum) -> Ordering {
        let (a, b) = (self.parts(a).unwrap_or_default(), self.parts(b).unwrap_or_default());
        self.compare_slices(a, b)
    }

    /// The order of two rows: by the first column that differs, else the shorter first.
    #[must_use]
    pub fn compare_slices(&self, a: &[Datum], b: &[Datum]) -> Ordering {
        let differing = a.iter().zip(b).map(|(x, y)| self.compare(*x, *y)).find(|order| order.is_ne());
        differing.unwrap_or_else(|| a.len().cmp(&b.len()))
    }
}
