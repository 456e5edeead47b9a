//! Unions of datapath sets, and the rows of Logical_DP_Group that stand for them.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;

use super::content::FlowDigest;
use super::datapath_sets::{DatapathSets, SetId};

type FastMap<K, V> = HashMap<K, V, FxBuildHasher>;
type FastSet<T> = HashSet<T, FxBuildHasher>;

/// A union of sets that some flow is derived on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u32);

/// How a flow names its datapaths in the Southbound database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// None: the flow has no row.
    Nowhere,
    /// `logical_datapath`, by row of Datapath_Binding.
    Datapath(Uuid),
    /// `logical_dp_group`, by row of Logical_DP_Group.
    Group(Uuid),
}

/// A union of sets with what follows from it.
#[derive(Debug)]
pub struct Group {
    sets: Vec<SetId>,
    /// Members (Northbound UUIDs) with the number of sets they are in.
    members: FastMap<Uuid, u32>,
    /// The flows placed by this group.
    pub flows: FastSet<FlowDigest>,
    /// UUID of its row, once it has needed one.
    pub row: Option<Uuid>,
    /// Members that joined or left since the row was last compared.
    pub touched: FastSet<Uuid>,
    /// Whether the row may differ in other members too, so that all have to be compared.
    pub is_unsure: bool,
    /// Rows of datapaths that the last flush added to the row or took out.
    pub asked: FastSet<Uuid>,
    /// Where its flows stand by the last flush.
    pub placed: Place,
    /// The union it was made from by one set more or less: if that one dies, its row goes on here.
    parent: Option<GroupId>,
}

impl Group {
    /// Whether a datapath is a member.
    #[must_use]
    pub fn holds(&self, datapath: Uuid) -> bool {
        self.members.contains_key(&datapath)
    }

    /// The members, as Northbound UUIDs.
    pub fn members(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.members.keys().copied()
    }

    fn change(&mut self, datapath: Uuid, joined: bool) {
        let count = self.members.entry(datapath).or_default();
        if joined {
            *count += 1;
        } else {
            *count = count.saturating_sub(1);
        }
        if *count == 0 {
            self.members.remove(&datapath);
        }
        self.touched.insert(datapath);
    }
}

/// All unions in use.
#[derive(Debug, Default)]
pub struct Groups {
    by_sets: FastMap<Vec<SetId>, GroupId>,
    groups: FastMap<GroupId, Group>,
    of_set: FastMap<SetId, FastSet<GroupId>>,
    by_row: FastMap<Uuid, GroupId>,
    next: u32,
    /// Groups whose members changed, or that are new.
    dirty: FastSet<GroupId>,
}

impl Groups {
    /// The union of these sets (ascending); made when new, with `previous` as its parent.
    pub fn of(&mut self, sets: Vec<SetId>, all: &mut DatapathSets, previous: Option<GroupId>) -> GroupId {
        if let Some(&id) = self.by_sets.get(&sets) {
            return id;
        }
        let id = GroupId(self.next);
        self.next = self.next.wrapping_add(1);
        let mut members: FastMap<Uuid, u32> = FastMap::default();
        for &set in &sets {
            all.hold(set);
            self.of_set.entry(set).or_default().insert(id);
            for datapath in all.members(set) {
                *members.entry(datapath).or_default() += 1;
            }
        }
        let touched = members.keys().copied().collect();
        let group = Group {
            sets: sets.clone(),
            members,
            flows: FastSet::default(),
            row: None,
            touched,
            is_unsure: false,
            asked: FastSet::default(),
            placed: Place::Nowhere,
            parent: previous,
        };
        self.groups.insert(id, group);
        self.by_sets.insert(sets, id);
        self.dirty.insert(id);
        id
    }

    /// A datapath joined or left a set.
    pub fn member_changed(&mut self, set: SetId, datapath: Uuid, joined: bool) {
        for id in self.of_set.get(&set).into_iter().flatten() {
            if let Some(group) = self.groups.get_mut(id) {
                group.change(datapath, joined);
                self.dirty.insert(*id);
            }
        }
    }

