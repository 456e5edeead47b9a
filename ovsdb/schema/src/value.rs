use std::fmt;

use uuid::Uuid;

use crate::atom::Atom;
use crate::atom_map::AtomMap;
use crate::atom_set::AtomSet;

/// The content of one column of one row: a `<value>` of RFC 7047 section 5.1.
///
/// A single atom is a set of one, as the RFC defines it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A set; scalars are sets of one and absent optionals are empty.
    Set(AtomSet),
    /// A map.
    Map(AtomMap),
}

impl Value {
    /// The value of one atom.
    pub fn scalar(atom: impl Into<Atom>) -> Self {
        Self::Set(AtomSet::single(atom.into()))
    }

    /// The empty set, which is also how an absent optional is written.
    pub fn empty_set() -> Self {
        Self::Set(AtomSet::new())
    }

    /// A set of atoms in any order.
    pub fn set(atoms: impl IntoIterator<Item = impl Into<Atom>>) -> Self {
        Self::Set(atoms.into_iter().map(Into::into).collect())
    }

    /// A map of pairs in any order; of pairs with the same key the last one counts.
    pub fn map(pairs: impl IntoIterator<Item = (impl Into<Atom>, impl Into<Atom>)>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// How many atoms or pairs.
    pub fn len(&self) -> usize {
        match self {
            Self::Set(atoms) => atoms.len(),
            Self::Map(pairs) => pairs.len(),
        }
    }

    /// Whether there is no atom or pair.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The set, if this is one.
    pub fn as_set(&self) -> Option<&AtomSet> {
        if let Self::Set(atoms) = self { Some(atoms) } else { None }
    }

    /// The map, if this is one.
    pub fn as_map(&self) -> Option<&AtomMap> {
        if let Self::Map(pairs) = self { Some(pairs) } else { None }
    }

    /// The only atom of a set, if there is exactly one.
    pub fn as_scalar(&self) -> Option<&Atom> {
        self.as_set().and_then(AtomSet::only)
    }

    /// The only atom, if it is an integer.
    pub fn as_integer(&self) -> Option<i64> {
        self.as_scalar().and_then(Atom::as_integer)
    }

    /// The only atom, if it is a truth value.
    pub fn as_boolean(&self) -> Option<bool> {
        self.as_scalar().and_then(Atom::as_boolean)
    }

    /// The only atom, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().and_then(Atom::as_str)
    }

    /// The only atom, if it is a uuid.
    pub fn as_uuid(&self) -> Option<Uuid> {
        self.as_scalar().and_then(Atom::as_uuid)
    }
}

/// Shows the JSON encoding.
impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write_json(&mut text);
        formatter.write_str(&text)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<A: Into<Atom>> From<A> for Value {
    fn from(atom: A) -> Self {
        Self::scalar(atom)
    }
}
