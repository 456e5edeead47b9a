//! Groups on the wire.

use std::collections::HashSet;

use super::config::{Bucket, Group, GroupCommand, GroupKind, GroupMod, SelectionMethod, bucket_id, group_id};
use super::fields::{put_selection_fields, read_selection_fields};
use crate::decode::Reader;
use crate::message::flow_parts::{put_actions, read_actions};
use crate::message::property::{
    UNKNOWN_PROPERTY, next_property, property_u16, property_u32, property_value, put_property,
    put_u16_property, put_u32_property,
};
use crate::message::vendor;
use crate::message::wire::{
    put_length_at, put_text, put_u16, put_u32, put_u64, put_zeros, read_all, read_entry, read_port, read_text,
};
use crate::message::{EncodeError, ErrorCode, MessageError};
use crate::port::Port;
use crate::version::Version;

const WEIGHT: u16 = 0;
const WATCH_PORT: u16 = 1;
const WATCH_GROUP: u16 = 2;
const EXPERIMENTER: u16 = 0xffff;
/// The number of Netronome's that Open vSwitch used by mistake for a while.
const NETRONOME_BY_MISTAKE: u32 = 0x0000_1540;
const SELECTION_METHOD: u32 = 1;
const METHOD_SIZE: usize = 16;

impl GroupKind {
    fn decode(r: &mut Reader<'_>) -> Result<GroupKind, MessageError> {
        let number = usize::from(r.u8()?);
        let unknown = MessageError::refused(ErrorCode::BAD_GROUP_TYPE, "an unknown type of groups");
        GroupKind::ALL.get(number).copied().ok_or(unknown)
    }
}

impl Bucket {
    /// A bucket of OpenFlow before 1.5, the `place`th.
    fn decode_old(r: &mut Reader<'_>, version: Version, place: u32) -> Result<Bucket, MessageError> {
        let mut r = read_entry(r, 16).map_err(|_| BAD_BUCKET)?;
        let weight = r.u16()?;
        let watch_port = read_port(&mut r).map_err(|_| BAD_WATCH)?;
        let watch_group = r.u32()?;
        r.take(4)?;
        let actions = read_actions(&mut r, version)?;
        Ok(Bucket { id: place, weight, watch_port, watch_group, actions })
    }

    fn decode(r: &mut Reader<'_>, version: Version, kind: GroupKind) -> Result<Bucket, MessageError> {
        let mut r = read_entry(r, 8).map_err(|_| BAD_BUCKET)?;
        let actions_length = usize::from(r.u16()?);
        let id = r.u32()?;
        if id > bucket_id::MAX {
            return Err(BAD_BUCKET);
        }
        let actions = read_actions(&mut r.part(actions_length).map_err(|_| BAD_BUCKET)?, version)?;
        let mut bucket = Bucket { id, ..Bucket::new(kind, actions) };
        while !r.is_empty() {
            let (property, value) = next_property(&mut r)?;
            match property {
                WEIGHT => bucket.weight = property_u16(value)?,
                WATCH_PORT => {
                    bucket.watch_port = property_value(value, read_port).map_err(|_| BAD_WATCH)?;
                }
                WATCH_GROUP => bucket.watch_group = property_u32(value)?,
                _ => return Err(UNKNOWN_PROPERTY),
            }
        }
        Ok(bucket)
    }

    fn encode_old(&self, version: Version, out: &mut Vec<u8>) {
        let start = out.len();
        put_zeros(out, 2);
        put_u16(out, self.weight);
        put_u32(out, self.watch_port.to_u32());
        put_u32(out, self.watch_group);
        put_zeros(out, 4);
        put_actions(out, &self.actions, version);
        put_length_at(out, start, start);
    }

    fn encode(&self, version: Version, kind: GroupKind, id: u32, out: &mut Vec<u8>) {
        let start = out.len();
        put_zeros(out, 4);
        put_u32(out, id);
        let actions_start = out.len();
        put_actions(out, &self.actions, version);
        put_length_at(out, start + 2, actions_start);
        if kind == GroupKind::Select || self.weight != 0 {
            put_u16_property(out, WEIGHT, self.weight);
        }
        if self.watch_port != Port::NONE {
            put_u32_property(out, WATCH_PORT, self.watch_port.to_u32());
        }
        if self.watch_group != group_id::ANY {
            put_u32_property(out, WATCH_GROUP, self.watch_group);
        }
        put_length_at(out, start, start);
    }
}

