//! The operations that bring the database's flows to what the rules derive.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_ovsdb::{Transaction, Where};

use super::blame::Blame;
use super::content::FlowDigest;
use super::derivations::Derivations;
use super::flow_operations::{change_group, insert_flow, insert_group, update_flow};
use super::flow_table::{FlowTable, Origin, StageIndex};
use super::groups::{Group, GroupId, Place};
use super::metadata::MetadataId;

type FastSet<T> = HashSet<T, FxBuildHasher>;

/// What a flush needs to know of the rest of the database.
pub trait FlowContext {
    /// The row of Datapath_Binding of a Northbound datapath, if it has one.
    fn datapath_row(&self, datapath: Uuid) -> Option<Uuid>;
    /// The name of a stage.
    fn stage_name(&self, stage: StageIndex) -> String;
    /// Renders a flow again: its content as `encode_content` encodes it.
    fn render(&self, origin: &Origin) -> Option<String>;
}

/// What a flush has asked for, to be asked for again if the transaction fails.
#[derive(Debug, Default)]
pub struct FlowsInFlight {
    /// With the position of the operation.
    flows: Vec<(FlowDigest, usize)>,
    groups: Vec<GroupId>,
    surplus: Vec<Uuid>,
    surplus_groups: Vec<Uuid>,
}

/// The outcome of a flush.
#[derive(Debug, Default)]
pub struct FlowFlush {
    /// What was asked for.
    pub in_flight: FlowsInFlight,
    /// Whether the text of some flow to insert is not at hand: everything must be derived anew.
    pub must_rederive: bool,
}

impl FlowTable {
    /// Appends the operations that are due. The database must answer them before the next flush.
    pub fn flush(&mut self, context: &impl FlowContext, transaction: &mut Transaction) -> FlowFlush {
        let mut flush = FlowFlush::default();
        self.settle_groups();
        self.adopt_group_rows(context);
        let groups = self.groups.take_dirty();
        // Before the groups that lost their flows are forgotten, with their rows.
        groups.iter().for_each(|id| self.groups.inherit_row(*id));
        for id in groups {
            self.flush_group(id, context, transaction);
            flush.in_flight.groups.push(id);
        }
        // Taken, not drained: an emptied set keeps the capacity of the first load, and going through it
        // costs that much each time.
        let mut dirty: Vec<FlowDigest> = std::mem::take(&mut self.dirty).into_iter().collect();
        dirty.sort_unstable();
        for digest in dirty {
            match self.flush_flow(digest, context, transaction) {
                Outcome::Asked => flush.in_flight.flows.push((digest, transaction.len() - 1)),
                Outcome::Nothing => {}
                Outcome::NoText => flush.must_rederive = true,
            }
        }
        for row in std::mem::take(&mut self.surplus) {
            transaction.delete("Logical_Flow", &Where::Uuid(row));
            flush.in_flight.surplus.push(row);
        }
        for row in std::mem::take(&mut self.surplus_groups) {
            transaction.delete("Logical_DP_Group", &Where::Uuid(row));
            flush.in_flight.surplus_groups.push(row);
        }
        flush
    }

    /// The transaction failed: what was asked for is to be asked for again, but for the flow that is to
    /// blame, which waits until something about it changes. Says whether there is one.
    pub fn ask_again(&mut self, in_flight: FlowsInFlight, blame: Blame) -> bool {
        let asked = in_flight.flows.len();
        let others =
            in_flight.flows.into_iter().filter(|(_, operation)| blame != Blame::Operation(*operation));
        let others: Vec<FlowDigest> = others.map(|(digest, _)| digest).collect();
        let has_blamed = others.len() < asked;
        self.dirty.extend(others);
        for id in in_flight.groups {
            self.groups.touch_members(id);
        }
        self.surplus.extend(in_flight.surplus);
        self.surplus_groups.extend(in_flight.surplus_groups);
        has_blamed
    }

    /// Puts each flow whose derivations changed under the union of its sets.
    fn settle_groups(&mut self) {
        let rederived = std::mem::take(&mut self.rederived);
        for digest in rederived {
            let Some(flow) = self.flows.get_mut(&digest) else { continue };
            self.dirty.insert(digest);
            let previous = flow.group;
            let next = if flow.derivations.is_none() {
                None
            } else {
                Some(self.groups.of(flow.derivations.sets(), &mut self.sets, previous))
            };
            if previous == next {
                continue;
            }
            flow.group = next;
            for (id, joins) in [(previous, false), (next, true)] {
                let Some(id) = id else { continue };
                let Some(group) = self.groups.get_mut(id) else { continue };
                let flows = &mut group.flows;
                let has_changed = if joins { flows.insert(digest) } else { flows.remove(&digest) };
                if has_changed {
                    self.groups.touch(id);
                }
            }
        }
    }

    /// Gives groups without a row a row of the database that has their members already: after a
    /// restart or another northd, nothing is written that stands there.
    fn adopt_group_rows(&mut self, context: &impl FlowContext) {
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
        for rows in free.values_mut() {
            rows.sort_unstable_by(|a, b| b.cmp(a));
        }
        let mut wanting: Vec<(GroupId, Vec<Uuid>)> = self
            .groups
            .iter()
            .filter(|(_, group)| group.row.is_none() && !group.flows.is_empty())
            .map(|(id, group)| {
                (id, sorted(group.members().filter_map(|member| context.datapath_row(member)).collect()))
            })
            .collect();
        wanting.retain(|(_, members)| members.len() > 1);
        wanting.sort_unstable_by_key(|(id, _)| *id);
        // Several rows may have the same members: where its flows stand is best.
        for is_last_choice in [false, true] {
            wanting.retain(|(id, members)| {
                let Some(rows) = free.get_mut(members) else { return false };
                let popular = self.popular_row(*id, rows);
                let Some(row) = popular.or_else(|| rows.last().copied().filter(|_| is_last_choice)) else {
                    return true;
                };
                rows.retain(|held| *held != row);
                self.surplus_groups.remove(&row);
                self.groups.claim_row(*id, row);
                false
            });
        }
    }

