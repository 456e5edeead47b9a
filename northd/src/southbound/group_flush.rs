//! Which rows of Logical_DP_Group flows stand on, and the operations that bring them up to date.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb::Transaction;

use super::flow_flush::FlowContext;
use super::flow_operations::{change_group, insert_group};
use super::flow_table::FlowTable;
use super::groups::{Group, GroupId, Place};

type FastSet<T> = HashSet<T, FxBuildHasher>;

impl FlowTable {
    /// Places the groups that changed and appends what their rows need. Returns these groups.
    pub(super) fn flush_groups(
        &mut self,
        context: &impl FlowContext,
        transaction: &mut Transaction,
    ) -> Vec<GroupId> {
        let groups = self.groups.take_dirty();
        // Before the groups that lost their flows are forgotten, with their rows.
        groups.iter().for_each(|id| self.groups.inherit_row(*id));
        let mut wanting: BTreeSet<GroupId> =
            groups.iter().copied().filter(|id| self.place_without_row(*id, context)).collect();
        // Whoever stays has its row before those that look for one of their content. Where no member
        // changed, nobody has to go.
        let has_changed =
            |id: &&GroupId| self.groups.get(**id).is_some_and(|group| !group.touched.is_empty());
        let changed: BTreeSet<Uuid> =
            wanting.iter().filter(has_changed).filter_map(|id| self.groups.get(*id)?.row()).collect();
        for row in changed {
            wanting.extend(self.groups.part_owners(row));
        }
        let mut rows: BTreeMap<Uuid, FastSet<Uuid>> = BTreeMap::new();
        for id in wanting {
            let Some(row) = self.groups.row_for(id) else { continue };
            self.place(id, Place::Group(row));
            if let Some(group) = self.groups.get_mut(id) {
                rows.entry(row).or_default().extend(std::mem::take(&mut group.touched));
            }
        }
        for (row, touched) in rows {
            self.flush_group_row(row, &touched, context, transaction);
        }
        groups
    }

    /// Places a group that stands for at most one datapath, or for no flow any more. Says whether the
    /// group needs a row instead.
    fn place_without_row(&mut self, id: GroupId, context: &impl FlowContext) -> bool {
        let Some(group) = self.groups.get(id) else { return false };
        if group.flows.is_empty() {
            let row = self.groups.forget(id, &mut self.sets);
            self.drop_group_row(row);
            return false;
        }
        let mut rows = group.members().filter_map(|member| context.datapath_row(member));
        let place = match (rows.next(), rows.next()) {
            (None, _) => Place::Nowhere,
            (Some(row), None) => Place::Datapath(row),
            (Some(_), Some(_)) => return true,
        };
        drop(rows);
        self.place(id, place);
        if let Some(group) = self.groups.get_mut(id) {
            group.touched.clear();
        }
        let row = self.groups.release_row(id);
        self.drop_group_row(row);
        false
    }

    fn drop_group_row(&mut self, row: Option<Uuid>) {
        self.surplus_groups.extend(row.filter(|row| self.group_rows.contains_key(row)));
    }

    /// All flows of a group stand there.
    fn place(&mut self, id: GroupId, place: Place) {
        let Some(group) = self.groups.get_mut(id) else { return };
        if place != group.placed {
            group.placed = place;
            self.dirty.extend(group.flows.iter().copied());
        }
    }

