//! The forms of the flows that a controller installs: as text, and on the wire.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use weft_installed_ovn::logical::{chassis_name, equipment};
use weft_installed_ovn::{Central, Chassis};
use weft_ofctl::{
    Ofctl, RECORDED_VERSIONS, differences_of_bytes, differences_of_record, differences_of_text, recorded,
};
use weft_openflow::Version;
use weft_openflow::message::{DumpedFlow, FlowQuery, MultipartReply, MultipartRequest};
use weft_openflow_connection::{Event, SwitchAddress, SwitchOptions, start};

/// Flows of the switch of a chassis of the example cluster, with what `ovs-ofctl` made of them.
const RECORD: &str = "tests/vectors/cluster.tsv";

/// How long a switch may take to answer: a guard for broken tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// Compares the flows of a switch: what our connection reads of them with the lines of `dump-flows --no-stats`, our
/// messages with what `ovs-ofctl` prints of them, and the messages that we and it make of their texts. Says what differs.
pub(crate) fn differences_of_forms(chassis: &Chassis) -> Vec<String> {
    let ofctl = Ofctl::installed("the comparison of forms").expect("the switch is an installed one");
    let mut differences = Vec::new();
    for version in RECORDED_VERSIONS {
        let printed: BTreeSet<String> = chassis.flows(version).into_iter().collect();
        let flows = read_flows(chassis.bridge_socket(), version);
        let read: BTreeSet<String> = flows.iter().map(|dumped| dumped.flow.dump_text(None)).collect();
        let different = read.symmetric_difference(&printed);
        differences.extend(different.map(|line| format!("OpenFlow {version}: one has {line}")));
        differences.extend(differences_of_bytes(&ofctl, &flows, version));
        differences.extend(differences_of_text(&ofctl, &flows, version));
    }
    differences
}

/// The flows of a switch, over a connection of our own.
fn read_flows(socket: PathBuf, version: Version) -> Vec<DumpedFlow> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options = SwitchOptions::new(SwitchAddress::Unix(socket));
        let (handle, mut events) = start(SwitchOptions { versions: vec![version], ..options });
        let event = tokio::time::timeout(PATIENCE, events.recv()).await;
        assert!(matches!(event, Ok(Some(Event::Connected { .. }))), "{event:?}");
        let reply = handle.multipart(MultipartRequest::Flows(FlowQuery::all())).await;
        let flows = if let Ok(MultipartReply::Flows(flows)) = reply { Some(flows) } else { None };
        flows.expect("a switch tells its flows")
    })
}

/// What a record of the switch of the example cluster says: one flow of all that differ in nothing but digits.
fn record() -> String {
    let mut central = Central::start_with_installed_northd().expect("OVN_PREFIX is needed to record");
    central.run_script(include_str!("../../../examples/cluster.nbctl"));
    let name = chassis_name(&central);
    let mut chassis = Chassis::start(&central, &name, &equipment(&central, &name));
    assert!(chassis.try_sync(&mut central), "a cluster at rest");
    let flows = chassis.flows(Version::V1_5);
    let shape = |line: &String| line.replace(|c: char| c.is_ascii_hexdigit(), "");
    let by_shape: BTreeMap<String, String> = flows.into_iter().map(|line| (shape(&line), line)).collect();
    let ofctl = Ofctl::installed("recording").expect("OVN_PREFIX is needed to record");
    recorded(&ofctl, &by_shape.into_values().collect::<Vec<_>>())
}

/// `WEFT_RECORD=1` writes the file anew.
#[test]
fn recorded_flows_of_a_controller_still_have_the_same_forms() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORD);
    if std::env::var_os("WEFT_RECORD").is_some() {
        std::fs::create_dir_all(path.with_file_name("")).expect("a folder is made");
        std::fs::write(&path, record()).expect("the file is written");
    }
    let file = std::fs::read_to_string(&path).expect("the recorded flows are there");
    assert!(file.lines().count() > 100, "{} flows are recorded", file.lines().count());
    let differences = differences_of_record(&file);
    assert!(differences.is_empty(), "{differences:#?}");
}
