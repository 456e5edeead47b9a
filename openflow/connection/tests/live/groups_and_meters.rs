use weft_openflow::message::{Body, MultipartReply, MultipartRequest};
use weft_openflow::{
    Group, GroupCommand, GroupMod, Meter, MeterCommand, MeterMod, Version, group_id, meter_id,
};
use weft_openflow_connection::SwitchHandle;

use crate::switch::Switch;

async fn groups(handle: &SwitchHandle) -> Vec<Group> {
    let reply = handle.multipart(MultipartRequest::Groups(group_id::ALL)).await;
    let Ok(MultipartReply::Groups(mut groups)) = reply else { panic!("no groups: {reply:?}") };
    groups.sort_by_key(|group| group.id);
    groups
}

async fn meters(handle: &SwitchHandle) -> Vec<Meter> {
    let reply = handle.multipart(MultipartRequest::Meters(meter_id::ALL)).await;
    let Ok(MultipartReply::Meters(mut meters)) = reply else { panic!("no meters: {reply:?}") };
    meters.sort_by_key(|meter| meter.id);
    meters
}

const GROUPS: [&str; 5] = [
    "group_id=1,type=all,bucket=bucket_id:0,actions=output:1,bucket=bucket_id:1,actions=resubmit(,5)",
    "group_id=2,type=select,selection_method=dp_hash,bucket=bucket_id:0,weight:100,actions=ct(commit,zone=5),\
     bucket=bucket_id:7,actions=drop",
    "group_id=3,type=select,selection_method=hash,fields(ip_src,ip_dst=255.255.255.0,tcp_dst),\
     bucket=bucket_id:1,actions=set_field:0x1->reg1,resubmit(,42)",
    "group_id=4,type=indirect,bucket=bucket_id:0,actions=output:1",
    "group_id=5,type=ff,bucket=bucket_id:0,watch_port:1,actions=output:1,\
     bucket=bucket_id:1,watch_group:1,actions=drop",
];

#[tokio::test]
async fn a_switch_reports_groups_as_they_were_sent_and_prints_them_as_we_do() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_4, Version::V1_5] {
        let (handle, _events) = switch.connect(version).await;
        let mut sent: Vec<Group> = GROUPS.iter().map(|text| text.parse().expect(text)).collect();
        if version < Version::V1_5 {
            for group in &mut sent {
                group.selection = None;
                (0..).zip(&mut group.buckets).for_each(|(n, bucket)| bucket.id = n);
            }
        }
        let add =
            |group: &Group| Body::GroupMod(GroupMod { command: GroupCommand::Add, group: group.clone() });
        handle.bundle(sent.iter().map(add).collect()).await.expect("groups that can be");
        assert_eq!(groups(&handle).await, sent, "{version}");
        let mut lines: Vec<String> = sent.iter().map(|group| group.text(version)).collect();
        lines.sort();
        let printed = switch.ofctl(version, &["dump-groups"], &[]);
        let mut printed: Vec<&str> = printed.lines().skip(1).map(str::trim).collect();
        printed.sort_unstable();
        assert_eq!(printed, lines, "{version}");
        let all: GroupMod = GroupMod::delete(group_id::ALL);
        assert_eq!(handle.change(vec![Body::GroupMod(all)]).await, Ok(Vec::new()));
        assert_eq!(groups(&handle).await, []);
    }
}

#[tokio::test]
async fn buckets_come_and_go() {
    let Some(switch) = Switch::start() else { return };
    let (handle, _events) = switch.connect(Version::V1_5).await;
    let group: Group = "group_id=1,type=all,bucket=bucket_id:5,actions=drop".parse().expect("a group");
    let change =
        |command, text: &str| Body::GroupMod(GroupMod { command, group: text.parse().expect("a group") });
    let changes = vec![
        Body::GroupMod(GroupMod { command: GroupCommand::Add, group }),
        change(
            GroupCommand::InsertBucket(weft_openflow::bucket_id::LAST),
            "group_id=1,type=all,bucket=bucket_id:6,actions=output:1",
        ),
        change(GroupCommand::RemoveBucket(5), "group_id=1,type=all"),
    ];
    assert_eq!(handle.change(changes).await, Ok(Vec::new()));
    let texts: Vec<String> = groups(&handle).await.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["group_id=1,type=all,bucket=bucket_id:6,actions=output:1"]);
}

#[tokio::test]
async fn a_switch_reports_meters_as_they_were_sent_and_prints_them_as_we_do() {
    let Some(switch) = Switch::start() else { return };
    for version in [Version::V1_3, Version::V1_5] {
        let (handle, _events) = switch.connect(version).await;
        let sent: Vec<Meter> = [
            "meter=1 kbps burst stats bands=type=drop rate=100 burst_size=10",
            "meter=2 pktps bands=type=drop rate=5",
            "meter=3 kbps bands=type=drop rate=5 type=drop rate=9",
        ]
        .iter()
        .map(|text| text.parse().expect(text))
        .collect();
        let add =
            |meter: &Meter| Body::MeterMod(MeterMod { command: MeterCommand::Add, meter: meter.clone() });
        assert_eq!(handle.change(sent.iter().map(add).collect()).await, Ok(Vec::new()));
        // What has no burst size of its own is told with one; its text has none.
        let texts = |meters: &[Meter]| meters.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(&meters(&handle).await), texts(&sent));
        let printed = switch.ofctl(version, &["dump-meters"], &[]);
        for meter in &sent {
            assert!(printed.contains(&meter.to_string()), "{meter} is not in {printed}");
        }
        // The same meter again is refused, and the others stay.
        let failures = handle.change(vec![add(&sent[0])]).await.expect("an answer");
        let codes: Vec<_> = failures.iter().map(|failure| failure.error.code.name(version)).collect();
        assert_eq!(codes, [Some("OFPMMFC_METER_EXISTS")]);
        let all = MeterMod::delete(meter_id::ALL);
        assert_eq!(handle.change(vec![Body::MeterMod(all)]).await, Ok(Vec::new()));
        assert_eq!(meters(&handle).await, []);
    }
}
