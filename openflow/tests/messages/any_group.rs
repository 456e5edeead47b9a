//! Any groups and meters.

use proptest::prelude::*;
use weft_openflow::{
    Band, BandKind, Bucket, Field, Group, GroupCommand, GroupKind, GroupMod, Meter, MeterCommand, MeterMod,
    Port, SelectionMethod, Version, bucket_id, group_id, low_bits, meter_flags,
};

use crate::any_flow::any_actions;

/// A group whose buckets have numbers, in versions where they have none of their own by their places.
pub(crate) fn any_group(version: Version) -> impl Strategy<Value = Group> {
    let kinds = [GroupKind::All, GroupKind::Select, GroupKind::Indirect, GroupKind::FastFailover];
    (0..=group_id::MAX, prop::sample::select(kinds.to_vec()))
        .prop_flat_map(move |(id, kind)| {
            let count = if kind == GroupKind::Indirect { 1..2 } else { 0..5 };
            let buckets = prop::collection::vec(any_bucket(kind), count);
            (Just(id), Just(kind), any_selection(version, kind), buckets)
        })
        .prop_map(|(id, kind, selection, mut buckets)| {
            (0..).zip(&mut buckets).for_each(|(n, bucket)| bucket.id = n);
            Group { id, kind, selection, buckets }
        })
}

fn any_bucket(kind: GroupKind) -> impl Strategy<Value = Bucket> {
    (any::<u16>(), 1u16..100, any_actions()).prop_map(move |(weight, port, actions)| {
        let new = Bucket::new(kind, actions);
        match kind {
            GroupKind::Select => Bucket { weight, ..new },
            GroupKind::FastFailover => Bucket { watch_port: Port(port), watch_group: 7, ..new },
            GroupKind::All | GroupKind::Indirect => new,
        }
    })
}

fn any_selection(version: Version, kind: GroupKind) -> BoxedStrategy<Option<SelectionMethod>> {
    if version < Version::V1_5 || kind != GroupKind::Select {
        return Just(None).boxed();
    }
    let hash = SelectionMethod {
        method: "hash".to_string(),
        parameter: 0,
        fields: vec![(Field::IPV4_SRC, low_bits(32)), (Field::IPV4_DST, 0xffff_ff00)],
    };
    let dp_hash =
        |parameter| Some(SelectionMethod { method: "dp_hash".to_string(), parameter, fields: Vec::new() });
    prop_oneof![Just(None), Just(Some(hash)), any::<u64>().prop_map(dp_hash)].boxed()
}

pub(crate) fn any_group_mod(version: Version) -> BoxedStrategy<GroupMod> {
    let add = any_group(version).prop_flat_map(|group| {
        let commands = vec![GroupCommand::Add, GroupCommand::Modify, GroupCommand::AddOrModify];
        (prop::sample::select(commands), Just(group)).prop_map(|(command, group)| GroupMod { command, group })
    });
    let empty = |id| Group { id, kind: GroupKind::All, selection: None, buckets: Vec::new() };
    let delete = Just(GroupMod { command: GroupCommand::Delete, group: empty(group_id::ALL) });
    if version < Version::V1_5 {
        return prop_oneof![add, delete].boxed();
    }
    let remove = prop::sample::select(vec![bucket_id::FIRST, bucket_id::LAST, bucket_id::ALL, 3])
        .prop_map(move |bucket| GroupMod { command: GroupCommand::RemoveBucket(bucket), group: empty(1) });
    let insert = any_actions().prop_map(move |actions| GroupMod {
        command: GroupCommand::InsertBucket(bucket_id::LAST),
        group: Group { buckets: vec![Bucket { id: 9, ..Bucket::new(GroupKind::All, actions) }], ..empty(1) },
    });
    prop_oneof![add, delete, remove, insert].boxed()
}

pub(crate) fn any_meter() -> impl Strategy<Value = Meter> {
    let unit = prop::sample::select(vec![meter_flags::KBPS, meter_flags::PACKETS_PER_SECOND]);
    let band = (prop::option::of(1u8..5), 1u32.., 1u32..);
    (1u32..1000, unit, any::<bool>(), any::<bool>(), prop::collection::vec(band, 1..4)).prop_map(
        |(id, unit, burst, counts, bands)| {
            let flags = unit
                | if burst { meter_flags::BURST } else { 0 }
                | if counts { meter_flags::STATISTICS } else { 0 };
            let bands = bands.into_iter().map(|(level, rate, burst_size)| Band {
                kind: level.map_or(BandKind::Drop, BandKind::DscpRemark),
                rate,
                burst_size: if burst { burst_size } else { 0 },
            });
            Meter { id, flags, bands: bands.collect() }
        },
    )
}

pub(crate) fn any_meter_mod() -> impl Strategy<Value = MeterMod> {
    let commands = vec![MeterCommand::Add, MeterCommand::Modify];
    let change = (prop::sample::select(commands), any_meter())
        .prop_map(|(command, meter)| MeterMod { command, meter });
    let delete = (1u32..1000).prop_map(|id| MeterMod {
        command: MeterCommand::Delete,
        meter: Meter { id, flags: 0, bands: Vec::new() },
    });
    prop_oneof![change, delete]
}
