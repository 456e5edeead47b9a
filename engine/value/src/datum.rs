//! The 64-bit form of a value inside the dataflow.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Bits of the tag, at the top.
const TAG_SHIFT: u32 = 60;
/// The payload's bits.
const PAYLOAD_MASK: u64 = (1 << TAG_SHIFT) - 1;

/// A value in 64 bits: small values inline, others by their id in the [`crate::Interner`].
///
/// Equal values are equal datums, so `==` and hashing never look at the contents. The derived order is
/// that of the bits: good for sorting into indexes and not the language's order, which is
/// [`crate::Interner::compare`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Datum(u64);

/// What a datum is, as its tag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatumKind {
    /// No value at all (LANGUAGE.md, *Missing values*).
    Undefined,
    /// `None`
    None,
    /// A boolean, inline.
    Bool,
    /// An integer of up to 60 bits, inline.
    SmallInt,
    /// A larger integer, interned.
    BigInt,
    /// A UUID, interned.
    Uuid,
    /// A string, interned.
    String,
    /// A tuple, interned.
    Tuple,
    /// A list, interned.
    List,
    /// A set, interned in ascending order.
    Set,
    /// A map, interned as keys and values in turn, in ascending order of the keys.
    Map,
}

const KINDS: [DatumKind; 11] = [
    DatumKind::Undefined,
    DatumKind::None,
    DatumKind::Bool,
    DatumKind::SmallInt,
    DatumKind::BigInt,
    DatumKind::Uuid,
    DatumKind::String,
    DatumKind::Tuple,
    DatumKind::List,
    DatumKind::Set,
    DatumKind::Map,
];

impl Datum {
    /// No value.
    pub const UNDEFINED: Datum = Datum(0);
    /// `None`
    pub const NONE: Datum = Datum((DatumKind::None as u64) << TAG_SHIFT);
    /// `false`
    pub const FALSE: Datum = Datum((DatumKind::Bool as u64) << TAG_SHIFT);
    /// `true`
    pub const TRUE: Datum = Datum((DatumKind::Bool as u64) << TAG_SHIFT | 1);

    /// The datum of a kind with its payload: the inline value, or the id of an interned one.
    pub(crate) const fn of(kind: DatumKind, payload: u64) -> Datum {
        Datum((kind as u64) << TAG_SHIFT | (payload & PAYLOAD_MASK))
    }

    /// A boolean.
    #[must_use]
    pub const fn bool(value: bool) -> Datum {
        if value { Datum::TRUE } else { Datum::FALSE }
    }

    /// An integer, when it fits inline.
    #[must_use]
    pub const fn small_int(value: i64) -> Option<Datum> {
        let datum = Datum::of(DatumKind::SmallInt, value as u64);
        if datum.inline_int() == value { Some(datum) } else { None }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(self) -> DatumKind {
        let tag = (self.0 >> TAG_SHIFT) as usize;
        if tag < KINDS.len() { KINDS[tag] } else { DatumKind::Undefined }
    }

    /// The inline value or the id, without the tag.
    pub(crate) const fn payload(self) -> u64 {
        self.0 & PAYLOAD_MASK
    }

    /// The id of an interned value.
    pub(crate) const fn id(self) -> u32 {
        self.0 as u32
    }

    /// The payload as a signed integer.
    pub(crate) const fn inline_int(self) -> i64 {
        ((self.0 << (64 - TAG_SHIFT)) as i64) >> (64 - TAG_SHIFT)
    }

    /// Whether it has a value (`None` is a value).
    #[must_use]
    pub const fn is_defined(self) -> bool {
        self.0 != Datum::UNDEFINED.0
    }

    /// Whether it is `None`.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == Datum::NONE.0
    }

    /// Whether it is `None` or has no value.
    #[must_use]
    pub const fn is_absent(self) -> bool {
        !self.is_defined() || self.is_none()
    }

    /// The boolean, if it is one.
    #[must_use]
    pub const fn as_bool(self) -> Option<bool> {
        match self.kind() {
            DatumKind::Bool => Some(self.0 & 1 == 1),
            _ => None,
        }
    }
}

impl fmt::Debug for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            DatumKind::Undefined => f.write_str("undefined"),
            DatumKind::None => f.write_str("None"),
            DatumKind::Bool => write!(f, "{}", self.payload() == 1),
            DatumKind::SmallInt => write!(f, "{}", self.inline_int()),
            kind => write!(f, "{kind:?}#{}", self.id()),
        }
    }
}
