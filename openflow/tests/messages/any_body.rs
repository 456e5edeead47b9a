//! Any messages.

use proptest::prelude::*;
use weft_openflow::message::{
    AsyncConfig, AsyncKind, AsyncMask, Body, BundleAdd, BundleCommand, BundleControl, ConnectionFlush,
    ConnectionTuple, ErrorCode, ErrorMessage, FlowCommand, FlowMod, FlowMonitor, FlowQuery, FlowRemoved,
    Hello, Message, MonitorCommand, MultipartRequest, PacketIn, PacketOut, PortChange, PortStatus, Role,
    RoleRequest, RoleStatus, SwitchConfig, SwitchFeatures, TunnelOption, TunnelOptionMod, TunnelOptionTable,
};
use weft_openflow::{Flow, Match, Port, Version, group_id};

use crate::any_flow::{any_actions, any_flow, any_match, any_match_with};
use crate::any_group::{any_group_mod, any_meter_mod};
use crate::any_reply::{any_flow_statistics, any_multipart_reply, any_port, any_whole_flow};

pub(crate) fn any_message(version: Version) -> impl Strategy<Value = Message> {
    (any::<u32>(), any_body(version)).prop_map(|(xid, body)| Message { xid, body })
}

/// Any body; bodies of versions and of bundles stand beside the others, since they have some of these inside.
pub(crate) fn any_body(version: Version) -> BoxedStrategy<Body> {
    let add = (any::<u32>(), any_bundled(version)).prop_map(|(bundle, message)| {
        Body::BundleAdd(BundleAdd { bundle, flags: 3, message: Box::new(message) })
    });
    let forward = (any::<u32>(), any_group_mod(version))
        .prop_map(|(xid, group)| Body::RequestForward(Box::new(Message::new(xid, Body::GroupMod(group)))));
    let reply = (any_multipart_reply(version), any::<bool>())
        .prop_map(|(reply, more)| Body::MultipartReply { reply, more });
    prop_oneof![
        4 => any_change(version),
        4 => reply,
        3 => any_multipart_request(version),
        3 => any_switch_body(version),
        3 => any_unasked(version),
        3 => any_extension(version),
        1 => add,
        1 => forward,
    ]
    .boxed()
}

/// A body that changes flows, groups and meters.
fn any_change(version: Version) -> BoxedStrategy<Body> {
    prop_oneof![3 => any_bundled(version), 1 => any_meter_mod().prop_map(Body::MeterMod)].boxed()
}

/// A body that can be in a bundle.
fn any_bundled(version: Version) -> BoxedStrategy<Body> {
    prop_oneof![
        any_flow_mod(version).prop_map(Body::FlowMod),
        any_group_mod(version).prop_map(Body::GroupMod),
        any_packet_out(version).prop_map(Body::PacketOut),
    ]
    .boxed()
}

pub(crate) fn any_flow_mod(version: Version) -> impl Strategy<Value = FlowMod> {
    let commands = vec![
        FlowCommand::Add,
        FlowCommand::Modify,
        FlowCommand::ModifyStrict,
        FlowCommand::Delete,
        FlowCommand::DeleteStrict,
    ];
    (prop::sample::select(commands), any_whole_flow(version), any::<u64>())
        .prop_map(|(command, flow, cookie_mask)| FlowMod { cookie_mask, ..FlowMod::new(command, flow) })
}

fn any_packet_out(version: Version) -> impl Strategy<Value = PacketOut> {
    let packet = prop::collection::vec(any::<u8>(), 14..60);
    (1u16..100, any_match_with(Match::any()), any_actions(), packet).prop_map(
        move |(port, mut metadata, actions, packet)| {
            metadata.remove(weft_openflow::Field::IN_PORT);
            PacketOut {
                buffer: u32::MAX,
                in_port: Port(port),
                metadata: if version < Version::V1_5 { Match::any() } else { metadata },
                actions,
                packet,
            }
        },
    )
}

