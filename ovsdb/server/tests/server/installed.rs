//! The installed programs of OVN and Open vSwitch against this server.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::{PATIENCE, Server, create, installed, output};

/// A program that is killed in the end.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Deployment {
    prefix: std::path::PathBuf,
    server: Server,
}

impl Deployment {
    /// One server of ours for the Northbound, the Southbound and the switch's database.
    fn start() -> Option<Self> {
        let prefix = installed()?;
        let directory = tempfile::tempdir().unwrap();
        for (file, schema) in
            [("nb", "ovn-nb.ovsschema"), ("sb", "ovn-sb.ovsschema"), ("conf", "vswitch.ovsschema")]
        {
            create(&directory.path().join(file), &prefix.join("schemas").join(schema));
        }
        let server = Server::start_in(directory, &["nb", "sb", "conf"]);
        Some(Self { prefix, server })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.prefix.join("bin").join(program));
        let directory = self.server.directory.path();
        for variable in ["OVN_RUNDIR", "OVS_RUNDIR", "OVN_LOGDIR", "OVS_LOGDIR", "OVN_DBDIR", "OVS_DBDIR"] {
            command.env(variable, directory);
        }
        command.current_dir(directory);
        command
    }

    fn remote(&self) -> String {
        format!("unix:{}", self.server.path("db.sock").display())
    }

    fn run(&self, program: &str, words: &[&str]) -> String {
        let mut command = self.command(program);
        if !program.starts_with("ovsdb-client") {
            command.arg(format!("--db={}", self.remote())).arg("--timeout=30");
        }
        output(command.args(words))
    }

    fn spawn(&self, program: &str, words: &[&str]) -> Program {
        let log = format!("--log-file={}", self.server.path(&format!("{program}.log")).display());
        let control = format!("--unixctl={}", self.server.path(&format!("{program}.ctl")).display());
        let mut command = self.command(program);
        command.args(words).args([&log, &control]).args(["-vconsole:off", "-vsyslog:off"]);
        Program(command.spawn().unwrap())
    }

    fn until(&self, what: &str, condition: impl Fn() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < PATIENCE, "{what} does not happen");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn ovsdb_client_works_with_all_its_commands() {
    let Some(deployment) = Deployment::start() else { return };
    let remote = deployment.remote();
    let client = |words: &[&str]| deployment.run("ovsdb-client", &[&["--timeout=30"], words].concat());
    assert_eq!(client(&["list-dbs", &remote]), "OVN_Northbound\nOVN_Southbound\nOpen_vSwitch\n_Server\n");
    assert!(client(&["list-tables", &remote, "OVN_Northbound"]).contains("Logical_Switch_Port"));
    assert!(client(&["list-columns", &remote, "OVN_Northbound", "ACL"]).contains("priority"));
    assert_eq!(client(&["get-schema-version", &remote, "OVN_Northbound"]), "7.18.0\n");
    let insert = r#"["OVN_Northbound",{"op":"insert","table":"Logical_Switch","row":{"name":"s"}}]"#;
    assert!(client(&["transact", &remote, insert]).contains("uuid"));
    assert!(client(&["dump", &remote, "OVN_Northbound", "Logical_Switch", "name"]).contains("\ns\n"));
    let backup = client(&["backup", &remote, "OVN_Northbound"]);
    assert!(backup.starts_with("OVSDB JSON"));
    let file = deployment.server.path("backup");
    std::fs::write(&file, &backup).unwrap();
    let delete = r#"["OVN_Northbound",{"op":"delete","table":"Logical_Switch","where":[]}]"#;
    client(&["transact", &remote, delete]);
    let mut restore = deployment.command("ovsdb-client");
    restore.args(["restore", &remote, "OVN_Northbound"]).stdin(std::fs::File::open(&file).unwrap());
    output(&mut restore);
    assert!(client(&["dump", &remote, "OVN_Northbound", "Logical_Switch", "name"]).contains("\ns\n"));
    let schema = deployment.prefix.join("schemas/ovn-nb.ovsschema");
    assert_eq!(client(&["needs-conversion", &remote, &schema.display().to_string()]), "no\n");
    client(&["convert", &remote, &schema.display().to_string()]);
    client(&["wait", &remote, "OVN_Northbound", "connected"]);
    let words = ["monitor", &remote, "OVN_Northbound", "Logical_Switch", "name"];
    let monitor = Command::new(deployment.prefix.join("bin/ovsdb-client"))
        .args(["--timeout=2"])
        .args(words)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&monitor.stdout).contains("initial s"), "{monitor:?}");
}

#[test]
fn northd_and_controller_and_their_tools_work_unchanged() {
    let Some(deployment) = Deployment::start() else { return };
    let remote = deployment.remote();
    let _northd =
        deployment.spawn("ovn-northd", &[&format!("--ovnnb-db={remote}"), &format!("--ovnsb-db={remote}")]);
    deployment.run(
        "ovn-nbctl",
        &[
            "ls-add",
            "s",
            "--",
            "lsp-add",
            "s",
            "p",
            "--",
            "lsp-set-addresses",
            "p",
            "0a:00:00:00:00:01 10.0.0.1",
        ],
    );
    deployment.run("ovn-nbctl", &["--wait=sb", "acl-add", "s", "to-lport", "1000", "ip4", "allow-related"]);
    assert!(deployment.run("ovn-nbctl", &["show"]).contains("port p"));
    let flows = deployment.run("ovn-sbctl", &["lflow-list", "s"]);
    assert!(flows.contains("ls_in_l2_lkup") && flows.contains("eth.dst == 0a:00:00:00:00:01"), "{flows}");

    let external_ids = format!(
        "external_ids:system-id=hv external_ids:ovn-remote={remote} external_ids:ovn-encap-type=geneve \
         external_ids:ovn-encap-ip=127.0.0.1"
    );
    let words: Vec<&str> = ["--no-wait", "--", "init", "--", "set", "Open_vSwitch", "."]
        .into_iter()
        .chain(external_ids.split_whitespace())
        .collect();
    deployment.run("ovs-vsctl", &words);
    let _controller = deployment.spawn("ovn-controller", &[&remote]);
    deployment.until("the chassis' registration", || {
        deployment.run("ovn-sbctl", &["--bare", "--columns=name", "list", "Chassis"]).trim() == "hv"
    });
    deployment.run(
        "ovs-vsctl",
        &["--no-wait", "add-port", "br-int", "p", "--", "set", "Interface", "p", "external_ids:iface-id=p"],
    );
    assert!(Path::new(&deployment.server.path("ovn-controller.log")).exists());
    let chassis = || deployment.run("ovn-sbctl", &["--bare", "--columns=hostname", "list", "Chassis"]);
    assert!(!chassis().trim().is_empty());
}
