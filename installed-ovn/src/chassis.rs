//! A chassis: a switch with dummy devices, and the installed ovn-controller.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use weft_openflow::Version;

use crate::{Central, Daemon, DatabaseServer, Installation, Kind};

/// How long a controller may take to follow: a guard for broken tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A chassis. Fields are dropped in order.
pub struct Chassis {
    /// ovn-controller.
    pub controller: Daemon,
    /// ovs-vswitchd.
    pub switch: Daemon,
    /// The server of its own database.
    pub database: DatabaseServer,
    installation: Installation,
    directory: TempDir,
}

/// An interface for a logical port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interface {
    /// The name of the port.
    pub port: String,
    /// The `iface-id-ver` that the port asks for: ovn-controller ends with a failed assertion where the interface of a
    /// port with containers has another.
    pub version: Option<String>,
}

/// What the switch of a chassis has.
#[derive(Debug, Clone, Default)]
pub struct Equipment {
    /// Interfaces for logical ports.
    pub ports: Vec<Interface>,
    /// Numbers of collector sets that packets can be sampled to.
    pub collector_sets: Vec<u32>,
}

impl Chassis {
    /// Starts the chassis `name`.
    pub fn start(central: &Central, name: &str, equipment: &Equipment) -> Self {
        let installation = central.installation.clone();
        let directory = tempfile::Builder::new().prefix("wc").tempdir().expect("a temporary directory");
        let database = DatabaseServer::start(&installation, Kind::Switch, directory.path());
        database.connect().transact(&configuration(name, &central.southbound.remote(), equipment));
        let daemon = |name: &str, arguments: Vec<String>| {
            Daemon::start(&installation, &installation.program(name), directory.path(), name, arguments)
        };
        let dummies = ["--enable-dummy=system", "--disable-system", "--disable-system-route"];
        let arguments = dummies.map(str::to_owned).into_iter().chain([database.remote()]).collect();
        let switch = daemon("ovs-vswitchd", arguments);
        let controller = daemon("ovn-controller", vec![database.remote()]);
        Self { controller, switch, database, installation, directory }
    }

    /// Waits until its switch has the flows for all that the Northbound database holds now; false if northd or
    /// ovn-controller ends, or takes too long: ovn-controller connects again for ever when the switch refuses what it
    /// sends.
    pub fn try_sync(&mut self, central: &mut Central) -> bool {
        if !central.try_sync() {
            return false;
        }
        let wanted = central.northbound.connect().rows("NB_Global")[0]["nb_cfg"].to_string();
        let deadline = Instant::now() + PATIENCE;
        let mut database = self.database.connect();
        while self.controller.is_running() && Instant::now() < deadline {
            let bridges = database.rows_where("Bridge", json!([["name", "==", "br-int"]]));
            if map_value(&bridges[0]["external_ids"], "ovn-nb-cfg") == Some(wanted.as_str()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// The socket on which the integration bridge speaks OpenFlow.
    pub fn bridge_socket(&self) -> PathBuf {
        self.directory.path().join("br-int.mgmt")
    }

    /// The flows of the integration bridge as `ovs-ofctl` prints them in a version, without statistics.
    pub fn flows(&self, version: Version) -> Vec<String> {
        let bridge = format!("unix:{}", self.bridge_socket().display());
        let arguments = ["-O", &version.protocol(), "dump-flows", "--no-stats", "--no-names", &bridge];
        let text = self.installation.run("ovs-ofctl", &arguments);
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}

/// Operations that configure an empty database of a switch.
fn configuration(name: &str, southbound: &str, equipment: &Equipment) -> Vec<Value> {
    let mut operations = Vec::new();
    let mut references = Vec::new();
    let mut interface = |name: &str, row: Value| {
        let (interface, port) = (format!("i{}", references.len()), format!("p{}", references.len()));
        operations.push(json!({ "op": "insert", "table": "Interface", "uuid-name": interface, "row": row }));
        let row = json!({ "name": name, "interfaces": ["named-uuid", interface] });
        operations.push(json!({ "op": "insert", "table": "Port", "uuid-name": port, "row": row }));
        references.push(json!(["named-uuid", port]));
    };
    interface("br-int", json!({ "name": "br-int", "type": "internal" }));
    for (n, port) in equipment.ports.iter().enumerate() {
        let name = format!("vif{n}");
        let mut ids = vec![["iface-id", &port.port]];
        ids.extend(port.version.iter().map(|version| ["iface-id-ver", version]));
        interface(&name, json!({ "name": name, "external_ids": ["map", ids] }));
    }
    let bridge = json!({
        "name": "br-int", "fail_mode": "secure", "ports": ["set", references],
        "other_config": ["map", [["disable-in-band", "true"]]],
    });
    operations.push(json!({ "op": "insert", "table": "Bridge", "uuid-name": "bridge", "row": bridge }));
    for id in &equipment.collector_sets {
        let row = json!({ "id": id, "bridge": ["named-uuid", "bridge"] });
        operations.push(json!({ "op": "insert", "table": "Flow_Sample_Collector_Set", "row": row }));
    }
    let settings = [
        ["system-id", name],
        ["ovn-remote", southbound],
        ["ovn-encap-type", "geneve"],
        ["ovn-encap-ip", "127.0.0.1"],
        ["ovn-monitor-all", "true"],
    ];
    let global = json!({ "bridges": ["named-uuid", "bridge"], "external_ids": ["map", settings] });
    operations.push(json!({ "op": "insert", "table": "Open_vSwitch", "row": global }));
    operations
}

/// The value of a key in a column of the type map.
fn map_value<'v>(column: &'v Value, key: &str) -> Option<&'v str> {
    column[1].as_array()?.iter().find(|pair| pair[0] == key)?[1].as_str()
}
