use weft_openflow::message::{Body, Message, MultipartReply};
use weft_openflow::{Port, Version};

const RECORDED: &str = include_str!("recorded.txt");

fn bytes_of(line: &str) -> Vec<u8> {
    let digits = line.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hexadecimal digits"));
    digits.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal digits")).collect()
}

fn recorded() -> Vec<(Vec<u8>, Version, Message)> {
    let lines = RECORDED.lines().filter(|line| !line.starts_with('#')).map(bytes_of);
    lines
        .map(|bytes| {
            let version = Version::from_wire(bytes[0]).expect("a version");
            let message = Message::decode(&bytes, version).expect("a message of Open vSwitch");
            (bytes, version, message)
        })
        .collect()
}

/// Whether a message has another form than the one that it is written in: the standard's packets for the
/// controller, hellos without versions, and statistics that only Open vSwitch has.
fn has_other_form(message: &Message) -> bool {
    match &message.body {
        Body::PacketIn(packet) => packet.userdata.is_empty(),
        Body::Hello(_) => true,
        Body::MultipartReply { reply: MultipartReply::PortStatistics(_), .. } => true,
        _ => false,
    }
}

#[test]
fn what_open_vswitch_wrote_is_written_again() {
    let mut count = 0;
    for (bytes, version, message) in recorded().iter().filter(|(_, _, message)| !has_other_form(message)) {
        let again = message.encode(*version).expect("a message that there was");
        assert_eq!(hex(&again), hex(bytes), "{version}: {message:?}");
        count += 1;
    }
    assert!(count > 120, "only {count} messages");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn recorded_answers_say_what_the_switch_had() {
    let texts: Vec<String> = recorded()
        .into_iter()
        .filter(|(_, version, _)| *version == Version::V1_5)
        .flat_map(|(_, _, message)| match message.body {
            Body::MultipartReply { reply: MultipartReply::Groups(groups), .. } => {
                groups.iter().map(ToString::to_string).collect()
            }
            Body::MultipartReply { reply: MultipartReply::Meters(meters), .. } => {
                meters.iter().map(ToString::to_string).collect()
            }
            Body::MultipartReply { reply: MultipartReply::MeterFeatures(features), .. } => {
                vec![features.to_string()]
            }
            Body::MultipartReply { reply: MultipartReply::Flows(flows), .. } => {
                flows.iter().map(|dumped| dumped.flow.dump_text(None)).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    let expected = [
        "actions=group:1",
        "cookie=0x1234, table=3, idle_timeout=10, send_flow_rem priority=100,tcp,reg0=0x5,nw_dst=10.0.0.0/8,\
         tp_dst=80 actions=set_field:0x7->reg1,resubmit(,8)",
        "meter=1 kbps burst stats bands=\ntype=drop rate=100 burst_size=10\n",
        "max_meter:262144 max_bands:8 max_color:0\nband_types: drop\ncapabilities: kbps pktps burst stats\n",
        "group_id=1,type=select,selection_method=hash,fields(ip_src,ip_dst=255.255.255.0),\
         bucket=bucket_id:0,weight:100,actions=resubmit(,5),bucket=bucket_id:1,actions=ct(commit,zone=5)",
        "group_id=2,type=ff,bucket=bucket_id:0,watch_port:1,actions=output:1,\
         bucket=bucket_id:1,watch_group:1,actions=drop",
    ];
    for text in expected {
        assert!(texts.iter().any(|found| found == text), "{text:?} is not in {texts:#?}");
    }
}

#[test]
fn a_packet_that_waits_comes_with_its_continuation() {
    let waiting = recorded().into_iter().find_map(|(_, version, message)| match message.body {
        Body::PacketIn(packet) if version == Version::V1_5 && packet.continuation.is_some() => Some(packet),
        _ => None,
    });
    let packet = waiting.expect("a packet that waits");
    assert_eq!((packet.userdata, packet.reason, packet.packet.len()), (vec![1, 2, 3], 1, 42));
    assert_eq!(packet.metadata.to_string(), format!("reg3=0x7,in_port={}", Port::CONTROLLER));
}
