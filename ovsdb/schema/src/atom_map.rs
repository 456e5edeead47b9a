use std::sync::Arc;

use crate::atom::Atom;

/// A map from atoms to atoms in ascending order of its keys; shared, so that clones are cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtomMap(Arc<[(Atom, Atom)]>);

impl AtomMap {
    /// The empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The pairs in ascending order of their keys.
    pub fn as_slice(&self) -> &[(Atom, Atom)] {
        &self.0
    }

    /// The pairs in ascending order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, (Atom, Atom)> {
        self.0.iter()
    }

    /// How many pairs.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value at a key; by binary search.
    pub fn get(&self, key: &Atom) -> Option<&Atom> {
        let index = self.0.binary_search_by(|(candidate, _)| candidate.cmp(key)).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// The value at a string key, if it is a string.
    pub fn get_str(&self, key: &str) -> Option<&str> {
        let at_key = |(candidate, _): &(Atom, Atom)| match candidate {
            Atom::String(text) => text.as_ref().cmp(key),
            other => other.cmp(&Atom::string(key)),
        };
        let index = self.0.binary_search_by(at_key).ok()?;
        self.0.get(index).and_then(|(_, value)| value.as_str())
    }
}

/// Of pairs with the same key the last one counts.
impl FromIterator<(Atom, Atom)> for AtomMap {
    fn from_iter<I: IntoIterator<Item = (Atom, Atom)>>(pairs: I) -> Self {
        let mut pairs: Vec<(Atom, Atom)> = pairs.into_iter().collect();
        if !pairs.is_sorted_by(|a, b| a.0 < b.0) {
            // A stable sort of the reversed pairs puts the last of equal keys first, where dedup keeps it.
            pairs.reverse();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs.dedup_by(|later, kept| later.0 == kept.0);
        }
        Self(pairs.into())
    }
}

impl<'a> IntoIterator for &'a AtomMap {
    type Item = &'a (Atom, Atom);
    type IntoIter = std::slice::Iter<'a, (Atom, Atom)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
