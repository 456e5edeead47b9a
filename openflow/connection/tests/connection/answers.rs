use weft_openflow::message::{
    Body, BundleCommand, DumpedFlow, ErrorCode, FlowMod, FlowQuery, Message, MultipartReply,
    MultipartRequest, PacketIn, SwitchConfig, TableStatistics,
};
use weft_openflow_connection::{BundleError, Event, Failure, RequestError, SwitchOptions};

use crate::fake_switch::{FakeSwitch, Peer, next};

fn table(table: u8) -> TableStatistics {
    TableStatistics { table, active: 1, lookups: 2, matched: 3 }
}

#[tokio::test]
async fn echoes_are_answered_with_their_bytes() {
    let switch = FakeSwitch::new();
    let (mut peer, _handle, _events) = switch.connected(switch.options()).await;
    peer.send(77, Body::EchoRequest(vec![1, 2, 3])).await;
    assert_eq!(peer.receive().await, Message::new(77, Body::EchoReply(vec![1, 2, 3])));
}

#[tokio::test]
async fn answers_find_their_requests_in_any_order() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, _events) = switch.connected(switch.options()).await;
    let asked = async {
        let config = handle.request(Body::GetConfigRequest);
        let barrier = handle.barrier();
        tokio::join!(config, barrier)
    };
    let played = async {
        let (first, second) = (peer.receive().await, peer.receive().await);
        for request in [second, first] {
            let config = SwitchConfig { flags: 0, miss_send_length: 9 };
            let reply = if request.body == Body::BarrierRequest {
                Body::BarrierReply
            } else {
                Body::GetConfigReply(config)
            };
            peer.send(request.xid, reply).await;
        }
    };
    let ((config, barrier), ()) = tokio::join!(asked, played);
    assert_eq!(config, Ok(Body::GetConfigReply(SwitchConfig { flags: 0, miss_send_length: 9 })));
    assert_eq!(barrier, Ok(()));
}

#[tokio::test]
async fn parts_of_an_answer_are_put_together_though_others_come_between() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, mut events) = switch.connected(switch.options()).await;
    let played = async {
        let xid = peer.receive().await.xid;
        for n in 0..3 {
            let reply = MultipartReply::Tables(vec![table(n)]);
            peer.send(xid, Body::MultipartReply { reply, more: n < 2 }).await;
            peer.send(0, Body::PacketIn(PacketIn::of(vec![n + 1]))).await;
        }
    };
    let (reply, ()) = tokio::join!(handle.multipart(MultipartRequest::Tables), played);
    assert_eq!(reply, Ok(MultipartReply::Tables(vec![table(0), table(1), table(2)])));
    for n in 1..4 {
        let event = next(&mut events).await;
        assert!(
            matches!(&event, Event::Message(m) if m.body == Body::PacketIn(PacketIn::of(vec![n]))),
            "{event:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_or_of_two_kinds_is_an_error() {
    let switch = FakeSwitch::new();
    let options = SwitchOptions { max_reply_bytes: 100, ..switch.options() };
    let (mut peer, handle, _events) = switch.connected(options).await;
    let played = async {
        let xid = peer.receive().await.xid;
        let reply = MultipartReply::Tables((0..9).map(table).collect());
        peer.send(xid, Body::MultipartReply { reply, more: true }).await;
        let xid = peer.receive().await.xid;
        let reply = MultipartReply::Tables(vec![table(0)]);
        peer.send(xid, Body::MultipartReply { reply, more: true }).await;
        let reply = MultipartReply::Flows(Vec::<DumpedFlow>::new());
        peer.send(xid, Body::MultipartReply { reply, more: false }).await;
    };
    let asked = async {
        let long = handle.multipart(MultipartRequest::Tables).await;
        (long, handle.multipart(MultipartRequest::Flows(FlowQuery::all())).await)
    };
    let (found, ()) = tokio::join!(asked, played);
    assert_eq!(found, (Err(RequestError::TooLong), Err(RequestError::OtherAnswer)));
}

#[tokio::test]
async fn errors_belong_to_the_changes_whose_numbers_they_have() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, mut events) = switch.connected(switch.options()).await;
    let played = async {
        let xids = [peer.receive().await.xid, peer.receive().await.xid, peer.receive().await.xid];
        peer.refuse(xids[1], ErrorCode::BAD_FIELD).await;
        peer.refuse(9, ErrorCode::BAD_VALUE).await;
        peer.send(xids[2], Body::BarrierReply).await;
    };
    let changes = vec![Body::FlowMod(FlowMod::delete_all()), Body::FlowMod(FlowMod::delete_all())];
    let (failures, ()) = tokio::join!(handle.change(changes), played);
    let failures: Vec<_> =
        failures.expect("an answer").into_iter().map(|f| (f.index, f.error.code)).collect();
    assert_eq!(failures, [(1, ErrorCode::BAD_FIELD)]);
    let event = next(&mut events).await;
    assert!(matches!(&event, Event::Message(Message { xid: 9, body: Body::Error(_) })), "{event:?}");
}

