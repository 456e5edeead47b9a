//! What the northd of an installed OVN writes; runs where `OVN_PREFIX` names it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::northd::{all_flows, check};

/// A Northbound database with something of most features.
const COMMANDS: &[&str] = &[
    "ls-add s1",
    "ls-add s2",
    "ls-add public",
    "lr-add r1",
    "set logical_router r1 options:chassis=c1",
    "lrp-add r1 r1-s1 00:00:00:00:01:01 10.0.1.1/24 fd01::1/64",
    "lrp-add r1 r1-s2 00:00:00:00:01:02 10.0.2.1/24",
    "lrp-add r1 r1-public 00:00:00:00:01:03 172.16.0.1/24",
    "set logical_router_port r1-s1 ipv6_ra_configs:address_mode=slaac ipv6_ra_configs:mtu=1400",
    "lsp-add-router-port s1 s1-r1 r1-s1",
    "lsp-add-router-port s2 s2-r1 r1-s2",
    "lsp-add-router-port public public-r1 r1-public",
    "lsp-add s1 p1 -- lsp-set-addresses p1 \"00:00:00:00:00:01 10.0.1.11 fd01::11\"",
    "lsp-add s1 p2 -- lsp-set-addresses p2 \"00:00:00:00:00:02 10.0.1.12\" unknown",
    "lsp-set-port-security p1 \"00:00:00:00:00:01 10.0.1.11\"",
    "lsp-add s2 p3 -- lsp-set-addresses p3 dynamic",
    "pg-add group p1 p2",
    "create address_set name=addresses addresses=10.0.1.11,10.0.1.12",
    "acl-add group to-lport 1001 \"outport == @group && ip4.src == $addresses\" allow-related",
    "acl-add s1 from-lport 1000 \"tcp.dst == {80, 443} && ip4\" reject",
    "--log --severity=alert --name=drops acl-add s2 to-lport 900 \"ip4.dst != 10.0.0.0/8\" drop",
    "lb-add lb1 172.16.0.100:80 10.0.1.11:8080,10.0.1.12:8080",
    "lb-add lb2 \"[fd00::100]:53\" \"[fd01::11]:53\" udp",
    "set load_balancer lb1 options:affinity_timeout=30",
    "ls-lb-add s1 lb1",
    "lr-lb-add r1 lb1",
    "lr-lb-add r1 lb2",
    "lr-nat-add r1 snat 172.16.0.1 10.0.1.0/24",
    "lr-nat-add r1 dnat_and_snat 172.16.0.11 10.0.1.11",
    "lr-route-add r1 0.0.0.0/0 172.16.0.254",
    "--ecmp lr-route-add r1 192.0.2.0/24 172.16.0.253",
    "--ecmp-symmetric-reply lr-route-add r1 192.0.2.0/24 172.16.0.252",
    "lr-policy-add r1 100 \"ip4.src == 10.0.1.0/24\" reroute 172.16.0.250",
    "qos-add s1 from-lport 10 \"inport == \\\"p1\\\"\" dscp=10 rate=1000",
    "meter-add meter1 drop 100 pktps",
    "lsp-set-options p1 qos_max_rate=1000",
];

struct Servers {
    prefix: PathBuf,
    folder: PathBuf,
    children: Vec<Child>,
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Servers {
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.prefix.join("bin").join(name));
        for variable in ["OVN_RUNDIR", "OVS_RUNDIR", "OVN_LOGDIR", "OVS_LOGDIR", "OVN_DBDIR", "OVS_DBDIR"] {
            command.env(variable, &self.folder);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        command
    }

    fn socket(&self) -> String {
        format!("unix:{}", self.folder.join("db").display())
    }

