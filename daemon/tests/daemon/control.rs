//! The control socket, seen through Weft's own client.

use crate::sample::Sample;
use nix::sys::stat::{Mode, umask};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::sync::Mutex;
use weft_daemon::unixctl::{Client, Commands, Server};

#[test]
fn commands_are_answered_in_order_on_one_connection() {
    let sample = Sample::new();
    let (mut running, _) = sample.start(&["-vconsole:off", "--unixctl=ctl", "--log-file"]);
    let mut client = sample.client("ctl");
    let mut call = |command: &str, words: &[&str]| client.call(command, words).unwrap();
    assert_eq!(call("version", &[]), Ok("sample 26.03.1\nOpen vSwitch Library 3.7.1".into()));
    assert_eq!(call("hello", &[]), Ok("hello".into()));
    assert_eq!(call("coverage/read-counter", &["greeted"]), Ok("1\n".into()));
    assert!(call("stopwatch/show", &["greeting"]).unwrap().contains("\n  Total samples: 1\n"));
    assert_eq!(call("vlog/set", &["sample:file:dbg"]), Ok(String::new()));
    assert!(call("vlog/list", &[]).unwrap().contains("\nsample             OFF       INFO        DBG\n"));
    assert_eq!(call("vlog/set", &["x"]), Err("no destination, level, or module \"x\"".into()));
    assert_eq!(call("memory/show", &[]), Ok(String::new()));
    std::fs::rename(sample.path("sample.log"), sample.path("sample.log.1")).unwrap();
    assert_eq!(call("vlog/reopen", &[]), Ok(String::new()));
    assert!(sample.read("sample.log").contains("|vlog|INFO|opened log file "));
    assert_eq!(call("exit", &[]), Ok(String::new()));
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn the_output_format_belongs_to_the_connection() {
    let sample = Sample::new();
    let (_running, _) = sample.start(&["--unixctl=ctl"]);
    let (mut json, mut text) = (sample.client("ctl"), sample.client("ctl"));
    json.call("set-options", &["--format", "json"]).unwrap().unwrap();
    let hello = json.call("hello", &[]).unwrap().unwrap();
    assert_eq!(hello, "{\"reply\":\"hello\",\"reply-format\":\"plain\"}");
    assert!(
        json.call("list-commands", &[]).unwrap().unwrap().contains("\"coverage/read-counter\":\"COUNTER\"")
    );
    assert_eq!(text.call("hello", &[]).unwrap(), Ok("hello".into()));
}

#[test]
fn a_peer_that_speaks_no_json_is_hung_up_on() {
    let sample = Sample::new();
    let (_running, _) = sample.start(&["--unixctl=ctl"]);
    let mut stream = UnixStream::connect(sample.path("ctl")).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut rest = Vec::new();
    // The daemon may close before it has read everything, which shows as a reset.
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
    assert_eq!(sample.client("ctl").call("hello", &[]).unwrap(), Ok("hello".into()));
}

#[test]
fn the_socket_is_for_user_and_group_and_may_have_a_long_path() {
    let sample = Sample::new();
    let directory = sample.path(&"long".repeat(30));
    std::fs::create_dir(&directory).unwrap();
    let socket = directory.join("ctl");
    let option = format!("--unixctl={}", socket.display());
    let (_running, _) = sample.start(&[&option]);
    let mask = umask(Mode::empty());
    umask(mask);
    let mode = socket.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o770 & !mask.bits());
    let mut client = Client::connect(&socket).unwrap();
    assert_eq!(client.call("hello", &[]).unwrap(), Ok("hello".into()));
}

#[test]
fn a_stopping_server_lets_answers_leave_and_removes_its_socket() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("ctl");
    let (commands, (hand_over, handed_over)) = (Commands::new("v"), std::sync::mpsc::channel());
    let hand_over = Mutex::new(hand_over);
    commands.register_deferred("wait", "", 0..=0, move |_, replier| {
        hand_over.lock().unwrap().send(replier).unwrap();
    });
    let server = Server::start(&socket, commands).unwrap();
    let waiting = std::thread::spawn({
        let mut client = Client::connect(&socket).unwrap();
        move || client.call("wait", &[])
    });
    let replier = handed_over.recv().unwrap();
    replier.reply(Ok("done".into()));
    drop(server);
    assert_eq!(waiting.join().unwrap().unwrap(), Ok("done".into()));
    assert!(!socket.exists());
}
