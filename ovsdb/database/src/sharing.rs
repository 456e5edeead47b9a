use rustc_hash::FxHashSet;
use weft_ovsdb_schema::{Atom, AtomSet, Value};

/// Strings longer than this are seldom equal to another.
const LONGEST_SHARED_STRING_BYTES: usize = 48;
/// Sets and maps larger than this are seldom equal to another.
const LARGEST_SHARED_VALUE: usize = 8;

/// Finds equal values while a database is loaded, so that they share their memory: most of the strings in a large
/// database are a few, and many of its maps are equal.
#[derive(Debug, Default)]
pub(crate) struct Sharing {
    atoms: FxHashSet<Atom>,
    values: FxHashSet<Value>,
}

impl Sharing {
    /// An equal value, which shares its memory with those before.
    pub(crate) fn share(&mut self, value: Value) -> Value {
        if let Some(atom) = value.as_scalar() {
            return match atom {
                Atom::String(_) => Value::Set(AtomSet::single(self.share_atom(atom))),
                _ => value,
            };
        }
        if value.is_empty() || value.len() > LARGEST_SHARED_VALUE {
            return value;
        }
        if let Some(known) = self.values.get(&value) {
            return known.clone();
        }
        let value = match &value {
            Value::Set(atoms) => Value::Set(atoms.iter().map(|atom| self.share_atom(atom)).collect()),
            Value::Map(pairs) => {
                let shared = |(key, value): &(Atom, Atom)| (self.share_atom(key), self.share_atom(value));
                Value::Map(pairs.iter().map(shared).collect())
            }
        };
        self.values.insert(value.clone());
        value
    }

    fn share_atom(&mut self, atom: &Atom) -> Atom {
        if atom.as_str().is_none_or(|text| text.len() > LONGEST_SHARED_STRING_BYTES) {
            return atom.clone();
        }
        if let Some(known) = self.atoms.get(atom) {
            return known.clone();
        }
        self.atoms.insert(atom.clone());
        atom.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn text(value: &Value) -> *const u8 {
        match value.as_scalar() {
            Some(Atom::String(text)) => Arc::as_ptr(text).cast(),
            _ => std::ptr::null(),
        }
    }

    #[test]
    fn equal_values_share_their_memory() {
        let mut sharing = Sharing::default();
        let (first, second) = (sharing.share(Value::from("a")), sharing.share(Value::from("a")));
        assert_eq!((text(&first), &second), (text(&second), &Value::from("a")));
        let map = || Value::map([("k", "a")]);
        let maps = [sharing.share(map()), sharing.share(map())];
        let pairs = maps.each_ref().map(|map| map.as_map().map(|pairs| pairs.as_slice().as_ptr()));
        assert_eq!(pairs[0], pairs[1]);
        assert_eq!(maps[0], map());
        let long = || Value::from("x".repeat(100).as_str());
        assert_ne!(text(&sharing.share(long())), text(&sharing.share(long())));
    }
}
