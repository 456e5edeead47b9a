use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use uuid::Uuid;

use crate::types::AtomicType;

/// A finite floating-point number with a total order; negative zero is stored as zero.
///
/// RFC 7047 section 3.1 requires an implementation-defined order on reals, and JSON has no infinities or NaN.
#[derive(Clone, Copy, Debug)]
pub struct Real(f64);

impl Real {
    /// Wraps a finite number; `None` for an infinity or NaN.
    pub fn new(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(if number == 0.0 { 0.0 } else { number }))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Real {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// One scalar of a column: an `<atom>` of RFC 7047 section 5.1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Atom {
    /// A signed 64-bit integer.
    Integer(i64),
    /// A finite real.
    Real(Real),
    /// A truth value.
    Boolean(bool),
    /// A string; shared, so that clones are cheap.
    String(Arc<str>),
    /// A row's identifier.
    Uuid(Uuid),
    /// A row inserted in the same transaction, by its `uuid-name` (RFC 7047 section 5.1, `<named-uuid>`).
    /// Never found in a database.
    NamedUuid(Arc<str>),
}

impl Atom {
    /// A string atom.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// The atom's type; a named uuid counts as a uuid.
    pub fn atomic_type(&self) -> AtomicType {
        match self {
            Self::Integer(_) => AtomicType::Integer,
            Self::Real(_) => AtomicType::Real,
            Self::Boolean(_) => AtomicType::Boolean,
            Self::String(_) => AtomicType::String,
            Self::Uuid(_) | Self::NamedUuid(_) => AtomicType::Uuid,
        }
    }

    /// What a column of this type holds when nothing was said (RFC 7047 section 5.2.1).
    pub fn default_of(atomic: AtomicType) -> Self {
        match atomic {
            AtomicType::Integer => Self::Integer(0),
            AtomicType::Real => Self::Real(Real(0.0)),
            AtomicType::Boolean => Self::Boolean(false),
            AtomicType::String => Self::String(Arc::from("")),
            AtomicType::Uuid => Self::Uuid(Uuid::nil()),
        }
    }

    /// The integer, if this is one.
    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// The truth value, if this is one.
    pub fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(truth) = self { Some(*truth) } else { None }
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The uuid, if this is a real one.
    pub fn as_uuid(&self) -> Option<Uuid> {
        if let Self::Uuid(uuid) = self { Some(*uuid) } else { None }
    }
}

/// Shows the JSON encoding.
impl fmt::Display for Atom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write_json(&mut text);
        formatter.write_str(&text)
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl From<i64> for Atom {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Atom {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<&str> for Atom {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<Arc<str>> for Atom {
    fn from(text: Arc<str>) -> Self {
        Self::String(text)
    }
}

impl From<Uuid> for Atom {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid)
    }
}

impl From<Real> for Atom {
    fn from(real: Real) -> Self {
        Self::Real(real)
    }
}
