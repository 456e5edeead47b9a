use std::collections::BTreeSet;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb_schema::{Atom, Value};

/// Which rows hold an atom in a column, for conditions that ask for one.
///
/// Atoms are kept by their hash, so that whoever looks one up compares the rows found.
#[derive(Debug, Default)]
pub(crate) struct ColumnIndex(BTreeSet<(u64, Uuid)>);

impl ColumnIndex {
    /// Adds what a row holds.
    pub(crate) fn insert(&mut self, uuid: Uuid, value: &Value) {
        for_each_key(value, |key| _ = self.0.insert((hash(key), uuid)));
    }

    /// Removes what a row held.
    pub(crate) fn remove(&mut self, uuid: Uuid, value: &Value) {
        for_each_key(value, |key| _ = self.0.remove(&(hash(key), uuid)));
    }

    /// The rows that may hold the atom; every row that does is among them.
    pub(crate) fn find<'i>(&'i self, key: &Atom) -> impl Iterator<Item = Uuid> + use<'i> {
        let hash = hash(key);
        self.0.range((hash, Uuid::nil())..=(hash, Uuid::max())).map(|(_, uuid)| *uuid)
    }
}

fn hash(atom: &Atom) -> u64 {
    FxBuildHasher.hash_one(atom)
}

fn for_each_key(value: &Value, visit: impl FnMut(&Atom)) {
    match value {
        Value::Set(atoms) => atoms.iter().for_each(visit),
        Value::Map(pairs) => pairs.iter().map(|(key, _)| key).for_each(visit),
    }
}