    /// The Southbound row of a datapath appeared, changed or went.
    pub fn datapath_changed(&mut self, datapath: Uuid) {
        for (id, group) in &mut self.groups {
            if group.holds(datapath) {
                group.touched.insert(datapath);
                self.dirty.insert(*id);
            }
        }
    }

    /// Marks everything as to be compared with the database again.
    pub fn touch_all(&mut self) {
        for (id, group) in &mut self.groups {
            group.is_unsure = true;
            self.dirty.insert(*id);
        }
    }

    /// The database changed these members of a group's row. Whatever the last flush did not ask for is
    /// somebody else's doing.
    pub fn row_changed<'a>(&mut self, id: GroupId, mut changed: impl Iterator<Item = &'a Uuid>) {
        if let Some(group) = self.groups.get_mut(&id) {
            let asked = std::mem::take(&mut group.asked);
            group.is_unsure |= changed.any(|row| !asked.contains(row));
            self.dirty.insert(id);
        }
    }

    /// Marks one group as to be compared with the database again.
    pub fn touch(&mut self, id: GroupId) {
        self.dirty.insert(id);
    }

    /// Marks one group with all its members as to be compared with the database again.
    pub fn touch_members(&mut self, id: GroupId) {
        if let Some(group) = self.groups.get_mut(&id) {
            group.is_unsure = true;
            self.dirty.insert(id);
        }
    }

    /// Takes the groups to look at.
    pub fn take_dirty(&mut self) -> Vec<GroupId> {
        let mut dirty: Vec<GroupId> = std::mem::take(&mut self.dirty).into_iter().collect();
        dirty.sort_unstable();
        dirty
    }

    /// A group.
    #[must_use]
    pub fn get(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(&id)
    }

    /// A group, to change.
    pub fn get_mut(&mut self, id: GroupId) -> Option<&mut Group> {
        self.groups.get_mut(&id)
    }

    /// All groups.
    pub fn iter(&self) -> impl Iterator<Item = (GroupId, &Group)> + '_ {
        self.groups.iter().map(|(id, group)| (*id, group))
    }

    /// Gives a group without a row the row of its parent, when that has no flows left: then none of
    /// the flows that moved over has to be written again.
    pub fn inherit_row(&mut self, id: GroupId) {
        let Some(group) = self.groups.get(&id) else { return };
        let Some(parent_id) = group.parent else { return };
        if group.row.is_some() {
            return;
        }
        let Some(parent) = self.groups.get_mut(&parent_id) else { return };
        if !parent.flows.is_empty() {
            return;
        }
        let (row, left_behind) = (parent.row.take(), std::mem::take(&mut parent.members));
        // Members that left in this very transaction are members no more, and still in the row.
        let left_before = std::mem::take(&mut parent.touched);
        let Some(group) = self.groups.get_mut(&id) else { return };
        group.touched.extend(left_behind.into_keys().chain(left_before));
        if let Some(row) = row {
            self.claim_row(id, row);
        }
    }

    /// Makes a row of Logical_DP_Group the row of a group.
    pub fn claim_row(&mut self, id: GroupId, row: Uuid) {
        if let Some(group) = self.groups.get_mut(&id) {
            group.row = Some(row);
            self.by_row.insert(row, id);
        }
    }

    /// The group that a row of Logical_DP_Group belongs to.
    #[must_use]
    pub fn owner(&self, row: Uuid) -> Option<GroupId> {
        self.by_row.get(&row).copied()
    }

    /// Forgets a group without flows; its row's UUID when it had one.
    pub fn forget(&mut self, id: GroupId, all: &mut DatapathSets) -> Option<Uuid> {
        let group = self.groups.remove(&id)?;
        self.by_sets.remove(&group.sets);
        for set in &group.sets {
            all.release(*set);
            if let Some(ids) = self.of_set.get_mut(set) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.of_set.remove(set);
                }
            }
        }
        if let Some(row) = group.row {
            self.by_row.remove(&row);
        }
        group.row
    }

    /// How many unions are in use.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether none is in use.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}
