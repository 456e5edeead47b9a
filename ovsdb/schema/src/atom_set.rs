use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::atom::Atom;
use crate::differences::for_each_difference;

/// A set of atoms in ascending order, without duplicates.
///
/// One atom is stored in place, since nearly every column holds exactly one.
#[derive(Clone, Debug)]
pub struct AtomSet(Storage);

/// Has the size of one atom: an unused tag of the atom tells the cases apart.
#[derive(Clone, Debug)]
enum Storage {
    One(Atom),
    /// Any number but one, sorted; shared, so that clones are cheap.
    Other(Arc<[Atom]>),
}

impl AtomSet {
    /// The empty set.
    pub fn new() -> Self {
        Self(Storage::Other(Arc::default()))
    }

    /// The set of one atom.
    pub fn single(atom: Atom) -> Self {
        Self(Storage::One(atom))
    }

    /// The set of atoms that are sorted and differ already.
    fn from_sorted(mut atoms: Vec<Atom>) -> Self {
        match (atoms.pop(), atoms.is_empty()) {
            (Some(only), true) => Self::single(only),
            (last, _) => {
                atoms.extend(last);
                Self(Storage::Other(atoms.into()))
            }
        }
    }

    /// The atoms in ascending order.
    pub fn as_slice(&self) -> &[Atom] {
        match &self.0 {
            Storage::One(atom) => std::slice::from_ref(atom),
            Storage::Other(atoms) => atoms,
        }
    }

    /// The atoms in ascending order.
    pub fn iter(&self) -> std::slice::Iter<'_, Atom> {
        self.as_slice().iter()
    }

    /// How many atoms.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there is no atom.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// Whether the atom is a member; by binary search.
    pub fn contains(&self, atom: &Atom) -> bool {
        self.as_slice().binary_search(atom).is_ok()
    }

    /// The only member, if there is exactly one.
    pub fn only(&self) -> Option<&Atom> {
        if let [atom] = self.as_slice() { Some(atom) } else { None }
    }

    /// The members that are in exactly one of the two sets.
    pub fn symmetric_difference(&self, other: &Self) -> Self {
        let mut result = Vec::new();
        for_each_difference(self.as_slice(), other.as_slice(), |_, atom| result.push(atom.clone()));
        Self::from_sorted(result)
    }

    /// The members that only this set has, and those that only the other one has.
    pub fn differences(&self, other: &Self) -> (Vec<Atom>, Vec<Atom>) {
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for_each_difference(self.as_slice(), other.as_slice(), |order, atom| {
            let side = if order.is_lt() { &mut here } else { &mut there };
            side.push(atom.clone());
        });
        (here, there)
    }
}

impl Default for AtomSet {
    fn default() -> Self {
        Self::new()
    }
}

// However they are stored, sets compare by their atoms.

impl PartialEq for AtomSet {
    fn eq(&self, other: &Self) -> bool {
        // A row that changed shares the sets that did not, however large they are.
        std::ptr::eq(self.as_slice(), other.as_slice()) || self.as_slice() == other.as_slice()
    }
}

impl Eq for AtomSet {}

impl PartialOrd for AtomSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AtomSet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

impl Hash for AtomSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl FromIterator<Atom> for AtomSet {
    fn from_iter<I: IntoIterator<Item = Atom>>(atoms: I) -> Self {
        let mut atoms: Vec<Atom> = atoms.into_iter().collect();
        // Servers send sets in order already, so that the check is usually all there is to do.
        if !atoms.is_sorted_by(|a, b| a < b) {
            atoms.sort_unstable();
            atoms.dedup();
        }
        Self::from_sorted(atoms)
    }
}

impl<'a> IntoIterator for &'a AtomSet {
    type Item = &'a Atom;
    type IntoIter = std::slice::Iter<'a, Atom>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