    fn start(prefix: &Path) -> Servers {
        let folder = std::env::temp_dir().join(format!("weft-lang-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut servers = Servers { prefix: prefix.to_path_buf(), folder, children: Vec::new() };
        for database in ["nb", "sb"] {
            let schema = prefix.join(format!("schemas/ovn-{database}.ovsschema"));
            let file = servers.folder.join(format!("{database}.db"));
            let status = servers.command("ovsdb-tool").arg("create").arg(file).arg(schema).status();
            assert!(status.expect("ovsdb-tool").success());
        }
        let remote = format!("--remote=p{}", servers.socket());
        let control = format!("--unixctl={}", servers.folder.join("db.ctl").display());
        let mut server = servers.command("ovsdb-server");
        let files = ["nb.db", "sb.db"].map(|name| servers.folder.join(name));
        server.args(["-vconsole:off", "--no-chdir", &remote, &control]).args(files);
        servers.children.push(server.spawn().expect("ovsdb-server"));
        servers.wait_for("db");
        let mut northd = servers.command("ovn-northd");
        northd.args(["-vconsole:off", "--no-chdir"]);
        northd.arg(format!("--ovnnb-db={}", servers.socket()));
        northd.arg(format!("--ovnsb-db={}", servers.socket()));
        northd.arg(format!("--unixctl={}", servers.folder.join("northd.ctl").display()));
        servers.children.push(northd.spawn().expect("ovn-northd"));
        servers
    }

    fn wait_for(&self, file: &str) {
        let start = Instant::now();
        while !self.folder.join(file).exists() {
            assert!(start.elapsed() < Duration::from_secs(30), "{file} does not appear");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn nbctl(&self, arguments: &str) {
        let mut command = self.command("ovn-nbctl");
        command.arg(format!("--db={}", self.socket()));
        let status = command.args(words(arguments)).status();
        assert!(status.expect("ovn-nbctl").success(), "ovn-nbctl {arguments}");
    }

    /// Pipeline, table, match and actions of all logical flows.
    fn flows(&self) -> Vec<(String, u8, String, String)> {
        let query = r#"["OVN_Southbound",{"op":"select","table":"Logical_Flow","where":[],
            "columns":["pipeline","table_id","match","actions"]}]"#;
        let mut client = self.command("ovsdb-client");
        let output = client.args(["transact", &self.socket(), query]).stdout(Stdio::piped()).output();
        let answer: Value = serde_json::from_slice(&output.expect("ovsdb-client").stdout).expect("JSON");
        let rows = answer[0]["rows"].as_array().expect("rows").iter();
        let text = |value: &Value| value.as_str().expect("a string").to_string();
        rows.map(|row| {
            let table = row["table_id"].as_u64().expect("a number") as u8;
            (text(&row["pipeline"]), table, text(&row["match"]), text(&row["actions"]))
        })
        .collect()
    }
}

/// Words with space between, or in quotes with `\"` inside.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => word.extend(characters.next()),
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words
}

#[test]
fn the_flows_of_an_installed_northd_are_understood() {
    let Ok(prefix) = std::env::var("OVN_PREFIX") else {
        println!("skipped: OVN_PREFIX names no installed OVN");
        return;
    };
    let servers = Servers::start(Path::new(&prefix));
    for command in COMMANDS {
        servers.nbctl(command);
    }
    servers.nbctl("--wait=sb --timeout=60 sync");
    let flows = servers.flows();
    assert!(flows.len() > 300, "only {} logical flows", flows.len());
    for (pipeline, table, matches, actions) in &flows {
        let checked = check(pipeline, *table, matches, actions);
        assert_eq!(checked, Ok(()), "{matches} => {actions}");
    }
}

/// The same for flows that were recorded from many databases: `WEFT_LOGICAL_FLOWS` names a folder of files
/// whose lines are JSON arrays of pipeline, table, match and actions.
#[test]
fn recorded_flows_are_understood_or_refused_for_a_reason() {
    let Ok(folder) = std::env::var("WEFT_LOGICAL_FLOWS") else {
        println!("skipped: WEFT_LOGICAL_FLOWS names no folder of recorded flows");
        return;
    };
    let (mut count, mut refused, mut broken) = (0, 0, Vec::new());
    for file in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        for line in text.lines() {
            let flow: (String, u8, String, String) = serde_json::from_str(line).expect("four columns");
            count += 1;
            match check(&flow.0, flow.1, &flow.2, &flow.3) {
                Err(error) if error.starts_with("broken") => broken.push(format!("{flow:?}: {error}")),
                Err(_) => refused += 1,
                Ok(()) => {}
            }
        }
    }
    println!("{count} logical flows, {refused} refused");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The flows of a switch for everything that northd writes, as `ovs-ofctl` reads and shows them.
#[test]
fn ovs_ofctl_reads_and_shows_the_flows_of_northd() {
    let Ok(prefix) = std::env::var("OVN_PREFIX") else {
        println!("skipped: OVN_PREFIX names no installed OVN");
        return;
    };
    let mut flows = all_flows();
    // A switch takes a mask of all six bits, and `ovs-ofctl` writes it, but does not read it.
    flows.retain(|flow| !flow.dump_text(None).contains("/0x3f->ip_dscp"));
    let folder = std::env::temp_dir().join(format!("weft-flows-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("flows");
    let lines: Vec<String> = flows.iter().map(|flow| flow.dump_text(None)).collect();
    std::fs::write(&file, lines.join("\n") + "\n").expect("a file");
    let output = Command::new(Path::new(&prefix).join("bin/ovs-ofctl"))
        .args(["-O", "OpenFlow15", "parse-flows"])
        .arg(&file)
        .env("OVS_RUNDIR", &folder)
        .output()
        .expect("ovs-ofctl runs");
    std::fs::remove_dir_all(&folder).expect("the folder is removed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8(output.stdout).expect("a text");
    let shown: Vec<&str> = shown.lines().filter_map(|line| line.split_once("): ADD ")).map(|s| s.1).collect();
    assert_eq!(shown.len(), flows.len());
    for (flow, shown) in flows.iter().zip(shown) {
        assert_eq!(flow.add_text(), shown);
    }
}
