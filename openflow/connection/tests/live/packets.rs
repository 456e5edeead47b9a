use weft_openflow::message::{
    AsyncConfig, AsyncKind, AsyncMask, Body, FlowMod, FlowQuery, Message, MultipartReply, MultipartRequest,
    NO_BUFFER, PacketIn, PacketOut, Role, RoleRequest, SwitchConfig, TunnelOption, TunnelOptionMod,
    TunnelOptionTable, packet_in_format,
};
use weft_openflow::{Action, Controller, Field, Flow, FlowFlags, Match, Port, Version, low_bits};
use weft_openflow_connection::{Event, Events, SwitchHandle};

use crate::switch::{Switch, next};

/// An Ethernet frame of type 0x88cc.
const FRAME: [u8; 16] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xcc, 0, 0];

async fn message(events: &mut Events) -> Body {
    match next(events).await {
        Event::Message(Message { body, .. }) => body,
        other => panic!("{other:?}"),
    }
}

async fn changed(handle: &SwitchHandle, changes: Vec<Body>) {
    assert_eq!(handle.change(changes).await, Ok(Vec::new()));
}

#[tokio::test]
async fn packets_go_through_flows_to_the_controller_and_on() {
    let Some(switch) = Switch::start() else { return };
    let (handle, mut events) = switch.connect(Version::V1_5).await;
    let controller = Controller { userdata: vec![1, 2, 3], pause: true, ..Controller::default() };
    let later = Action::SetField { field: Field::reg(1), value: 7, mask: low_bits(32) };
    let again = Action::Controller(Controller { userdata: vec![4], ..Controller::default() });
    let actions = vec![Action::Controller(controller), later, again];
    let all = AsyncMask { kind: AsyncKind::PacketIn, primary: true, reasons: 0x3f };
    changed(
        &handle,
        vec![
            Body::SetPacketInFormat(packet_in_format::PACKET_IN2),
            Body::SetConfig(SwitchConfig { flags: 0, miss_send_length: 0xffff }),
            Body::SetAsync(AsyncConfig { masks: vec![all] }),
            Body::FlowMod(FlowMod::add(Flow { actions, cookie: 5, ..Flow::default() })),
            Body::PacketOut(PacketOut {
                buffer: NO_BUFFER,
                in_port: Port::CONTROLLER,
                metadata: Match::any(),
                actions: vec![Action::Output { port: Port::TABLE, max_len: 0 }],
                packet: FRAME.to_vec(),
            }),
        ],
    )
    .await;
    let Body::PacketIn(packet) = message(&mut events).await else { panic!("no packet") };
    assert_eq!((&packet.packet[..], &packet.userdata[..]), (&FRAME[..], &[1, 2, 3][..]));
    assert_eq!(packet.metadata.to_string(), "in_port=CONTROLLER");
    assert!(packet.continuation.is_some());
    changed(&handle, vec![Body::Resume(packet)]).await;
    let Body::PacketIn(packet) = message(&mut events).await else { panic!("no packet") };
    assert_eq!(
        (&packet.userdata[..], packet.metadata.to_string().as_str()),
        (&[4][..], "reg1=0x7,in_port=CONTROLLER")
    );
    assert_eq!(PacketIn { cookie: 5, ..packet.clone() }, packet);
}

#[tokio::test]
async fn a_switch_tells_of_its_ports_and_of_flows_that_go() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_5] {
        let (handle, mut events) = switch.connect(version).await;
        let kinds = [AsyncKind::PacketIn, AsyncKind::PortStatus, AsyncKind::FlowRemoved];
        let masks = kinds.map(|kind| AsyncMask { kind, primary: true, reasons: 0x7 });
        let mut matches = Match::any();
        matches.set_exact(Field::METADATA, 77);
        let flags = FlowFlags { send_flow_removed: true, ..FlowFlags::default() };
        let flow = Flow { table: 9, priority: 4, cookie: 3, matches, ..Flow::default() };
        let add = FlowMod::add(Flow { flags, ..flow.clone() });
        changed(&handle, vec![Body::SetAsync(AsyncConfig { masks: masks.to_vec() }), Body::FlowMod(add)])
            .await;
        changed(&handle, vec![Body::FlowMod(FlowMod::delete_all())]).await;
        let Body::FlowRemoved(removed) = message(&mut events).await else { panic!("no flow removed") };
        assert_eq!((removed.flow, removed.reason, removed.statistics.packets), (flow, 2, Some(0)));

        switch.vsctl(&[
            "add-port",
            "br0",
            "p1",
            "--",
            "set",
            "interface",
            "p1",
            "type=dummy",
            "ofport_request=1",
        ]);
        let Body::PortStatus(status) = message(&mut events).await else { panic!("no port status") };
        assert_eq!((status.port.name.as_str(), status.port.port), ("p1", Port(1)));
        let Ok(MultipartReply::Ports(ports)) = handle.multipart(MultipartRequest::Ports(Port::NONE)).await
        else {
            panic!("no ports")
        };
        let mut names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["br0", "p1"]);
        switch.vsctl(&["del-port", "br0", "p1"]);
    }
}

#[tokio::test]
async fn a_switch_answers_what_it_is_asked() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
        let (handle, _events) = switch.connect(version).await;
        let config = SwitchConfig { flags: 0, miss_send_length: 200 };
        changed(&handle, vec![Body::SetConfig(config)]).await;
        assert_eq!(handle.request(Body::GetConfigRequest).await, Ok(Body::GetConfigReply(config)));
        let primary = RoleRequest { role: Role::Primary, generation: 5 };
        assert_eq!(handle.request(Body::RoleRequest(primary)).await, Ok(Body::RoleReply(primary)));
        let option = TunnelOption { class: 0x102, kind: 0x80, length: 4, index: 0 };
        changed(&handle, vec![Body::TunnelOptionMod(TunnelOptionMod::Add(vec![option]))]).await;
        let table = TunnelOptionTable { max_space: 256, max_fields: 64, options: vec![option] };
        assert_eq!(handle.request(Body::TunnelOptionRequest).await, Ok(Body::TunnelOptionReply(table)));
        changed(&handle, vec![Body::TunnelOptionMod(TunnelOptionMod::Clear)]).await;
        changed(&handle, vec![Body::ConnectionFlushZone(5)]).await;
        let Ok(Body::GetAsyncReply(config)) = handle.request(Body::GetAsyncRequest).await else {
            panic!("{version}")
        };
        assert_eq!(config.masks.len(), if version < Version::V1_4 { 6 } else { 12 });
        let aggregate = handle.multipart(MultipartRequest::Aggregate(FlowQuery::all())).await;
        let Ok(MultipartReply::Aggregate(counters)) = aggregate else { panic!("{version}: {aggregate:?}") };
        assert_eq!((counters.flows, counters.packets), (Some(0), Some(0)));
        for request in [
            MultipartRequest::Description,
            MultipartRequest::Tables,
            MultipartRequest::PortStatistics(Port::NONE),
            MultipartRequest::GroupStatistics(weft_openflow::group_id::ALL),
            MultipartRequest::GroupFeatures,
            MultipartRequest::MeterStatistics(weft_openflow::meter_id::ALL),
            MultipartRequest::MeterFeatures,
        ] {
            let reply = handle.multipart(request.clone()).await;
            assert!(reply.is_ok(), "{version} {request:?}: {reply:?}");
        }
    }
}