const BAD_BUCKET: MessageError = MessageError::refused(ErrorCode::BAD_BUCKET, "a malformed bucket");
const BAD_WATCH: MessageError =
    MessageError::refused(ErrorCode::BAD_WATCH, "a bucket watches a port that there cannot be");

fn read_buckets(r: &mut Reader<'_>, version: Version, kind: GroupKind) -> Result<Vec<Bucket>, MessageError> {
    if version < Version::V1_5 {
        let mut place = 0..;
        return read_all(r, |r| Bucket::decode_old(r, version, place.next().unwrap_or_default()));
    }
    let buckets = read_all(r, |r| Bucket::decode(r, version, kind))?;
    let mut seen = HashSet::new();
    if buckets.iter().all(|bucket| seen.insert(bucket.id)) {
        Ok(buckets)
    } else {
        Err(MessageError::refused(ErrorCode::BAD_BUCKET, "two buckets have one number"))
    }
}

fn put_buckets(out: &mut Vec<u8>, group: &Group, version: Version) {
    if version < Version::V1_5 {
        return group.buckets.iter().for_each(|bucket| bucket.encode_old(version, out));
    }
    let has_id = |bucket: &&Bucket| bucket.id <= bucket_id::MAX;
    let taken: HashSet<u32> = group.buckets.iter().filter(has_id).map(|bucket| bucket.id).collect();
    let mut free = (0..).filter(|id| !taken.contains(id));
    for bucket in &group.buckets {
        let id = if has_id(&bucket) { bucket.id } else { free.next().unwrap_or_default() };
        bucket.encode(version, group.kind, id, out);
    }
}

impl SelectionMethod {
    fn decode_properties(
        r: &mut Reader<'_>,
        kind: GroupKind,
    ) -> Result<Option<SelectionMethod>, MessageError> {
        const VALUE: MessageError =
            MessageError::refused(ErrorCode::BAD_PROPERTY_VALUE, "a group cannot select so");
        let mut found = None;
        while !r.is_empty() {
            let (property, mut value) = next_property(r)?;
            if property != EXPERIMENTER {
                return Err(UNKNOWN_PROPERTY);
            }
            let experimenter = value.u32()?;
            let known = [vendor::NETRONOME, NETRONOME_BY_MISTAKE].contains(&experimenter);
            if !known || value.u32()? != SELECTION_METHOD {
                return Err(UNKNOWN_PROPERTY);
            }
            value.take(4)?;
            let method = read_text(&mut value, METHOD_SIZE)?;
            let parameter = value.u64()?;
            let fields = read_selection_fields(&mut value)?;
            let possible = match method.as_str() {
                "hash" => true,
                "dp_hash" => fields.is_empty(),
                _ => false,
            };
            if kind != GroupKind::Select || !possible {
                return Err(VALUE);
            }
            found = Some(SelectionMethod { method, parameter, fields });
        }
        Ok(found)
    }

    fn encode(&self, version: Version, out: &mut Vec<u8>) {
        put_property(out, EXPERIMENTER, |b| {
            put_u32(b, vendor::NETRONOME);
            put_u32(b, SELECTION_METHOD);
            put_zeros(b, 4);
            put_text(b, &self.method, METHOD_SIZE);
            put_u64(b, self.parameter);
            put_selection_fields(b, &self.fields, version);
        });
    }
}

