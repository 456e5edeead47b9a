//! What the command says without becoming a daemon, and what it overlooks.

use crate::sample::Sample;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_version_is_printed() {
    let output = Sample::new().run(&["--version"]);
    assert!(output.status.success());
    assert!(text(output.stdout).starts_with("sample 26.03.1\nOpen vSwitch Library 3.7.1\nWeft "));
}

#[test]
fn a_bad_log_specification_ends_the_command() {
    let output = Sample::new().run(&["--foo", "-vxx:yy"]);
    assert_eq!(output.status.code(), Some(1));
    let expected = "sample: unrecognized option '--foo'\n\
                    sample: processing \"xx:yy\": no destination, level, or module \"xx\"\n";
    assert_eq!(text(output.stderr), expected);
}

#[test]
fn an_unknown_option_does_not_keep_the_daemon_from_running() {
    let sample = Sample::new();
    let (mut running, _) = sample.start(&["--foo", "extra", "--unixctl=ctl"]);
    sample.client("ctl").call("exit", &[]).unwrap().unwrap();
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn a_log_file_that_cannot_be_opened_is_reported_even_on_a_silent_console() {
    let sample = Sample::new();
    let output = sample.run(&["-vconsole:off", "--log-file=/nonexistent/log", "--unixctl=/nonexistent/ctl"]);
    let expected = "|vlog|WARN|failed to open /nonexistent/log for logging: No such file or directory\n";
    assert!(text(output.stderr).contains(expected));
}
