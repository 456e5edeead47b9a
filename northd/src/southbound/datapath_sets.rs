//! The sets of datapaths that rules make flows for.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_value::Value;

/// What a set of datapaths is: its identity, not its present members.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SetKey {
    /// One datapath, by the UUID of its Northbound row.
    One(Uuid),
    /// A class that a rule defines: its name and the values it depends on.
    Class(Value),
}

/// A set held once, however many flows are made for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(u32);

#[derive(Debug)]
struct DatapathSet {
    key: SetKey,
    /// Members with the number of times they are derived.
    members: HashMap<Uuid, i64, FxBuildHasher>,
    /// How many derivations of flows and groups name the set.
    uses: u32,
}

/// All sets, with their members.
#[derive(Debug, Default)]
pub struct DatapathSets {
    ids: HashMap<SetKey, SetId, FxBuildHasher>,
    sets: Vec<Option<DatapathSet>>,
    /// For each datapath the sets that it is a member of.
    of_datapath: HashMap<Uuid, HashSet<SetId, FxBuildHasher>, FxBuildHasher>,
    free: Vec<SetId>,
}

impl DatapathSets {
    fn id(&mut self, key: SetKey) -> SetId {
        if let Some(&id) = self.ids.get(&key) {
            return id;
        }
        let mut members = HashMap::default();
        let only = if let SetKey::One(datapath) = key { Some(datapath) } else { None };
        members.extend(only.map(|datapath| (datapath, 1)));
        let set = Some(DatapathSet { key: key.clone(), members, uses: 0 });
        let id = match self.free.pop() {
            Some(id) => {
                if let Some(slot) = self.sets.get_mut(id.0 as usize) {
                    *slot = set;
                }
                id
            }
            None => {
                self.sets.push(set);
                SetId(self.sets.len() as u32 - 1)
            }
        };
        self.ids.insert(key, id);
        if let Some(datapath) = only {
            self.joined(id, datapath);
        }
        id
    }

    fn joined(&mut self, id: SetId, datapath: Uuid) {
        self.of_datapath.entry(datapath).or_default().insert(id);
    }

    fn left(&mut self, id: SetId, datapath: Uuid) {
        let Some(sets) = self.of_datapath.get_mut(&datapath) else { return };
        sets.remove(&id);
        if sets.is_empty() {
            self.of_datapath.remove(&datapath);
        }
    }

    fn set_mut(&mut self, id: SetId) -> Option<&mut DatapathSet> {
        self.sets.get_mut(id.0 as usize)?.as_mut()
    }

    /// The set of that key, used by one more derivation.
    pub fn acquire(&mut self, key: SetKey) -> SetId {
        let id = self.id(key);
        if let Some(set) = self.set_mut(id) {
            set.uses += 1;
        }
        id
    }

    /// Holds a set once more.
    pub fn hold(&mut self, id: SetId) {
        if let Some(set) = self.set_mut(id) {
            set.uses += 1;
        }
    }

    /// The set of that key, if it is held.
    #[must_use]
    pub fn find(&self, key: &SetKey) -> Option<SetId> {
        self.ids.get(key).copied()
    }

    /// Lets go of one derivation's use.
    pub fn release(&mut self, id: SetId) {
        if let Some(set) = self.set_mut(id) {
            set.uses = set.uses.saturating_sub(1);
        }
        self.forget_if_unused(id);
    }

    /// Derives a member `diff` times more. Says what became of it: `Some(true)` joined,
    /// `Some(false)` left.
    pub fn change_member(&mut self, key: SetKey, datapath: Uuid, diff: i64) -> (SetId, Option<bool>) {
        let id = self.id(key);
        let Some(set) = self.set_mut(id) else { return (id, None) };
        let count = set.members.entry(datapath).or_default();
        let was_member = *count > 0;
        *count += diff;
        let is_member = *count > 0;
        if *count == 0 {
            set.members.remove(&datapath);
        }
        match (was_member, is_member) {
            (false, true) => self.joined(id, datapath),
            (true, false) => self.left(id, datapath),
            _ => return (id, None),
        }
        (id, Some(is_member))
    }

    /// The sets that a datapath is a member of.
    pub fn of_datapath(&self, datapath: Uuid) -> impl Iterator<Item = SetId> + '_ {
        self.of_datapath.get(&datapath).into_iter().flatten().copied()
    }

    /// The members of a set.
    pub fn members(&self, id: SetId) -> impl Iterator<Item = Uuid> + '_ {
        let set = self.sets.get(id.0 as usize).and_then(Option::as_ref);
        set.into_iter().flat_map(|set| &set.members).filter(|(_, count)| **count > 0).map(|(uuid, _)| *uuid)
    }

    /// Forgets a set that no flow uses and that has no members.
    pub fn forget_if_unused(&mut self, id: SetId) {
        let Some(slot) = self.sets.get_mut(id.0 as usize) else { return };
        let Some(set) = slot else { return };
        let is_empty = matches!(set.key, SetKey::One(_)) || set.members.is_empty();
        if set.uses > 0 || !is_empty {
            return;
        }
        self.ids.remove(&set.key);
        let only = if let SetKey::One(datapath) = set.key { Some(datapath) } else { None };
        *slot = None;
        self.free.push(id);
        if let Some(datapath) = only {
            self.left(id, datapath);
        }
    }

    /// How many sets are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no set is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str) -> SetKey {
        SetKey::Class(Value::String(name.into()))
    }

    #[test]
    fn a_member_derived_twice_leaves_with_its_last_derivation() {
        let mut sets = DatapathSets::default();
        let datapath = Uuid::from_u128(1);
        let (id, joined) = sets.change_member(class("a"), datapath, 1);
        assert_eq!(joined, Some(true));
        assert_eq!(sets.change_member(class("a"), datapath, 1), (id, None));
        assert_eq!(sets.change_member(class("a"), datapath, -1), (id, None));
        assert_eq!(sets.members(id).collect::<Vec<_>>(), [datapath]);
        assert_eq!(sets.change_member(class("a"), datapath, -1), (id, Some(false)));
        assert_eq!(sets.members(id).count(), 0);
    }

    #[test]
    fn a_datapath_knows_the_sets_that_it_is_in() {
        let mut sets = DatapathSets::default();
        let datapath = Uuid::from_u128(1);
        let (class_id, _) = sets.change_member(class("a"), datapath, 1);
        let one = sets.acquire(SetKey::One(datapath));
        let of_datapath = |sets: &DatapathSets| {
            let mut of_datapath: Vec<SetId> = sets.of_datapath(datapath).collect();
            of_datapath.sort_unstable();
            of_datapath
        };
        assert_eq!(of_datapath(&sets), [class_id, one]);
        sets.change_member(class("a"), datapath, -1);
        assert_eq!(of_datapath(&sets), [one]);
        sets.release(one);
        assert_eq!(of_datapath(&sets), []);
    }

    #[test]
    fn a_set_is_forgotten_when_neither_flows_nor_members_hold_it() {
        let mut sets = DatapathSets::default();
        let id = sets.acquire(class("a"));
        sets.change_member(class("a"), Uuid::from_u128(1), 1);
        sets.release(id);
        assert_eq!(sets.find(&class("a")), Some(id));
        sets.change_member(class("a"), Uuid::from_u128(1), -1);
        sets.forget_if_unused(id);
        assert!(sets.is_empty());
        let one = sets.acquire(SetKey::One(Uuid::from_u128(1)));
        assert_eq!(sets.members(one).count(), 1);
        sets.release(one);
        assert!(sets.is_empty());
    }
}