    /// The row, of these, on which most of a group's flows stand in the database.
    fn popular_row(&self, id: GroupId, rows: &[Uuid]) -> Option<Uuid> {
        let mut votes: HashMap<Uuid, usize, FxBuildHasher> = HashMap::default();
        for digest in &self.groups.get(id)?.flows {
            let written = self.flows.get(digest).and_then(|flow| flow.written);
            if let Some(Place::Group(row)) = written.map(|written| written.place) {
                *votes.entry(row).or_default() += 1;
            }
        }
        let votes = votes.into_iter().filter(|(row, _)| rows.contains(row));
        votes.max_by_key(|(row, votes)| (*votes, *row)).map(|(row, _)| row)
    }

    fn flush_group(&mut self, id: GroupId, context: &impl FlowContext, transaction: &mut Transaction) {
        let Some(group) = self.groups.get_mut(id) else { return };
        if group.flows.is_empty() {
            let row = self.groups.forget(id, &mut self.sets);
            if let Some(row) = row.filter(|row| self.group_rows.contains_key(row)) {
                self.surplus_groups.insert(row);
            }
            return;
        }
        let mut rows = group.members().filter_map(|member| context.datapath_row(member));
        let place = match (rows.next(), rows.next()) {
            (None, _) => Place::Nowhere,
            (Some(row), None) => Place::Datapath(row),
            (Some(_), Some(_)) => Place::Group(group.row.unwrap_or_else(Uuid::new_v4)),
        };
        drop(rows);
        if place != group.placed {
            group.placed = place;
            self.dirty.extend(group.flows.iter().copied());
        }
        let touched = std::mem::take(&mut group.touched);
        let is_unsure = std::mem::take(&mut group.is_unsure);
        let Place::Group(row) = place else {
            if let Some(row) = group.row.filter(|row| self.group_rows.contains_key(row)) {
                transaction.delete("Logical_DP_Group", &Where::Uuid(row));
            }
            return;
        };
        self.groups.claim_row(id, row);
        self.surplus_groups.remove(&row);
        let Some(group) = self.groups.get_mut(id) else { return };
        let held = self.group_rows.get(&row);
        let (mut joined, mut left) = match held {
            Some(held) if !is_unsure => touched_members(group, &touched, held, context),
            _ => all_members(group, held, context),
        };
        if held.is_some() && joined.is_empty() && left.is_empty() {
            return;
        }
        joined.sort_unstable();
        left.sort_unstable();
        group.asked = joined.iter().chain(&left).copied().collect();
        match held {
            Some(_) => change_group(row, &joined, &left, transaction),
            None => insert_group(row, &joined, transaction),
        }
    }

    fn flush_flow(
        &mut self,
        digest: FlowDigest,
        context: &impl FlowContext,
        transaction: &mut Transaction,
    ) -> Outcome {
        let Some(flow) = self.flows.get(&digest) else { return Outcome::Nothing };
        let group = flow.group.and_then(|id| self.groups.get(id));
        let place = group.map_or(Place::Nowhere, |group| group.placed);
        let Some(written) = flow.written else {
            if flow.derivations.is_none() {
                self.flows.remove(&digest);
                self.unwritten.remove(&digest);
                return Outcome::Nothing;
            }
            if place == Place::Nowhere {
                return Outcome::Nothing;
            }
            let Some(content) = self.content_of(digest, context) else { return Outcome::NoText };
            let metadata = self.least_metadata(&flow.derivations).and_then(|id| self.metadata.get(id));
            let Some(metadata) = metadata else { return Outcome::Nothing };
            let stage = &context.stage_name(flow.stage);
            insert_flow(Uuid::new_v4(), &content, place, stage, metadata, transaction);
            return Outcome::Asked;
        };
        if place == Place::Nowhere {
            transaction.delete("Logical_Flow", &Where::Uuid(written.row));
            return Outcome::Asked;
        }
        let wanted = self.least_metadata(&flow.derivations);
        if place == written.place && wanted == Some(written.metadata) {
            return Outcome::Nothing;
        }
        let Some(metadata) = wanted.and_then(|id| self.metadata.get(id)) else { return Outcome::Nothing };
        update_flow(written.row, place, &context.stage_name(flow.stage), metadata, transaction);
        Outcome::Asked
    }

    /// The encoded content of a flow that has to be inserted.
    fn content_of(&self, digest: FlowDigest, context: &impl FlowContext) -> Option<Cow<'_, str>> {
        if let Some(content) = self.unwritten.get(&digest) {
            return Some(Cow::Borrowed(content));
        }
        let origin = self.origins.get(&digest)?.first()?;
        context.render(origin).map(Cow::Owned)
    }

    /// The metadata that a flow carries: the least of its derivations', so that it does not depend
    /// on the order in which they came.
    fn least_metadata(&self, derivations: &Derivations) -> Option<MetadataId> {
        derivations.metadata().min_by_key(|id| self.metadata.get(*id))
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

enum Outcome {
    Asked,
    Nothing,
    NoText,
}
