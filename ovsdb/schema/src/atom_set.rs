use smallvec::SmallVec;

use crate::atom::Atom;

/// A set of atoms in ascending order, without duplicates.
///
/// One atom is stored in place, since nearly every column holds exactly one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtomSet(SmallVec<[Atom; 1]>);

impl AtomSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set of one atom.
    pub fn single(atom: Atom) -> Self {
        Self(SmallVec::from_buf([atom]))
    }

    /// The atoms in ascending order.
    pub fn as_slice(&self) -> &[Atom] {
        &self.0
    }

    /// The atoms in ascending order.
    pub fn iter(&self) -> std::slice::Iter<'_, Atom> {
        self.0.iter()
    }

    /// How many atoms.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no atom.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the atom is a member; by binary search.
    pub fn contains(&self, atom: &Atom) -> bool {
        self.0.binary_search(atom).is_ok()
    }

    /// The only member, if there is exactly one.
    pub fn only(&self) -> Option<&Atom> {
        if let [atom] = self.as_slice() { Some(atom) } else { None }
    }

    /// The members that are in exactly one of the two sets.
    pub fn symmetric_difference(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        let mut result = SmallVec::new();
        loop {
            let taken = match (left.peek(), right.peek()) {
                (None, None) => return Self(result),
                (Some(_), None) => left.next(),
                (None, Some(_)) => right.next(),
                (Some(a), Some(b)) => match a.cmp(b) {
                    std::cmp::Ordering::Less => left.next(),
                    std::cmp::Ordering::Greater => right.next(),
                    std::cmp::Ordering::Equal => {
                        left.next();
                        right.next();
                        None
                    }
                },
            };
            result.extend(taken.cloned());
        }
    }
}

impl FromIterator<Atom> for AtomSet {
    fn from_iter<I: IntoIterator<Item = Atom>>(atoms: I) -> Self {
        let mut atoms: SmallVec<[Atom; 1]> = atoms.into_iter().collect();
        // Servers send sets in order already, so that the check is usually all there is to do.
        if !atoms.is_sorted_by(|a, b| a < b) {
            atoms.sort_unstable();
            atoms.dedup();
        }
        atoms.shrink_to_fit();
        Self(atoms)
    }
}

impl<'a> IntoIterator for &'a AtomSet {
    type Item = &'a Atom;
    type IntoIter = std::slice::Iter<'a, Atom>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