    /// Brings a row up to date, of whose members these joined or left.
    fn flush_group_row(
        &mut self,
        row: Uuid,
        touched: &FastSet<Uuid>,
        context: &impl FlowContext,
        transaction: &mut Transaction,
    ) {
        let is_unsure = self.groups.row_mut(row).is_some_and(|shared| std::mem::take(&mut shared.is_unsure));
        // Owners have the same members: any of them speaks for all.
        let Some(group) = self.groups.owners(row).next().and_then(|owner| self.groups.get(owner)) else {
            return;
        };
        self.surplus_groups.remove(&row);
        let held = self.group_rows.get(&row);
        let (mut joined, mut left) = match held {
            Some(held) if !is_unsure => touched_members(group, touched, held, context),
            _ => all_members(group, held, context),
        };
        if held.is_some() && joined.is_empty() && left.is_empty() {
            return;
        }
        joined.sort_unstable();
        left.sort_unstable();
        if let Some(shared) = self.groups.row_mut(row) {
            shared.asked = joined.iter().chain(&left).copied().collect();
        }
        match held {
            Some(_) => change_group(row, &joined, &left, transaction),
            None => insert_group(row, &joined, transaction),
        }
    }

    /// Gives groups without a row a row of the database that has their members already: after a
    /// restart or another northd, nothing is written that stands there.
    pub(super) fn adopt_group_rows(&mut self, context: &impl FlowContext) {
        if self.surplus_groups.is_empty() {
            return;
        }
        let sorted = |mut members: Vec<Uuid>| {
            members.sort_unstable();
            members
        };
        let mut free: HashMap<Vec<Uuid>, Vec<Uuid>, FxBuildHasher> = HashMap::default();
        for row in &self.surplus_groups {
            let members = self.group_rows.get(row).map(|members| members.iter().copied().collect());
            free.entry(sorted(members.unwrap_or_default())).or_default().push(*row);
        }
        let adopted: Vec<(GroupId, Uuid)> = self
            .groups
            .iter()
            .filter(|(_, group)| group.row().is_none() && !group.flows.is_empty())
            .filter_map(|(id, group)| {
                let members =
                    sorted(group.members().filter_map(|member| context.datapath_row(member)).collect());
                let rows = free.get(&members).filter(|_| members.len() > 1)?;
                // Several rows may have the same members: where its flows stand is best.
                let row = self.popular_row(group, rows).or_else(|| rows.iter().min().copied())?;
                Some((id, row))
            })
            .collect();
        for (id, row) in adopted {
            self.surplus_groups.remove(&row);
            self.groups.claim_row(id, row);
        }
    }

    /// The row, of these, on which most of a group's flows stand in the database.
    fn popular_row(&self, group: &Group, rows: &[Uuid]) -> Option<Uuid> {
        let mut votes: HashMap<Uuid, usize, FxBuildHasher> = HashMap::default();
        for digest in &group.flows {
            let written = self.flows.get(digest).and_then(|flow| flow.written);
            if let Some(Place::Group(row)) = written.map(|written| written.place) {
                *votes.entry(row).or_default() += 1;
            }
        }
        let votes = votes.into_iter().filter(|(row, _)| rows.contains(row));
        votes.max_by_key(|(row, votes)| (*votes, *row)).map(|(row, _)| row)
    }
}

/// Rows of datapaths that a group's row has to get and to lose, among the members that joined or left.
fn touched_members(
    group: &Group,
    touched: &FastSet<Uuid>,
    held: &FastSet<Uuid>,
    context: &impl FlowContext,
) -> (Vec<Uuid>, Vec<Uuid>) {
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    for datapath in touched {
        let Some(row) = context.datapath_row(*datapath) else { continue };
        match (group.holds(*datapath), held.contains(&row)) {
            (true, false) => joined.push(row),
            (false, true) => left.push(row),
            _ => {}
        }
    }
    (joined, left)
}

/// Rows of datapaths that a group's row has to get and to lose, among all.
fn all_members(
    group: &Group,
    held: Option<&FastSet<Uuid>>,
    context: &impl FlowContext,
) -> (Vec<Uuid>, Vec<Uuid>) {
    let wanted: FastSet<Uuid> = group.members().filter_map(|member| context.datapath_row(member)).collect();
    let Some(held) = held else { return (wanted.into_iter().collect(), Vec::new()) };
    (wanted.difference(held).copied().collect(), held.difference(&wanted).copied().collect())
}