#[tokio::test]
async fn what_has_no_answer_cannot_be_asked() {
    let switch = FakeSwitch::new();
    let (_peer, handle, _events) = switch.connected(switch.options()).await;
    let asked = handle.request(Body::FlowMod(FlowMod::delete_all())).await;
    assert_eq!(asked, Err(RequestError::NoAnswer));
}

/// Receives a bundle of two messages up to its close; the numbers of the messages, and the close.
async fn receive_bundle(peer: &mut Peer) -> ([u32; 2], Message) {
    let open = peer.receive().await;
    assert!(matches!(&open.body, Body::BundleControl(c) if c.command == BundleCommand::OpenRequest));
    let adds = [peer.receive().await, peer.receive().await];
    assert!(adds.iter().all(|add| matches!(add.body, Body::BundleAdd(_))));
    let close = peer.receive().await;
    answer(peer, &open, BundleCommand::OpenReply).await;
    (adds.map(|add| add.xid), close)
}

async fn answer(peer: &mut Peer, request: &Message, command: BundleCommand) {
    let Body::BundleControl(control) = request.body.clone() else { panic!("{request:?}") };
    let reply = weft_openflow::message::BundleControl { command, ..control };
    peer.send(request.xid, Body::BundleControl(reply)).await;
}

fn two_flows() -> Vec<Body> {
    vec![Body::FlowMod(FlowMod::delete_all()), Body::FlowMod(FlowMod::delete_all())]
}

#[tokio::test]
async fn a_bundle_with_a_bad_message_is_discarded() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, _events) = switch.connected(switch.options()).await;
    let played = async {
        let (adds, close) = receive_bundle(&mut peer).await;
        peer.refuse(adds[1], ErrorCode::BAD_FIELD).await;
        answer(&mut peer, &close, BundleCommand::CloseReply).await;
        let discard = peer.receive().await;
        assert!(
            matches!(&discard.body, Body::BundleControl(c) if c.command == BundleCommand::DiscardRequest)
        );
        answer(&mut peer, &discard, BundleCommand::DiscardReply).await;
    };
    let (bundled, ()) = tokio::join!(handle.bundle(two_flows()), played);
    let Err(BundleError::Messages(failures)) = bundled else { panic!("{bundled:?}") };
    let places: Vec<_> = failures.iter().map(|Failure { index, error }| (*index, error.code)).collect();
    assert_eq!(places, [(1, ErrorCode::BAD_FIELD)]);
}

#[tokio::test]
async fn a_bundle_that_fails_when_it_is_committed_tells_its_message() {
    let switch = FakeSwitch::new();
    let (mut peer, handle, _events) = switch.connected(switch.options()).await;
    let played = async {
        let (adds, close) = receive_bundle(&mut peer).await;
        answer(&mut peer, &close, BundleCommand::CloseReply).await;
        let commit = peer.receive().await;
        peer.refuse(adds[0], ErrorCode::BAD_VALUE).await;
        peer.refuse(commit.xid, ErrorCode::BUNDLE_MESSAGE_FAILED).await;
    };
    let (bundled, ()) = tokio::join!(handle.bundle(two_flows()), played);
    let Err(BundleError::Messages(failures)) = bundled else { panic!("{bundled:?}") };
    assert_eq!((failures[0].index, failures[0].error.code), (0, ErrorCode::BAD_VALUE));
}
