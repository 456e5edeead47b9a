use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use weft_openflow::message::{Body, FlowMod, FlowQuery, MultipartReply, MultipartRequest};
use weft_openflow::parse::parse_flow;
use weft_openflow::{Action, Bucket, Flow, Group, GroupCommand, GroupKind, GroupMod, Port, Version};
use weft_openflow_connection::{BundleError, SwitchHandle};

use crate::any_flow::any_flow;
use crate::switch::Switch;

const FLOWS: usize = 3000;

/// Different flows; each action on a group is one on group 1.
fn any_flows(count: usize) -> Vec<Flow> {
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|n| {
            let mut flow = any_flow().new_tree(&mut runner).expect("a flow").current();
            for action in &mut flow.actions {
                if let Action::Group(id) = action {
                    *id = 1;
                }
            }
            Flow {
                table: (n % 200) as u8,
                priority: 1 + n as u16,
                idle_timeout_s: 0,
                hard_timeout_s: 0,
                ..flow
            }
        })
        .collect()
}

fn group_1() -> Body {
    let bucket = Bucket::new(GroupKind::All, vec![Action::CtClear]);
    let group = Group { id: 1, kind: GroupKind::All, selection: None, buckets: vec![bucket] };
    Body::GroupMod(GroupMod { command: GroupCommand::Add, group })
}

async fn dump(handle: &SwitchHandle) -> Vec<Flow> {
    let reply = handle.multipart(MultipartRequest::Flows(FlowQuery::all())).await;
    let Ok(MultipartReply::Flows(flows)) = reply else { panic!("no flows: {reply:?}") };
    flows.into_iter().map(|dumped| dumped.flow).collect()
}

fn lines(flows: &[Flow]) -> BTreeSet<String> {
    flows.iter().map(|flow| flow.dump_text(None)).collect()
}

#[tokio::test]
async fn a_switch_reports_the_flows_of_a_bundle_as_they_were_sent() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
        let (handle, _events) = switch.connect(version).await;
        let flows = any_flows(FLOWS);
        let changes = [Body::FlowMod(FlowMod::delete_all()), group_1()].into_iter();
        let adds = flows.iter().cloned().map(|flow| Body::FlowMod(FlowMod::add(flow)));
        handle.bundle(changes.chain(adds).collect()).await.expect("a bundle that can happen");

        let (sent, reported) = (lines(&flows), lines(&dump(&handle).await));
        assert_eq!((sent.len(), reported.len()), (FLOWS, FLOWS));
        let different: Vec<_> = reported.symmetric_difference(&sent).take(4).collect();
        assert!(different.is_empty(), "{version}: {different:#?}");
        let dumped = switch.ofctl(version, &["--no-stats", "--no-names", "dump-flows"], &[]);
        let dumped: BTreeSet<String> = dumped.lines().map(|line| line.trim().to_string()).collect();
        let different: Vec<_> = dumped.symmetric_difference(&sent).take(4).collect();
        assert!(different.is_empty(), "{version}: {different:#?}");
        // Flows go before their group: a switch that deletes a group with a flow that has it twice ends.
        let clean = vec![Body::FlowMod(FlowMod::delete_all()), Body::GroupMod(GroupMod::delete(1))];
        assert_eq!(handle.change(clean).await, Ok(Vec::new()));
    }
}

/// Flows of all kinds, as text; see the tests of `weft-openflow` against `ovs-ofctl`.
const RECORDED: &str = include_str!("../../../tests/vectors/flows.tsv");

#[tokio::test]
async fn of_flows_of_all_kinds_we_read_what_ovs_ofctl_prints() {
    let Some(switch) = Switch::start() else { return };
    let texts = RECORDED.lines().map(|line| line.split('\t').next().unwrap_or_default());
    let flows: Vec<Flow> = texts.map(|text| parse_flow(text).expect(text)).collect();
    for version in [Version::V1_3, Version::V1_5] {
        let (handle, _events) = switch.connect(version).await;
        // Some need what is not there, or may not be in their table, or overlap; the switch takes the others.
        let adds = flows.iter().cloned().map(|flow| Body::FlowMod(FlowMod::add(flow))).collect();
        let failures = handle.change(adds).await.expect("an answer");
        let reasons: BTreeSet<_> = failures.iter().filter_map(|f| f.error.code.name(version)).collect();
        let known = [
            "NXFMFC_INVALID_TLV_FIELD",
            "OFPBAC_BAD_OUT_GROUP",
            "OFPBRC_EPERM",
            "OFPFMFC_OVERLAP",
            "OFPMMFC_INVALID_METER",
        ];
        assert!(reasons.iter().all(|reason| known.contains(reason)), "{version}: {reasons:?}");
        let reported = lines(&dump(&handle).await);
        let taken = flows.len() - failures.len();
        assert!(reported.len() > 100 && reported.len() <= taken, "{} of {taken} flows", reported.len());
        let dumped = switch.ofctl(version, &["--no-stats", "--no-names", "dump-flows"], &[]);
        let dumped: BTreeSet<String> = dumped.lines().map(|line| line.trim().to_string()).collect();
        let different: Vec<_> = dumped.symmetric_difference(&reported).take(6).collect();
        assert!(different.is_empty(), "{version}: {different:#?}");
        assert_eq!(handle.change(vec![Body::FlowMod(FlowMod::delete_all())]).await, Ok(Vec::new()));
    }
}

fn flow(priority: u16, actions: Vec<Action>) -> Body {
    Body::FlowMod(FlowMod::add(Flow { priority, actions, ..Flow::default() }))
}

#[tokio::test]
async fn a_bad_message_in_a_bundle_is_named_and_nothing_of_the_bundle_happens() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
        let (handle, _events) = switch.connect(version).await;
        // A flow that cannot be added to the bundle: there is no such port.
        let bad = flow(7, vec![Action::Output { port: Port(0xff50), max_len: 0 }]);
        let bundled = handle.bundle(vec![flow(1, Vec::new()), bad, flow(2, Vec::new())]).await;
        let Err(BundleError::Messages(failures)) = bundled else { panic!("{version}: {bundled:?}") };
        let places: Vec<_> = failures.iter().map(|f| (f.index, f.error.code.name(version))).collect();
        assert_eq!(places, [(1, Some("OFPBAC_BAD_OUT_PORT"))], "{version}");
        assert_eq!(dump(&handle).await, [], "{version}");

        // One that cannot happen: there is no such group.
        let bundled = handle
            .bundle(vec![flow(1, Vec::new()), flow(2, Vec::new()), flow(3, vec![Action::Group(9)])])
            .await;
        let Err(BundleError::Messages(failures)) = bundled else { panic!("{version}: {bundled:?}") };
        let places: Vec<_> = failures.iter().map(|f| (f.index, f.error.code.name(version))).collect();
        assert_eq!(places, [(2, Some("OFPBAC_BAD_OUT_GROUP"))], "{version}");
        assert_eq!(dump(&handle).await, [], "{version}");
    }
}
