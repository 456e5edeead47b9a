//! Detaching, pid files, monitoring, signals.

use crate::sample::{Sample, wait_for_lock};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;

const QUIET: &str = "-vconsole:off";

fn detached(arguments: &[&str]) -> Sample {
    let sample = Sample::new();
    let output = sample.run(&[arguments, &[QUIET, "--detach", "--pidfile", "--unixctl=ctl"]].concat());
    assert!(output.status.success(), "{output:?}");
    sample
}

fn exit(sample: &Sample) {
    let pid_file = File::open(sample.path("sample.pid")).unwrap();
    assert_eq!(sample.client("ctl").call("exit", &[]).unwrap(), Ok(String::new()));
    wait_for_lock(&pid_file);
}

#[test]
fn a_detached_daemon_is_ready_when_its_command_returns() {
    let sample = detached(&["--greeting", "hi"]);
    let pid = sample.read("sample.pid").trim().to_owned();
    assert_eq!(std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap(), "sample\n");
    assert_eq!(std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap().to_str(), Some("/"));
    assert_eq!(std::fs::read_link(format!("/proc/{pid}/fd/2")).unwrap().to_str(), Some("/dev/null"));
    assert_eq!(sample.client("ctl").call("hello", &[]).unwrap(), Ok("hi".to_owned()));
    exit(&sample);
    assert_eq!(sample.files(), Vec::<String>::new());
}

#[test]
fn the_default_control_socket_bears_the_pid() {
    let sample = Sample::new();
    let (mut running, pid) = sample.start(&[QUIET]);
    let mut client = sample.client(&format!("sample.{pid}.ctl"));
    assert_eq!(client.call("exit", &[]).unwrap(), Ok(String::new()));
    assert!(running.child.wait().unwrap().success());
    assert_eq!(sample.files(), Vec::<String>::new());
}

#[test]
fn a_second_daemon_with_the_same_pid_file_is_refused() {
    let sample = detached(&[]);
    let pid = sample.read("sample.pid").trim().to_owned();
    let output = sample.run(&[QUIET, "--detach", "--pidfile", "--unixctl=other"]);
    assert_eq!(output.status.code(), Some(1));
    let path = sample.path("sample.pid");
    let expected = format!("sample: {}: already running as pid {pid}, aborting\n", path.display());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
    assert_eq!(sample.files(), ["ctl", "sample.pid"]);
    exit(&sample);
}

#[test]
fn a_pid_file_in_use_is_overwritten_on_request_and_then_belongs_to_the_second_daemon() {
    let sample = detached(&[]);
    let first_pid_file = File::open(sample.path("sample.pid")).unwrap();
    let arguments = [QUIET, "--pidfile", "--overwrite-pidfile", "--unixctl=other"];
    let (mut running, pid) = sample.start(&arguments);
    assert_eq!(sample.read("sample.pid"), format!("{pid}\n"));
    sample.client("ctl").call("exit", &[]).unwrap().unwrap();
    wait_for_lock(&first_pid_file);
    assert_eq!(sample.files(), ["other", "sample.pid"]);
    sample.client("other").call("exit", &[]).unwrap().unwrap();
    assert!(running.child.wait().unwrap().success());
    assert_eq!(sample.files(), Vec::<String>::new());
}

#[test]
fn a_daemon_that_fails_to_start_passes_its_status_to_the_command() {
    let sample = Sample::new();
    let output = sample.run(&[QUIET, "--detach", "--pidfile", "--unixctl=/nonexistent/ctl"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("could not initialize control socket"));
    assert_eq!(sample.files(), Vec::<String>::new());
}

#[test]
fn a_signal_ends_the_daemon_and_removes_its_files() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let sample = Sample::new();
        let (mut running, pid) = sample.start(&[QUIET, "--pidfile", "--log-file"]);
        kill(Pid::from_raw(pid), signal).unwrap();
        assert_eq!(running.child.wait().unwrap().signal(), Some(signal as i32));
        assert_eq!(sample.files(), ["sample.log"]);
        assert!(sample.read("sample.log").contains("|fatal_signal|WARN|terminating with signal "));
    }
}

#[test]
fn a_monitor_restarts_a_crashed_daemon_and_ends_with_it() {
    let sample = Sample::new();
    let (mut running, first) =
        sample.start(&[QUIET, "--monitor", "--pidfile", "--unixctl=ctl", "--log-file"]);
    kill(Pid::from_raw(first), Signal::SIGABRT).unwrap();
    let second = running.wait_until_ready();
    assert_ne!(first, second);
    let monitor = std::fs::read_to_string(format!("/proc/{}/comm", running.child.id())).unwrap();
    assert_eq!(monitor, "monitor\n");
    assert_eq!(sample.read("sample.pid"), format!("{second}\n"));
    let comm = std::fs::read_to_string(format!("/proc/{second}/comm")).unwrap();
    assert_eq!(comm, "sample\n");
    assert_eq!(sample.client("ctl").call("exit", &[]).unwrap(), Ok(String::new()));
    assert!(running.child.wait().unwrap().success());
    let log = sample.read("sample.log");
    let restart = format!("|daemon_unix(monitor)|ERR|1 crashes: pid {first} died, killed (Aborted)");
    assert!(log.contains(&restart), "{log}");
    assert!(log.contains(&format!("pid {second} died, exit status 0, exiting")), "{log}");
}

#[test]
fn a_detached_monitor_lets_the_command_return_when_the_daemon_is_ready() {
    let sample = detached(&["--monitor"]);
    assert_eq!(sample.client("ctl").call("hello", &[]).unwrap(), Ok("hello".to_owned()));
    exit(&sample);
}