fn any_switch_body(version: Version) -> impl Strategy<Value = Body> {
    let features = any::<(u64, u32, u8, u8, u32)>().prop_map(
        |(datapath_id, buffers, tables, auxiliary_id, capabilities)| {
            let reserved = 0;
            SwitchFeatures { datapath_id, buffers, tables, auxiliary_id, capabilities, reserved }
        },
    );
    let config = (0u16..3, any::<u16>())
        .prop_map(|(flags, miss_send_length)| SwitchConfig { flags, miss_send_length });
    let roles = vec![Role::NoChange, Role::Equal, Role::Primary, Role::Secondary];
    let role = (prop::sample::select(roles), any::<u64>())
        .prop_map(|(role, generation)| RoleRequest { role, generation });
    let data = || prop::collection::vec(any::<u8>(), 0..100);
    prop_oneof![
        (1u64..).prop_map(|versions| Body::Hello(Hello { versions: versions & 0xffff_fffe | 2 })),
        data().prop_map(Body::EchoRequest),
        data().prop_map(Body::EchoReply),
        any_error().prop_map(Body::Error),
        features.prop_map(Body::FeaturesReply),
        config.clone().prop_map(Body::GetConfigReply),
        config.prop_map(Body::SetConfig),
        role.clone().prop_map(Body::RoleRequest),
        role.prop_map(Body::RoleReply),
        any_async_config(version).prop_map(Body::GetAsyncReply),
        any_async_config(version).prop_map(Body::SetAsync),
        prop::sample::select(vec![
            Body::FeaturesRequest,
            Body::GetConfigRequest,
            Body::BarrierRequest,
            Body::BarrierReply,
            Body::GetAsyncRequest,
            Body::TunnelOptionRequest,
        ]),
    ]
}

fn any_error() -> impl Strategy<Value = ErrorMessage> {
    let standard = (0u16..20, 0u16..20).prop_map(|(kind, code)| ErrorCode::standard(kind, code));
    let nicira = (0u16..50).prop_map(|kind| ErrorCode::experimenter(0x2320, kind));
    let old = (1u16..50, 1u16..50).prop_map(|(kind, code)| ErrorCode { experimenter: 0x2320, kind, code });
    (prop_oneof![standard, nicira, old], prop::collection::vec(any::<u8>(), 0..80))
        .prop_map(|(code, data)| ErrorMessage { code, data })
}

/// Kinds with the reasons that there are.
fn any_async_config(version: Version) -> impl Strategy<Value = AsyncConfig> {
    any::<[u32; 6]>().prop_map(move |reasons| {
        let mut kinds =
            vec![(AsyncKind::PacketIn, 0x7), (AsyncKind::PortStatus, 0x7), (AsyncKind::FlowRemoved, 0xf)];
        if version >= Version::V1_4 {
            kinds = vec![
                (AsyncKind::RoleStatus, 0x3),
                (AsyncKind::TableStatus, 0x18),
                (AsyncKind::RequestForward, 0x3),
            ];
        }
        let places = kinds.into_iter().flat_map(|(kind, all)| [(kind, all, true), (kind, all, false)]);
        let mask = |((kind, all, primary), reasons)| AsyncMask { kind, primary, reasons: reasons & all };
        AsyncConfig { masks: places.zip(reasons).map(mask).collect() }
    })
}

fn any_multipart_request(version: Version) -> BoxedStrategy<Body> {
    let query = any::<(u8, u64, u64)>().prop_flat_map(|(table, cookie, cookie_mask)| {
        any_match().prop_map(move |matching| FlowQuery {
            table,
            cookie,
            cookie_mask,
            matching,
            ..FlowQuery::all()
        })
    });
    let monitor =
        (any::<(u32, u8)>(), 0u16..32, any_match()).prop_map(move |((id, table), flags, matching)| {
            FlowMonitor {
                id,
                command: if version < Version::V1_4 { MonitorCommand::Add } else { MonitorCommand::Modify },
                flags: flags | 2,
                table,
                out_port: Port(4),
                out_group: if version < Version::V1_4 { group_id::ANY } else { 5 },
                matching,
            }
        });
    let fixed = vec![
        MultipartRequest::Description,
        MultipartRequest::Tables,
        MultipartRequest::PortStatistics(Port(3)),
        MultipartRequest::GroupStatistics(4),
        MultipartRequest::Groups(if version < Version::V1_5 { group_id::ALL } else { 4 }),
        MultipartRequest::GroupFeatures,
        MultipartRequest::MeterStatistics(5),
        MultipartRequest::Meters(6),
        MultipartRequest::MeterFeatures,
        MultipartRequest::Ports(if version < Version::V1_5 { Port::NONE } else { Port::LOCAL }),
    ];
    prop_oneof![
        prop::sample::select(fixed),
        query.clone().prop_map(MultipartRequest::Flows),
        query.prop_map(MultipartRequest::Aggregate),
        prop::collection::vec(monitor, 0..3).prop_map(MultipartRequest::FlowMonitors),
    ]
    .prop_map(Body::MultipartRequest)
    .boxed()
}

