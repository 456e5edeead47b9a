//! An installed Open vSwitch: its database server and its switch, with one bridge.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use weft_openflow::Version;
use weft_openflow_connection::{Event, Events, SwitchAddress, SwitchHandle, SwitchOptions, start};

/// A running switch; it ends when this is dropped.
pub(crate) struct Switch {
    folder: TempDir,
    programs: PathBuf,
    database: Option<Child>,
    daemon: Option<Child>,
}

impl Switch {
    /// A switch with the bridge `br0`, if the environment names an installed OVN.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn start() -> Option<Switch> {
        let Some(prefix) = std::env::var_os("OVN_PREFIX").map(PathBuf::from) else {
            eprintln!("skipped: OVN_PREFIX does not name an installed OVN");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("of").tempdir().expect("a folder");
        let programs = prefix.join("bin");
        let mut switch = Switch { folder, programs, database: None, daemon: None };
        let schemas =
            ["schemas", "share/openvswitch"].map(|folder| prefix.join(folder).join("vswitch.ovsschema"));
        let schema = schemas.iter().find(|path| path.exists()).expect("the schema of Open vSwitch");
        switch.run("ovsdb-tool", &["create", &switch.file("conf.db"), &schema.display().to_string()]);
        let remote = format!("--remote=punix:{}", switch.file("db.sock"));
        switch.database = Some(switch.spawn("ovsdb-server", &[&switch.file("conf.db"), &remote]));
        switch.wait_for("db.sock");
        switch.vsctl(&["--no-wait", "init"]);
        switch.start_daemon();
        switch.vsctl(&[
            "add-br",
            "br0",
            "--",
            "set",
            "bridge",
            "br0",
            "datapath-type=dummy",
            "fail-mode=secure",
        ]);
        Some(switch)
    }

    pub(crate) fn start_daemon(&mut self) {
        let database = format!("unix:{}", self.file("db.sock"));
        let arguments = ["--enable-dummy=override", "--disable-system", &database];
        self.daemon = Some(self.spawn("ovs-vswitchd", &arguments));
    }

    /// Ends the switch without warning.
    pub(crate) fn kill_daemon(&mut self) {
        stop(self.daemon.take());
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        for variable in ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"] {
            command.env(variable, self.folder.path());
        }
        command.stdin(Stdio::null());
        command
    }

    fn spawn(&self, program: &str, arguments: &[&str]) -> Child {
        let log = std::fs::File::create(self.file(&format!("{program}.log"))).expect("a file");
        let mut command = self.command(program);
        command.args(arguments).stdout(Stdio::null()).stderr(log).spawn().expect("a program of Open vSwitch")
    }

    /// What a program prints.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().expect("a program of Open vSwitch");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn vsctl(&self, arguments: &[&str]) {
        let database = format!("--db=unix:{}", self.file("db.sock"));
        self.run("ovs-vsctl", &[&[database.as_str(), "--timeout=30"], arguments].concat());
    }

    /// What `ovs-ofctl COMMAND br0 ARGUMENTS` prints.
    pub(crate) fn ofctl(&self, version: Version, command: &[&str], arguments: &[&str]) -> String {
        let bridge = format!("unix:{}", self.file("br0.mgmt"));
        let version = format!("-O{}", version.protocol());
        self.run("ovs-ofctl", &[&[version.as_str()], command, &[&bridge], arguments].concat())
    }

    fn wait_for(&self, name: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !Path::new(&self.file(name)).exists() {
            assert!(Instant::now() < deadline, "{name} does not come");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn options(&self, version: Version) -> SwitchOptions {
        let address = SwitchAddress::Unix(self.file("br0.mgmt").into());
        SwitchOptions { versions: vec![version], ..SwitchOptions::new(address) }
    }

    /// A connection that stands.
    pub(crate) async fn connect(&self, version: Version) -> (SwitchHandle, Events) {
        let (handle, mut events) = start(self.options(version));
        let event = next(&mut events).await;
        assert!(matches!(event, Event::Connected { version: found, .. } if found == version), "{event:?}");
        (handle, events)
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        stop(self.daemon.take());
        stop(self.database.take());
    }
}

fn stop(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended already; then there is nothing to stop.
        let _ = child.kill();
        let _ = child.wait();
    }
}

pub(crate) async fn next(events: &mut Events) -> Event {
    let event = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
    event.expect("an event in time").expect("an event")
}
