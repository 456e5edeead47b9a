//! Any answers in parts.

use proptest::prelude::*;
use weft_openflow::message::{
    ChangedFlow, Counters, DumpedFlow, FlowEvent, FlowUpdate, MultipartReply, PortDescription, PortFeatures,
    PortStatistics, SwitchDescription, TableStatistics,
};
use weft_openflow::{
    BandStatistics, BucketStatistics, Flow, FlowFlags, FlowStatistics, GroupFeatures, GroupStatistics,
    MeterFeatures, MeterStatistics, Port, Version,
};

use crate::any_flow::any_flow;
use crate::any_group::{any_group, any_meter};

/// What `version` tells that a flow counted.
pub(crate) fn any_flow_statistics(version: Version) -> impl Strategy<Value = FlowStatistics> {
    let count = || prop::option::of(0..u64::MAX);
    (any::<(u32, u32)>(), prop::option::of(any::<u32>()), count(), count()).prop_map(
        move |((duration_s, duration_ns), age, packets, bytes)| FlowStatistics {
            duration_s,
            duration_ns,
            packets,
            bytes,
            idle_age_s: age.filter(|_| version >= Version::V1_5),
            hard_age_s: None,
        },
    )
}

/// A flow with all that `version` has.
pub(crate) fn any_whole_flow(version: Version) -> impl Strategy<Value = Flow> {
    (any_flow(), 0u16..32, any::<u16>()).prop_map(move |(flow, flags, importance)| Flow {
        flags: FlowFlags::from_wire(flags),
        importance: if version < Version::V1_4 { 0 } else { importance },
        ..flow
    })
}

fn any_dumped_flow(version: Version) -> impl Strategy<Value = DumpedFlow> {
    (any_whole_flow(version), any_flow_statistics(version))
        .prop_map(|(flow, statistics)| DumpedFlow { flow, statistics })
}

fn any_update(version: Version) -> BoxedStrategy<FlowUpdate> {
    let mut events = vec![FlowEvent::Added, FlowEvent::Removed(2), FlowEvent::Modified];
    if version >= Version::V1_4 {
        events.push(FlowEvent::Initial);
    }
    let flow = (prop::sample::select(events), any_flow())
        .prop_map(|(event, flow)| FlowUpdate::Flow(ChangedFlow { event, flow }));
    let own = any::<u32>().prop_map(FlowUpdate::Own);
    if version < Version::V1_4 {
        return prop_oneof![flow, own].boxed();
    }
    prop_oneof![flow, own, Just(FlowUpdate::Paused), Just(FlowUpdate::Resumed)].boxed()
}

pub(crate) fn any_port() -> impl Strategy<Value = PortDescription> {
    (1u16..0xff00, any::<[u8; 6]>(), "[a-z0-9.-]{0,15}", any::<(u32, u32, u32, u32)>()).prop_map(
        |(port, address, name, (config, state, current, speed))| PortDescription {
            port: Port(port),
            address,
            name,
            config,
            state,
            features: PortFeatures { current, current_speed_kbps: speed, ..PortFeatures::default() },
        },
    )
}

fn any_switch_reply() -> impl Strategy<Value = MultipartReply> {
    let description = ("[ -~]{0,255}", "[ -~]{0,31}").prop_map(|(text, serial_number)| {
        MultipartReply::Description(SwitchDescription {
            manufacturer: text.clone(),
            hardware: String::new(),
            software: "3.6".to_string(),
            serial_number,
            datapath: text,
        })
    });
    let tables = prop::collection::vec(any::<(u8, u32, u64, u64)>(), 0..5).prop_map(|tables| {
        let table = |(table, active, lookups, matched)| TableStatistics { table, active, lookups, matched };
        MultipartReply::Tables(tables.into_iter().map(table).collect())
    });
    let ports =
        prop::collection::vec((1u16..100, any::<[u64; 4]>(), any::<(u32, u32)>()), 0..4).prop_map(|ports| {
            let port = |(port, counts, duration): (u16, [u64; 4], _)| PortStatistics {
                port: Port(port),
                duration,
                received: counts,
                sent: [counts[3], 1, 2, 3],
                ethernet: counts,
            };
            MultipartReply::PortStatistics(ports.into_iter().map(port).collect())
        });
    prop_oneof![description, tables, ports]
}

fn any_group_reply(version: Version) -> impl Strategy<Value = MultipartReply> {
    let groups = prop::collection::vec(any_group(version), 0..4).prop_map(MultipartReply::Groups);
    let counted = prop::collection::vec(any::<(u64, u64)>(), 0..4);
    let statistics = (any::<(u32, u32, u64, u64)>(), any::<(u32, u32)>(), counted.clone()).prop_map(
        |((id, references, packets, bytes), duration, counted)| {
            let bucket = |(packets, bytes)| BucketStatistics { packets, bytes };
            let buckets = counted.into_iter().map(bucket).collect();
            let statistics = GroupStatistics { id, references, packets, bytes, duration, buckets };
            MultipartReply::GroupStatistics(vec![statistics.clone(), statistics])
        },
    );
    let features =
        any::<(u32, u32, [u32; 4], [u32; 4])>().prop_map(|(kinds, capabilities, max_groups, actions)| {
            MultipartReply::GroupFeatures(GroupFeatures { kinds, capabilities, max_groups, actions })
        });
    let meters = prop::collection::vec(any_meter(), 0..4).prop_map(MultipartReply::Meters);
    let meter_statistics = (any::<(u32, u32, u64, u64)>(), any::<(u32, u32)>(), counted).prop_map(
        |((id, flows, packets, bytes), duration, counted)| {
            let band = |(packets, bytes)| BandStatistics { packets, bytes };
            let bands = counted.into_iter().map(band).collect();
            let statistics = MeterStatistics { id, flows, packets, bytes, duration, bands };
            MultipartReply::MeterStatistics(vec![statistics.clone(), statistics])
        },
    );
    let meter_features = any::<(u32, u32, u32, u8, u8)>().prop_map(
        |(max_meters, band_types, capabilities, max_bands, max_color)| {
            let features = MeterFeatures { max_meters, band_types, capabilities, max_bands, max_color };
            MultipartReply::MeterFeatures(features)
        },
    );
    prop_oneof![groups, statistics, features, meters, meter_statistics, meter_features]
}

pub(crate) fn any_multipart_reply(version: Version) -> impl Strategy<Value = MultipartReply> {
    let flows = prop::collection::vec(any_dumped_flow(version), 0..4).prop_map(MultipartReply::Flows);
    let aggregate = (0..u64::MAX, 0..u64::MAX, any::<u32>()).prop_map(|(packets, bytes, flows)| {
        MultipartReply::Aggregate(Counters {
            packets: Some(packets),
            bytes: Some(bytes),
            flows: Some(flows),
            ..Counters::default()
        })
    });
    let ports = prop::collection::vec(any_port(), 0..4).prop_map(MultipartReply::Ports);
    let updates = prop::collection::vec(any_update(version), 0..4).prop_map(MultipartReply::FlowUpdates);
    prop_oneof![any_switch_reply(), any_group_reply(version), flows, aggregate, ports, updates]
}