impl Group {
    /// An entry of the reply to a request for groups.
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<Group, MessageError> {
        let old = version < Version::V1_5;
        let mut r = read_entry(r, if old { 8 } else { 16 })?;
        let kind = GroupKind::decode(&mut r)?;
        r.take(1)?;
        let id = r.u32()?;
        if old {
            let buckets = read_buckets(&mut r, version, kind)?;
            return Ok(Group { id, kind, selection: None, buckets });
        }
        let buckets_length = usize::from(r.u16()?);
        r.take(6)?;
        let buckets = read_buckets(&mut r.part(buckets_length)?, version, kind)?;
        let selection = SelectionMethod::decode_properties(&mut r, kind)?;
        Ok(Group { id, kind, selection, buckets })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let start = out.len();
        put_zeros(out, 2);
        out.extend([self.kind as u8, 0]);
        put_u32(out, self.id);
        if version >= Version::V1_5 {
            put_zeros(out, 8);
        }
        let buckets_start = out.len();
        put_buckets(out, self, version);
        if version >= Version::V1_5 {
            put_length_at(out, start + 8, buckets_start);
            self.selection.iter().for_each(|selection| selection.encode(version, out));
        }
        put_length_at(out, start, start);
    }
}

impl GroupCommand {
    /// Its number, and the bucket that it is about.
    fn numbers(self) -> (u16, u32) {
        match self {
            GroupCommand::Add => (0, bucket_id::ALL),
            GroupCommand::Modify => (1, bucket_id::ALL),
            GroupCommand::Delete => (2, bucket_id::ALL),
            GroupCommand::InsertBucket(id) => (3, id),
            GroupCommand::RemoveBucket(id) => (5, id),
            GroupCommand::AddOrModify => (0x8000, bucket_id::ALL),
        }
    }

    fn from_numbers(number: u16, bucket: u32) -> Option<GroupCommand> {
        match number {
            0 => Some(GroupCommand::Add),
            1 => Some(GroupCommand::Modify),
            2 => Some(GroupCommand::Delete),
            3 => Some(GroupCommand::InsertBucket(bucket)),
            5 => Some(GroupCommand::RemoveBucket(bucket)),
            0x8000 => Some(GroupCommand::AddOrModify),
            _ => None,
        }
    }
}

impl GroupMod {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<GroupMod, MessageError> {
        const COMMAND: MessageError =
            MessageError::refused(ErrorCode::BAD_GROUP_COMMAND, "an unknown command for a group");
        let number = r.u16()?;
        let kind = GroupKind::decode(r)?;
        r.take(1)?;
        let id = r.u32()?;
        if version < Version::V1_5 {
            let command = GroupCommand::from_numbers(number, bucket_id::ALL).ok_or(COMMAND)?;
            let bucket_command =
                matches!(command, GroupCommand::InsertBucket(_) | GroupCommand::RemoveBucket(_));
            if bucket_command {
                return Err(COMMAND);
            }
            let buckets = read_buckets(r, version, kind)?;
            return Ok(GroupMod { command, group: Group { id, kind, selection: None, buckets } });
        }
        let buckets_length = usize::from(r.u16()?);
        r.take(2)?;
        let command = GroupCommand::from_numbers(number, r.u32()?).ok_or(COMMAND)?;
        let buckets = read_buckets(&mut r.part(buckets_length)?, version, kind)?;
        let selection = SelectionMethod::decode_properties(r, kind)?;
        Ok(GroupMod { command, group: Group { id, kind, selection, buckets } })
    }

    /// # Errors
    /// Before OpenFlow 1.5, commands for buckets and methods of selection.
    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let (number, bucket) = self.command.numbers();
        put_u16(out, number);
        out.extend([self.group.kind as u8, 0]);
        put_u32(out, self.group.id);
        if version < Version::V1_5 {
            let not_there = |what| Err(EncodeError::NotInVersion { what, version });
            if matches!(self.command, GroupCommand::InsertBucket(_) | GroupCommand::RemoveBucket(_)) {
                return not_there("a command for buckets of a group");
            }
            if self.group.selection.is_some() {
                return not_there("how a group selects buckets");
            }
            put_buckets(out, &self.group, version);
            return Ok(());
        }
        let length_at = out.len();
        put_zeros(out, 4);
        put_u32(out, bucket);
        let buckets_start = out.len();
        put_buckets(out, &self.group, version);
        put_length_at(out, length_at, buckets_start);
        self.group.selection.iter().for_each(|selection| selection.encode(version, out));
        Ok(())
    }
}
