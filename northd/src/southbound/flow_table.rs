//! All logical flows: those that rules derive and those that the Southbound database holds.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;
use weft_plan::plan::HeadId;
use weft_value::Row;

use super::content::{Digester, FlowContent, FlowDigest};
use super::datapath_sets::{DatapathSets, SetKey};
use super::derivations::Derivations;
use super::flow_operations::encode_content;
use super::groups::{GroupId, Groups, Place};
use super::metadata::{Metadata, MetadataId, MetadataPool};

type FastMap<K, V> = HashMap<K, V, FxBuildHasher>;
type FastSet<T> = HashSet<T, FxBuildHasher>;

/// A stage by its position in the plan.
pub type StageIndex = u16;

/// The row of a head that a flow is rendered from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The head.
    pub head: HeadId,
    /// Its row.
    pub row: Row,
}

/// One derivation of a flow.
#[derive(Debug)]
pub struct FlowDerivation<'a> {
    /// The stage.
    pub stage: StageIndex,
    /// What the flow is.
    pub content: FlowContent<'a>,
    /// On which datapaths.
    pub set: SetKey,
    /// What it carries for people.
    pub metadata: Metadata,
    /// What it is rendered from.
    pub origin: Origin,
}

/// A flow as the database holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) row: Uuid,
    pub(super) place: Place,
    pub(super) metadata: MetadataId,
}

/// One flow: no text of its own, only what is needed to tell what to write.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) stage: StageIndex,
    pub(super) derivations: Derivations,
    pub(super) group: Option<GroupId>,
    pub(super) written: Option<Written>,
}

impl Flow {
    fn new(stage: StageIndex) -> Self {
        Self { stage, derivations: Derivations::None, group: None, written: None }
    }
}

/// All flows. A flow's text is held only between its derivation and its commit.
#[derive(Debug)]
pub struct FlowTable {
    digester: Digester,
    pub(super) metadata: MetadataPool,
    pub(super) sets: DatapathSets,
    pub(super) groups: Groups,
    pub(super) flows: FastMap<FlowDigest, Flow>,
    rows: FastMap<Uuid, FlowDigest>,
    /// Encoded content of flows that are derived and not yet in the database.
    pub(super) unwritten: FastMap<FlowDigest, Box<str>>,
    /// What flows on classes are rendered from: a class may lose its last member and have one again
    /// while the flow stays derived, and its text is needed again then.
    pub(super) origins: FastMap<FlowDigest, Vec<Origin>>,
    /// Flows whose derivations changed since the last flush.
    pub(super) rederived: FastSet<FlowDigest>,
    /// Flows to compare with the database.
    pub(super) dirty: FastSet<FlowDigest>,
    /// Rows that no flow can claim: duplicates, and flows of stages that the rules do not know.
    pub(super) surplus: FastSet<Uuid>,
    /// Rows of Logical_DP_Group as the database holds them, with their members.
    pub(super) group_rows: FastMap<Uuid, FastSet<Uuid>>,
    /// Rows of Logical_DP_Group that no group claims.
    pub(super) surplus_groups: FastSet<Uuid>,
    derivations: i64,
}

