//! The operations that bring the database's flows to what the rules derive.

use std::borrow::Cow;
use uuid::Uuid;
use weft_ovsdb::{Transaction, Where};

use super::blame::Blame;
use super::content::FlowDigest;
use super::derivations::Derivations;
use super::flow_operations::{insert_flow, update_flow};
use super::flow_table::{FlowTable, Origin, StageIndex};
use super::groups::{GroupId, Place};
use super::metadata::MetadataId;

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
        flush.in_flight.groups = self.flush_groups(context, transaction);
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

enum Outcome {
    Asked,
    Nothing,
    NoText,
}
