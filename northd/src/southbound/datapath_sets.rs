//! The sets of datapaths that rules make flows for.

use std::collections::HashMap;

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
    free: Vec<SetId>,
}

impl DatapathSets {
    fn id(&mut self, key: SetKey) -> SetId {
        if let Some(&id) = self.ids.get(&key) {
            return id;
        }
        let mut members = HashMap::default();
        if let SetKey::One(datapath) = key {
            members.insert(datapath, 1);
        }
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
        id
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
        (id, (was_member != is_member).then_some(is_member))
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
        if set.uses == 0 && is_empty {
            self.ids.remove(&set.key);
            *slot = None;
            self.free.push(id);
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
