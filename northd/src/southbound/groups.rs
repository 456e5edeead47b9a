//! Unions of datapath sets, and the rows of Logical_DP_Group that stand for them.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;

use super::content::FlowDigest;
use super::datapath_sets::{DatapathSets, SetId};
use super::shared_rows::{Fingerprint, SharedRow, SharedRows};

type FastMap<K, V> = HashMap<K, V, FxBuildHasher>;
type FastSet<T> = HashSet<T, FxBuildHasher>;

/// A union of sets that some flow is derived on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u32);

impl GroupId {
    /// The first.
    pub const FIRST: Self = Self(0);

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

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
    content: Fingerprint,
    /// The flows placed by this group.
    pub flows: FastSet<FlowDigest>,
    /// UUID of its row, while it has one.
    row: Option<Uuid>,
    /// Members that joined or left since the row was last compared.
    pub touched: FastSet<Uuid>,
    /// Where its flows stand by the last flush.
    pub placed: Place,
    /// The union it was made from by one set more or less: if that one dies, its row goes on here.
    parent: Option<GroupId>,
}

impl Group {
    /// UUID of its row of Logical_DP_Group, while it has one.
    #[must_use]
    pub fn row(&self) -> Option<Uuid> {
        self.row
    }

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
        let has_turned = *count == u32::from(joined);
        if *count == 0 {
            self.members.remove(&datapath);
        }
        if has_turned {
            self.content.toggle(datapath);
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
    rows: SharedRows,
    next: GroupId,
    /// Groups whose members changed, or that are new.
    dirty: FastSet<GroupId>,
}

impl Groups {
    /// The union of these sets (ascending); made when new, with `previous` as its parent.
    pub fn of(&mut self, sets: Vec<SetId>, all: &mut DatapathSets, previous: Option<GroupId>) -> GroupId {
        if let Some(&id) = self.by_sets.get(&sets) {
            return id;
        }
        let id = self.next;
        self.next = id.next();
        let mut members: FastMap<Uuid, u32> = FastMap::default();
        for &set in &sets {
            all.hold(set);
            self.of_set.entry(set).or_default().insert(id);
            for datapath in all.members(set) {
                *members.entry(datapath).or_default() += 1;
            }
        }
        let touched: FastSet<Uuid> = members.keys().copied().collect();
        let mut content = Fingerprint::default();
        touched.iter().for_each(|member| content.toggle(*member));
        let group = Group {
            sets: sets.clone(),
            members,
            content,
            flows: FastSet::default(),
            row: None,
            touched,
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

    /// The Southbound row of a datapath appeared or went, which is a member of these sets.
    pub fn datapath_changed(&mut self, datapath: Uuid, sets: impl Iterator<Item = SetId>) {
        for id in sets.filter_map(|set| self.of_set.get(&set)).flatten() {
            if let Some(group) = self.groups.get_mut(id) {
                group.touched.insert(datapath);
                self.dirty.insert(*id);
            }
        }
    }

    /// Marks everything as to be compared with the database again.
    pub fn touch_all(&mut self) {
        for (id, group) in &self.groups {
            if let Some(shared) = group.row.and_then(|row| self.rows.get_mut(row)) {
                shared.is_unsure = true;
            }
            self.dirty.insert(*id);
        }
    }

    /// The database changed these members of a row. Whatever the last flush did not ask for is somebody
    /// else's doing. Says whether some group owns the row.
    pub fn row_changed<'a>(&mut self, row: Uuid, mut changed: impl Iterator<Item = &'a Uuid>) -> bool {
        let Some(shared) = self.rows.get_mut(row) else { return false };
        let asked = std::mem::take(&mut shared.asked);
        shared.is_unsure |= changed.any(|row| !asked.contains(row));
        self.dirty.extend(shared.owners());
        true
    }

    /// Marks a row with all its members as to be compared with the database again.
    pub fn touch_row(&mut self, row: Uuid) {
        if let Some(shared) = self.rows.get_mut(row) {
            shared.is_unsure = true;
            self.dirty.extend(shared.owners());
        }
    }

    /// Marks one group as to be compared with the database again.
    pub fn touch(&mut self, id: GroupId) {
        self.dirty.insert(id);
    }

    /// Marks one group with all members of its row as to be compared with the database again.
    pub fn touch_members(&mut self, id: GroupId) {
        self.dirty.insert(id);
        let row = self.groups.get(&id).and_then(|group| group.row);
        if let Some(shared) = row.and_then(|row| self.rows.get_mut(row)) {
            shared.is_unsure = true;
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
        let is_shared =
            parent.row.and_then(|row| self.rows.get(row)).is_some_and(|row| row.owners().count() > 1);
        if !parent.flows.is_empty() || is_shared {
            return;
        }
        let (row, left_behind) = (parent.row.take(), std::mem::take(&mut parent.members));
        // Members that left in this very transaction are members no more, and still in the row.
        let left_before = std::mem::take(&mut parent.touched);
        let Some(group) = self.groups.get_mut(&id) else { return };
        group.touched.extend(left_behind.into_keys().chain(left_before));
        if let Some(row) = row {
            self.claim_row(id, row);
            self.rows.release(row, parent_id);
        }
    }

    /// Makes a row of Logical_DP_Group the row of a group.
    pub fn claim_row(&mut self, id: GroupId, row: Uuid) {
        let Some(group) = self.groups.get_mut(&id) else { return };
        let (previous, content) = (group.row.replace(row), group.content);
        if let Some(previous) = previous.filter(|previous| *previous != row) {
            self.rows.release(previous, id);
        }
        self.rows.claim(row, id, content);
    }

    /// Takes its row from a group. The row, if it was its last owner.
    pub fn release_row(&mut self, id: GroupId) -> Option<Uuid> {
        let row = self.groups.get_mut(&id)?.row.take()?;
        self.rows.release(row, id).then_some(row)
    }

    /// A row that some group owns.
    pub fn row_mut(&mut self, row: Uuid) -> Option<&mut SharedRow> {
        self.rows.get_mut(row)
    }

    /// The groups that own a row, ascending.
    pub fn owners(&self, row: Uuid) -> impl Iterator<Item = GroupId> + '_ {
        self.rows.get(row).into_iter().flat_map(SharedRow::owners)
    }

    /// Where the owners of a row do not have the same members any more, those stay whose flows are the
    /// most; the others lose the row, and are returned.
    pub fn part_owners(&mut self, row: Uuid) -> Vec<GroupId> {
        let mut flows: FastMap<Fingerprint, usize> = FastMap::default();
        let owners: Vec<(GroupId, Fingerprint)> = self
            .owners(row)
            .filter_map(|id| {
                let group = self.groups.get(&id)?;
                *flows.entry(group.content).or_default() += group.flows.len();
                Some((id, group.content))
            })
            .collect();
        let most = owners.iter().rev().max_by_key(|(_, content)| flows.get(content));
        let Some(&(_, stays)) = most else { return Vec::new() };
        self.rows.set_content(row, stays);
        let leave: Vec<GroupId> =
            owners.into_iter().filter(|(_, content)| *content != stays).map(|(id, _)| id).collect();
        leave.iter().for_each(|id| {
            self.release_row(*id);
        });
        leave
    }

    /// The row that a group's members stand in: its own, one that a group with the same members owns,
    /// or a new one.
    pub fn row_for(&mut self, id: GroupId) -> Option<Uuid> {
        let group = self.groups.get(&id)?;
        if let Some(row) = group.row {
            return Some(row);
        }
        let row = self.rows.with_content(group.content).unwrap_or_else(Uuid::new_v4);
        self.claim_row(id, row);
        Some(row)
    }

    /// Forgets a group without flows; its row's UUID when it was the last owner of one.
    pub fn forget(&mut self, id: GroupId, all: &mut DatapathSets) -> Option<Uuid> {
        let row = self.release_row(id);
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
        row
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
