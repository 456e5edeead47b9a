//! What a group is.

use crate::action::Actions;
use crate::field::Field;
use crate::port::Port;

/// Numbers of groups that have a meaning.
pub mod group_id {
    /// The highest number that a group can have.
    pub const MAX: u32 = 0xffff_ff00;
    /// All groups, for deleting and in requests.
    pub const ALL: u32 = 0xffff_fffc;
    /// Any group, or none.
    pub const ANY: u32 = 0xffff_ffff;
}

/// Numbers of buckets that have a meaning.
pub mod bucket_id {
    /// The highest number that a bucket can have.
    pub const MAX: u32 = 0xffff_ff00;
    /// The first bucket of the group.
    pub const FIRST: u32 = 0xffff_fffd;
    /// The last bucket of the group.
    pub const LAST: u32 = 0xffff_fffe;
    /// All buckets of the group; for a bucket, that it gets a number when it is sent.
    pub const ALL: u32 = 0xffff_ffff;
}

/// Which buckets get a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// All.
    All,
    /// One that is chosen.
    Select,
    /// The only one.
    Indirect,
    /// The first that is alive.
    FastFailover,
}

impl GroupKind {
    pub(super) const ALL: [GroupKind; 4] =
        [GroupKind::All, GroupKind::Select, GroupKind::Indirect, GroupKind::FastFailover];
}

/// Actions of a group, and when they run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// Its number, or [`bucket_id::ALL`] for one that it gets when it is sent; before OpenFlow 1.5 its place.
    pub id: u32,
    /// Its share of the packets of a group that selects.
    pub weight: u16,
    /// It is alive while this port is; [`Port::NONE`] for none.
    pub watch_port: Port,
    /// It is alive while this group is; [`group_id::ANY`] for none.
    pub watch_group: u32,
    /// What happens to a packet.
    pub actions: Actions,
}

impl Bucket {
    /// A bucket with `actions` that watches nothing, with the weight that groups of `kind` give to buckets.
    pub fn new(kind: GroupKind, actions: Actions) -> Bucket {
        Bucket {
            id: bucket_id::ALL,
            weight: default_weight(kind),
            watch_port: Port::NONE,
            watch_group: group_id::ANY,
            actions,
        }
    }
}

/// The weight of a bucket that has none of its own.
pub(super) fn default_weight(kind: GroupKind) -> u16 {
    u16::from(kind == GroupKind::Select)
}

/// How a group selects buckets (Netronome's extension; from OpenFlow 1.5 on).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SelectionMethod {
    /// `hash` or `dp_hash`, at most 15 bytes.
    pub method: String,
    /// A number for the method.
    pub parameter: u64,
    /// The fields that are hashed, each once, and their bits that count; none for a choice of the switch's.
    pub fields: Vec<(Field, u128)>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// Its number.
    pub id: u32,
    /// Which buckets get a packet.
    pub kind: GroupKind,
    /// How one is selected.
    pub selection: Option<SelectionMethod>,
    /// Its buckets.
    pub buckets: Vec<Bucket>,
}

/// What happens to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupCommand {
    /// It is new.
    Add,
    /// It changes.
    Modify,
    /// It is new, or changes; Open vSwitch's extension.
    AddOrModify,
    /// It goes; [`group_id::ALL`] for all.
    Delete,
    /// Buckets come after the bucket of this number, or at [`bucket_id::FIRST`] or [`bucket_id::LAST`]; from
    /// OpenFlow 1.5 on.
    InsertBucket(u32),
    /// The bucket of this number goes, or [`bucket_id::FIRST`], [`bucket_id::LAST`], [`bucket_id::ALL`]; from
    /// OpenFlow 1.5 on.
    RemoveBucket(u32),
}

/// Changes a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupMod {
    /// What happens.
    pub command: GroupCommand,
    /// The group; for buckets, only its number and the buckets that come count.
    pub group: Group,
}

impl GroupMod {
    /// Deletes the group `id`, or all for [`group_id::ALL`].
    pub fn delete(id: u32) -> GroupMod {
        let group = Group { id, kind: GroupKind::All, selection: None, buckets: Vec::new() };
        GroupMod { command: GroupCommand::Delete, group }
    }
}