impl FlowTable {
    /// An empty table whose digests are seeded with `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            digester: Digester::new(seed),
            metadata: MetadataPool::default(),
            sets: DatapathSets::default(),
            groups: Groups::default(),
            flows: FastMap::default(),
            rows: FastMap::default(),
            unwritten: FastMap::default(),
            origins: FastMap::default(),
            rederived: FastSet::default(),
            dirty: FastSet::default(),
            surplus: FastSet::default(),
            group_rows: FastMap::default(),
            surplus_groups: FastSet::default(),
            derivations: 0,
        }
    }

    /// A flow is derived `diff` times more. Within a transaction, additions come first.
    pub fn change_flow(&mut self, derivation: FlowDerivation<'_>, diff: i64) {
        let FlowDerivation { stage, content, set, metadata, origin } = derivation;
        let digest = self.digester.digest(&content);
        if matches!(set, SetKey::Class(_)) {
            self.change_origin(digest, origin, diff);
        }
        let (set, metadata) = if diff > 0 {
            (self.sets.acquire(set), self.metadata.acquire(metadata))
        } else {
            let (Some(set), Some(metadata)) = (self.sets.find(&set), self.metadata.find(&metadata)) else {
                tracing::error!(stage = content.stage, "a flow was withdrawn that was never derived");
                return;
            };
            (set, metadata)
        };
        let flow = self.flows.entry(digest).or_insert_with(|| Flow::new(stage));
        flow.derivations.add(set, metadata, diff);
        self.derivations += diff;
        if diff > 0 && flow.written.is_none() {
            self.unwritten.entry(digest).or_insert_with(|| encode_content(&content).into_boxed_str());
        }
        for _ in 1..diff {
            self.sets.hold(set);
            self.metadata.hold(metadata);
        }
        for _ in diff..0 {
            self.sets.release(set);
            self.metadata.release(metadata);
        }
        self.rederived.insert(digest);
    }

    fn change_origin(&mut self, digest: FlowDigest, origin: Origin, diff: i64) {
        let origins = self.origins.entry(digest).or_default();
        if diff > 0 {
            origins.push(origin);
        } else if let Some(position) = origins.iter().position(|held| *held == origin) {
            origins.swap_remove(position);
        }
        if origins.is_empty() {
            self.origins.remove(&digest);
        }
    }

    /// The rows that flows may have to be rendered from: roots of the interner.
    pub fn origins(&self) -> impl Iterator<Item = &Row> + '_ {
        self.origins.values().flatten().map(|origin| &origin.row)
    }

    /// A datapath is derived `diff` times more as a member of a class.
    pub fn change_member(&mut self, class: SetKey, datapath: Uuid, diff: i64) {
        let (set, became) = self.sets.change_member(class, datapath, diff);
        if let Some(joined) = became {
            self.groups.member_changed(set, datapath, joined);
        }
        self.sets.forget_if_unused(set);
    }

    /// The Southbound row of a datapath appeared or went.
    pub fn datapath_changed(&mut self, datapath: Uuid) {
        self.groups.datapath_changed(datapath, self.sets.of_datapath(datapath));
    }

    /// The database holds this row of Logical_Flow. None for a stage that the rules do not know.
    pub fn row_seen(
        &mut self,
        row: Uuid,
        flow: Option<(StageIndex, FlowContent<'_>)>,
        place: Place,
        metadata: Metadata,
    ) {
        let Some((stage, content)) = flow else {
            self.surplus.insert(row);
            return;
        };
        let digest = self.digester.digest(&content);
        let metadata = self.metadata.acquire(metadata);
        let flow = self.flows.entry(digest).or_insert_with(|| Flow::new(stage));
        match flow.written {
            Some(written) if written.row != row => {
                self.metadata.release(metadata);
                self.surplus.insert(row);
                return;
            }
            Some(written) => self.metadata.release(written.metadata),
            None => {}
        }
        flow.written = Some(Written { row, place, metadata });
        self.rows.insert(row, digest);
        self.unwritten.remove(&digest);
        self.dirty.insert(digest);
    }

    /// The database holds a known row with another place or metadata.
    pub fn row_modified(&mut self, row: Uuid, place: Place, metadata: Metadata) {
        let Some(digest) = self.rows.get(&row) else { return };
        let Some(written) = self.flows.get_mut(digest).and_then(|flow| flow.written.as_mut()) else { return };
        written.place = place;
        let id = self.metadata.acquire(metadata);
        self.metadata.release(std::mem::replace(&mut written.metadata, id));
        self.dirty.insert(*digest);
    }

    /// Whether a row of Logical_Flow is that of some flow.
    #[must_use]
    pub fn knows_row(&self, row: Uuid) -> bool {
        self.rows.contains_key(&row)
    }

    /// The database does not hold this row of Logical_Flow any more.
    pub fn row_gone(&mut self, row: Uuid) {
        self.surplus.remove(&row);
        let Some(digest) = self.rows.remove(&row) else { return };
        let Some(flow) = self.flows.get_mut(&digest) else { return };
        if let Some(written) = flow.written.take() {
            self.metadata.release(written.metadata);
        }
        self.dirty.insert(digest);
    }

    /// The database holds this row of Logical_DP_Group with these members, rows of Datapath_Binding.
    pub fn group_row_seen(&mut self, row: Uuid, members: impl IntoIterator<Item = Uuid>) {
        let members: FastSet<Uuid> = members.into_iter().collect();
        let held = self.group_rows.remove(&row).unwrap_or_default();
        if !self.groups.row_changed(row, held.symmetric_difference(&members)) {
            self.surplus_groups.insert(row);
        }
        self.group_rows.insert(row, members);
    }

    /// The database does not hold this row of Logical_DP_Group any more.
    pub fn group_row_gone(&mut self, row: Uuid) {
        self.group_rows.remove(&row);
        self.surplus_groups.remove(&row);
        self.groups.touch_row(row);
    }

    /// Marks everything as to be compared with the database again.
    pub fn touch_all(&mut self) {
        self.dirty.extend(self.flows.keys());
        self.groups.touch_all();
    }

    /// How many flows are to be compared, some of them twice.
    #[must_use]
    pub fn touched(&self) -> usize {
        self.dirty.len() + self.rederived.len()
    }

    /// How many flows are derived or written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// How often flows are derived, all taken together.
    #[must_use]
    pub fn derivations(&self) -> i64 {
        self.derivations
    }

    /// Whether there is no flow.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }
}