fn any_packet_in() -> impl Strategy<Value = PacketIn> {
    let bytes = || prop::collection::vec(any::<u8>(), 1..50);
    let numbers = any::<(u8, u64, u8, u16)>();
    (bytes(), any_match_with(Match::any()), bytes(), prop::option::of(bytes()), numbers).prop_map(
        |(packet, metadata, userdata, continuation, (table, cookie, reason, more))| PacketIn {
            full_length: packet.len() as u32 + u32::from(more),
            table,
            cookie,
            reason,
            metadata,
            userdata,
            continuation,
            ..PacketIn::of(packet)
        },
    )
}

/// What switches send unasked.
fn any_unasked(version: Version) -> impl Strategy<Value = Body> {
    let removed =
        (any_flow(), any::<u8>(), any_flow_statistics(version)).prop_map(|(flow, reason, statistics)| {
            let flow = Flow { actions: Vec::new(), ..flow };
            FlowRemoved { flow, reason, statistics }
        });
    let changes = vec![PortChange::Added, PortChange::Deleted, PortChange::Modified];
    let status =
        (prop::sample::select(changes), any_port()).prop_map(|(change, port)| PortStatus { change, port });
    let role = (0u8..3, any::<u64>()).prop_map(|(reason, generation)| RoleStatus {
        role: Role::Secondary,
        reason,
        generation,
    });
    prop_oneof![
        any_packet_in().prop_map(Body::PacketIn),
        removed.prop_map(Body::FlowRemoved),
        status.prop_map(Body::PortStatus),
        role.prop_map(Body::RoleStatus),
    ]
}

fn any_extension(version: Version) -> BoxedStrategy<Body> {
    let option = (any::<(u16, u8)>(), 1u8..32, 0u16..64)
        .prop_map(|((class, kind), words, index)| TunnelOption { class, kind, length: 4 * words, index });
    let options = prop::collection::vec(option, 0..4);
    let change = prop_oneof![
        options.clone().prop_map(TunnelOptionMod::Add),
        options.clone().prop_map(TunnelOptionMod::Delete),
        Just(TunnelOptionMod::Clear),
    ];
    let table = (any::<(u32, u16)>(), options)
        .prop_map(|((max_space, max_fields), options)| TunnelOptionTable { max_space, max_fields, options });
    let commands =
        vec![BundleCommand::OpenRequest, BundleCommand::CommitReply, BundleCommand::DiscardRequest];
    let control = (any::<(u32, u16)>(), prop::sample::select(commands))
        .prop_map(|((bundle, flags), command)| BundleControl { bundle, command, flags });
    let all = prop_oneof![
        change.prop_map(Body::TunnelOptionMod),
        table.prop_map(Body::TunnelOptionReply),
        control.prop_map(Body::BundleControl),
        any_packet_in().prop_map(Body::Resume),
        any::<u16>().prop_map(Body::ConnectionFlushZone),
        any::<u16>().prop_map(Body::SetControllerId),
        (0u32..3).prop_map(Body::SetPacketInFormat),
        any_flush().prop_map(Body::ConnectionFlush),
    ];
    if version >= Version::V1_4 {
        return all.boxed();
    }
    let old = vec![Body::FlowMonitorCancel(5), Body::FlowMonitorPaused, Body::FlowMonitorResumed];
    prop_oneof![8 => all, 1 => prop::sample::select(old)].boxed()
}

/// Connections of one family of addresses.
fn any_flush() -> impl Strategy<Value = ConnectionFlush> {
    let address = any::<std::net::Ipv4Addr>().prop_map(std::net::IpAddr::V4);
    let address = prop_oneof![address, Just("fd00::1".parse().expect("an address"))];
    let tuple = address.prop_flat_map(|address| {
        let ends = any::<(bool, bool)>();
        (ends, any::<Option<u16>>(), any::<Option<(u16, u8)>>()).prop_map(
            move |((from, to), source_port, icmp)| ConnectionTuple {
                source: from.then_some(address),
                destination: to.then_some(address),
                source_port,
                destination_port: source_port,
                icmp_id: icmp.map(|(id, _)| id),
                icmp_type: icmp.map(|(_, kind)| kind),
                icmp_code: icmp.map(|(_, kind)| kind),
            },
        )
    });
    let conditions = (any::<Option<u16>>(), any::<Option<(u32, u32)>>(), any::<Option<(u128, u128)>>());
    (any::<u8>(), tuple, conditions).prop_map(|(protocol, original, (zone, mark, label))| ConnectionFlush {
        protocol,
        original,
        reply: ConnectionTuple { source: original.destination, ..original },
        zone,
        mark,
        label,
    })
}
