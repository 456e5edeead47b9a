use std::fmt;
use std::sync::Arc;

use crate::atom::{Atom, Real};
use crate::atom_map::AtomMap;
use crate::atom_set::AtomSet;
use crate::value::Value;

/// An `<atomic-type>` of RFC 7047 section 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AtomicType {
    /// Signed 64-bit integer.
    Integer,
    /// Finite floating-point number.
    Real,
    /// True or false.
    Boolean,
    /// Unicode string without zero characters.
    String,
    /// 128-bit row identifier.
    Uuid,
}

impl AtomicType {
    /// The type's name in both schema forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Uuid => "uuid",
        }
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Integer, Self::Real, Self::Boolean, Self::String, Self::Uuid]
            .into_iter()
            .find(|atomic| atomic.name() == name)
    }
}

impl fmt::Display for AtomicType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What deleting the referenced row does (RFC 7047 section 3.2, `refType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// The referenced row cannot be deleted while it is referenced.
    Strong,
    /// The reference disappears with the row.
    Weak,
}

/// A uuid's promise to name a row of a table (RFC 7047 section 3.2, `refTable` and `refType`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The table the row is in.
    pub table: Arc<str>,
    /// What deleting the row does.
    pub kind: ReferenceKind,
}

/// A `<base-type>` of RFC 7047 section 3.2: an atomic type and its constraints.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseType {
    /// The type.
    pub atomic: AtomicType,
    /// The only atoms allowed, if they are enumerated.
    pub enumeration: Option<AtomSet>,
    /// Least integer allowed.
    pub integer_min: Option<i64>,
    /// Greatest integer allowed.
    pub integer_max: Option<i64>,
    /// Least real allowed.
    pub real_min: Option<Real>,
    /// Greatest real allowed.
    pub real_max: Option<Real>,
    /// Least length of a string, in characters.
    pub length_min: Option<u64>,
    /// Greatest length of a string, in characters.
    pub length_max: Option<u64>,
    /// The table a uuid refers to.
    pub reference: Option<Reference>,
}

impl BaseType {
    /// An atomic type without constraints.
    pub fn unconstrained(atomic: AtomicType) -> Self {
        Self {
            atomic,
            enumeration: None,
            integer_min: None,
            integer_max: None,
            real_min: None,
            real_max: None,
            length_min: None,
            length_max: None,
            reference: None,
        }
    }
}

/// A `<type>` of RFC 7047 section 3.2: what a column may hold and how many of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ColumnType {
    /// Type of a set's atoms or of a map's keys.
    pub key: BaseType,
    /// Type of a map's values; `None` for a set.
    pub value: Option<BaseType>,
    /// Least number of atoms or pairs: 0 or 1.
    pub min: u64,
    /// Greatest number of atoms or pairs, at least 1; `None` is unlimited.
    pub max: Option<u64>,
}

impl ColumnType {
    /// Exactly one atom of a type.
    pub fn scalar(key: BaseType) -> Self {
        Self { key, value: None, min: 1, max: Some(1) }
    }

    /// Whether the column holds a map.
    pub fn is_map(&self) -> bool {
        self.value.is_some()
    }

    /// Whether the column holds exactly one atom.
    pub fn is_scalar(&self) -> bool {
        self.value.is_none() && self.min == 1 && self.max == Some(1)
    }

    /// Whether the column holds one atom or none.
    pub fn is_optional(&self) -> bool {
        self.value.is_none() && self.min == 0 && self.max == Some(1)
    }

    /// Whether the column may hold more than one atom or pair.
    /// Only such columns are sent as differences in `update2` and `update3` (ovsdb-server(7), section 4.1.14).
    pub fn is_composite(&self) -> bool {
        self.max.is_none_or(|max| max > 1)
    }

    /// What a new row holds in a column that its insertion did not name (RFC 7047 section 5.2.1).
    pub fn default_value(&self) -> Value {
        let atom = || Atom::default_of(self.key.atomic);
        match &self.value {
            None if self.min == 0 => Value::empty_set(),
            None => Value::Set(AtomSet::single(atom())),
            Some(_) if self.min == 0 => Value::Map(AtomMap::new()),
            Some(value) => Value::map([(atom(), Atom::default_of(value.atomic))]),
        }
    }

    /// No atom or pair at all, whatever the column must have: what members are put into one by one.
    pub fn empty_value(&self) -> Value {
        if self.value.is_some() { Value::Map(AtomMap::new()) } else { Value::empty_set() }
    }
}
