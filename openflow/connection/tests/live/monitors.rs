use weft_openflow::message::{
    Body, ChangedFlow, FlowCommand, FlowEvent, FlowMod, FlowMonitor, FlowUpdate, Message, MonitorCommand,
    MultipartReply, MultipartRequest, monitor_flags,
};
use weft_openflow::{Action, Field, Flow, Match, Port, Version, group_id, low_bits};
use weft_openflow_connection::{Event, Events};

use crate::switch::{Switch, next};

fn flow(command: FlowCommand, register: u128, actions: Vec<Action>) -> Body {
    let mut matches = Match::any();
    matches.set(Field::reg(0), register, low_bits(32));
    let flow = Flow { table: 3, priority: 100, cookie: 9, matches, actions, ..Flow::default() };
    Body::FlowMod(FlowMod::new(command, flow))
}

fn short(update: &FlowUpdate) -> String {
    match update {
        FlowUpdate::Flow(ChangedFlow { event, flow }) => format!("{event:?} {}", flow.dump_text(None)),
        other => format!("{other:?}"),
    }
}

async fn updates(events: &mut Events, count: usize) -> Vec<String> {
    let mut found = Vec::new();
    while found.len() < count {
        match next(events).await {
            Event::Message(Message {
                body: Body::MultipartReply { reply: MultipartReply::FlowUpdates(updates), .. },
                ..
            }) => found.extend(updates.iter().map(short)),
            other => panic!("{other:?}"),
        }
    }
    found
}

#[tokio::test]
async fn a_flow_monitor_tells_what_is_there_and_what_others_change() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
        let (other, _others_events) = switch.connect(Version::V1_5).await;
        let (handle, mut events) = switch.connect(version).await;
        let output = |port| vec![Action::Output { port: Port(port), max_len: 0 }];
        other.bundle(vec![flow(FlowCommand::Add, 1, output(1))]).await.expect("a flow");
        let flags = monitor_flags::INITIAL
            | monitor_flags::ADD
            | monitor_flags::REMOVED
            | monitor_flags::MODIFY
            | monitor_flags::INSTRUCTIONS;
        let monitor = FlowMonitor {
            id: 5,
            command: MonitorCommand::Add,
            flags,
            table: u8::MAX,
            out_port: Port::NONE,
            out_group: group_id::ANY,
            matching: Match::any(),
        };
        let initial = handle.multipart(MultipartRequest::FlowMonitors(vec![monitor])).await;
        let Ok(MultipartReply::FlowUpdates(initial)) = initial else { panic!("{version}: {initial:?}") };
        let first = if version < Version::V1_4 { "Added" } else { "Initial" };
        let initial: Vec<String> = initial.iter().map(short).collect();
        assert_eq!(
            initial,
            [format!("{first} cookie=0x9, table=3, priority=100,reg0=0x1 actions=output:1")],
            "{version}"
        );

        other.bundle(vec![flow(FlowCommand::Add, 2, output(2))]).await.expect("a flow");
        other.bundle(vec![flow(FlowCommand::ModifyStrict, 2, output(3))]).await.expect("a change");
        other.bundle(vec![flow(FlowCommand::DeleteStrict, 2, Vec::new())]).await.expect("a deletion");
        let deleted = FlowEvent::Removed(2);
        assert_eq!(
            updates(&mut events, 3).await,
            [
                "Added cookie=0x9, table=3, priority=100,reg0=0x2 actions=output:2".to_string(),
                "Modified cookie=0x9, table=3, priority=100,reg0=0x2 actions=output:3".to_string(),
                format!("{deleted:?} cookie=0x9, table=3, priority=100,reg0=0x2 actions=output:3"),
            ],
            "{version}"
        );
        // What the controller changes itself comes short.
        assert_eq!(handle.change(vec![flow(FlowCommand::DeleteStrict, 1, Vec::new())]).await, Ok(Vec::new()));
        let own = updates(&mut events, 1).await;
        assert!(own[0].starts_with("Own("), "{version}: {own:?}");
    }
}
