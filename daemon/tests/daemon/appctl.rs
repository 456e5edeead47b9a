//! The control socket, seen through the established tool.

use crate::sample::Sample;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The installed `ovs-appctl`, if the environment says where OVN is.
fn appctl() -> Option<PathBuf> {
    let prefix = std::env::var_os("OVN_PREFIX");
    if prefix.is_none() {
        eprintln!("skipped: OVN_PREFIX does not name an installation of OVN");
    }
    prefix.map(|prefix| Path::new(&prefix).join("bin/ovs-appctl"))
}

#[test]
fn the_established_tool_gets_its_answers() {
    let Some(appctl) = appctl() else { return };
    let sample = Sample::new();
    let (mut running, _) = sample.start(&["-vconsole:off", "--unixctl=ctl"]);
    let socket = sample.path("ctl");
    let call = |words: &[&str]| {
        let output = Command::new(&appctl).arg("-t").arg(&socket).args(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    assert_eq!(
        call(&["version"]),
        (true, "sample 26.03.1\nOpen vSwitch Library 3.7.1\n".into(), String::new())
    );
    assert_eq!(call(&["hello"]).1, "hello\n");
    assert!(
        call(&["list-commands"])
            .1
            .starts_with("The available commands are:\n  coverage/read-counter   COUNTER\n")
    );
    let (succeeded, _, complaint) = call(&["bogus"]);
    assert!(!succeeded);
    assert!(complaint.starts_with(
        "\"bogus\" is not a valid command (use \"list-commands\" to see a list of valid commands)\n"
    ));
    assert_eq!(call(&["-f", "json", "hello"]).1, "{\"reply\":\"hello\",\"reply-format\":\"plain\"}\n");
    assert!(call(&["exit"]).0);
    assert!(running.child.wait().unwrap().success());
}
